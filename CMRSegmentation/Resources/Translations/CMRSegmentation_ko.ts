<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ko" sourcelanguage="en">
    <context>
        <name>CMRSegmentation</name>
        <message>
            <source>CMR Segmentation</source>
            <translation>CMR 분할</translation>
        </message>
        <message>
            <source>Segments both ventricles and the left ventricular myocardium in every phase of a cardiac cine MRI, and measures volumes, ejection fraction and mass. Everything runs on this computer. Research use, not for clinical decisions.</source>
            <translation>심장 시네 MRI의 모든 위상에서 양쪽 심실과 좌심실 심근을 분할하고 용적, 박출률, 질량을 측정합니다. 모든 작업은 이 컴퓨터에서 이루어집니다. 연구용이며 임상 결정에는 사용하지 마십시오.</translation>
        </message>
        <message>
            <source>The method follows Galati and Zuluaga (STACOM 2021). Trained on data of the ACDC challenge (Bernard et al. 2018) and the Sunnybrook Cardiac Data (Radau et al. 2009), which is also the source of the sample.</source>
            <translation>이 방법은 Galati와 Zuluaga(STACOM 2021)를 따릅니다. ACDC 챌린지(Bernard 외 2018)와 Sunnybrook Cardiac Data(Radau 외 2009)의 데이터로 학습했으며, 예제도 후자에서 가져왔습니다.</translation>
        </message>
        <message>
            <source>Cardiac cine</source>
            <translation>심장 시네</translation>
        </message>
        <message>
            <source>Documentation</source>
            <translation>문서</translation>
        </message>
        <message>
            <source>Cine</source>
            <translation>시네</translation>
        </message>
        <message>
            <source>What is segmented</source>
            <translation>분할할 대상</translation>
        </message>
        <message>
            <source>Cine:</source>
            <translation>시네:</translation>
        </message>
        <message>
            <source>Volume sequence, the volume that shows one, or a single volume.</source>
            <translation>볼륨 시퀀스, 시퀀스를 보여 주는 볼륨 또는 단일 볼륨입니다.</translation>
        </message>
        <message>
            <source>Phases, slices, voxels and times of the chosen cine</source>
            <translation>선택한 시네의 위상, 슬라이스, 복셀, 시간</translation>
        </message>
        <message>
            <source>Load cine…</source>
            <translation>시네 불러오기…</translation>
        </message>
        <message>
            <source>Load a 3-D or 4-D NIfTI, NRRD or MetaImage file, or a DICOM file, with its phase times</source>
            <translation>3차원 또는 4차원 NIfTI, NRRD, MetaImage 파일이나 DICOM 파일을 위상 시간과 함께 불러옵니다</translation>
        </message>
        <message>
            <source>Load cine from a file</source>
            <translation>파일에서 시네 불러오기</translation>
        </message>
        <message>
            <source>Load DICOM folder…</source>
            <translation>DICOM 폴더 불러오기…</translation>
        </message>
        <message>
            <source>Load every cine of a DICOM study, also short-axis stacks that were sent as one series per slice</source>
            <translation>DICOM 검사의 모든 시네를 불러옵니다. 슬라이스마다 하나의 시리즈로 전송된 단축 스택도 포함됩니다</translation>
        </message>
        <message>
            <source>Load DICOM folder</source>
            <translation>DICOM 폴더 불러오기</translation>
        </message>
        <message>
            <source>Load sample</source>
            <translation>예제 불러오기</translation>
        </message>
        <message>
            <source>Load the public-domain sample: a short-axis cine of the Sunnybrook Cardiac Data</source>
            <translation>퍼블릭 도메인 예제 불러오기: Sunnybrook Cardiac Data의 단축 시네</translation>
        </message>
        <message>
            <source>Advanced</source>
            <translation>고급</translation>
        </message>
        <message>
            <source>Model, view, phases and device</source>
            <translation>모델, 단면, 위상, 장치</translation>
        </message>
        <message>
            <source>Model:</source>
            <translation>모델:</translation>
        </message>
        <message>
            <source>Models that serve the view of the cine come first</source>
            <translation>시네의 단면에 맞는 모델이 먼저 나옵니다</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>모델</translation>
        </message>
        <message>
            <source>What the chosen model says about itself; every report made with it repeats this</source>
            <translation>선택한 모델이 스스로에 대해 밝히는 내용이며, 이 모델로 만든 모든 보고서에 다시 적힙니다</translation>
        </message>
        <message>
            <source>Own models:</source>
            <translation>사용자 모델:</translation>
        </message>
        <message>
            <source>Folder of your own models: model folders as Training.export writes them; kept in Slicer's settings</source>
            <translation>사용자 모델의 폴더: Training.export가 만드는 모델 폴더이며 Slicer 설정에 저장됩니다</translation>
        </message>
        <message>
            <source>Folder of own models</source>
            <translation>사용자 모델 폴더</translation>
        </message>
        <message>
            <source>Why a model of this folder is not listed</source>
            <translation>이 폴더의 모델이 목록에 없는 이유</translation>
        </message>
        <message>
            <source>View:</source>
            <translation>단면:</translation>
        </message>
        <message>
            <source>Imaging plane; Automatic takes that of the file, and the short axis for stacks of slices</source>
            <translation>영상 단면. 자동은 파일의 단면을 사용하고, 슬라이스 스택에는 단축을 사용합니다</translation>
        </message>
        <message>
            <source>View</source>
            <translation>단면</translation>
        </message>
        <message>
            <source>Phases:</source>
            <translation>위상:</translation>
        </message>
        <message>
            <source>Which phases to segment; volumes over time need all of them</source>
            <translation>분할할 위상. 시간에 따른 용적에는 모든 위상이 필요합니다</translation>
        </message>
        <message>
            <source>Phases to segment</source>
            <translation>분할할 위상</translation>
        </message>
        <message>
            <source>Device:</source>
            <translation>장치:</translation>
        </message>
        <message>
            <source>Where the network runs</source>
            <translation>신경망이 실행되는 곳</translation>
        </message>
        <message>
            <source>Device</source>
            <translation>장치</translation>
        </message>
        <message>
            <source>What the network will run on</source>
            <translation>신경망이 실행될 장치</translation>
        </message>
        <message>
            <source>Check device</source>
            <translation>장치 확인</translation>
        </message>
        <message>
            <source>Run a trial convolution in a separate process and say what the network will run on</source>
            <translation>별도의 프로세스에서 시험 합성곱을 실행하고 신경망이 실행될 장치를 알려 줍니다</translation>
        </message>
        <message>
            <source>Earlier results:</source>
            <translation>이전 결과:</translation>
        </message>
        <message>
            <source>What becomes of segmentations of the same cine when a new one is there; those that were edited or loaded, or have phases that the new one lacks, are kept in any case</source>
            <translation>새 결과가 생기면 같은 시네의 기존 분할을 어떻게 할지 정합니다. 편집하거나 불러온 분할과 새 결과에 없는 위상이 있는 분할은 항상 유지됩니다</translation>
        </message>
        <message>
            <source>Earlier results</source>
            <translation>이전 결과</translation>
        </message>
        <message>
            <source>Mirror averaging</source>
            <translation>거울상 평균</translation>
        </message>
        <message>
            <source>Segment four mirrored images, two of them brightened, and average, as in long-axis planes always: a little more accurate, four times slower</source>
            <translation>거울상 영상 네 장(두 장은 밝게 한 것)을 분할해 평균합니다. 장축 단면에서는 항상 이렇게 합니다. 조금 더 정확하지만 네 배 느립니다</translation>
        </message>
        <message>
            <source>Post-processing</source>
            <translation>후처리</translation>
        </message>
        <message>
            <source>Keep one heart, remove islands and fill holes</source>
            <translation>심장 하나만 남기고, 떨어진 조각을 없애고, 구멍을 메웁니다</translation>
        </message>
        <message>
            <source>Existing labels</source>
            <translation>기존 레이블</translation>
        </message>
        <message>
            <source>Take labels that were made elsewhere as a result</source>
            <translation>다른 곳에서 만든 레이블을 결과로 사용합니다</translation>
        </message>
        <message>
            <source>Labels:</source>
            <translation>레이블:</translation>
        </message>
        <message>
            <source>Segmentation, label volume, or a sequence of either, on the grid of the cine; a single one belongs to the phase that is shown</source>
            <translation>시네의 격자 위에 있는 분할, 레이블 볼륨 또는 그 시퀀스. 단일 항목은 지금 보이는 위상에 속합니다</translation>
        </message>
        <message>
            <source>Use as result</source>
            <translation>결과로 사용</translation>
        </message>
        <message>
            <source>Measure the chosen labels, draw their curves and let them be edited, as if they had been made here</source>
            <translation>선택한 레이블을 측정하고 곡선을 그리며, 여기서 만든 것처럼 편집할 수 있게 합니다</translation>
        </message>
        <message>
            <source>Use existing labels as result</source>
            <translation>기존 레이블을 결과로 사용</translation>
        </message>
        <message>
            <source>Load labels…</source>
            <translation>레이블 불러오기…</translation>
        </message>
        <message>
            <source>Take a label file such as labels.nii.gz: 1 left ventricle, 2 myocardium, 3 right ventricle</source>
            <translation>labels.nii.gz 같은 레이블 파일을 사용합니다: 1 좌심실, 2 심근, 3 우심실</translation>
        </message>
        <message>
            <source>Load labels from a file</source>
            <translation>파일에서 레이블 불러오기</translation>
        </message>
        <message>
            <source>Apply</source>
            <translation>적용</translation>
        </message>
        <message>
            <source>Segment the cine in a separate process</source>
            <translation>별도의 프로세스에서 시네를 분할합니다</translation>
        </message>
        <message>
            <source>Apply or cancel</source>
            <translation>적용 또는 취소</translation>
        </message>
        <message>
            <source>Segment all</source>
            <translation>모두 분할</translation>
        </message>
        <message>
            <source>Segment several cines one after the other in one process, and put their measures into one table</source>
            <translation>여러 시네를 한 프로세스에서 차례로 분할하고 측정값을 하나의 표에 모읍니다</translation>
        </message>
        <message>
            <source>Which cines are segmented together: all of the scene, or those of one study</source>
            <translation>함께 분할할 시네: 장면의 모든 시네 또는 한 검사의 시네</translation>
        </message>
        <message>
            <source>Cines to segment together</source>
            <translation>함께 분할할 시네</translation>
        </message>
        <message>
            <source>How far the segmentation is</source>
            <translation>분할이 얼마나 진행되었는지 보여 줍니다</translation>
        </message>
        <message>
            <source>Progress</source>
            <translation>진행률</translation>
        </message>
        <message>
            <source>What the module does, or why it could not</source>
            <translation>모듈이 하고 있는 일 또는 할 수 없었던 이유</translation>
        </message>
        <message>
            <source>Log</source>
            <translation>로그</translation>
        </message>
        <message>
            <source>Show what the segmentation process wrote</source>
            <translation>분할 프로세스가 기록한 내용을 보여 줍니다</translation>
        </message>
        <message>
            <source>Show log</source>
            <translation>로그 보기</translation>
        </message>
        <message>
            <source>What the last run wrote: device, seconds of each stage, versions, and errors</source>
            <translation>마지막 실행의 기록: 장치, 단계별 시간(초), 버전, 오류</translation>
        </message>
        <message>
            <source>Copy log</source>
            <translation>로그 복사</translation>
        </message>
        <message>
            <source>Copy the log for a bug report, without the names of cines, paths and identifiers</source>
            <translation>버그 보고용으로 로그를 복사합니다. 시네 이름, 경로, 식별자는 제외됩니다</translation>
        </message>
        <message>
            <source>Results</source>
            <translation>결과</translation>
        </message>
        <message>
            <source>Measures, findings and views of the segmentation</source>
            <translation>분할의 측정값, 확인 사항, 보기</translation>
        </message>
        <message>
            <source>Segmentations of this cine</source>
            <translation>이 시네의 분할</translation>
        </message>
        <message>
            <source>Segmentation</source>
            <translation>분할</translation>
        </message>
        <message>
            <source>Phase that the views show</source>
            <translation>화면에 보이는 위상</translation>
        </message>
        <message>
            <source>Phase</source>
            <translation>위상</translation>
        </message>
        <message>
            <source>Play and step the phases: Alt+P, Alt+, and Alt+.</source>
            <translation>위상 재생 및 한 단계씩 이동: Alt+P, Alt+, 그리고 Alt+.</translation>
        </message>
        <message>
            <source>Play and step</source>
            <translation>재생 및 이동</translation>
        </message>
        <message>
            <source>End-diastole:</source>
            <translation>이완기말:</translation>
        </message>
        <message>
            <source>Phase of end-diastole; change it, and every measure is computed again</source>
            <translation>이완기말의 위상. 바꾸면 모든 측정값을 다시 계산합니다</translation>
        </message>
        <message>
            <source>Phase of end-diastole</source>
            <translation>이완기말 위상</translation>
        </message>
        <message>
            <source>Go to ED</source>
            <translation>ED로 이동</translation>
        </message>
        <message>
            <source>Show end-diastole</source>
            <translation>이완기말을 보여 줍니다</translation>
        </message>
        <message>
            <source>Go to end-diastole</source>
            <translation>이완기말로 이동</translation>
        </message>
        <message>
            <source>End-systole:</source>
            <translation>수축기말:</translation>
        </message>
        <message>
            <source>none</source>
            <translation>없음</translation>
        </message>
        <message>
            <source>Phase of end-systole; change it, and every measure is computed again</source>
            <translation>수축기말의 위상. 바꾸면 모든 측정값을 다시 계산합니다</translation>
        </message>
        <message>
            <source>Phase of end-systole</source>
            <translation>수축기말 위상</translation>
        </message>
        <message>
            <source>Go to ES</source>
            <translation>ES로 이동</translation>
        </message>
        <message>
            <source>Show end-systole</source>
            <translation>수축기말을 보여 줍니다</translation>
        </message>
        <message>
            <source>Go to end-systole</source>
            <translation>수축기말로 이동</translation>
        </message>
        <message>
            <source>Automatic</source>
            <translation>자동</translation>
        </message>
        <message>
            <source>Find end-diastole and end-systole from the volume of the left ventricle</source>
            <translation>좌심실 용적에서 이완기말과 수축기말을 찾습니다</translation>
        </message>
        <message>
            <source>Find both phases automatically</source>
            <translation>두 위상을 자동으로 찾기</translation>
        </message>
        <message>
            <source>Hold the pointer over a row for its definition</source>
            <translation>행 위에 마우스를 올리면 정의가 나타납니다</translation>
        </message>
        <message>
            <source>Measures</source>
            <translation>측정값</translation>
        </message>
        <message>
            <source>Heart rate:</source>
            <translation>심박수:</translation>
        </message>
        <message>
            <source> beats/min</source>
            <translation> 회/분</translation>
        </message>
        <message>
            <source>not given</source>
            <translation>지정 안 함</translation>
        </message>
        <message>
            <source>For the cardiac output; not given takes it from the phase times</source>
            <translation>심박출량 계산용. 지정하지 않으면 위상 시간에서 구합니다</translation>
        </message>
        <message>
            <source>Heart rate</source>
            <translation>심박수</translation>
        </message>
        <message>
            <source>Height:</source>
            <translation>키:</translation>
        </message>
        <message>
            <source> cm</source>
            <translation> cm</translation>
        </message>
        <message>
            <source>With the weight, for measures per body surface</source>
            <translation>체중과 함께 체표면적당 측정값에 사용됩니다</translation>
        </message>
        <message>
            <source>Height</source>
            <translation>키</translation>
        </message>
        <message>
            <source>Weight:</source>
            <translation>체중:</translation>
        </message>
        <message>
            <source> kg</source>
            <translation> kg</translation>
        </message>
        <message>
            <source>With the height, for measures per body surface</source>
            <translation>키와 함께 체표면적당 측정값에 사용됩니다</translation>
        </message>
        <message>
            <source>Weight</source>
            <translation>체중</translation>
        </message>
        <message>
            <source>Findings (click to go there):</source>
            <translation>확인 사항(클릭하면 그 위치로 이동):</translation>
        </message>
        <message>
            <source>What to check before using the result</source>
            <translation>결과를 사용하기 전에 확인할 내용</translation>
        </message>
        <message>
            <source>Findings</source>
            <translation>확인 사항</translation>
        </message>
        <message>
            <source>Trust</source>
            <translation>신뢰도</translation>
        </message>
        <message>
            <source>Which contours are to be believed, by slice and phase</source>
            <translation>슬라이스와 위상별로 믿을 수 있는 윤곽</translation>
        </message>
        <message>
            <source>How many contours are doubtful; or that trust was not judged</source>
            <translation>의심스러운 윤곽의 수 또는 신뢰도를 평가하지 않았다는 안내</translation>
        </message>
        <message>
            <source>Structure whose contours are judged</source>
            <translation>윤곽을 평가할 구조</translation>
        </message>
        <message>
            <source>Structure in the map of trust</source>
            <translation>신뢰도 지도의 구조</translation>
        </message>
        <message>
            <source>Slices from top to bottom, phases from left to right; click a place to go there</source>
            <translation>위에서 아래로 슬라이스, 왼쪽에서 오른쪽으로 위상. 칸을 클릭하면 그 위치로 이동합니다</translation>
        </message>
        <message>
            <source>Map of trust, slices by phases</source>
            <translation>신뢰도 지도, 슬라이스 × 위상</translation>
        </message>
        <message>
            <source>What the colors and signs of the map mean</source>
            <translation>지도의 색과 기호의 의미</translation>
        </message>
        <message>
            <source>Regional function</source>
            <translation>국소 기능</translation>
        </message>
        <message>
            <source>Wall thickness and thickening of the 16 segments, and strain from contours</source>
            <translation>16개 분절의 벽 두께와 벽 두께 증가율, 윤곽에서 구한 스트레인</translation>
        </message>
        <message>
            <source>What the bullseye shows</source>
            <translation>불스아이에 표시할 내용</translation>
        </message>
        <message>
            <source>Quantity in the bullseye</source>
            <translation>불스아이의 표시량</translation>
        </message>
        <message>
            <source>Segments of the left ventricle, base outside, anterior on top; click one to go to its slice and phase</source>
            <translation>좌심실 분절. 바깥쪽이 기저부, 위쪽이 전벽. 분절을 클릭하면 해당 슬라이스와 위상으로 이동합니다</translation>
        </message>
        <message>
            <source>Bullseye of the segments</source>
            <translation>분절 불스아이</translation>
        </message>
        <message>
            <source>The largest wall thickness, and what could not be measured</source>
            <translation>가장 두꺼운 벽 두께와 측정할 수 없었던 항목</translation>
        </message>
        <message>
            <source>Insertion points and segment borders</source>
            <translation>부착점과 분절 경계</translation>
        </message>
        <message>
            <source>Show them over the images; move a point where the right ventricle meets the left, and everything is measured again</source>
            <translation>영상 위에 표시합니다. 우심실이 좌심실과 만나는 점을 옮기면 모두 다시 측정합니다</translation>
        </message>
        <message>
            <source>Show insertion points and segment borders</source>
            <translation>부착점과 분절 경계 보기</translation>
        </message>
        <message>
            <source>Find insertion points</source>
            <translation>부착점 찾기</translation>
        </message>
        <message>
            <source>Take your correction of the insertion points back and measure again</source>
            <translation>부착점 수정을 되돌리고 다시 측정합니다</translation>
        </message>
        <message>
            <source>Find insertion points automatically</source>
            <translation>부착점 자동으로 찾기</translation>
        </message>
        <message>
            <source>Table of segments</source>
            <translation>분절 표</translation>
        </message>
        <message>
            <source>Show wall thickness, thickening and excursion of each segment in a table view</source>
            <translation>각 분절의 벽 두께, 두께 증가율, 이동 거리를 표로 보여 줍니다</translation>
        </message>
        <message>
            <source>Show table of segments</source>
            <translation>분절 표 보기</translation>
        </message>
        <message>
            <source>Strain curves</source>
            <translation>스트레인 곡선</translation>
        </message>
        <message>
            <source>Show strain over the heart beat in a plot view; it is derived from contours, not tracked</source>
            <translation>심박 동안의 스트레인을 그래프로 보여 줍니다. 추적이 아니라 윤곽에서 구한 값입니다</translation>
        </message>
        <message>
            <source>Show strain curves</source>
            <translation>스트레인 곡선 보기</translation>
        </message>
        <message>
            <source>Show in 3D</source>
            <translation>3D로 보기</translation>
        </message>
        <message>
            <source>Surfaces of all phases; they follow when the phases are played</source>
            <translation>모든 위상의 표면이며, 위상을 재생하면 함께 움직입니다</translation>
        </message>
        <message>
            <source>Show curves</source>
            <translation>곡선 보기</translation>
        </message>
        <message>
            <source>Volumes over the heart beat with end-diastole and end-systole marked, in a plot view</source>
            <translation>심박 동안의 용적을 이완기말과 수축기말 표시와 함께 그래프로 보여 줍니다</translation>
        </message>
        <message>
            <source>Edit segments</source>
            <translation>세그먼트 편집</translation>
        </message>
        <message>
            <source>Correct the current phase in the Segment Editor</source>
            <translation>현재 위상을 Segment Editor에서 수정합니다</translation>
        </message>
        <message>
            <source>Update measures</source>
            <translation>측정값 업데이트</translation>
        </message>
        <message>
            <source>Measure what the segmentation holds now, after it was edited</source>
            <translation>편집한 뒤의 분할을 다시 측정합니다</translation>
        </message>
        <message>
            <source>Update measures after editing</source>
            <translation>편집 후 측정값 업데이트</translation>
        </message>
        <message>
            <source>Copy table</source>
            <translation>표 복사</translation>
        </message>
        <message>
            <source>Copy the measures for a spreadsheet</source>
            <translation>스프레드시트용으로 측정값을 복사합니다</translation>
        </message>
        <message>
            <source>Copy table of measures</source>
            <translation>측정값 표 복사</translation>
        </message>
        <message>
            <source>Export results…</source>
            <translation>결과 내보내기…</translation>
        </message>
        <message>
            <source>Write report.json, measures.csv, curves.csv and the labels of all phases as a 4-D NIfTI file</source>
            <translation>report.json, measures.csv, curves.csv와 모든 위상의 레이블을 4차원 NIfTI 파일로 저장합니다</translation>
        </message>
        <message>
            <source>Export report and labels</source>
            <translation>보고서와 레이블 내보내기</translation>
        </message>
        <message>
            <source>Export PDF…</source>
            <translation>PDF 내보내기…</translation>
        </message>
        <message>
            <source>Write report.pdf: pictures, measures, curves, bullseye and findings on one or two A4 pages</source>
            <translation>report.pdf 저장: 그림, 측정값, 곡선, 불스아이, 확인 사항을 A4 한두 쪽에 담습니다</translation>
        </message>
        <message>
            <source>Export report as PDF</source>
            <translation>보고서를 PDF로 내보내기</translation>
        </message>
        <message>
            <source>Export phases…</source>
            <translation>위상 내보내기…</translation>
        </message>
        <message>
            <source>Write one segmentation file (.seg.nrrd) for each phase</source>
            <translation>위상마다 분할 파일(.seg.nrrd)을 하나씩 저장합니다</translation>
        </message>
        <message>
            <source>Export a segmentation for each phase</source>
            <translation>위상별 분할 내보내기</translation>
        </message>
        <message>
            <source>Export to DICOM…</source>
            <translation>DICOM으로 내보내기…</translation>
        </message>
        <message>
            <source>Write a DICOM Segmentation and a Structured Report into the study of the images; they carry the patient's name and identifiers</source>
            <translation>영상의 검사에 DICOM Segmentation과 Structured Report를 저장합니다. 환자의 이름과 식별자가 포함됩니다</translation>
        </message>
        <message>
            <source>Export to DICOM</source>
            <translation>DICOM으로 내보내기</translation>
        </message>
        <message>
            <source>What was exported</source>
            <translation>내보낸 항목</translation>
        </message>
        <message>
            <source>Show table of all cines</source>
            <translation>모든 시네의 표 보기</translation>
        </message>
        <message>
            <source>Show the measures of every cine that was segmented together, and what they give together</source>
            <translation>함께 분할한 모든 시네의 측정값과 그 종합 결과를 보여 줍니다</translation>
        </message>
        <message>
            <source>Research use, not for clinical decisions.</source>
            <translation>연구용이며 임상 결정에는 사용하지 마십시오.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.bullseye_view</name>
        <message>
            <source>{segment}: {value} {unit}. Click to go there.</source>
            <translation>{segment}: {value} {unit}. 클릭하면 그 위치로 이동합니다.</translation>
        </message>
        <message>
            <source>Wall thickness at ED</source>
            <translation>ED 벽 두께</translation>
        </message>
        <message>
            <source>Wall thickness at ES</source>
            <translation>ES 벽 두께</translation>
        </message>
        <message>
            <source>Thickening</source>
            <translation>벽 두께 증가율</translation>
        </message>
        <message>
            <source>anterior</source>
            <translation>전벽</translation>
        </message>
        <message>
            <source>inferior</source>
            <translation>하벽</translation>
        </message>
        <message>
            <source>septal</source>
            <translation>중격</translation>
        </message>
        <message>
            <source>lateral</source>
            <translation>측벽</translation>
        </message>
        <message>
            <source>{segment}: not measured</source>
            <translation>{segment}: 측정되지 않음</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.child_messages</name>
        <message>
            <source>The segmentation process was killed from outside, which also happens when the memory runs out.</source>
            <translation>분할 프로세스가 외부에서 종료되었습니다. 메모리가 부족할 때도 이런 일이 생깁니다.</translation>
        </message>
        <message>
            <source>The segmentation process crashed (signal {number}); the log holds what it last wrote.</source>
            <translation>분할 프로세스가 비정상 종료되었습니다(시그널 {number}). 마지막 출력은 로그에 있습니다.</translation>
        </message>
        <message>
            <source>Reading the cine</source>
            <translation>시네 읽는 중</translation>
        </message>
        <message>
            <source>Loading the model</source>
            <translation>모델 불러오는 중</translation>
        </message>
        <message>
            <source>Preparing the images</source>
            <translation>영상 준비 중</translation>
        </message>
        <message>
            <source>Finding the heart</source>
            <translation>심장 찾는 중</translation>
        </message>
        <message>
            <source>Segmenting</source>
            <translation>분할 중</translation>
        </message>
        <message>
            <source>Cleaning up</source>
            <translation>정리 중</translation>
        </message>
        <message>
            <source>Judging the contours</source>
            <translation>윤곽 평가 중</translation>
        </message>
        <message>
            <source>Measuring</source>
            <translation>측정 중</translation>
        </message>
        <message>
            <source>Writing the result</source>
            <translation>결과 저장 중</translation>
        </message>
        <message>
            <source>Reading the result</source>
            <translation>결과 읽는 중</translation>
        </message>
        <message>
            <source>Failed</source>
            <translation>실패</translation>
        </message>
        <message>
            <source>The segmentation process ended without a result (exit status {number}).</source>
            <translation>분할 프로세스가 결과 없이 끝났습니다(종료 상태 {number}).</translation>
        </message>
        <message>
            <source>{stage}, phase {number} of {total}</source>
            <translation>{stage}, 위상 {number}/{total}</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.child_process</name>
        <message>
            <source>Slicer's Python ({path}) could not be started; reinstall Slicer if this persists.</source>
            <translation>Slicer의 Python({path})을 시작할 수 없습니다. 계속되면 Slicer를 다시 설치하십시오.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.choices</name>
        <message>
            <source>All</source>
            <translation>모두</translation>
        </message>
        <message>
            <source>End-diastole and end-systole</source>
            <translation>이완기말과 수축기말</translation>
        </message>
        <message>
            <source>Current phase</source>
            <translation>현재 위상</translation>
        </message>
        <message>
            <source>Automatic</source>
            <translation>자동</translation>
        </message>
        <message>
            <source>Short axis</source>
            <translation>단축</translation>
        </message>
        <message>
            <source>Long axis, two chambers</source>
            <translation>장축, 2방 단면</translation>
        </message>
        <message>
            <source>Long axis, three chambers</source>
            <translation>장축, 3방 단면</translation>
        </message>
        <message>
            <source>Long axis, four chambers</source>
            <translation>장축, 4방 단면</translation>
        </message>
        <message>
            <source>GPU</source>
            <translation>GPU</translation>
        </message>
        <message>
            <source>CPU</source>
            <translation>CPU</translation>
        </message>
        <message>
            <source>Replace</source>
            <translation>바꾸기</translation>
        </message>
        <message>
            <source>Keep, and add the new one</source>
            <translation>유지하고 새 결과 추가</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.cine_job</name>
        <message>
            <source>There is no model for the view of {name} ({view}); choose another view or model under Advanced.</source>
            <translation>{name}의 단면({view})에 맞는 모델이 없습니다. 고급에서 다른 단면이나 모델을 선택하십시오.</translation>
        </message>
        <message>
            <source>{reason} Choose the view of {name} under Advanced.</source>
            <translation>{reason} 고급에서 {name}의 단면을 선택하십시오.</translation>
        </message>
        <message>
            <source>The segmentation that came back does not lie on the grid of the cine; see the log.</source>
            <translation>돌아온 분할이 시네의 격자와 맞지 않습니다. 로그를 확인하십시오.</translation>
        </message>
        <message>
            <source>No heart was found in {name}, so nothing was added; choose a cardiac cine MRI.</source>
            <translation>{name}에서 심장을 찾지 못해 아무것도 추가하지 않았습니다. 심장 시네 MRI를 선택하십시오.</translation>
        </message>
        <message>
            <source>The cine was removed from the scene while it was being segmented, so nothing was added.</source>
            <translation>분할하는 동안 시네가 장면에서 제거되어 아무것도 추가하지 않았습니다.</translation>
        </message>
        <message>
            <source>The cine was changed while it was being segmented, so nothing was added.</source>
            <translation>분할하는 동안 시네가 변경되어 아무것도 추가하지 않았습니다.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.cines</name>
        <message>
            <source>There is not enough memory for {name}; close other programs or other cines.</source>
            <translation>{name}에 필요한 메모리가 부족합니다. 다른 프로그램이나 다른 시네를 닫으십시오.</translation>
        </message>
        <message>
            <source>{name} is not a gray-scale image; choose a volume sequence or a scalar volume.</source>
            <translation>{name}은(는) 회색조 영상이 아닙니다. 볼륨 시퀀스나 스칼라 볼륨을 선택하십시오.</translation>
        </message>
        <message>
            <source>The phases of {name} do not lie on one grid (phase {number} differs from the first); load the DICOM folder with 'Load DICOM folder…', which sorts slices and phases.</source>
            <translation>{name}의 위상들이 한 격자 위에 있지 않습니다(위상 {number}이(가) 첫 위상과 다름). 슬라이스와 위상을 정렬해 주는 'DICOM 폴더 불러오기…'로 DICOM 폴더를 불러오십시오.</translation>
        </message>
        <message>
            <source>1 phase</source>
            <translation>위상 1개</translation>
        </message>
        <message>
            <source>1 slice</source>
            <translation>슬라이스 1개</translation>
        </message>
        <message>
            <source>Choose a cine: a volume sequence, or a volume.</source>
            <translation>시네를 선택하십시오: 볼륨 시퀀스 또는 볼륨.</translation>
        </message>
        <message>
            <source>{name} is a sequence, but not one of gray-scale images; choose a volume sequence.</source>
            <translation>{name}은(는) 시퀀스이지만 회색조 영상의 시퀀스가 아닙니다. 볼륨 시퀀스를 선택하십시오.</translation>
        </message>
        <message>
            <source>Phase {number} of {name} has no image; load the cine again.</source>
            <translation>{name}의 위상 {number}에 영상이 없습니다. 시네를 다시 불러오십시오.</translation>
        </message>
        <message>
            <source>{number} phases</source>
            <translation>위상 {number}개</translation>
        </message>
        <message>
            <source>{number} slices</source>
            <translation>슬라이스 {number}개</translation>
        </message>
        <message>
            <source>{phases} × {slices} of {columns} × {rows}</source>
            <translation>{phases} × {slices}, {columns} × {rows}</translation>
        </message>
        <message>
            <source>{x} × {y} × {z} mm</source>
            <translation>{x} × {y} × {z} mm</translation>
        </message>
        <message>
            <source>no phase times</source>
            <translation>위상 시간 없음</translation>
        </message>
        <message>
            <source>{name} holds no phases.</source>
            <translation>{name}에 위상이 없습니다.</translation>
        </message>
        <message>
            <source>{first}–{last} ms</source>
            <translation>{first}–{last} ms</translation>
        </message>
        <message>
            <source>{name} cannot be segmented: {reason}</source>
            <translation>{name}을(를) 분할할 수 없습니다: {reason}</translation>
        </message>
        <message>
            <source>{name} is a color image; a gray-scale cine is needed.</source>
            <translation>{name}은(는) 컬러 영상입니다. 회색조 시네가 필요합니다.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.curves</name>
        <message>
            <source>length</source>
            <translation>길이</translation>
        </message>
        <message>
            <source>Volume (ml)</source>
            <translation>용적(ml)</translation>
        </message>
        <message>
            <source>Area (cm²)</source>
            <translation>면적(cm²)</translation>
        </message>
        <message>
            <source>Length (mm)</source>
            <translation>길이(mm)</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.device_check</name>
        <message>
            <source>Checking…</source>
            <translation>확인 중…</translation>
        </message>
        <message>
            <source>The CPU will be used: {reason}.</source>
            <translation>CPU를 사용합니다: {reason}.</translation>
        </message>
        <message>
            <source>The GPU will be used: {reason}.</source>
            <translation>GPU를 사용합니다: {reason}.</translation>
        </message>
        <message>
            <source>The device could not be checked: {reason}</source>
            <translation>장치를 확인할 수 없습니다: {reason}</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.dicom_source</name>
        <message>
            <source>DICOM results refer to the DICOM images of the cine, and this one was not loaded from DICOM; use 'Load DICOM folder…'.</source>
            <translation>DICOM 결과는 시네의 DICOM 영상을 참조하는데, 이 시네는 DICOM에서 불러온 것이 아닙니다. 'DICOM 폴더 불러오기…'를 사용하십시오.</translation>
        </message>
        <message>
            <source>The DICOM files of the cine are not where they were; load its folder again.</source>
            <translation>시네의 DICOM 파일이 원래 위치에 없습니다. 폴더를 다시 불러오십시오.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.examination</name>
        <message>
            <source>Cines of {study}</source>
            <translation>{study}의 시네</translation>
        </message>
        <message>
            <source>Cine</source>
            <translation>시네</translation>
        </message>
        <message>
            <source>Measure</source>
            <translation>측정 항목</translation>
        </message>
        <message>
            <source>Value</source>
            <translation>값</translation>
        </message>
        <message>
            <source>Unit</source>
            <translation>단위</translation>
        </message>
        <message>
            <source>Definition</source>
            <translation>정의</translation>
        </message>
        <message>
            <source>All cines of the scene</source>
            <translation>장면의 모든 시네</translation>
        </message>
        <message>
            <source>The cines are of several studies, so the views were not combined.</source>
            <translation>시네가 여러 검사에 속하므로 단면들을 결합하지 않았습니다.</translation>
        </message>
        <message>
            <source>Examination</source>
            <translation>검사</translation>
        </message>
        <message>
            <source>together</source>
            <translation>종합</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.existing_labels</name>
        <message>
            <source>{name} is deformed relative to {cine} by a transform; harden the transform first.</source>
            <translation>{name}이(가) 변환 때문에 {cine}에 대해 휘어 있습니다. 먼저 변환을 고정(harden)하십시오.</translation>
        </message>
        <message>
            <source>{name} holds other values than labels: 0 background, 1 left ventricle, 2 myocardium, 3 right ventricle.</source>
            <translation>{name}에 레이블이 아닌 값이 있습니다: 0 배경, 1 좌심실, 2 심근, 3 우심실.</translation>
        </message>
        <message>
            <source>{name} does not lie on the grid of {cine}; resample it to the cine first.</source>
            <translation>{name}이(가) {cine}의 격자 위에 있지 않습니다. 먼저 시네에 맞춰 재표본화하십시오.</translation>
        </message>
        <message>
            <source>{name} has {found} phases, {cine} has {expected}; they have to be the same.</source>
            <translation>{name}의 위상은 {found}개, {cine}의 위상은 {expected}개입니다. 서로 같아야 합니다.</translation>
        </message>
        <message>
            <source>There is nothing in these labels to measure.</source>
            <translation>이 레이블에는 측정할 것이 없습니다.</translation>
        </message>
        <message>
            <source>The labels cannot be measured: {reason}</source>
            <translation>레이블을 측정할 수 없습니다: {reason}</translation>
        </message>
        <message>
            <source>{name} holds no images.</source>
            <translation>{name}에 영상이 없습니다.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.export</name>
        <message>
            <source>{file} could not be written; check the folder and the free disk space.</source>
            <translation>{file}을(를) 저장할 수 없습니다. 폴더와 디스크 여유 공간을 확인하십시오.</translation>
        </message>
        <message>
            <source>Measure</source>
            <translation>측정 항목</translation>
        </message>
        <message>
            <source>Value</source>
            <translation>값</translation>
        </message>
        <message>
            <source>Unit</source>
            <translation>단위</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.export_panel</name>
        <message>
            <source>Writing…</source>
            <translation>저장 중…</translation>
        </message>
        <message>
            <source>Nothing was exported.</source>
            <translation>내보낸 것이 없습니다.</translation>
        </message>
        <message>
            <source>Folder for the results</source>
            <translation>결과를 저장할 폴더</translation>
        </message>
        <message>
            <source>Folder for the report</source>
            <translation>보고서 폴더</translation>
        </message>
        <message>
            <source>Folder for the DICOM files</source>
            <translation>DICOM 파일 폴더</translation>
        </message>
        <message>
            <source>The PDF is drawn with matplotlib, which Slicer's Python does not have: enter slicer.util.pip_install('matplotlib') in the Python Console, then export again. All other exports do without.</source>
            <translation>PDF는 matplotlib로 그리는데 Slicer의 Python에는 없습니다. Python 콘솔에 slicer.util.pip_install('matplotlib')를 입력한 뒤 다시 내보내십시오. 다른 내보내기에는 필요하지 않습니다.</translation>
        </message>
        <message>
            <source>They are in Slicer's DICOM database, too.</source>
            <translation>Slicer의 DICOM 데이터베이스에도 들어 있습니다.</translation>
        </message>
        <message>
            <source>Written: {names}.</source>
            <translation>저장됨: {names}.</translation>
        </message>
        <message>
            <source>{count} files were written.</source>
            <translation>파일 {count}개를 저장했습니다.</translation>
        </message>
        <message>
            <source>The results could not be exported: {reason}</source>
            <translation>결과를 내보낼 수 없습니다: {reason}</translation>
        </message>
        <message>
            <source>The results could not be written: {reason}</source>
            <translation>결과를 저장하지 못했습니다: {reason}</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.folder_choice</name>
        <message>
            <source>The folder holds files of these names already: {names}. Replace them?</source>
            <translation>폴더에 같은 이름의 파일이 이미 있습니다: {names}. 바꾸시겠습니까?</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.highdicom_setup</name>
        <message>
            <source>DICOM results need the Python package highdicom, a download of a few MB. Install it now?</source>
            <translation>DICOM 결과에는 몇 MB를 내려받아야 하는 Python 패키지 highdicom이 필요합니다. 지금 설치하시겠습니까?</translation>
        </message>
        <message>
            <source>DICOM results need pydicom {expected} or newer, but this Slicer comes with {found}, which must not be replaced. Use a newer Slicer, or the command line outside of Slicer.</source>
            <translation>DICOM 결과에는 pydicom {expected} 이상이 필요하지만, 이 Slicer에 포함된 버전은 {found}이며 바꾸어서는 안 됩니다. 더 새로운 Slicer를 사용하거나 Slicer 밖에서 명령줄을 사용하십시오.</translation>
        </message>
        <message>
            <source>highdicom is not installed, and nothing is installed while Slicer runs its tests.</source>
            <translation>highdicom이 설치되어 있지 않으며, Slicer가 테스트를 실행하는 동안에는 설치하지 않습니다.</translation>
        </message>
        <message>
            <source>highdicom was not installed; without it there are no DICOM results.</source>
            <translation>highdicom이 설치되지 않았습니다. 없으면 DICOM 결과를 만들 수 없습니다.</translation>
        </message>
        <message>
            <source>highdicom was not installed; see the log.</source>
            <translation>highdicom이 설치되지 않았습니다. 로그를 확인하십시오.</translation>
        </message>
        <message>
            <source>highdicom could not be installed: {reason}. The log holds what pip said.</source>
            <translation>highdicom을 설치할 수 없습니다: {reason}. pip의 출력은 로그에 있습니다.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.labels_panel</name>
        <message>
            <source>Load labels</source>
            <translation>레이블 불러오기</translation>
        </message>
        <message>
            <source>Choose a segmentation or a label volume.</source>
            <translation>분할이나 레이블 볼륨을 선택하십시오.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.load_panel</name>
        <message>
            <source>Load cine</source>
            <translation>시네 불러오기</translation>
        </message>
        <message>
            <source>Load DICOM folder</source>
            <translation>DICOM 폴더 불러오기</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.loading</name>
        <message>
            <source>Cine images ({extensions})</source>
            <translation>시네 영상 ({extensions})</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.log_panel</name>
        <message>
            <source>The log was copied, without names and paths.</source>
            <translation>이름과 경로를 빼고 로그를 복사했습니다.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.model_choice</name>
        <message>
            <source>Automatic</source>
            <translation>자동</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.models</name>
        <message>
            <source>{title} (own model)</source>
            <translation>{title} (사용자 모델)</translation>
        </message>
        <message>
            <source>{folder} holds no model; a model is a folder with {file} and weights.</source>
            <translation>{folder}에 모델이 없습니다. 모델은 {file}과(와) 가중치가 든 폴더입니다.</translation>
        </message>
        <message>
            <source>{folder} cannot be read: {reason}.</source>
            <translation>{folder}을(를) 읽을 수 없습니다: {reason}.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.patient_of_study</name>
        <message>
            <source>Heart rate, height and weight were cleared: this cine is of another study.</source>
            <translation>심박수, 키, 체중을 지웠습니다. 이 시네는 다른 검사의 것입니다.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.pip_output</name>
        <message>
            <source>The disk is full: PyTorch needs 1 GB without and 5 GB with GPU support.</source>
            <translation>디스크가 가득 찼습니다. PyTorch에는 GPU 지원 없이 1 GB, GPU 지원 시 5 GB가 필요합니다.</translation>
        </message>
        <message>
            <source>A proxy or a certificate stands in the way: set HTTPS_PROXY, and SSL_CERT_FILE if your network inspects traffic, start Slicer again and press Apply.</source>
            <translation>프록시나 인증서 때문에 막혔습니다. HTTPS_PROXY를 설정하고, 네트워크가 트래픽을 검사한다면 SSL_CERT_FILE도 설정한 뒤, Slicer를 다시 시작하고 적용을 누르십시오.</translation>
        </message>
        <message>
            <source>Slicer's folder cannot be written to: install Slicer where you may write.</source>
            <translation>Slicer 폴더에 쓸 수 없습니다. 쓰기 권한이 있는 곳에 Slicer를 설치하십시오.</translation>
        </message>
        <message>
            <source>The package index was not reached: check the network connection and press Apply again.</source>
            <translation>패키지 저장소에 연결할 수 없습니다. 네트워크 연결을 확인하고 적용을 다시 누르십시오.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.plots</name>
        <message>
            <source>Measure</source>
            <translation>측정 항목</translation>
        </message>
        <message>
            <source>Value</source>
            <translation>값</translation>
        </message>
        <message>
            <source>Unit</source>
            <translation>단위</translation>
        </message>
        <message>
            <source>Trust</source>
            <translation>신뢰도</translation>
        </message>
        <message>
            <source>Definition</source>
            <translation>정의</translation>
        </message>
        <message>
            <source>Key</source>
            <translation>키 이름</translation>
        </message>
        <message>
            <source>Time (ms)</source>
            <translation>시간(ms)</translation>
        </message>
        <message>
            <source>ED, ES</source>
            <translation>ED, ES</translation>
        </message>
        <message>
            <source>Phase</source>
            <translation>위상</translation>
        </message>
        <message>
            <source>ED</source>
            <translation>ED</translation>
        </message>
        <message>
            <source>Time after the R wave (ms)</source>
            <translation>R파 이후 시간(ms)</translation>
        </message>
        <message>
            <source>{name}: ED phase {ed}, ES phase {es}</source>
            <translation>{name}: ED 위상 {ed}, ES 위상 {es}</translation>
        </message>
        <message>
            <source>{name} measures</source>
            <translation>{name} 측정값</translation>
        </message>
        <message>
            <source>{name} curves</source>
            <translation>{name} 곡선</translation>
        </message>
        <message>
            <source>{name} phases</source>
            <translation>{name} 위상</translation>
        </message>
        <message>
            <source>ES</source>
            <translation>ES</translation>
        </message>
        <message>
            <source>{name} chart</source>
            <translation>{name} 그래프</translation>
        </message>
        <message>
            <source>{name} ED and ES</source>
            <translation>{name} ED 및 ES</translation>
        </message>
        <message>
            <source>{name}: ED phase {ed}</source>
            <translation>{name}: ED 위상 {ed}</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.regional_nodes</name>
        <message>
            <source>Mean at ED (mm)</source>
            <translation>ED 평균(mm)</translation>
        </message>
        <message>
            <source>Largest at ED (mm)</source>
            <translation>ED 최대(mm)</translation>
        </message>
        <message>
            <source>Mean at ES (mm)</source>
            <translation>ES 평균(mm)</translation>
        </message>
        <message>
            <source>Largest at ES (mm)</source>
            <translation>ES 최대(mm)</translation>
        </message>
        <message>
            <source>Thickening (%)</source>
            <translation>벽 두께 증가율(%)</translation>
        </message>
        <message>
            <source>Excursion (mm)</source>
            <translation>이동 거리(mm)</translation>
        </message>
        <message>
            <source>GCS, endocardial</source>
            <translation>GCS, 심내막</translation>
        </message>
        <message>
            <source>GCS, mid-wall</source>
            <translation>GCS, 벽 중간층</translation>
        </message>
        <message>
            <source>GRS</source>
            <translation>GRS</translation>
        </message>
        <message>
            <source>GLS</source>
            <translation>GLS</translation>
        </message>
        <message>
            <source>RV free wall</source>
            <translation>우심실 자유벽</translation>
        </message>
        <message>
            <source>Time (ms)</source>
            <translation>시간(ms)</translation>
        </message>
        <message>
            <source>Strain from contours (%)</source>
            <translation>윤곽에서 구한 스트레인(%)</translation>
        </message>
        <message>
            <source>{name} segments</source>
            <translation>{name} 분절</translation>
        </message>
        <message>
            <source>Segment</source>
            <translation>분절</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>이름</translation>
        </message>
        <message>
            <source>{name} strains</source>
            <translation>{name} 스트레인 표</translation>
        </message>
        <message>
            <source>Phase</source>
            <translation>위상</translation>
        </message>
        <message>
            <source>{name} strain</source>
            <translation>{name} 스트레인</translation>
        </message>
        <message>
            <source>Time after the R wave (ms)</source>
            <translation>R파 이후 시간(ms)</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.regional_panel</name>
        <message>
            <source>Left out: {what_and_why}.</source>
            <translation>제외됨: {what_and_why}.</translation>
        </message>
        <message>
            <source>Largest wall thickness {value} mm: {segment}, slice {slice}, phase {phase}.</source>
            <translation>최대 벽 두께 {value} mm: {segment}, 슬라이스 {slice}, 위상 {phase}.</translation>
        </message>
        <message>
            <source>Measured with corrected insertion points.</source>
            <translation>수정한 부착점으로 측정했습니다.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.registration</name>
        <message>
            <source>There is no sample in {folder}; install the extension again.</source>
            <translation>{folder}에 예제가 없습니다. 확장을 다시 설치하십시오.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.results</name>
        <message>
            <source>{cine} has {found} phases, but had {expected} when it was segmented; segment it again.</source>
            <translation>{cine}의 위상은 {found}개이지만 분할할 때에는 {expected}개였습니다. 다시 분할하십시오.</translation>
        </message>
        <message>
            <source>{name} was kept: it has contours that were edited or loaded.</source>
            <translation>{name}: 편집하거나 불러온 윤곽이 있어 유지했습니다.</translation>
        </message>
        <message>
            <source>{name} was kept: its phases or insertion points were corrected.</source>
            <translation>{name}: 위상이나 부착점을 수정했으므로 유지했습니다.</translation>
        </message>
        <message>
            <source>{name} was kept: it has phases that the new result lacks.</source>
            <translation>{name}: 새 결과에 없는 위상이 있어 유지했습니다.</translation>
        </message>
        <message>
            <source>{name} has no report to update; segment the cine again.</source>
            <translation>{name}에 업데이트할 보고서가 없습니다. 시네를 다시 분할하십시오.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.results_panel</name>
        <message>
            <source>The contours were edited after they were measured; press Update measures.</source>
            <translation>측정 후에 윤곽이 편집되었습니다. 측정값 업데이트를 누르십시오.</translation>
        </message>
        <message>
            <source>Findings (click to go there):</source>
            <translation>확인 사항(클릭하면 그 위치로 이동):</translation>
        </message>
        <message>
            <source>No findings.</source>
            <translation>확인 사항이 없습니다.</translation>
        </message>
        <message>
            <source>Measure</source>
            <translation>측정 항목</translation>
        </message>
        <message>
            <source>Value</source>
            <translation>값</translation>
        </message>
        <message>
            <source>Unit</source>
            <translation>단위</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.run</name>
        <message>
            <source>The result could not be added because of an error in this module ({reason}); Slicer's error log has the details.</source>
            <translation>이 모듈의 오류({reason})로 결과를 추가하지 못했습니다. 자세한 내용은 Slicer 오류 로그에 있습니다.</translation>
        </message>
        <message>
            <source>There is no model any more that can be used; install the extension again.</source>
            <translation>사용할 수 있는 모델이 더 이상 없습니다. 확장을 다시 설치하십시오.</translation>
        </message>
        <message>
            <source>The images could not be written for the segmentation: {reason}.</source>
            <translation>분할용 영상을 저장할 수 없습니다: {reason}.</translation>
        </message>
        <message>
            <source>{name} ({number} of {total})</source>
            <translation>{name} ({number}/{total})</translation>
        </message>
        <message>
            <source>Slicer quit before {name} was segmented.</source>
            <translation>{name}을(를) 분할하기 전에 Slicer가 종료되었습니다.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.run_log</name>
        <message>
            <source>none</source>
            <translation>없음</translation>
        </message>
        <message>
            <source>not installed</source>
            <translation>설치되지 않음</translation>
        </message>
        <message>
            <source>{name}: device {device}, model {model}</source>
            <translation>{name}: 장치 {device}, 모델 {model}</translation>
        </message>
        <message>
            <source>not known</source>
            <translation>알 수 없음</translation>
        </message>
        <message>
            <source>{stages}; {total} s in all</source>
            <translation>{stages}; 총 {total}초</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.run_panel</name>
        <message>
            <source>{done} of {total} cines were segmented. {reasons}</source>
            <translation>시네 {total}개 중 {done}개를 분할했습니다. {reasons}</translation>
        </message>
        <message>
            <source>Starting…</source>
            <translation>시작하는 중…</translation>
        </message>
        <message>
            <source>Install the extension PyTorch now? Slicer restarts afterwards.</source>
            <translation>PyTorch 확장을 지금 설치하시겠습니까? 설치 후 Slicer가 다시 시작됩니다.</translation>
        </message>
        <message>
            <source>Canceled; the scene is as it was.</source>
            <translation>취소되었습니다. 장면은 이전과 같습니다.</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>취소</translation>
        </message>
        <message>
            <source>Apply</source>
            <translation>적용</translation>
        </message>
        <message>
            <source>Segment the cine in a separate process</source>
            <translation>별도의 프로세스에서 시네를 분할합니다</translation>
        </message>
        <message>
            <source>End the segmentation; the scene stays as it is</source>
            <translation>분할을 중단합니다. 장면은 그대로 유지됩니다</translation>
        </message>
        <message>
            <source>Done.</source>
            <translation>완료.</translation>
        </message>
        <message>
            <source>Segment all ({count})</source>
            <translation>모두 분할({count})</translation>
        </message>
        <message>
            <source>Done: {count} cines.</source>
            <translation>완료: 시네 {count}개.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.segment_overlay</name>
        <message>
            <source>{name} insertion points</source>
            <translation>{name} 부착점</translation>
        </message>
        <message>
            <source>RV anterior</source>
            <translation>우심실 앞쪽</translation>
        </message>
        <message>
            <source>RV inferior</source>
            <translation>우심실 아래쪽</translation>
        </message>
        <message>
            <source>{name} segment borders</source>
            <translation>{name} 분절 경계</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.segmentations</name>
        <message>
            <source>{name} segmentation</source>
            <translation>{name} 분할</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.sequences</name>
        <message>
            <source>{name} browser</source>
            <translation>{name} 브라우저</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.settings</name>
        <message>
            <source>Several cines have no current phase in common; choose Phases: All.</source>
            <translation>여러 시네에는 공통된 현재 위상이 없습니다. 위상: 모두를 선택하십시오.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.suitability</name>
        <message>
            <source>{name} is an image of modality {modality}; choose a cardiac cine MRI.</source>
            <translation>{name}은(는) {modality} 영상입니다. 심장 시네 MRI를 선택하십시오.</translation>
        </message>
        <message>
            <source>{name} looks like a CT: {percent} % of its voxels have the values of air there; choose a cardiac cine MRI.</source>
            <translation>{name}은(는) CT로 보입니다. 복셀의 {percent} %가 CT에서의 공기 값입니다. 심장 시네 MRI를 선택하십시오.</translation>
        </message>
        <message>
            <source>No model is there; install the extension again.</source>
            <translation>모델이 없습니다. 확장을 다시 설치하십시오.</translation>
        </message>
        <message>
            <source>{name} cannot be a cardiac cine: {reason}</source>
            <translation>{name}은(는) 심장 시네일 수 없습니다: {reason}</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.terminology</name>
        <message>
            <source>Left ventricle blood pool</source>
            <translation>좌심실 혈액풀</translation>
        </message>
        <message>
            <source>Left ventricle myocardium</source>
            <translation>좌심실 심근</translation>
        </message>
        <message>
            <source>Right ventricle blood pool</source>
            <translation>우심실 혈액풀</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.torch_setup</name>
        <message>
            <source>PyTorch is being installed, once: a download of 0.2 GB, or 2.6 GB with support for NVIDIA GPUs. Slicer responds slowly until it is done.</source>
            <translation>PyTorch를 설치하고 있습니다. 한 번만 필요하며 내려받을 크기는 0.2 GB, NVIDIA GPU 지원 시 2.6 GB입니다. 끝날 때까지 Slicer의 반응이 느려집니다.</translation>
        </message>
        <message>
            <source>PyTorch was not installed; the segmentation needs it. Press Apply to try again.</source>
            <translation>PyTorch가 설치되지 않았습니다. 분할에 필요합니다. 다시 시도하려면 적용을 누르십시오.</translation>
        </message>
        <message>
            <source>PyTorch is not installed, and nothing is installed while Slicer runs its tests.</source>
            <translation>PyTorch가 설치되어 있지 않으며, Slicer가 테스트를 실행하는 동안에는 설치하지 않습니다.</translation>
        </message>
        <message>
            <source>PyTorch {found} is installed, but {needed} or newer is needed: open the module PyTorch Utils, uninstall PyTorch, restart Slicer and press Apply again.</source>
            <translation>PyTorch {found}이(가) 설치되어 있지만 {needed} 이상이 필요합니다. PyTorch Utils 모듈을 열어 PyTorch를 제거하고, Slicer를 다시 시작한 뒤 적용을 다시 누르십시오.</translation>
        </message>
        <message>
            <source>The segmentation needs PyTorch: install the extension {extension} in the Extensions Manager, restart Slicer and press Apply again.</source>
            <translation>분할에는 PyTorch가 필요합니다. Extensions Manager에서 {extension} 확장을 설치하고 Slicer를 다시 시작한 뒤 적용을 다시 누르십시오.</translation>
        </message>
        <message>
            <source>PyTorch could not be installed: {reason}</source>
            <translation>PyTorch를 설치할 수 없습니다: {reason}</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.trust_panel</name>
        <message>
            <source>D, S: end-diastole, end-systole</source>
            <translation>D, S: 이완기말, 수축기말</translation>
        </message>
        <message>
            <source>S</source>
            <translation>S</translation>
        </message>
        <message>
            <source>D</source>
            <translation>D</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.trust_words</name>
        <message>
            <source>Trust was not judged: this model has no estimate. Check the contours yourself.</source>
            <translation>신뢰도를 평가하지 않았습니다. 이 모델에는 추정이 없습니다. 윤곽을 직접 확인하십시오.</translation>
        </message>
        <message>
            <source>{name}, slice {slice}, phase {phase}: {what}</source>
            <translation>{name}, 슬라이스 {slice}, 위상 {phase}: {what}</translation>
        </message>
        <message>
            <source>Rests on doubtful contours.</source>
            <translation>의심스러운 윤곽에 근거한 값입니다.</translation>
        </message>
        <message>
            <source>Left ventricle blood pool</source>
            <translation>좌심실 혈액풀</translation>
        </message>
        <message>
            <source>Left ventricular wall</source>
            <translation>좌심실 벽</translation>
        </message>
        <message>
            <source>Right ventricle blood pool</source>
            <translation>우심실 혈액풀</translation>
        </message>
        <message>
            <source>believed</source>
            <translation>신뢰할 수 있음</translation>
        </message>
        <message>
            <source>doubtful</source>
            <translation>의심스러움</translation>
        </message>
        <message>
            <source>likely wrong</source>
            <translation>틀렸을 가능성이 높음</translation>
        </message>
        <message>
            <source>{total} contours were judged: {doubtful} doubtful, {wrong} likely wrong.</source>
            <translation>윤곽 {total}개를 평가했습니다: 의심스러움 {doubtful}개, 틀렸을 가능성이 높음 {wrong}개.</translation>
        </message>
        <message>
            <source>Trust was not judged: these labels were not made by a model here.</source>
            <translation>신뢰도를 평가하지 않았습니다. 이 레이블은 여기의 모델이 만든 것이 아닙니다.</translation>
        </message>
        <message>
            <source>nothing to judge</source>
            <translation>평가할 것이 없음</translation>
        </message>
        <message>
            <source>It may lie from {low} to {high} %.</source>
            <translation>{low}~{high} % 범위일 수 있습니다.</translation>
        </message>
        <message>
            <source>nothing drawn, {percent} % chance that something is missing, {mark}</source>
            <translation>그려진 것 없음, 누락 가능성 {percent} %, {mark}</translation>
        </message>
        <message>
            <source>estimated Dice {dice}, {mark}</source>
            <translation>추정 Dice {dice}, {mark}</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationLib</name>
        <message>
            <source>The folder holds more than one study; give one folder for each patient and examination.</source>
            <translation>폴더에 검사가 둘 이상 있습니다. 환자와 검사마다 폴더를 하나씩 지정하십시오.</translation>
        </message>
        <message>
            <source>The files name {studies} studies of one plane each and were read as one; if they are of several examinations, give one folder for each patient and examination.</source>
            <translation>파일들이 한 단면씩인 검사 {studies}개를 가리켜 하나로 읽었습니다. 여러 검사라면 환자와 검사마다 폴더를 하나씩 지정하십시오.</translation>
        </message>
        <message>
            <source>{file} was left out: {reason}.</source>
            <translation>{file}을(를) 제외했습니다: {reason}.</translation>
        </message>
        <message>
            <source>1 file left out: {reason}.</source>
            <translation>파일 1개를 제외했습니다: {reason}.</translation>
        </message>
        <message>
            <source>{files} files left out: {reason}.</source>
            <translation>파일 {files}개를 제외했습니다: {reason}.</translation>
        </message>
        <message>
            <source>Series {series} was left out: {reason}.</source>
            <translation>시리즈 {series}을(를) 제외했습니다: {reason}.</translation>
        </message>
        <message>
            <source>Series {series}: 1 image of {total} left out: {reason}.</source>
            <translation>시리즈 {series}: 영상 {total}개 중 1개를 제외했습니다: {reason}.</translation>
        </message>
        <message>
            <source>Series {series}: {images} images of {total} left out: {reason}.</source>
            <translation>시리즈 {series}: 영상 {total}개 중 {images}개를 제외했습니다: {reason}.</translation>
        </message>
        <message>
            <source>Series {series} has a slice at the same place as series {used} ({phases} and {used_phases} phases); the one of series {used} was used.</source>
            <translation>시리즈 {series}에 시리즈 {used}과(와) 같은 위치의 슬라이스가 있습니다(위상 {phases}개와 {used_phases}개). 시리즈 {used}의 것을 사용했습니다.</translation>
        </message>
        <message>
            <source>Series {series}: {images} repeated images of one slice left out.</source>
            <translation>시리즈 {series}: 한 슬라이스의 반복 영상 {images}개를 제외했습니다.</translation>
        </message>
        <message>
            <source>Series {series}: {images} repeated images of {slices} slices left out.</source>
            <translation>시리즈 {series}: 슬라이스 {slices}개의 반복 영상 {images}개를 제외했습니다.</translation>
        </message>
        <message>
            <source>A slice of series {series} has {phases} phases where the others have {usual}; it was left out.</source>
            <translation>시리즈 {series}의 한 슬라이스는 위상이 {phases}개인데 다른 슬라이스는 {usual}개라서 제외했습니다.</translation>
        </message>
        <message>
            <source>The slices are not evenly spaced: {smallest_mm:.1f} to {largest_mm:.1f} mm apart; the mean of {mean_mm:.1f} mm was used.</source>
            <translation>슬라이스 간격이 {smallest_mm:.1f}~{largest_mm:.1f} mm로 고르지 않아 평균인 {mean_mm:.1f} mm를 사용했습니다.</translation>
        </message>
        <message>
            <source>The slices are not evenly spaced: {smallest_mm:.1f} to {largest_mm:.1f} mm apart; the mean of {mean_mm:.1f} mm was used, and a slice seems to be missing.</source>
            <translation>슬라이스 간격이 {smallest_mm:.1f}~{largest_mm:.1f} mm로 고르지 않아 평균인 {mean_mm:.1f} mm를 사용했으며, 슬라이스 하나가 빠진 것으로 보입니다.</translation>
        </message>
        <message>
            <source>Parallel slices next to these are in the cine {cine}; if both show one heart, the volumes of each are too small.</source>
            <translation>이 슬라이스들과 나란한 슬라이스가 시네 {cine}에 있습니다. 둘이 같은 심장을 보여 준다면 각각의 용적은 너무 작습니다.</translation>
        </message>
        <message>
            <source>Slices {slices} were stored with another matrix, pixel spacing, direction or place in plane than the other slices, and resampled in plane onto their grid.</source>
            <translation>슬라이스 {slices}은(는) 다른 슬라이스와 행렬 크기, 화소 간격, 방향 또는 면내 위치가 달라 그 격자에 맞춰 면내에서 재표본화했습니다.</translation>
        </message>
        <message>
            <source>Slice {slices} was stored with another matrix, pixel spacing, direction or place in plane than the other slices, and resampled in plane onto their grid.</source>
            <translation>슬라이스 {slices}은(는) 다른 슬라이스와 행렬 크기, 화소 간격, 방향 또는 면내 위치가 달라 그 격자에 맞춰 면내에서 재표본화했습니다.</translation>
        </message>
        <message>
            <source>The slices have {counts} phases; all were read at {phases} phases by their share of the beat.</source>
            <translation>슬라이스의 위상 수가 {counts}개로 서로 달라, 심박에서의 비율에 따라 모두 위상 {phases}개로 읽었습니다.</translation>
        </message>
        <message>
            <source>Slice {slice} lacks the images of {missing} of {phases} phases ({numbers}), which were interpolated from their neighbors in time.</source>
            <translation>슬라이스 {slice}에는 위상 {phases}개 중 {missing}개({numbers})의 영상이 없어 시간상 이웃한 영상에서 보간했습니다.</translation>
        </message>
        <message>
            <source>The slices name {frames_of_reference} frames of reference; they were put together because their positions and directions fit.</source>
            <translation>슬라이스들이 기준 좌표계 {frames_of_reference}개를 가리키지만 위치와 방향이 맞아 하나로 합쳤습니다.</translation>
        </message>
        <message>
            <source>The images were derived from others, for instance filtered or motion-corrected.</source>
            <translation>필터나 움직임 보정 등으로 다른 영상에서 파생된 영상입니다.</translation>
        </message>
        <message>
            <source>The images were compressed with loss; fine borders may have suffered.</source>
            <translation>손실 압축된 영상이라 미세한 경계가 손상되었을 수 있습니다.</translation>
        </message>
        <message>
            <source>The images show {shown}, not what the order of the file's axes says; they were read so. Use --axes to set the order.</source>
            <translation>파일의 축 순서와 달리 영상은 {shown}을(를) 보여 주므로 그렇게 읽었습니다. 순서를 지정하려면 --axes를 사용하십시오.</translation>
        </message>
        <message>
            <source>one slice over time (x, y, t)</source>
            <translation>시간에 따른 한 슬라이스(x, y, t)</translation>
        </message>
        <message>
            <source>time before slices (x, y, t, z)</source>
            <translation>슬라이스보다 시간이 앞서는 순서(x, y, t, z)</translation>
        </message>
        <message>
            <source>slices along an axis other than the third ({axes})</source>
            <translation>셋째 축이 아닌 다른 축을 따르는 슬라이스({axes})</translation>
        </message>
        <message>
            <source>{slices} slices over {phases} phases along one axis ({axes})</source>
            <translation>한 축을 따라 놓인 슬라이스 {slices}개와 위상 {phases}개({axes})</translation>
        </message>
        <message>
            <source>Neighboring phases differ as much as slices do; if the file has its axes in another order than x, y, z, t, set it with --axes.</source>
            <translation>이웃한 위상의 차이가 슬라이스 사이만큼 큽니다. 파일의 축 순서가 x, y, z, t가 아니라면 --axes로 지정하십시오.</translation>
        </message>
        <message>
            <source>The header's {matrix} says {used} mm and its pixdim {other} mm (x, y, z); the {matrix} was used.</source>
            <translation>헤더의 {matrix}은(는) {used} mm, pixdim은 {other} mm(x, y, z)입니다. {matrix}을(를) 사용했습니다.</translation>
        </message>
        <message>
            <source>The header's {matrix} has no scale, so the spacing was taken from pixdim: {used} mm (x, y, z).</source>
            <translation>헤더의 {matrix}에 배율이 없어 간격을 pixdim에서 가져왔습니다: {used} mm(x, y, z).</translation>
        </message>
        <message>
            <source>The file does not say how far its slices lie apart; {pitch_mm:g} mm was assumed, and volumes are wrong if they do not.</source>
            <translation>파일에 슬라이스 간격이 없어 {pitch_mm:g} mm로 가정했습니다. 실제와 다르면 용적이 틀립니다.</translation>
        </message>
        <message>
            <source>The file gives 1 × 1 × 1 mm, as a file does that lost its spacing; sizes may be wrong.</source>
            <translation>파일에 1 × 1 × 1 mm로 적혀 있어 간격 정보를 잃은 것으로 보입니다. 크기가 틀릴 수 있습니다.</translation>
        </message>
        <message>
            <source>The header gives no orientation; the patient's axes were assumed to be the image's.</source>
            <translation>헤더에 방향 정보가 없어 영상의 축을 환자의 축으로 가정했습니다.</translation>
        </message>
        <message>
            <source>The file names no unit of time; {unit} was assumed because it makes a possible heart cycle.</source>
            <translation>파일에 시간 단위가 없어, 가능한 심장 주기가 되는 {unit}(으)로 가정했습니다.</translation>
        </message>
        <message>
            <source>The files give no trigger times for all images; the phases were spread evenly over the nominal heart cycle.</source>
            <translation>일부 영상에 트리거 시간이 없어 위상을 명목 심장 주기에 고르게 배분했습니다.</translation>
        </message>
        <message>
            <source>Some slices have no trigger times; those of the others were taken.</source>
            <translation>일부 슬라이스에 트리거 시간이 없어 다른 슬라이스의 시간을 사용했습니다.</translation>
        </message>
        <message>
            <source>The phases have no times, so there is no cardiac output unless a heart rate is given.</source>
            <translation>위상에 시간 정보가 없어 심박수를 지정하지 않으면 심박출량을 구할 수 없습니다.</translation>
        </message>
        <message>
            <source>The file gives no time for its phases, or times that do not rise.</source>
            <translation>파일에 위상 시간이 없거나 시간이 증가하지 않습니다.</translation>
        </message>
        <message>
            <source>The time step of {step:g} (no unit given) makes no heart cycle over {frames} phases, neither in s nor in ms, so times are not used.</source>
            <translation>시간 간격 {step:g}(단위 없음)은 위상 {frames}개에서 s로도 ms로도 심장 주기가 되지 않아 시간을 사용하지 않습니다.</translation>
        </message>
        <message>
            <source>The time step of {step_ms:g} ms implies a heart cycle of {cycle_s:g} s, expected {shortest_s:g} to {longest_s:g} s, so times are not used.</source>
            <translation>시간 간격 {step_ms:g} ms는 심장 주기 {cycle_s:g} s에 해당합니다. 예상 범위는 {shortest_s:g}~{longest_s:g} s이므로 시간을 사용하지 않습니다.</translation>
        </message>
        <message>
            <source>Neither times nor numbers tell the order of the phases; that of the file names was taken. Look at the cine: if it does not beat, its results are wrong.</source>
            <translation>시간도 번호도 위상의 순서를 알려 주지 않아 파일 이름 순서를 따랐습니다. 시네를 확인하십시오. 박동하지 않으면 결과가 틀립니다.</translation>
        </message>
        <message>
            <source>Some trigger times contradict the order of the images, which was kept; the times are not used.</source>
            <translation>일부 트리거 시간이 영상 순서와 어긋나 순서는 유지하고 시간은 사용하지 않습니다.</translation>
        </message>
        <message>
            <source>The phases show {shown_ms:.0f} ms of a heart cycle of {cycle_ms:.0f} ms, as prospective gating does, so times are not used; give the heart rate ({bpm:.0f} beats/min by the header) for the cardiac output.</source>
            <translation>위상이 {cycle_ms:.0f} ms의 심장 주기 중 {shown_ms:.0f} ms만 보여 주므로(전향적 게이팅에서처럼) 시간을 사용하지 않습니다. 심박출량을 구하려면 심박수를 지정하십시오(헤더 기준 {bpm:.0f}회/분).</translation>
        </message>
        <message>
            <source>The phases show {shown_ms:.0f} ms, several heart cycles of {cycle_ms:.0f} ms, so times are not used; give the heart rate ({bpm:.0f} beats/min by the header) for the cardiac output.</source>
            <translation>위상이 {cycle_ms:.0f} ms의 심장 주기를 여러 번 지나는 {shown_ms:.0f} ms를 보여 주므로 시간을 사용하지 않습니다. 심박출량을 구하려면 심박수를 지정하십시오(헤더 기준 {bpm:.0f}회/분).</translation>
        </message>
        <message>
            <source>The scanner made {counted} phases, but {phases} were found: images seem to be missing, perhaps those of end-systole, so times are not used; send the study again.</source>
            <translation>스캐너는 위상 {counted}개를 촬영했지만 {phases}개만 있습니다. 영상이 빠진 것으로 보이며 수축기말 영상일 수 있으므로 시간을 사용하지 않습니다. 검사를 다시 전송하십시오.</translation>
        </message>
        <message>
            <source>By their trigger times, some slices ({slices}) start elsewhere in the heart cycle than the others; check that all beat together, otherwise the volumes are wrong.</source>
            <translation>트리거 시간에 따르면 일부 슬라이스({slices})가 다른 슬라이스와 심장 주기의 다른 시점에서 시작합니다. 모두 함께 뛰는지 확인하십시오. 그렇지 않으면 용적이 틀립니다.</translation>
        </message>
        <message>
            <source>The stack lies {degrees:.0f}° from the usual direction of the short axis; short axis was assumed.</source>
            <translation>스택이 단축의 통상 방향에서 {degrees:.0f}° 벗어나 있지만 단축으로 가정했습니다.</translation>
        </message>
        <message>
            <source>The view was not recognized: the plane is tilted by {degrees:.0f}° from the long axis of the left ventricle.</source>
            <translation>단면을 인식하지 못했습니다. 평면이 좌심실 장축에서 {degrees:.0f}° 기울어 있습니다.</translation>
        </message>
        <message>
            <source>The view was not recognized: the plane is turned by {degrees:.0f}° from the patient's right, between the usual views.</source>
            <translation>단면을 인식하지 못했습니다. 평면이 환자의 오른쪽에서 {degrees:.0f}° 회전해 통상 단면들 사이에 있습니다.</translation>
        </message>
        <message>
            <source>The view was not recognized: the slices lie {degrees:.0f}° from the short-axis stack.</source>
            <translation>단면을 인식하지 못했습니다. 슬라이스가 단축 스택에서 {degrees:.0f}° 기울어 있습니다.</translation>
        </message>
        <message>
            <source>The view was not recognized: the plane does not clearly pass through the left ventricle.</source>
            <translation>단면을 인식하지 못했습니다. 평면이 좌심실을 분명하게 지나지 않습니다.</translation>
        </message>
        <message>
            <source>The view {view} was inferred from the direction of the plane alone, turned by {turned_degrees:.0f}° from the usual one and tilted by {tilted_degrees:.0f}°; the short-axis stack of the examination would make it surer.</source>
            <translation>단면 {view}은(는) 평면의 방향만으로 추정했습니다. 통상 방향에서 {turned_degrees:.0f}° 회전하고 {tilted_degrees:.0f}° 기울어 있습니다. 검사의 단축 스택이 있으면 더 확실합니다.</translation>
        </message>
        <message>
            <source>The view was inferred from the image: it looks like {seen} (confidence {confidence_percent:.0f} %). Use --view to correct it.</source>
            <translation>단면을 영상에서 추정했습니다: {seen}(으)로 보입니다(확신도 {confidence_percent:.0f} %). 바로잡으려면 --view를 사용하십시오.</translation>
        </message>
        <message>
            <source>The view was inferred from the image: it looks like {seen} (confidence {confidence_percent:.0f} %), but it lies like none of the usual planes. Use --view to correct it.</source>
            <translation>단면을 영상에서 추정했습니다: {seen}(으)로 보이지만(확신도 {confidence_percent:.0f} %) 통상 단면의 위치와는 맞지 않습니다. 바로잡으려면 --view를 사용하십시오.</translation>
        </message>
        <message>
            <source>The view could not be determined from the file or the image; short axis was assumed. Use --view to set it.</source>
            <translation>파일로도 영상으로도 단면을 정할 수 없어 단축으로 가정했습니다. 지정하려면 --view를 사용하십시오.</translation>
        </message>
        <message>
            <source>The plane lies like {seen}; it was segmented as {view}, as the user asked.</source>
            <translation>평면의 위치는 {seen}에 해당하지만 사용자의 요청에 따라 {view}(으)로 분할했습니다.</translation>
        </message>
        <message>
            <source>The contours look like {seen} (confidence {confidence_percent:.0f} %), not like {view}. Check the view before using the measures.</source>
            <translation>윤곽이 {view}이(가) 아니라 {seen}(으)로 보입니다(확신도 {confidence_percent:.0f} %). 측정값을 사용하기 전에 단면을 확인하십시오.</translation>
        </message>
        <message>
            <source>The contours look like no view of a heart: {open_percent:.0f} % of the LV cavity's outline have no myocardium. Check the view before using the measures.</source>
            <translation>윤곽이 심장의 어떤 단면과도 닮지 않았습니다. 좌심실 내강 둘레의 {open_percent:.0f} %에 심근이 없습니다. 측정값을 사용하기 전에 단면을 확인하십시오.</translation>
        </message>
        <message>
            <source>{caution}</source>
            <translation>{caution}</translation>
        </message>
        <message>
            <source>The GPU ran out of memory; continuing with {slices} slices at a time.</source>
            <translation>GPU 메모리가 부족해 한 번에 슬라이스 {slices}개씩 계속합니다.</translation>
        </message>
        <message>
            <source>The GPU ran out of memory; continuing with one slice at a time.</source>
            <translation>GPU 메모리가 부족해 한 번에 슬라이스 하나씩 계속합니다.</translation>
        </message>
        <message>
            <source>The GPU ran out of memory for a single slice; continuing on the CPU.</source>
            <translation>GPU 메모리가 슬라이스 하나에도 부족해 CPU에서 계속합니다.</translation>
        </message>
        <message>
            <source>One phase was analyzed, so there is no stroke volume and no ejection fraction.</source>
            <translation>위상 하나만 분석했으므로 일회박출량과 박출률이 없습니다.</translation>
        </message>
        <message>
            <source>The study holds one phase only, no cine.</source>
            <translation>검사에 위상이 하나뿐이며 시네가 없습니다.</translation>
        </message>
        <message>
            <source>End-systole and end-diastole could not be found, because no two phases have LV volumes that differ.</source>
            <translation>좌심실 용적이 서로 다른 두 위상이 없어 수축기말과 이완기말을 찾을 수 없습니다.</translation>
        </message>
        <message>
            <source>Phase {numbers} of {frames} was not considered for end-diastole and end-systole, because the LV volume there does not fit the neighboring phases.</source>
            <translation>위상 {numbers}(전체 {frames}개)은(는) 좌심실 용적이 이웃 위상과 맞지 않아 이완기말과 수축기말 후보에서 제외했습니다.</translation>
        </message>
        <message>
            <source>Phases {numbers} of {frames} were not considered for end-diastole and end-systole, because the LV volumes there do not fit the neighboring phases.</source>
            <translation>위상 {numbers}(전체 {frames}개)은(는) 좌심실 용적이 이웃 위상과 맞지 않아 이완기말과 수축기말 후보에서 제외했습니다.</translation>
        </message>
        <message>
            <source>The LV was lost in {place}, perhaps at end-diastole or end-systole; measures may be wrong.</source>
            <translation>{place}에서 좌심실이 누락되었으며 이완기말이나 수축기말일 수 있습니다. 측정값이 잘못되었을 수 있습니다.</translation>
        </message>
        <message>
            <source>No heart was found in any phase; check that the input is a cardiac cine of this view.</source>
            <translation>어떤 위상에서도 심장을 찾지 못했습니다. 입력이 이 단면의 심장 시네인지 확인하십시오.</translation>
        </message>
        <message>
            <source>The {structure} was not found in any phase.</source>
            <translation>어떤 위상에서도 {structure}을(를) 찾지 못했습니다.</translation>
        </message>
        <message>
            <source>The {structure} was not found in {place}.</source>
            <translation>{place}에서 {structure}을(를) 찾지 못했습니다.</translation>
        </message>
        <message>
            <source>The {structure} is missing between slices that have it: {place}.</source>
            <translation>위아래 슬라이스에는 있는 {structure}이(가) 그 사이에서 빠져 있습니다: {place}.</translation>
        </message>
        <message>
            <source>The {structure} vanishes for a single phase: {place}.</source>
            <translation>{structure}이(가) 한 위상에서만 사라집니다: {place}.</translation>
        </message>
        <message>
            <source>The {structure} ends before the apex at end-diastole, though it reaches farther at end-systole: {place}.</source>
            <translation>{structure}이(가) 수축기말에는 더 심첨 쪽까지 있는데 이완기말에는 그 전에 끝납니다: {place}.</translation>
        </message>
        <message>
            <source>There is a single slice, so there are areas and no volumes.</source>
            <translation>슬라이스가 하나라서 면적만 있고 용적은 없습니다.</translation>
        </message>
        <message>
            <source>Only {slices} neighboring slices have LV cavity at end-diastole; {expected} or more are expected, so volumes may be too small.</source>
            <translation>이완기말에 좌심실 내강이 있는 연속 슬라이스가 {slices}개뿐입니다. {expected}개 이상이 예상되므로 용적이 너무 작을 수 있습니다.</translation>
        </message>
        <message>
            <source>The {structure} is not enclosed by myocardium: {place}.</source>
            <translation>{structure}이(가) 심근으로 둘러싸여 있지 않습니다: {place}.</translation>
        </message>
        <message>
            <source>{open_percent:.0f} % of the outline of the LV cavity has no myocardium next to it in {place}; valves open a quarter of it.</source>
            <translation>{place}에서 좌심실 내강 둘레의 {open_percent:.0f} %가 심근과 닿아 있지 않습니다. 판막이 여는 부분은 4분의 1 정도입니다.</translation>
        </message>
        <message>
            <source>The RV cavity is missing at mid-ventricular level, {place}.</source>
            <translation>심실 중간 높이에서 우심실 내강이 빠져 있습니다: {place}.</translation>
        </message>
        <message>
            <source>The stack may not cover the base: its outermost slice there ({slice} of {slices}) still has {area_percent:.0f} % of the largest LV area, so volumes may be too small.</source>
            <translation>스택이 기저부를 다 포함하지 못했을 수 있습니다. 그쪽 끝 슬라이스({slice}/{slices})의 면적이 아직 좌심실 최대 면적의 {area_percent:.0f} %이므로 용적이 너무 작을 수 있습니다.</translation>
        </message>
        <message>
            <source>The stack may not cover the apex: its outermost slice there ({slice} of {slices}) still has {area_percent:.0f} % of the largest LV area, so volumes may be too small.</source>
            <translation>스택이 심첨부를 다 포함하지 못했을 수 있습니다. 그쪽 끝 슬라이스({slice}/{slices})의 면적이 아직 좌심실 최대 면적의 {area_percent:.0f} %이므로 용적이 너무 작을 수 있습니다.</translation>
        </message>
        <message>
            <source>The apex may be missing: the LV ends at slice {slice} of {slices}, which still has {area_percent:.0f} % of the largest LV area; look whether the slices beyond show it, else volumes are too small.</source>
            <translation>심첨부가 빠졌을 수 있습니다. 좌심실이 슬라이스 {slice}/{slices}에서 끝나는데 면적이 아직 최대 면적의 {area_percent:.0f} %입니다. 그 너머 슬라이스에 좌심실이 보이는지 확인하십시오. 보인다면 용적이 너무 작습니다.</translation>
        </message>
        <message>
            <source>The size of the {structure} jumps in {place}: it does not fit the neighboring phases.</source>
            <translation>{place}에서 {structure}의 크기가 급변합니다. 이웃 위상과 맞지 않습니다.</translation>
        </message>
        <message>
            <source>The {ventricle} ejection fraction of {ef_percent:.0f} % lies outside {lowest_percent:g} to {highest_percent:g} %.</source>
            <translation>{ventricle} 박출률 {ef_percent:.0f} %가 {lowest_percent:g}~{highest_percent:g} % 범위를 벗어납니다.</translation>
        </message>
        <message>
            <source>The stroke volumes of LV ({lv_ml:.0f} ml) and RV ({rv_ml:.0f} ml) differ by {difference_percent:.0f} % of the larger; without valve disease or shunt they are equal.</source>
            <translation>좌심실({lv_ml:.0f} ml)과 우심실({rv_ml:.0f} ml)의 일회박출량이 큰 쪽의 {difference_percent:.0f} %만큼 다릅니다. 판막 질환이나 단락이 없으면 둘은 같습니다.</translation>
        </message>
        <message>
            <source>The long axis of the LV was not found in {place}, because its cavity is not open at a valve alone; what needs its length is left out.</source>
            <translation>{place}에서 좌심실 장축을 찾지 못했습니다. 내강이 판막 외의 곳에서도 열려 있기 때문이며, 길이가 필요한 항목은 제외했습니다.</translation>
        </message>
        <message>
            <source>{slices} parallel slices of a long axis add up to no volume, and lengths are those of one plane, so nothing was measured; give the slices one by one, or the short axis as the view if it is one.</source>
            <translation>나란한 장축 슬라이스 {slices}개는 더해도 용적이 되지 않고 길이는 한 평면의 값이므로 아무것도 측정하지 않았습니다. 슬라이스를 하나씩 지정하거나, 단축이라면 단면을 단축으로 지정하십시오.</translation>
        </message>
        <message>
            <source>The {structure} is open {where}: {advice}</source>
            <translation>{where}에서 {structure}이(가) 열려 있습니다: {advice}</translation>
        </message>
        <message>
            <source>The {structure} may be missing {where}: {advice}</source>
            <translation>{where}에서 {structure}이(가) 빠졌을 수 있습니다: {advice}</translation>
        </message>
        <message>
            <source>The {structure} does not look as experts draw it {where}: {advice}</source>
            <translation>{where}에서 {structure}의 모양이 전문가가 그리는 것과 다릅니다: {advice}</translation>
        </message>
        <message>
            <source>The {structure} comes out differently when the image is changed a little {where}: {advice}</source>
            <translation>{where}에서 영상을 조금만 바꾸어도 {structure}이(가) 달라집니다: {advice}</translation>
        </message>
        <message>
            <source>The model is unsure of the {structure} {where}: {advice}</source>
            <translation>{where}에서 모델이 {structure}을(를) 확신하지 못합니다: {advice}</translation>
        </message>
        <message>
            <source>the estimated Dice is {dice:.2f}. Check the contours there.</source>
            <translation>추정 Dice는 {dice:.2f}입니다. 그곳의 윤곽을 확인하십시오.</translation>
        </message>
        <message>
            <source>the estimated Dice is {dice:.2f}. Check the contours there; the {ventricle} ejection fraction may lie from {lowest_percent:.0f} to {highest_percent:.0f} %.</source>
            <translation>추정 Dice는 {dice:.2f}입니다. 그곳의 윤곽을 확인하십시오. {ventricle} 박출률은 {lowest_percent:.0f}~{highest_percent:.0f} % 범위일 수 있습니다.</translation>
        </message>
        <message>
            <source>Single contours may be wrong: {places}.</source>
            <translation>일부 윤곽이 틀렸을 수 있습니다: {places}.</translation>
        </message>
        <message>
            <source>Not combined with the other views, because it does not look like its view: {cines}.</source>
            <translation>지정된 단면처럼 보이지 않아 다른 단면과 결합하지 않았습니다: {cines}.</translation>
        </message>
        <message>
            <source>The folder holds more than one study, so the views were not combined.</source>
            <translation>폴더에 검사가 둘 이상 있어 단면들을 결합하지 않았습니다.</translation>
        </message>
        <message>
            <source>The LV {quantity} of the long axis ({long_axis:.0f} {unit}) and of the short axis ({short_axis:.0f} {unit}) are {difference:.1f} {apart} apart, more than two core laboratories would be ({limit:.1f}); check the contours of both.</source>
            <translation>좌심실 {quantity}이(가) 장축({long_axis:.0f} {unit})과 단축({short_axis:.0f} {unit})에서 {difference:.1f} {apart} 차이 납니다. 두 코어랩 사이의 차이({limit:.1f})보다 큽니다. 양쪽 윤곽을 확인하십시오.</translation>
        </message>
        <message>
            <source>{what}: {why}</source>
            <translation>{what}: {why}</translation>
        </message>
        <message>
            <source>segments and strain</source>
            <translation>분절과 스트레인</translation>
        </message>
        <message>
            <source>thickening and strain</source>
            <translation>벽 두께 증가율과 스트레인</translation>
        </message>
        <message>
            <source>longitudinal strain and segment 17</source>
            <translation>종축 스트레인과 17번 분절</translation>
        </message>
        <message>
            <source>segments 1 to 16, circumferential and radial strain</source>
            <translation>1~16번 분절, 원주 및 방사 스트레인</translation>
        </message>
        <message>
            <source>RV insertion points</source>
            <translation>우심실 부착점</translation>
        </message>
        <message>
            <source>longitudinal strain</source>
            <translation>종축 스트레인</translation>
        </message>
        <message>
            <source>segment 17</source>
            <translation>17번 분절</translation>
        </message>
        <message>
            <source>segments</source>
            <translation>분절</translation>
        </message>
        <message>
            <source>strain</source>
            <translation>스트레인</translation>
        </message>
        <message>
            <source>ejection and filling rates</source>
            <translation>박출 속도와 충만 속도</translation>
        </message>
        <message>
            <source>times and rates of strain</source>
            <translation>스트레인의 시간과 속도</translation>
        </message>
        <message>
            <source>strain rates</source>
            <translation>스트레인 속도</translation>
        </message>
        <message>
            <source>{curves} in phase {frames}</source>
            <translation>위상 {frames}의 {curves}</translation>
        </message>
        <message>
            <source>{curves} in phases {frames}</source>
            <translation>위상 {frames}의 {curves}</translation>
        </message>
        <message>
            <source>no slice has a closed wall around the LV cavity at end-diastole</source>
            <translation>이완기말에 좌심실 내강을 닫힌 벽으로 둘러싼 슬라이스가 없음</translation>
        </message>
        <message>
            <source>no slice has a closed wall throughout the heart beat</source>
            <translation>심박 내내 벽이 닫혀 있는 슬라이스가 없음</translation>
        </message>
        <message>
            <source>one phase was analyzed</source>
            <translation>위상 하나만 분석함</translation>
        </message>
        <message>
            <source>end-systole was not found</source>
            <translation>수축기말을 찾지 못함</translation>
        </message>
        <message>
            <source>they need a long-axis cine</source>
            <translation>장축 시네가 필요함</translation>
        </message>
        <message>
            <source>they need a short-axis stack</source>
            <translation>단축 스택이 필요함</translation>
        </message>
        <message>
            <source>they need a long-axis cine of a single slice</source>
            <translation>슬라이스가 하나인 장축 시네가 필요함</translation>
        </message>
        <message>
            <source>no septum was found beside an RV; the segments follow the patient's directions</source>
            <translation>우심실에 접한 중격을 찾지 못해 분절을 환자의 방향에 따라 나눔</translation>
        </message>
        <message>
            <source>the long axis was not found at end-diastole</source>
            <translation>이완기말에 장축을 찾지 못함</translation>
        </message>
        <message>
            <source>the wall at the apex was not found closed at end-diastole</source>
            <translation>이완기말에 심첨부 벽이 닫혀 있지 않음</translation>
        </message>
        <message>
            <source>a single slice has no basal, mid and apical level</source>
            <translation>슬라이스 하나로는 기저부, 중간부, 심첨부를 나눌 수 없음</translation>
        </message>
        <message>
            <source>they need trusted, evenly spaced times of at least {frames} phases, and in each an LV volume that fits the neighboring phases</source>
            <translation>신뢰할 수 있고 간격이 고른 위상 {frames}개 이상의 시간과, 위상마다 이웃 위상과 맞는 좌심실 용적이 필요함</translation>
        </message>
        <message>
            <source>fewer than {slices} slices have a closed wall</source>
            <translation>벽이 닫힌 슬라이스가 {slices}개 미만임</translation>
        </message>
        <message>
            <source>a level has no closed wall: {levels}</source>
            <translation>벽이 닫히지 않은 높이가 있음: {levels}</translation>
        </message>
        <message>
            <source>they need trusted phase times</source>
            <translation>신뢰할 수 있는 위상 시간이 필요함</translation>
        </message>
        <message>
            <source>they need evenly spaced times of at least {frames} phases</source>
            <translation>간격이 고른 위상 {frames}개 이상의 시간이 필요함</translation>
        </message>
        <message>
            <source>they need a value in every phase</source>
            <translation>모든 위상에 값이 필요함</translation>
        </message>
        <message>
            <source>the wall was not found whole there</source>
            <translation>그곳에서 온전한 벽을 찾지 못함</translation>
        </message>
        <message>
            <source>basal at {phase}</source>
            <translation>{phase} 기저부</translation>
        </message>
        <message>
            <source>mid at {phase}</source>
            <translation>{phase} 중간부</translation>
        </message>
        <message>
            <source>apical at {phase}</source>
            <translation>{phase} 심첨부</translation>
        </message>
        <message>
            <source>endocardial GCS</source>
            <translation>심내막 GCS</translation>
        </message>
        <message>
            <source>mid-wall GCS</source>
            <translation>벽 중간층 GCS</translation>
        </message>
        <message>
            <source>GRS</source>
            <translation>GRS</translation>
        </message>
        <message>
            <source>GLS</source>
            <translation>GLS</translation>
        </message>
        <message>
            <source>RV free wall</source>
            <translation>우심실 자유벽</translation>
        </message>
        <message>
            <source>basal GCS</source>
            <translation>기저부 GCS</translation>
        </message>
        <message>
            <source>mid GCS</source>
            <translation>중간부 GCS</translation>
        </message>
        <message>
            <source>apical GCS</source>
            <translation>심첨부 GCS</translation>
        </message>
        <message>
            <source>one phase only, not a cine</source>
            <translation>위상이 하나뿐이며 시네가 아님</translation>
        </message>
        <message>
            <source>one phase only, a localizer</source>
            <translation>위상이 하나뿐인 위치결정 영상</translation>
        </message>
        <message>
            <source>images that differ in echo or inversion time, not a cine</source>
            <translation>에코 시간이나 반전 시간이 다른 영상이며 시네가 아님</translation>
        </message>
        <message>
            <source>images of many heart beats, not a cine</source>
            <translation>여러 심박의 영상이며 시네가 아님</translation>
        </message>
        <message>
            <source>tagged images</source>
            <translation>태깅 영상</translation>
        </message>
        <message>
            <source>phase-contrast images</source>
            <translation>위상차 영상</translation>
        </message>
        <message>
            <source>images of changing brightness, such as perfusion or mapping</source>
            <translation>관류나 매핑처럼 밝기가 변하는 영상</translation>
        </message>
        <message>
            <source>no image</source>
            <translation>영상이 없음</translation>
        </message>
        <message>
            <source>truncated or damaged header, which ends before the image</source>
            <translation>영상 앞에서 끝나는 잘리거나 손상된 헤더</translation>
        </message>
        <message>
            <source>truncated file: images cut off</source>
            <translation>잘린 파일: 영상이 끊김</translation>
        </message>
        <message>
            <source>not an image file</source>
            <translation>영상 파일이 아님</translation>
        </message>
        <message>
            <source>phase {frame} of {frames}</source>
            <translation>위상 {frame}/{frames}</translation>
        </message>
        <message>
            <source>phases {numbers} of {frames}</source>
            <translation>위상 {numbers}(전체 {frames}개)</translation>
        </message>
        <message>
            <source>slice {slice} of {slices} in phase {frame} of {frames}</source>
            <translation>위상 {frame}/{frames}의 슬라이스 {slice}/{slices}</translation>
        </message>
        <message>
            <source>{place} and in 1 other phase</source>
            <translation>{place} 및 다른 위상 1개</translation>
        </message>
        <message>
            <source>{place} and in {others} other phases</source>
            <translation>{place} 및 다른 위상 {others}개</translation>
        </message>
        <message>
            <source>{place} and in 1 other place</source>
            <translation>{place} 및 다른 위치 1곳</translation>
        </message>
        <message>
            <source>{place} and in {others} other places</source>
            <translation>{place} 및 다른 위치 {others}곳</translation>
        </message>
        <message>
            <source>at {phase}</source>
            <translation>{phase}</translation>
        </message>
        <message>
            <source>in slice {slices} at {phase}</source>
            <translation>{phase} 슬라이스 {slices}</translation>
        </message>
        <message>
            <source>in slices {slices} at {phase}</source>
            <translation>{phase} 슬라이스 {slices}</translation>
        </message>
        <message>
            <source>{structure} {where}</source>
            <translation>{where} {structure}</translation>
        </message>
        <message>
            <source>end-diastole</source>
            <translation>이완기말</translation>
        </message>
        <message>
            <source>end-systole</source>
            <translation>수축기말</translation>
        </message>
        <message>
            <source>{first} and {last}</source>
            <translation>{first} 및 {last}</translation>
        </message>
        <message>
            <source>LV cavity</source>
            <translation>좌심실 내강</translation>
        </message>
        <message>
            <source>LV myocardium</source>
            <translation>좌심실 심근</translation>
        </message>
        <message>
            <source>LV wall</source>
            <translation>좌심실 벽</translation>
        </message>
        <message>
            <source>RV cavity</source>
            <translation>우심실 내강</translation>
        </message>
        <message>
            <source>LV</source>
            <translation>좌심실</translation>
        </message>
        <message>
            <source>RV</source>
            <translation>우심실</translation>
        </message>
        <message>
            <source>a short axis</source>
            <translation>단축 단면</translation>
        </message>
        <message>
            <source>a two-chamber view</source>
            <translation>2방 단면</translation>
        </message>
        <message>
            <source>a three-chamber view</source>
            <translation>3방 단면</translation>
        </message>
        <message>
            <source>a four-chamber view</source>
            <translation>4방 단면</translation>
        </message>
        <message>
            <source>end-diastolic volume</source>
            <translation>이완기말 용적</translation>
        </message>
        <message>
            <source>end-systolic volume</source>
            <translation>수축기말 용적</translation>
        </message>
        <message>
            <source>ejection fraction</source>
            <translation>박출률</translation>
        </message>
        <message>
            <source>percentage points</source>
            <translation>퍼센트포인트</translation>
        </message>
        <message>
            <source>basal anterior</source>
            <translation>기저부 전벽</translation>
        </message>
        <message>
            <source>basal anteroseptal</source>
            <translation>기저부 전중격</translation>
        </message>
        <message>
            <source>basal inferoseptal</source>
            <translation>기저부 하중격</translation>
        </message>
        <message>
            <source>basal inferior</source>
            <translation>기저부 하벽</translation>
        </message>
        <message>
            <source>basal inferolateral</source>
            <translation>기저부 하측벽</translation>
        </message>
        <message>
            <source>basal anterolateral</source>
            <translation>기저부 전측벽</translation>
        </message>
        <message>
            <source>mid anterior</source>
            <translation>중간부 전벽</translation>
        </message>
        <message>
            <source>mid anteroseptal</source>
            <translation>중간부 전중격</translation>
        </message>
        <message>
            <source>mid inferoseptal</source>
            <translation>중간부 하중격</translation>
        </message>
        <message>
            <source>mid inferior</source>
            <translation>중간부 하벽</translation>
        </message>
        <message>
            <source>mid inferolateral</source>
            <translation>중간부 하측벽</translation>
        </message>
        <message>
            <source>mid anterolateral</source>
            <translation>중간부 전측벽</translation>
        </message>
        <message>
            <source>apical anterior</source>
            <translation>심첨부 전벽</translation>
        </message>
        <message>
            <source>apical septal</source>
            <translation>심첨부 중격</translation>
        </message>
        <message>
            <source>apical inferior</source>
            <translation>심첨부 하벽</translation>
        </message>
        <message>
            <source>apical lateral</source>
            <translation>심첨부 측벽</translation>
        </message>
        <message>
            <source>LV end-diastolic volume</source>
            <translation>좌심실 이완기말 용적</translation>
        </message>
        <message>
            <source>Volume of the left ventricle's blood pool, papillary muscles included: its voxels × the voxel volume</source>
            <translation>유두근을 포함한 좌심실 혈액풀의 용적: 복셀 수 × 복셀 부피</translation>
        </message>
        <message>
            <source>at end-diastole</source>
            <translation>이완기말</translation>
        </message>
        <message>
            <source>Schulz-Menger et al. 2020, doi:10.1186/s12968-020-00610-6</source>
            <translation>Schulz-Menger et al. 2020, doi:10.1186/s12968-020-00610-6</translation>
        </message>
        <message>
            <source>LV end-systolic volume</source>
            <translation>좌심실 수축기말 용적</translation>
        </message>
        <message>
            <source>at end-systole</source>
            <translation>수축기말</translation>
        </message>
        <message>
            <source>LV stroke volume</source>
            <translation>좌심실 일회박출량</translation>
        </message>
        <message>
            <source>EDV − ESV of the left ventricle</source>
            <translation>좌심실의 EDV − ESV</translation>
        </message>
        <message>
            <source>LV ejection fraction</source>
            <translation>좌심실 박출률</translation>
        </message>
        <message>
            <source>100 × (EDV − ESV) / EDV of the left ventricle</source>
            <translation>좌심실의 100 × (EDV − ESV) / EDV</translation>
        </message>
        <message>
            <source>LV cardiac output</source>
            <translation>좌심실 심박출량</translation>
        </message>
        <message>
            <source>LV stroke volume × heart rate</source>
            <translation>좌심실 일회박출량 × 심박수</translation>
        </message>
        <message>
            <source>LV volume</source>
            <translation>좌심실 용적</translation>
        </message>
        <message>
            <source>in the only phase that was analyzed</source>
            <translation>분석한 유일한 위상</translation>
        </message>
        <message>
            <source>LV mass</source>
            <translation>좌심실 질량</translation>
        </message>
        <message>
            <source>Volume of the LV myocardium × 1.05 g/ml, at end-diastole (of a single phase: in that phase), papillary muscles excluded</source>
            <translation>좌심실 심근 용적 × 1.05 g/ml, 이완기말(위상이 하나면 그 위상), 유두근 제외</translation>
        </message>
        <message>
            <source>Myocardial volume</source>
            <translation>심근 용적</translation>
        </message>
        <message>
            <source>Volume of the LV myocardium, in the only phase</source>
            <translation>유일한 위상의 좌심실 심근 용적</translation>
        </message>
        <message>
            <source>RV end-diastolic volume</source>
            <translation>우심실 이완기말 용적</translation>
        </message>
        <message>
            <source>Volume of the right ventricle's blood pool, papillary muscles included: its voxels × the voxel volume</source>
            <translation>유두근을 포함한 우심실 혈액풀의 용적: 복셀 수 × 복셀 부피</translation>
        </message>
        <message>
            <source>at end-diastole, the phase of the left ventricle</source>
            <translation>좌심실 위상을 기준으로 한 이완기말</translation>
        </message>
        <message>
            <source>RV end-systolic volume</source>
            <translation>우심실 수축기말 용적</translation>
        </message>
        <message>
            <source>at end-systole, the phase of the left ventricle</source>
            <translation>좌심실 위상을 기준으로 한 수축기말</translation>
        </message>
        <message>
            <source>RV stroke volume</source>
            <translation>우심실 일회박출량</translation>
        </message>
        <message>
            <source>EDV − ESV of the right ventricle</source>
            <translation>우심실의 EDV − ESV</translation>
        </message>
        <message>
            <source>RV ejection fraction</source>
            <translation>우심실 박출률</translation>
        </message>
        <message>
            <source>100 × (EDV − ESV) / EDV of the right ventricle</source>
            <translation>우심실의 100 × (EDV − ESV) / EDV</translation>
        </message>
        <message>
            <source>RV cardiac output</source>
            <translation>우심실 심박출량</translation>
        </message>
        <message>
            <source>RV stroke volume × heart rate</source>
            <translation>우심실 일회박출량 × 심박수</translation>
        </message>
        <message>
            <source>RV volume</source>
            <translation>우심실 용적</translation>
        </message>
        <message>
            <source>LV end-diastolic area</source>
            <translation>좌심실 이완기말 면적</translation>
        </message>
        <message>
            <source>Area of the LV blood pool in the single slice: its pixels times the pixel area, at end-diastole</source>
            <translation>한 슬라이스의 좌심실 혈액풀 면적: 화소 수 × 화소 면적, 이완기말</translation>
        </message>
        <message>
            <source>LV end-systolic area</source>
            <translation>좌심실 수축기말 면적</translation>
        </message>
        <message>
            <source>Area of the LV blood pool in the single slice: its pixels times the pixel area, at end-systole</source>
            <translation>한 슬라이스의 좌심실 혈액풀 면적: 화소 수 × 화소 면적, 수축기말</translation>
        </message>
        <message>
            <source>LV area</source>
            <translation>좌심실 면적</translation>
        </message>
        <message>
            <source>Area of the LV blood pool in the single slice: its pixels times the pixel area, in the only phase that was analyzed</source>
            <translation>한 슬라이스의 좌심실 혈액풀 면적: 화소 수 × 화소 면적, 분석한 유일한 위상</translation>
        </message>
        <message>
            <source>Myocardial end-diastolic area</source>
            <translation>심근 이완기말 면적</translation>
        </message>
        <message>
            <source>Area of the LV myocardium in the single slice: its pixels times the pixel area, at end-diastole</source>
            <translation>한 슬라이스의 좌심실 심근 면적: 화소 수 × 화소 면적, 이완기말</translation>
        </message>
        <message>
            <source>Myocardial end-systolic area</source>
            <translation>심근 수축기말 면적</translation>
        </message>
        <message>
            <source>Area of the LV myocardium in the single slice: its pixels times the pixel area, at end-systole</source>
            <translation>한 슬라이스의 좌심실 심근 면적: 화소 수 × 화소 면적, 수축기말</translation>
        </message>
        <message>
            <source>Myocardial area</source>
            <translation>심근 면적</translation>
        </message>
        <message>
            <source>Area of the LV myocardium in the single slice: its pixels times the pixel area, in the only phase that was analyzed</source>
            <translation>한 슬라이스의 좌심실 심근 면적: 화소 수 × 화소 면적, 분석한 유일한 위상</translation>
        </message>
        <message>
            <source>RV end-diastolic area</source>
            <translation>우심실 이완기말 면적</translation>
        </message>
        <message>
            <source>Area of the RV blood pool in the single slice: its pixels times the pixel area, at end-diastole</source>
            <translation>한 슬라이스의 우심실 혈액풀 면적: 화소 수 × 화소 면적, 이완기말</translation>
        </message>
        <message>
            <source>RV end-systolic area</source>
            <translation>우심실 수축기말 면적</translation>
        </message>
        <message>
            <source>Area of the RV blood pool in the single slice: its pixels times the pixel area, at end-systole</source>
            <translation>한 슬라이스의 우심실 혈액풀 면적: 화소 수 × 화소 면적, 수축기말</translation>
        </message>
        <message>
            <source>RV area</source>
            <translation>우심실 면적</translation>
        </message>
        <message>
            <source>Area of the RV blood pool in the single slice: its pixels times the pixel area, in the only phase that was analyzed</source>
            <translation>한 슬라이스의 우심실 혈액풀 면적: 화소 수 × 화소 면적, 분석한 유일한 위상</translation>
        </message>
        <message>
            <source>LV end-diastolic length</source>
            <translation>좌심실 이완기말 길이</translation>
        </message>
        <message>
            <source>Distance from the LV's apex to the middle of the base, the longest stretch of the blood pool's border without wall: the mitral plane, in a three-chamber view with the aortic valve</source>
            <translation>좌심실 심첨에서 기저부 중앙까지의 거리. 기저부는 혈액풀 경계에서 벽이 없는 가장 긴 구간, 즉 승모판 평면이며 3방 단면에서는 대동맥판을 포함</translation>
        </message>
        <message>
            <source>Lang et al. 2015, doi:10.1016/j.echo.2014.10.003</source>
            <translation>Lang et al. 2015, doi:10.1016/j.echo.2014.10.003</translation>
        </message>
        <message>
            <source>LV end-systolic length</source>
            <translation>좌심실 수축기말 길이</translation>
        </message>
        <message>
            <source>LV length</source>
            <translation>좌심실 길이</translation>
        </message>
        <message>
            <source>LV EDV, area–length</source>
            <translation>좌심실 EDV, 면적-길이법</translation>
        </message>
        <message>
            <source>8 A² / (3 π L) of area A and long-axis length L of the LV in one plane, as of an ellipsoid</source>
            <translation>한 평면에서 좌심실의 면적 A와 장축 길이 L로 구한 8 A² / (3 π L), 타원체로 가정</translation>
        </message>
        <message>
            <source>Dodge et al. 1960, Am Heart J 60:762</source>
            <translation>Dodge et al. 1960, Am Heart J 60:762</translation>
        </message>
        <message>
            <source>LV ESV, area–length</source>
            <translation>좌심실 ESV, 면적-길이법</translation>
        </message>
        <message>
            <source>LV stroke volume, area–length</source>
            <translation>좌심실 일회박출량, 면적-길이법</translation>
        </message>
        <message>
            <source>EDV − ESV, area–length</source>
            <translation>EDV − ESV, 면적-길이법</translation>
        </message>
        <message>
            <source>LV EF, area–length</source>
            <translation>좌심실 EF, 면적-길이법</translation>
        </message>
        <message>
            <source>100 × (EDV − ESV) / EDV, area–length</source>
            <translation>100 × (EDV − ESV) / EDV, 면적-길이법</translation>
        </message>
        <message>
            <source>LV volume, area–length</source>
            <translation>좌심실 용적, 면적-길이법</translation>
        </message>
        <message>
            <source>MAPSE</source>
            <translation>MAPSE</translation>
        </message>
        <message>
            <source>Mitral annular plane systolic excursion: how far the middle of the mitral plane moves from end-diastole to end-systole along the long axis at end-diastole</source>
            <translation>승모판륜 수축기 이동 거리: 이완기말에서 수축기말까지 승모판 평면의 중앙이 이완기말 장축을 따라 움직인 거리</translation>
        </message>
        <message>
            <source>the ends of the annulus averaged as in PMC4860848</source>
            <translation>PMC4860848과 같이 판륜 양 끝을 평균</translation>
        </message>
        <message>
            <source>RV fractional area change</source>
            <translation>우심실 면적변화율(FAC)</translation>
        </message>
        <message>
            <source>Fractional area change: 100 × (area at ED − area at ES) / area at ED in four chambers</source>
            <translation>면적변화율: 4방 단면에서 100 × (ED 면적 − ES 면적) / ED 면적</translation>
        </message>
        <message>
            <source>Rudski et al. 2010, doi:10.1016/j.echo.2010.05.010</source>
            <translation>Rudski et al. 2010, doi:10.1016/j.echo.2010.05.010</translation>
        </message>
        <message>
            <source>TAPSE</source>
            <translation>TAPSE</translation>
        </message>
        <message>
            <source>Tricuspid annular plane systolic excursion: how far the lateral end of the tricuspid plane moves from end-diastole to end-systole along the line to the RV apex at end-diastole</source>
            <translation>삼첨판륜 수축기 이동 거리: 이완기말에서 수축기말까지 삼첨판 평면의 바깥쪽 끝이 이완기말의 우심실 심첨 방향 선을 따라 움직인 거리</translation>
        </message>
        <message>
            <source>LV wall at ED</source>
            <translation>ED 좌심실 벽 두께</translation>
        </message>
        <message>
            <source>Wall thickness, papillary muscles and trabeculae left out, in the plane of the slice</source>
            <translation>유두근과 육주를 제외한 슬라이스 평면의 벽 두께</translation>
        </message>
        <message>
            <source>mean of the AHA segments 1 to 16</source>
            <translation>AHA 1~16번 분절의 평균</translation>
        </message>
        <message>
            <source>Laplace method, Yezzi and Prince 2003, doi:10.1109/TMI.2003.817775</source>
            <translation>라플라스 방법, Yezzi와 Prince 2003, doi:10.1109/TMI.2003.817775</translation>
        </message>
        <message>
            <source>Cerqueira et al. 2002, doi:10.1161/hc0402.102975</source>
            <translation>Cerqueira et al. 2002, doi:10.1161/hc0402.102975</translation>
        </message>
        <message>
            <source>LV wall at ES</source>
            <translation>ES 좌심실 벽 두께</translation>
        </message>
        <message>
            <source>Largest LV wall at ED</source>
            <translation>ED 좌심실 최대 벽 두께</translation>
        </message>
        <message>
            <source>The largest wall thickness of any slice with a closed wall, papillary muscles and trabeculae left out, in the plane of the slice</source>
            <translation>벽이 닫힌 모든 슬라이스에서 유두근과 육주를 제외한 슬라이스 평면의 최대 벽 두께</translation>
        </message>
        <message>
            <source>LV wall thickening</source>
            <translation>좌심실 벽 두께 증가율</translation>
        </message>
        <message>
            <source>100 × (ES − ED) / ED of the wall thickness</source>
            <translation>벽 두께의 100 × (ES − ED) / ED</translation>
        </message>
        <message>
            <source>Endocardial excursion</source>
            <translation>심내막 이동 거리</translation>
        </message>
        <message>
            <source>How far the endocardium moves towards the cavity's center from ED to ES</source>
            <translation>ED에서 ES까지 심내막이 내강 중심 쪽으로 움직인 거리</translation>
        </message>
        <message>
            <source>Apical cap (segment 17) at ED</source>
            <translation>심첨(17번 분절), ED</translation>
        </message>
        <message>
            <source>At end-diastole, wall thickness within 20° of the long axis, seen from 15 mm inside the apex</source>
            <translation>이완기말, 심첨 안쪽 15 mm에서 보아 장축 20° 이내의 벽 두께</translation>
        </message>
        <message>
            <source>Apical cap (segment 17) at ES</source>
            <translation>심첨(17번 분절), ES</translation>
        </message>
        <message>
            <source>At end-systole, wall thickness within 20° of the long axis, seen from 15 mm inside the apex</source>
            <translation>수축기말, 심첨 안쪽 15 mm에서 보아 장축 20° 이내의 벽 두께</translation>
        </message>
        <message>
            <source>Apical cap (segment 17), thickening</source>
            <translation>심첨(17번 분절), 벽 두께 증가율</translation>
        </message>
        <message>
            <source>100 × (ES − ED) / ED of the wall thickness within 20° of the long axis, seen from 15 mm inside the apex</source>
            <translation>심첨 안쪽 15 mm에서 보아 장축 20° 이내 벽 두께의 100 × (ES − ED) / ED</translation>
        </message>
        <message>
            <source>GCS, endocardial</source>
            <translation>GCS, 심내막</translation>
        </message>
        <message>
            <source>Peak strain: 100 × (L − L at ED) / L at ED of the perimeter of the endocardium, summed over slices</source>
            <translation>최대 스트레인: 슬라이스에 걸쳐 합한 심내막 둘레의 100 × (L − ED의 L) / ED의 L</translation>
        </message>
        <message>
            <source>from contours, not tracked</source>
            <translation>추적이 아니라 윤곽에서 구함</translation>
        </message>
        <message>
            <source>Claus et al. 2015, doi:10.1016/j.jcmg.2015.11.001</source>
            <translation>Claus et al. 2015, doi:10.1016/j.jcmg.2015.11.001</translation>
        </message>
        <message>
            <source>GCS, endocardial, time to peak</source>
            <translation>GCS, 심내막, 정점 도달 시간</translation>
        </message>
        <message>
            <source>From ED to the peak</source>
            <translation>ED에서 정점까지</translation>
        </message>
        <message>
            <source>100 × (L − L at ED) / L at ED of the perimeter of the endocardium, summed over slices</source>
            <translation>슬라이스에 걸쳐 합한 심내막 둘레의 100 × (L − ED의 L) / ED의 L</translation>
        </message>
        <message>
            <source>GCS, endocardial, systolic rate</source>
            <translation>GCS, 심내막, 수축기 속도</translation>
        </message>
        <message>
            <source>Peak systolic rate, smoothed</source>
            <translation>평활화한 수축기 최대 속도</translation>
        </message>
        <message>
            <source>GCS, endocardial, early diastolic rate</source>
            <translation>GCS, 심내막, 초기 이완기 속도</translation>
        </message>
        <message>
            <source>Peak rate in the first half of diastole, smoothed</source>
            <translation>평활화한 이완기 전반부의 최대 속도</translation>
        </message>
        <message>
            <source>GCS, mid-wall</source>
            <translation>GCS, 벽 중간층</translation>
        </message>
        <message>
            <source>Peak strain: 100 × (L − L at ED) / L at ED of the perimeter halfway through the wall, summed over slices</source>
            <translation>최대 스트레인: 슬라이스에 걸쳐 합한 벽 중간 둘레의 100 × (L − ED의 L) / ED의 L</translation>
        </message>
        <message>
            <source>Peak strain: 100 × (L − L at ED) / L at ED of the mean wall thickness of the slices</source>
            <translation>최대 스트레인: 슬라이스 평균 벽 두께의 100 × (L − ED의 L) / ED의 L</translation>
        </message>
        <message>
            <source>GRS, time to peak</source>
            <translation>GRS, 정점 도달 시간</translation>
        </message>
        <message>
            <source>100 × (L − L at ED) / L at ED of the mean wall thickness of the slices</source>
            <translation>슬라이스 평균 벽 두께의 100 × (L − ED의 L) / ED의 L</translation>
        </message>
        <message>
            <source>GRS, systolic rate</source>
            <translation>GRS, 수축기 속도</translation>
        </message>
        <message>
            <source>GRS, early diastolic rate</source>
            <translation>GRS, 초기 이완기 속도</translation>
        </message>
        <message>
            <source>Peak strain: 100 × (L − L at ED) / L at ED of the length of the endocardium between the ends of the mitral plane</source>
            <translation>최대 스트레인: 승모판 평면 양 끝 사이 심내막 길이의 100 × (L − ED의 L) / ED의 L</translation>
        </message>
        <message>
            <source>GLS, time to peak</source>
            <translation>GLS, 정점 도달 시간</translation>
        </message>
        <message>
            <source>100 × (L − L at ED) / L at ED of the length of the endocardium between the ends of the mitral plane</source>
            <translation>승모판 평면 양 끝 사이 심내막 길이의 100 × (L − ED의 L) / ED의 L</translation>
        </message>
        <message>
            <source>GLS, systolic rate</source>
            <translation>GLS, 수축기 속도</translation>
        </message>
        <message>
            <source>GLS, early diastolic rate</source>
            <translation>GLS, 초기 이완기 속도</translation>
        </message>
        <message>
            <source>RV free-wall strain</source>
            <translation>우심실 자유벽 스트레인</translation>
        </message>
        <message>
            <source>Peak strain: 100 × (L − L at ED) / L at ED of the length of the RV's free wall in four chambers, tricuspid plane to apex</source>
            <translation>최대 스트레인: 4방 단면에서 삼첨판 평면부터 심첨까지 우심실 자유벽 길이의 100 × (L − ED의 L) / ED의 L</translation>
        </message>
        <message>
            <source>Peak ejection rate</source>
            <translation>최대 박출 속도</translation>
        </message>
        <message>
            <source>Fastest fall of the LV volume over the heart beat, smoothed by its Fourier series</source>
            <translation>푸리에 급수로 평활화한 심박 동안 좌심실 용적의 가장 빠른 감소</translation>
        </message>
        <message>
            <source>Bonow 1991, doi:10.1161/01.CIR.84.3.1413</source>
            <translation>Bonow 1991, doi:10.1161/01.CIR.84.3.1413</translation>
        </message>
        <message>
            <source>Time to peak ejection</source>
            <translation>최대 박출 속도 도달 시간</translation>
        </message>
        <message>
            <source>From ED</source>
            <translation>ED부터</translation>
        </message>
        <message>
            <source>fastest fall of the LV volume over the heart beat, smoothed by its Fourier series</source>
            <translation>푸리에 급수로 평활화한 심박 동안 좌심실 용적의 가장 빠른 감소</translation>
        </message>
        <message>
            <source>Peak filling rate</source>
            <translation>최대 충만 속도</translation>
        </message>
        <message>
            <source>Fastest early rise of the LV volume over the heart beat, smoothed by its Fourier series</source>
            <translation>푸리에 급수로 평활화한 심박 동안 좌심실 용적의 초기 가장 빠른 증가</translation>
        </message>
        <message>
            <source>Time to peak filling</source>
            <translation>최대 충만 속도 도달 시간</translation>
        </message>
        <message>
            <source>From ES</source>
            <translation>ES부터</translation>
        </message>
        <message>
            <source>fastest rise of the LV volume over the heart beat, smoothed by its Fourier series</source>
            <translation>푸리에 급수로 평활화한 심박 동안 좌심실 용적의 가장 빠른 증가</translation>
        </message>
        <message>
            <source>Atrial contribution</source>
            <translation>심방 기여도</translation>
        </message>
        <message>
            <source>Inflow after diastasis as a share of the stroke volume</source>
            <translation>이완 정지기 이후 유입량이 일회박출량에서 차지하는 비율</translation>
        </message>
        <message>
            <source>of the LV volume over the heart beat, smoothed by its Fourier series</source>
            <translation>푸리에 급수로 평활화한 심박 동안의 좌심실 용적에서</translation>
        </message>
        <message>
            <source>LV EDV, biplane</source>
            <translation>좌심실 EDV, 이중 단면</translation>
        </message>
        <message>
            <source>8 A₂ A₄ / (3 π L) of the LV's areas in the two- and the four-chamber view and the shorter length L</source>
            <translation>2방과 4방 단면의 좌심실 면적과 더 짧은 길이 L로 구한 8 A₂ A₄ / (3 π L)</translation>
        </message>
        <message>
            <source>LV ESV, biplane</source>
            <translation>좌심실 ESV, 이중 단면</translation>
        </message>
        <message>
            <source>LV stroke volume, biplane</source>
            <translation>좌심실 일회박출량, 이중 단면</translation>
        </message>
        <message>
            <source>EDV − ESV, biplane</source>
            <translation>EDV − ESV, 이중 단면</translation>
        </message>
        <message>
            <source>LV EF, biplane</source>
            <translation>좌심실 EF, 이중 단면</translation>
        </message>
        <message>
            <source>100 × (EDV − ESV) / EDV, biplane</source>
            <translation>100 × (EDV − ESV) / EDV, 이중 단면</translation>
        </message>
        <message>
            <source>LV EDV, long − short axis</source>
            <translation>좌심실 EDV, 장축 − 단축</translation>
        </message>
        <message>
            <source>EDV of the long axis (biplane, else one plane) less that of the short axis, positive where it is larger</source>
            <translation>장축(이중 단면, 없으면 한 평면) EDV에서 단축 EDV를 뺀 값, 장축이 크면 양수</translation>
        </message>
        <message>
            <source>LV ESV, long − short axis</source>
            <translation>좌심실 ESV, 장축 − 단축</translation>
        </message>
        <message>
            <source>ESV of the long axis (biplane, else one plane) less that of the short axis, positive where it is larger</source>
            <translation>장축(이중 단면, 없으면 한 평면) ESV에서 단축 ESV를 뺀 값, 장축이 크면 양수</translation>
        </message>
        <message>
            <source>LV EF, long − short axis</source>
            <translation>좌심실 EF, 장축 − 단축</translation>
        </message>
        <message>
            <source>EF of the long axis (biplane, else one plane) less that of the short axis, positive where it is larger</source>
            <translation>장축(이중 단면, 없으면 한 평면) EF에서 단축 EF를 뺀 값, 장축이 크면 양수</translation>
        </message>
        <message>
            <source>Heart rate</source>
            <translation>심박수</translation>
        </message>
        <message>
            <source>As given, else 60 000 / RR interval in ms</source>
            <translation>지정한 값, 없으면 60 000 / RR 간격(ms)</translation>
        </message>
        <message>
            <source>RR = (last − first phase time) × T / (T − 1) for T phases spread over the whole heart beat</source>
            <translation>심박 전체에 걸친 위상 T개에서 RR = (마지막 − 첫 위상 시간) × T / (T − 1)</translation>
        </message>
        <message>
            <source>beats/min</source>
            <translation>회/분</translation>
        </message>
        <message>
            <source>Body surface area</source>
            <translation>체표면적</translation>
        </message>
        <message>
            <source>√(height in cm × weight in kg / 3600)</source>
            <translation>√(키(cm) × 체중(kg) / 3600)</translation>
        </message>
        <message>
            <source>Mosteller 1987, N Engl J Med 317:1098, doi:10.1056/NEJM198710223171717</source>
            <translation>Mosteller 1987, N Engl J Med 317:1098, doi:10.1056/NEJM198710223171717</translation>
        </message>
        <message>
            <source>LV end-diastolic volume index</source>
            <translation>좌심실 이완기말 용적지수</translation>
        </message>
        <message>
            <source>LV end-diastolic volume divided by body surface area</source>
            <translation>좌심실 이완기말 용적을 체표면적으로 나눈 값</translation>
        </message>
        <message>
            <source>LV end-systolic volume index</source>
            <translation>좌심실 수축기말 용적지수</translation>
        </message>
        <message>
            <source>LV end-systolic volume divided by body surface area</source>
            <translation>좌심실 수축기말 용적을 체표면적으로 나눈 값</translation>
        </message>
        <message>
            <source>LV stroke volume index</source>
            <translation>좌심실 일회박출지수</translation>
        </message>
        <message>
            <source>LV stroke volume divided by body surface area</source>
            <translation>좌심실 일회박출량을 체표면적으로 나눈 값</translation>
        </message>
        <message>
            <source>LV cardiac output index</source>
            <translation>좌심실 심박출지수</translation>
        </message>
        <message>
            <source>LV cardiac output divided by body surface area</source>
            <translation>좌심실 심박출량을 체표면적으로 나눈 값</translation>
        </message>
        <message>
            <source>LV mass index</source>
            <translation>좌심실 질량지수</translation>
        </message>
        <message>
            <source>LV mass divided by body surface area</source>
            <translation>좌심실 질량을 체표면적으로 나눈 값</translation>
        </message>
        <message>
            <source>RV end-diastolic volume index</source>
            <translation>우심실 이완기말 용적지수</translation>
        </message>
        <message>
            <source>RV end-diastolic volume divided by body surface area</source>
            <translation>우심실 이완기말 용적을 체표면적으로 나눈 값</translation>
        </message>
        <message>
            <source>RV end-systolic volume index</source>
            <translation>우심실 수축기말 용적지수</translation>
        </message>
        <message>
            <source>RV end-systolic volume divided by body surface area</source>
            <translation>우심실 수축기말 용적을 체표면적으로 나눈 값</translation>
        </message>
        <message>
            <source>RV stroke volume index</source>
            <translation>우심실 일회박출지수</translation>
        </message>
        <message>
            <source>RV stroke volume divided by body surface area</source>
            <translation>우심실 일회박출량을 체표면적으로 나눈 값</translation>
        </message>
        <message>
            <source>RV cardiac output index</source>
            <translation>우심실 심박출지수</translation>
        </message>
        <message>
            <source>RV cardiac output divided by body surface area</source>
            <translation>우심실 심박출량을 체표면적으로 나눈 값</translation>
        </message>
        <message>
            <source>Left ventricle, myocardium and right ventricle in long-axis cine MRI (experimental)</source>
            <translation>장축 시네 MRI의 좌심실, 심근, 우심실(실험적)</translation>
        </message>
        <message>
            <source>Experimental: real long-axis images of one person were learned from, beside planes cut from other people's short axes, so that every contour has to be looked at.</source>
            <translation>실험적: 실제 장축 영상은 한 사람의 것만 학습했고 나머지는 다른 사람들의 단축에서 잘라 낸 평면이므로, 모든 윤곽을 확인해야 합니다.</translation>
        </message>
        <message>
            <source>Left ventricle, myocardium and right ventricle in short-axis cine MRI</source>
            <translation>단축 시네 MRI의 좌심실, 심근, 우심실</translation>
        </message>
    </context>
</TS>
