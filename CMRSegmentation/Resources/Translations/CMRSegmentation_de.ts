<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
    <context>
        <name>CMRSegmentation</name>
        <message>
            <source>CMR Segmentation</source>
            <translation>CMR-Segmentierung</translation>
        </message>
        <message>
            <source>Segments both ventricles and the left ventricular myocardium in every phase of a cardiac cine MRI, and measures volumes, ejection fraction and mass. Everything runs on this computer. Research use, not for clinical decisions.</source>
            <translation>Segmentiert beide Ventrikel und das linksventrikuläre Myokard in jeder Phase einer kardialen Cine-MRT und bestimmt Volumina, Ejektionsfraktion und Masse. Alles läuft auf diesem Rechner. Nur für die Forschung, nicht für klinische Entscheidungen.</translation>
        </message>
        <message>
            <source>The method follows Galati and Zuluaga (STACOM 2021). Trained on data of the ACDC challenge (Bernard et al. 2018) and the Sunnybrook Cardiac Data (Radau et al. 2009), which is also the source of the sample.</source>
            <translation>Das Verfahren folgt Galati und Zuluaga (STACOM 2021). Trainiert mit Daten der ACDC-Challenge (Bernard et al. 2018) und der Sunnybrook Cardiac Data (Radau et al. 2009), aus denen auch das Beispiel stammt.</translation>
        </message>
        <message>
            <source>Cardiac cine</source>
            <translation>Herz-Cine</translation>
        </message>
        <message>
            <source>Documentation</source>
            <translation>Dokumentation</translation>
        </message>
        <message>
            <source>Cine</source>
            <translation>Cine</translation>
        </message>
        <message>
            <source>What is segmented</source>
            <translation>Was segmentiert wird</translation>
        </message>
        <message>
            <source>Cine:</source>
            <translation>Cine:</translation>
        </message>
        <message>
            <source>Volume sequence, the volume that shows one, or a single volume.</source>
            <translation>Volumensequenz, das Volumen, das eine zeigt, oder ein einzelnes Volumen.</translation>
        </message>
        <message>
            <source>Phases, slices, voxels and times of the chosen cine</source>
            <translation>Phasen, Schichten, Voxel und Zeiten des gewählten Cines</translation>
        </message>
        <message>
            <source>Load cine…</source>
            <translation>Cine laden…</translation>
        </message>
        <message>
            <source>Load a 3-D or 4-D NIfTI, NRRD or MetaImage file, or a DICOM file, with its phase times</source>
            <translation>Eine 3-D- oder 4-D-Datei im Format NIfTI, NRRD oder MetaImage oder eine DICOM-Datei mit ihren Phasenzeiten laden</translation>
        </message>
        <message>
            <source>Load cine from a file</source>
            <translation>Cine aus einer Datei laden</translation>
        </message>
        <message>
            <source>Load DICOM folder…</source>
            <translation>DICOM-Ordner laden…</translation>
        </message>
        <message>
            <source>Load every cine of a DICOM study, also short-axis stacks that were sent as one series per slice</source>
            <translation>Alle Cines einer DICOM-Studie laden, auch Kurzachsenstapel, die als eine Serie je Schicht gesendet wurden</translation>
        </message>
        <message>
            <source>Load DICOM folder</source>
            <translation>DICOM-Ordner laden</translation>
        </message>
        <message>
            <source>Load sample</source>
            <translation>Beispiel laden</translation>
        </message>
        <message>
            <source>Load the public-domain sample: a short-axis cine of the Sunnybrook Cardiac Data</source>
            <translation>Das gemeinfreie Beispiel laden: ein Kurzachsen-Cine der Sunnybrook Cardiac Data</translation>
        </message>
        <message>
            <source>Advanced</source>
            <translation>Erweitert</translation>
        </message>
        <message>
            <source>Model, view, phases and device</source>
            <translation>Modell, Schnittebene, Phasen und Gerät</translation>
        </message>
        <message>
            <source>Model:</source>
            <translation>Modell:</translation>
        </message>
        <message>
            <source>Models that serve the view of the cine come first</source>
            <translation>Modelle für die Schnittebene des Cines stehen oben</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>Modell</translation>
        </message>
        <message>
            <source>What the chosen model says about itself; every report made with it repeats this</source>
            <translation>Was das gewählte Modell über sich selbst sagt; jeder damit erstellte Bericht wiederholt es</translation>
        </message>
        <message>
            <source>Own models:</source>
            <translation>Eigene Modelle:</translation>
        </message>
        <message>
            <source>Folder of your own models: model folders as Training.export writes them; kept in Slicer's settings</source>
            <translation>Ordner der eigenen Modelle: Modellordner, wie Training.export sie schreibt; wird in den Einstellungen von Slicer gespeichert</translation>
        </message>
        <message>
            <source>Folder of own models</source>
            <translation>Ordner der eigenen Modelle</translation>
        </message>
        <message>
            <source>Why a model of this folder is not listed</source>
            <translation>Warum ein Modell dieses Ordners nicht aufgeführt ist</translation>
        </message>
        <message>
            <source>View:</source>
            <translation>Schnittebene:</translation>
        </message>
        <message>
            <source>Imaging plane; Automatic takes that of the file, and the short axis for stacks of slices</source>
            <translation>Abbildungsebene; Automatisch übernimmt die der Datei, bei Schichtstapeln die Kurzachse</translation>
        </message>
        <message>
            <source>View</source>
            <translation>Schnittebene</translation>
        </message>
        <message>
            <source>Phases:</source>
            <translation>Phasen:</translation>
        </message>
        <message>
            <source>Which phases to segment; volumes over time need all of them</source>
            <translation>Welche Phasen segmentiert werden; Volumina über die Zeit brauchen alle</translation>
        </message>
        <message>
            <source>Phases to segment</source>
            <translation>Zu segmentierende Phasen</translation>
        </message>
        <message>
            <source>Device:</source>
            <translation>Gerät:</translation>
        </message>
        <message>
            <source>Where the network runs</source>
            <translation>Wo das Netz läuft</translation>
        </message>
        <message>
            <source>Device</source>
            <translation>Gerät</translation>
        </message>
        <message>
            <source>What the network will run on</source>
            <translation>Worauf das Netz laufen wird</translation>
        </message>
        <message>
            <source>Check device</source>
            <translation>Gerät prüfen</translation>
        </message>
        <message>
            <source>Run a trial convolution in a separate process and say what the network will run on</source>
            <translation>Eine Probefaltung in einem eigenen Prozess rechnen und angeben, worauf das Netz laufen wird</translation>
        </message>
        <message>
            <source>Earlier results:</source>
            <translation>Frühere Ergebnisse:</translation>
        </message>
        <message>
            <source>What becomes of segmentations of the same cine when a new one is there; those that were edited or loaded, or have phases that the new one lacks, are kept in any case</source>
            <translation>Was mit Segmentierungen desselben Cines geschieht, sobald eine neue da ist; bearbeitete oder geladene und solche mit Phasen, die der neuen fehlen, bleiben immer erhalten</translation>
        </message>
        <message>
            <source>Earlier results</source>
            <translation>Frühere Ergebnisse</translation>
        </message>
        <message>
            <source>Mirror averaging</source>
            <translation>Spiegelmittelung</translation>
        </message>
        <message>
            <source>Segment four mirrored images, two of them brightened, and average, as in long-axis planes always: a little more accurate, four times slower</source>
            <translation>Vier gespiegelte Bilder, zwei davon aufgehellt, segmentieren und mitteln, wie in Langachsenebenen immer: etwas genauer, viermal langsamer</translation>
        </message>
        <message>
            <source>Post-processing</source>
            <translation>Nachbearbeitung</translation>
        </message>
        <message>
            <source>Keep one heart, remove islands and fill holes</source>
            <translation>Ein Herz behalten, Inseln entfernen und Löcher füllen</translation>
        </message>
        <message>
            <source>Existing labels</source>
            <translation>Vorhandene Labels</translation>
        </message>
        <message>
            <source>Take labels that were made elsewhere as a result</source>
            <translation>Anderswo erstellte Labels als Ergebnis übernehmen</translation>
        </message>
        <message>
            <source>Labels:</source>
            <translation>Labels:</translation>
        </message>
        <message>
            <source>Segmentation, label volume, or a sequence of either, on the grid of the cine; a single one belongs to the phase that is shown</source>
            <translation>Segmentierung, Labelvolumen oder eine Sequenz davon auf dem Gitter des Cines; ein einzelnes gehört zur gezeigten Phase</translation>
        </message>
        <message>
            <source>Use as result</source>
            <translation>Als Ergebnis übernehmen</translation>
        </message>
        <message>
            <source>Measure the chosen labels, draw their curves and let them be edited, as if they had been made here</source>
            <translation>Die gewählten Labels vermessen, ihre Kurven zeichnen und sie bearbeitbar machen, als wären sie hier entstanden</translation>
        </message>
        <message>
            <source>Use existing labels as result</source>
            <translation>Vorhandene Labels als Ergebnis übernehmen</translation>
        </message>
        <message>
            <source>Load labels…</source>
            <translation>Labels laden…</translation>
        </message>
        <message>
            <source>Take a label file such as labels.nii.gz: 1 left ventricle, 2 myocardium, 3 right ventricle</source>
            <translation>Eine Labeldatei wie labels.nii.gz nehmen: 1 linker Ventrikel, 2 Myokard, 3 rechter Ventrikel</translation>
        </message>
        <message>
            <source>Load labels from a file</source>
            <translation>Labels aus einer Datei laden</translation>
        </message>
        <message>
            <source>Apply</source>
            <translation>Anwenden</translation>
        </message>
        <message>
            <source>Segment the cine in a separate process</source>
            <translation>Das Cine in einem eigenen Prozess segmentieren</translation>
        </message>
        <message>
            <source>Apply or cancel</source>
            <translation>Anwenden oder abbrechen</translation>
        </message>
        <message>
            <source>Segment all</source>
            <translation>Alle segmentieren</translation>
        </message>
        <message>
            <source>Segment several cines one after the other in one process, and put their measures into one table</source>
            <translation>Mehrere Cines nacheinander in einem Prozess segmentieren und ihre Messwerte in einer Tabelle sammeln</translation>
        </message>
        <message>
            <source>Which cines are segmented together: all of the scene, or those of one study</source>
            <translation>Welche Cines zusammen segmentiert werden: alle der Szene oder die einer Studie</translation>
        </message>
        <message>
            <source>Cines to segment together</source>
            <translation>Zusammen zu segmentierende Cines</translation>
        </message>
        <message>
            <source>How far the segmentation is</source>
            <translation>Wie weit die Segmentierung ist</translation>
        </message>
        <message>
            <source>Progress</source>
            <translation>Fortschritt</translation>
        </message>
        <message>
            <source>What the module does, or why it could not</source>
            <translation>Was das Modul gerade tut, oder warum es nicht ging</translation>
        </message>
        <message>
            <source>Log</source>
            <translation>Protokoll</translation>
        </message>
        <message>
            <source>Show what the segmentation process wrote</source>
            <translation>Zeigen, was der Segmentierungsprozess geschrieben hat</translation>
        </message>
        <message>
            <source>Show log</source>
            <translation>Protokoll zeigen</translation>
        </message>
        <message>
            <source>What the last run wrote: device, seconds of each stage, versions, and errors</source>
            <translation>Was der letzte Lauf geschrieben hat: Gerät, Sekunden je Schritt, Versionen und Fehler</translation>
        </message>
        <message>
            <source>Copy log</source>
            <translation>Protokoll kopieren</translation>
        </message>
        <message>
            <source>Copy the log for a bug report, without the names of cines, paths and identifiers</source>
            <translation>Das Protokoll für eine Fehlermeldung kopieren, ohne Namen von Cines, Pfade und Kennungen</translation>
        </message>
        <message>
            <source>Results</source>
            <translation>Ergebnisse</translation>
        </message>
        <message>
            <source>Measures, findings and views of the segmentation</source>
            <translation>Messwerte, Hinweise und Ansichten der Segmentierung</translation>
        </message>
        <message>
            <source>Segmentations of this cine</source>
            <translation>Segmentierungen dieses Cines</translation>
        </message>
        <message>
            <source>Segmentation</source>
            <translation>Segmentierung</translation>
        </message>
        <message>
            <source>Phase that the views show</source>
            <translation>Phase, die die Ansichten zeigen</translation>
        </message>
        <message>
            <source>Phase</source>
            <translation>Phase</translation>
        </message>
        <message>
            <source>Play and step the phases: Alt+P, Alt+, and Alt+.</source>
            <translation>Phasen abspielen und schrittweise durchgehen: Alt+P, Alt+, und Alt+.</translation>
        </message>
        <message>
            <source>Play and step</source>
            <translation>Abspielen und Schritt</translation>
        </message>
        <message>
            <source>End-diastole:</source>
            <translation>Enddiastole:</translation>
        </message>
        <message>
            <source>Phase of end-diastole; change it, and every measure is computed again</source>
            <translation>Phase der Enddiastole; wird sie geändert, werden alle Messwerte neu berechnet</translation>
        </message>
        <message>
            <source>Phase of end-diastole</source>
            <translation>Phase der Enddiastole</translation>
        </message>
        <message>
            <source>Go to ED</source>
            <translation>Zu ED</translation>
        </message>
        <message>
            <source>Show end-diastole</source>
            <translation>Enddiastole zeigen</translation>
        </message>
        <message>
            <source>Go to end-diastole</source>
            <translation>Zur Enddiastole gehen</translation>
        </message>
        <message>
            <source>End-systole:</source>
            <translation>Endsystole:</translation>
        </message>
        <message>
            <source>none</source>
            <translation>keine</translation>
        </message>
        <message>
            <source>Phase of end-systole; change it, and every measure is computed again</source>
            <translation>Phase der Endsystole; wird sie geändert, werden alle Messwerte neu berechnet</translation>
        </message>
        <message>
            <source>Phase of end-systole</source>
            <translation>Phase der Endsystole</translation>
        </message>
        <message>
            <source>Go to ES</source>
            <translation>Zu ES</translation>
        </message>
        <message>
            <source>Show end-systole</source>
            <translation>Endsystole zeigen</translation>
        </message>
        <message>
            <source>Go to end-systole</source>
            <translation>Zur Endsystole gehen</translation>
        </message>
        <message>
            <source>Automatic</source>
            <translation>Automatisch</translation>
        </message>
        <message>
            <source>Find end-diastole and end-systole from the volume of the left ventricle</source>
            <translation>Enddiastole und Endsystole aus dem Volumen des linken Ventrikels bestimmen</translation>
        </message>
        <message>
            <source>Find both phases automatically</source>
            <translation>Beide Phasen automatisch bestimmen</translation>
        </message>
        <message>
            <source>Hold the pointer over a row for its definition</source>
            <translation>Für die Definition den Mauszeiger über eine Zeile halten</translation>
        </message>
        <message>
            <source>Measures</source>
            <translation>Messwerte</translation>
        </message>
        <message>
            <source>Heart rate:</source>
            <translation>Herzfrequenz:</translation>
        </message>
        <message>
            <source> beats/min</source>
            <translation> Schläge/min</translation>
        </message>
        <message>
            <source>not given</source>
            <translation>nicht angegeben</translation>
        </message>
        <message>
            <source>For the cardiac output; not given takes it from the phase times</source>
            <translation>Für das Herzzeitvolumen; ohne Angabe aus den Phasenzeiten</translation>
        </message>
        <message>
            <source>Heart rate</source>
            <translation>Herzfrequenz</translation>
        </message>
        <message>
            <source>Height:</source>
            <translation>Größe:</translation>
        </message>
        <message>
            <source> cm</source>
            <translation> cm</translation>
        </message>
        <message>
            <source>With the weight, for measures per body surface</source>
            <translation>Mit dem Gewicht für Messwerte je Körperoberfläche</translation>
        </message>
        <message>
            <source>Height</source>
            <translation>Größe</translation>
        </message>
        <message>
            <source>Weight:</source>
            <translation>Gewicht:</translation>
        </message>
        <message>
            <source> kg</source>
            <translation> kg</translation>
        </message>
        <message>
            <source>With the height, for measures per body surface</source>
            <translation>Mit der Größe für Messwerte je Körperoberfläche</translation>
        </message>
        <message>
            <source>Weight</source>
            <translation>Gewicht</translation>
        </message>
        <message>
            <source>Findings (click to go there):</source>
            <translation>Hinweise (anklicken, um dorthin zu gehen):</translation>
        </message>
        <message>
            <source>What to check before using the result</source>
            <translation>Was vor der Verwendung des Ergebnisses zu prüfen ist</translation>
        </message>
        <message>
            <source>Findings</source>
            <translation>Hinweise</translation>
        </message>
        <message>
            <source>Trust</source>
            <translation>Verlässlichkeit</translation>
        </message>
        <message>
            <source>Which contours are to be believed, by slice and phase</source>
            <translation>Welchen Konturen zu trauen ist, nach Schicht und Phase</translation>
        </message>
        <message>
            <source>How many contours are doubtful; or that trust was not judged</source>
            <translation>Wie viele Konturen zweifelhaft sind; oder dass die Verlässlichkeit nicht beurteilt wurde</translation>
        </message>
        <message>
            <source>Structure whose contours are judged</source>
            <translation>Struktur, deren Konturen beurteilt werden</translation>
        </message>
        <message>
            <source>Structure in the map of trust</source>
            <translation>Struktur in der Karte der Verlässlichkeit</translation>
        </message>
        <message>
            <source>Slices from top to bottom, phases from left to right; click a place to go there</source>
            <translation>Schichten von oben nach unten, Phasen von links nach rechts; eine Stelle anklicken, um dorthin zu gehen</translation>
        </message>
        <message>
            <source>Map of trust, slices by phases</source>
            <translation>Karte der Verlässlichkeit, Schichten mal Phasen</translation>
        </message>
        <message>
            <source>What the colors and signs of the map mean</source>
            <translation>Was die Farben und Zeichen der Karte bedeuten</translation>
        </message>
        <message>
            <source>Regional function</source>
            <translation>Regionale Funktion</translation>
        </message>
        <message>
            <source>Wall thickness and thickening of the 16 segments, and strain from contours</source>
            <translation>Wanddicke und Wanddickenzunahme der 16 Segmente und Strain aus Konturen</translation>
        </message>
        <message>
            <source>What the bullseye shows</source>
            <translation>Was das Bullseye zeigt</translation>
        </message>
        <message>
            <source>Quantity in the bullseye</source>
            <translation>Größe im Bullseye</translation>
        </message>
        <message>
            <source>Segments of the left ventricle, base outside, anterior on top; click one to go to its slice and phase</source>
            <translation>Segmente des linken Ventrikels, Basis außen, anterior oben; eines anklicken, um zu seiner Schicht und Phase zu gehen</translation>
        </message>
        <message>
            <source>Bullseye of the segments</source>
            <translation>Bullseye der Segmente</translation>
        </message>
        <message>
            <source>The largest wall thickness, and what could not be measured</source>
            <translation>Die größte Wanddicke, und was nicht gemessen werden konnte</translation>
        </message>
        <message>
            <source>Insertion points and segment borders</source>
            <translation>Insertionspunkte und Segmentgrenzen</translation>
        </message>
        <message>
            <source>Show them over the images; move a point where the right ventricle meets the left, and everything is measured again</source>
            <translation>Über den Bildern zeigen; wird ein Punkt verschoben, an dem der rechte Ventrikel auf den linken trifft, wird alles neu gemessen</translation>
        </message>
        <message>
            <source>Show insertion points and segment borders</source>
            <translation>Insertionspunkte und Segmentgrenzen zeigen</translation>
        </message>
        <message>
            <source>Find insertion points</source>
            <translation>Insertionspunkte bestimmen</translation>
        </message>
        <message>
            <source>Take your correction of the insertion points back and measure again</source>
            <translation>Die Korrektur der Insertionspunkte zurücknehmen und neu messen</translation>
        </message>
        <message>
            <source>Find insertion points automatically</source>
            <translation>Insertionspunkte automatisch bestimmen</translation>
        </message>
        <message>
            <source>Table of segments</source>
            <translation>Tabelle der Segmente</translation>
        </message>
        <message>
            <source>Show wall thickness, thickening and excursion of each segment in a table view</source>
            <translation>Wanddicke, Wanddickenzunahme und Exkursion jedes Segments in einer Tabellenansicht zeigen</translation>
        </message>
        <message>
            <source>Show table of segments</source>
            <translation>Tabelle der Segmente zeigen</translation>
        </message>
        <message>
            <source>Strain curves</source>
            <translation>Strainkurven</translation>
        </message>
        <message>
            <source>Show strain over the heart beat in a plot view; it is derived from contours, not tracked</source>
            <translation>Strain über den Herzschlag in einer Diagrammansicht zeigen; er ist aus Konturen abgeleitet, nicht verfolgt</translation>
        </message>
        <message>
            <source>Show strain curves</source>
            <translation>Strainkurven zeigen</translation>
        </message>
        <message>
            <source>Show in 3D</source>
            <translation>In 3D zeigen</translation>
        </message>
        <message>
            <source>Surfaces of all phases; they follow when the phases are played</source>
            <translation>Oberflächen aller Phasen; beim Abspielen laufen sie mit</translation>
        </message>
        <message>
            <source>Show curves</source>
            <translation>Kurven zeigen</translation>
        </message>
        <message>
            <source>Volumes over the heart beat with end-diastole and end-systole marked, in a plot view</source>
            <translation>Volumina über den Herzschlag mit markierter Enddiastole und Endsystole in einer Diagrammansicht</translation>
        </message>
        <message>
            <source>Edit segments</source>
            <translation>Segmente bearbeiten</translation>
        </message>
        <message>
            <source>Correct the current phase in the Segment Editor</source>
            <translation>Die aktuelle Phase im Segment Editor korrigieren</translation>
        </message>
        <message>
            <source>Update measures</source>
            <translation>Messwerte aktualisieren</translation>
        </message>
        <message>
            <source>Measure what the segmentation holds now, after it was edited</source>
            <translation>Messen, was die Segmentierung nach der Bearbeitung enthält</translation>
        </message>
        <message>
            <source>Update measures after editing</source>
            <translation>Messwerte nach der Bearbeitung aktualisieren</translation>
        </message>
        <message>
            <source>Copy table</source>
            <translation>Tabelle kopieren</translation>
        </message>
        <message>
            <source>Copy the measures for a spreadsheet</source>
            <translation>Die Messwerte für eine Tabellenkalkulation kopieren</translation>
        </message>
        <message>
            <source>Copy table of measures</source>
            <translation>Tabelle der Messwerte kopieren</translation>
        </message>
        <message>
            <source>Export results…</source>
            <translation>Ergebnisse exportieren…</translation>
        </message>
        <message>
            <source>Write report.json, measures.csv, curves.csv and the labels of all phases as a 4-D NIfTI file</source>
            <translation>report.json, measures.csv, curves.csv und die Labels aller Phasen als 4-D-NIfTI-Datei schreiben</translation>
        </message>
        <message>
            <source>Export report and labels</source>
            <translation>Bericht und Labels exportieren</translation>
        </message>
        <message>
            <source>Export PDF…</source>
            <translation>PDF exportieren…</translation>
        </message>
        <message>
            <source>Write report.pdf: pictures, measures, curves, bullseye and findings on one or two A4 pages</source>
            <translation>report.pdf schreiben: Bilder, Messwerte, Kurven, Bullseye und Hinweise auf ein oder zwei A4-Seiten</translation>
        </message>
        <message>
            <source>Export report as PDF</source>
            <translation>Bericht als PDF exportieren</translation>
        </message>
        <message>
            <source>Export phases…</source>
            <translation>Phasen exportieren…</translation>
        </message>
        <message>
            <source>Write one segmentation file (.seg.nrrd) for each phase</source>
            <translation>Für jede Phase eine Segmentierungsdatei (.seg.nrrd) schreiben</translation>
        </message>
        <message>
            <source>Export a segmentation for each phase</source>
            <translation>Eine Segmentierung je Phase exportieren</translation>
        </message>
        <message>
            <source>Export to DICOM…</source>
            <translation>Nach DICOM exportieren…</translation>
        </message>
        <message>
            <source>Write a DICOM Segmentation and a Structured Report into the study of the images; they carry the patient's name and identifiers</source>
            <translation>Eine DICOM-Segmentierung und einen Structured Report in die Studie der Bilder schreiben; sie enthalten Namen und Kennungen des Patienten</translation>
        </message>
        <message>
            <source>Export to DICOM</source>
            <translation>Nach DICOM exportieren</translation>
        </message>
        <message>
            <source>What was exported</source>
            <translation>Was exportiert wurde</translation>
        </message>
        <message>
            <source>Show table of all cines</source>
            <translation>Tabelle aller Cines zeigen</translation>
        </message>
        <message>
            <source>Show the measures of every cine that was segmented together, and what they give together</source>
            <translation>Die Messwerte aller zusammen segmentierten Cines zeigen, und was sie zusammen ergeben</translation>
        </message>
        <message>
            <source>Research use, not for clinical decisions.</source>
            <translation>Nur für die Forschung, nicht für klinische Entscheidungen.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.bullseye_view</name>
        <message>
            <source>{segment}: {value} {unit}. Click to go there.</source>
            <translation>{segment}: {value} {unit}. Anklicken, um dorthin zu gehen.</translation>
        </message>
        <message>
            <source>Wall thickness at ED</source>
            <translation>Wanddicke in ED</translation>
        </message>
        <message>
            <source>Wall thickness at ES</source>
            <translation>Wanddicke in ES</translation>
        </message>
        <message>
            <source>Thickening</source>
            <translation>Wanddickenzunahme</translation>
        </message>
        <message>
            <source>anterior</source>
            <translation>anterior</translation>
        </message>
        <message>
            <source>inferior</source>
            <translation>inferior</translation>
        </message>
        <message>
            <source>septal</source>
            <translation>septal</translation>
        </message>
        <message>
            <source>lateral</source>
            <translation>lateral</translation>
        </message>
        <message>
            <source>{segment}: not measured</source>
            <translation>{segment}: nicht gemessen</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.child_messages</name>
        <message>
            <source>The segmentation process was killed from outside, which also happens when the memory runs out.</source>
            <translation>Der Segmentierungsprozess wurde von außen beendet; das geschieht auch, wenn der Arbeitsspeicher ausgeht.</translation>
        </message>
        <message>
            <source>The segmentation process crashed (signal {number}); the log holds what it last wrote.</source>
            <translation>Der Segmentierungsprozess ist abgestürzt (Signal {number}); seine letzten Ausgaben stehen im Protokoll.</translation>
        </message>
        <message>
            <source>Reading the cine</source>
            <translation>Cine wird gelesen</translation>
        </message>
        <message>
            <source>Loading the model</source>
            <translation>Modell wird geladen</translation>
        </message>
        <message>
            <source>Preparing the images</source>
            <translation>Bilder werden vorbereitet</translation>
        </message>
        <message>
            <source>Finding the heart</source>
            <translation>Herz wird gesucht</translation>
        </message>
        <message>
            <source>Segmenting</source>
            <translation>Segmentierung läuft</translation>
        </message>
        <message>
            <source>Cleaning up</source>
            <translation>Aufräumen</translation>
        </message>
        <message>
            <source>Judging the contours</source>
            <translation>Konturen werden beurteilt</translation>
        </message>
        <message>
            <source>Measuring</source>
            <translation>Messung läuft</translation>
        </message>
        <message>
            <source>Writing the result</source>
            <translation>Ergebnis wird geschrieben</translation>
        </message>
        <message>
            <source>Reading the result</source>
            <translation>Ergebnis wird gelesen</translation>
        </message>
        <message>
            <source>Failed</source>
            <translation>Fehlgeschlagen</translation>
        </message>
        <message>
            <source>The segmentation process ended without a result (exit status {number}).</source>
            <translation>Der Segmentierungsprozess endete ohne Ergebnis (Exit-Status {number}).</translation>
        </message>
        <message>
            <source>{stage}, phase {number} of {total}</source>
            <translation>{stage}, Phase {number} von {total}</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.child_process</name>
        <message>
            <source>Slicer's Python ({path}) could not be started; reinstall Slicer if this persists.</source>
            <translation>Das Python von Slicer ({path}) konnte nicht gestartet werden; falls das so bleibt, Slicer neu installieren.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.choices</name>
        <message>
            <source>All</source>
            <translation>Alle</translation>
        </message>
        <message>
            <source>End-diastole and end-systole</source>
            <translation>Enddiastole und Endsystole</translation>
        </message>
        <message>
            <source>Current phase</source>
            <translation>Aktuelle Phase</translation>
        </message>
        <message>
            <source>Automatic</source>
            <translation>Automatisch</translation>
        </message>
        <message>
            <source>Short axis</source>
            <translation>Kurzachse</translation>
        </message>
        <message>
            <source>Long axis, two chambers</source>
            <translation>Langachse, Zweikammerblick</translation>
        </message>
        <message>
            <source>Long axis, three chambers</source>
            <translation>Langachse, Dreikammerblick</translation>
        </message>
        <message>
            <source>Long axis, four chambers</source>
            <translation>Langachse, Vierkammerblick</translation>
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
            <translation>Ersetzen</translation>
        </message>
        <message>
            <source>Keep, and add the new one</source>
            <translation>Behalten und das neue hinzufügen</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.cine_job</name>
        <message>
            <source>There is no model for the view of {name} ({view}); choose another view or model under Advanced.</source>
            <translation>Für die Schnittebene von {name} ({view}) gibt es kein Modell; unter „Erweitert“ eine andere Schnittebene oder ein anderes Modell wählen.</translation>
        </message>
        <message>
            <source>{reason} Choose the view of {name} under Advanced.</source>
            <translation>{reason} Die Schnittebene von {name} unter „Erweitert“ wählen.</translation>
        </message>
        <message>
            <source>The segmentation that came back does not lie on the grid of the cine; see the log.</source>
            <translation>Die zurückgegebene Segmentierung liegt nicht auf dem Gitter des Cines; siehe Protokoll.</translation>
        </message>
        <message>
            <source>No heart was found in {name}, so nothing was added; choose a cardiac cine MRI.</source>
            <translation>In {name} wurde kein Herz gefunden, daher wurde nichts hinzugefügt; eine kardiale Cine-MRT wählen.</translation>
        </message>
        <message>
            <source>The cine was removed from the scene while it was being segmented, so nothing was added.</source>
            <translation>Das Cine wurde während der Segmentierung aus der Szene entfernt, daher wurde nichts hinzugefügt.</translation>
        </message>
        <message>
            <source>The cine was changed while it was being segmented, so nothing was added.</source>
            <translation>Das Cine wurde während der Segmentierung verändert, daher wurde nichts hinzugefügt.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.cines</name>
        <message>
            <source>There is not enough memory for {name}; close other programs or other cines.</source>
            <translation>Der Arbeitsspeicher reicht für {name} nicht; andere Programme oder andere Cines schließen.</translation>
        </message>
        <message>
            <source>{name} is not a gray-scale image; choose a volume sequence or a scalar volume.</source>
            <translation>{name} ist kein Graustufenbild; eine Volumensequenz oder ein skalares Volumen wählen.</translation>
        </message>
        <message>
            <source>The phases of {name} do not lie on one grid (phase {number} differs from the first); load the DICOM folder with 'Load DICOM folder…', which sorts slices and phases.</source>
            <translation>Die Phasen von {name} liegen nicht auf einem Gitter (Phase {number} weicht von der ersten ab); den DICOM-Ordner mit „DICOM-Ordner laden…“ laden, das Schichten und Phasen sortiert.</translation>
        </message>
        <message>
            <source>1 phase</source>
            <translation>1 Phase</translation>
        </message>
        <message>
            <source>1 slice</source>
            <translation>1 Schicht</translation>
        </message>
        <message>
            <source>Choose a cine: a volume sequence, or a volume.</source>
            <translation>Ein Cine wählen: eine Volumensequenz oder ein Volumen.</translation>
        </message>
        <message>
            <source>{name} is a sequence, but not one of gray-scale images; choose a volume sequence.</source>
            <translation>{name} ist eine Sequenz, aber nicht von Graustufenbildern; eine Volumensequenz wählen.</translation>
        </message>
        <message>
            <source>Phase {number} of {name} has no image; load the cine again.</source>
            <translation>Phase {number} von {name} hat kein Bild; das Cine erneut laden.</translation>
        </message>
        <message>
            <source>{number} phases</source>
            <translation>{number} Phasen</translation>
        </message>
        <message>
            <source>{number} slices</source>
            <translation>{number} Schichten</translation>
        </message>
        <message>
            <source>{phases} × {slices} of {columns} × {rows}</source>
            <translation>{phases} × {slices} zu {columns} × {rows}</translation>
        </message>
        <message>
            <source>{x} × {y} × {z} mm</source>
            <translation>{x} × {y} × {z} mm</translation>
        </message>
        <message>
            <source>no phase times</source>
            <translation>keine Phasenzeiten</translation>
        </message>
        <message>
            <source>{name} holds no phases.</source>
            <translation>{name} enthält keine Phasen.</translation>
        </message>
        <message>
            <source>{first}–{last} ms</source>
            <translation>{first}–{last} ms</translation>
        </message>
        <message>
            <source>{name} cannot be segmented: {reason}</source>
            <translation>{name} kann nicht segmentiert werden: {reason}</translation>
        </message>
        <message>
            <source>{name} is a color image; a gray-scale cine is needed.</source>
            <translation>{name} ist ein Farbbild; gebraucht wird ein Cine in Graustufen.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.curves</name>
        <message>
            <source>length</source>
            <translation>Länge</translation>
        </message>
        <message>
            <source>Volume (ml)</source>
            <translation>Volumen (ml)</translation>
        </message>
        <message>
            <source>Area (cm²)</source>
            <translation>Fläche (cm²)</translation>
        </message>
        <message>
            <source>Length (mm)</source>
            <translation>Länge (mm)</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.device_check</name>
        <message>
            <source>Checking…</source>
            <translation>Prüfung läuft…</translation>
        </message>
        <message>
            <source>The CPU will be used: {reason}.</source>
            <translation>Verwendet wird die CPU: {reason}.</translation>
        </message>
        <message>
            <source>The GPU will be used: {reason}.</source>
            <translation>Verwendet wird die GPU: {reason}.</translation>
        </message>
        <message>
            <source>The device could not be checked: {reason}</source>
            <translation>Das Gerät konnte nicht geprüft werden: {reason}</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.dicom_source</name>
        <message>
            <source>DICOM results refer to the DICOM images of the cine, and this one was not loaded from DICOM; use 'Load DICOM folder…'.</source>
            <translation>DICOM-Ergebnisse beziehen sich auf die DICOM-Bilder des Cines, und dieses wurde nicht aus DICOM geladen; „DICOM-Ordner laden…“ verwenden.</translation>
        </message>
        <message>
            <source>The DICOM files of the cine are not where they were; load its folder again.</source>
            <translation>Die DICOM-Dateien des Cines liegen nicht mehr an ihrem Ort; ihren Ordner erneut laden.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.examination</name>
        <message>
            <source>Cines of {study}</source>
            <translation>Cines von {study}</translation>
        </message>
        <message>
            <source>Cine</source>
            <translation>Cine</translation>
        </message>
        <message>
            <source>Measure</source>
            <translation>Messgröße</translation>
        </message>
        <message>
            <source>Value</source>
            <translation>Wert</translation>
        </message>
        <message>
            <source>Unit</source>
            <translation>Einheit</translation>
        </message>
        <message>
            <source>Definition</source>
            <translation>Definition</translation>
        </message>
        <message>
            <source>All cines of the scene</source>
            <translation>Alle Cines der Szene</translation>
        </message>
        <message>
            <source>The cines are of several studies, so the views were not combined.</source>
            <translation>Die Cines gehören zu mehreren Studien, daher wurden die Schnittebenen nicht verbunden.</translation>
        </message>
        <message>
            <source>Examination</source>
            <translation>Untersuchung</translation>
        </message>
        <message>
            <source>together</source>
            <translation>zusammen</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.existing_labels</name>
        <message>
            <source>{name} is deformed relative to {cine} by a transform; harden the transform first.</source>
            <translation>{name} ist durch eine Transformation gegenüber {cine} verbogen; bitte zuerst die Transformation härten.</translation>
        </message>
        <message>
            <source>{name} holds other values than labels: 0 background, 1 left ventricle, 2 myocardium, 3 right ventricle.</source>
            <translation>{name} enthält andere Werte als Labels: 0 Hintergrund, 1 linker Ventrikel, 2 Myokard, 3 rechter Ventrikel.</translation>
        </message>
        <message>
            <source>{name} does not lie on the grid of {cine}; resample it to the cine first.</source>
            <translation>{name} liegt nicht auf dem Gitter von {cine}; zuerst auf das Cine umrechnen.</translation>
        </message>
        <message>
            <source>{name} has {found} phases, {cine} has {expected}; they have to be the same.</source>
            <translation>{name} hat {found} Phasen, {cine} hat {expected}; es müssen gleich viele sein.</translation>
        </message>
        <message>
            <source>There is nothing in these labels to measure.</source>
            <translation>In diesen Labels gibt es nichts zu messen.</translation>
        </message>
        <message>
            <source>The labels cannot be measured: {reason}</source>
            <translation>Die Labels können nicht vermessen werden: {reason}</translation>
        </message>
        <message>
            <source>{name} holds no images.</source>
            <translation>{name} enthält keine Bilder.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.export</name>
        <message>
            <source>{file} could not be written; check the folder and the free disk space.</source>
            <translation>{file} konnte nicht geschrieben werden; Ordner und freien Speicherplatz prüfen.</translation>
        </message>
        <message>
            <source>Measure</source>
            <translation>Messgröße</translation>
        </message>
        <message>
            <source>Value</source>
            <translation>Wert</translation>
        </message>
        <message>
            <source>Unit</source>
            <translation>Einheit</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.export_panel</name>
        <message>
            <source>Writing…</source>
            <translation>Wird geschrieben…</translation>
        </message>
        <message>
            <source>Nothing was exported.</source>
            <translation>Nichts wurde exportiert.</translation>
        </message>
        <message>
            <source>Folder for the results</source>
            <translation>Ordner für die Ergebnisse</translation>
        </message>
        <message>
            <source>Folder for the report</source>
            <translation>Ordner für den Bericht</translation>
        </message>
        <message>
            <source>Folder for the DICOM files</source>
            <translation>Ordner für die DICOM-Dateien</translation>
        </message>
        <message>
            <source>The PDF is drawn with matplotlib, which Slicer's Python does not have: enter slicer.util.pip_install('matplotlib') in the Python Console, then export again. All other exports do without.</source>
            <translation>Das PDF wird mit matplotlib gezeichnet, das dem Python von Slicer fehlt: slicer.util.pip_install('matplotlib') in die Python-Konsole eingeben, dann erneut exportieren. Alle anderen Exporte kommen ohne aus.</translation>
        </message>
        <message>
            <source>They are in Slicer's DICOM database, too.</source>
            <translation>Sie liegen auch in der DICOM-Datenbank von Slicer.</translation>
        </message>
        <message>
            <source>Written: {names}.</source>
            <translation>Geschrieben: {names}.</translation>
        </message>
        <message>
            <source>{count} files were written.</source>
            <translation>{count} Dateien wurden geschrieben.</translation>
        </message>
        <message>
            <source>The results could not be exported: {reason}</source>
            <translation>Die Ergebnisse konnten nicht exportiert werden: {reason}</translation>
        </message>
        <message>
            <source>The results could not be written: {reason}</source>
            <translation>Die Ergebnisse konnten nicht geschrieben werden: {reason}</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.folder_choice</name>
        <message>
            <source>The folder holds files of these names already: {names}. Replace them?</source>
            <translation>Der Ordner enthält bereits Dateien mit diesen Namen: {names}. Ersetzen?</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.highdicom_setup</name>
        <message>
            <source>DICOM results need the Python package highdicom, a download of a few MB. Install it now?</source>
            <translation>DICOM-Ergebnisse brauchen das Python-Paket highdicom, einen Download von wenigen MB. Jetzt installieren?</translation>
        </message>
        <message>
            <source>DICOM results need pydicom {expected} or newer, but this Slicer comes with {found}, which must not be replaced. Use a newer Slicer, or the command line outside of Slicer.</source>
            <translation>DICOM-Ergebnisse brauchen pydicom ab {expected}; dieses Slicer bringt aber {found} mit, das nicht ersetzt werden darf. Bitte ein neueres Slicer verwenden oder die Kommandozeile außerhalb von Slicer.</translation>
        </message>
        <message>
            <source>highdicom is not installed, and nothing is installed while Slicer runs its tests.</source>
            <translation>highdicom ist nicht installiert, und während Slicer seine Tests ausführt, wird nichts installiert.</translation>
        </message>
        <message>
            <source>highdicom was not installed; without it there are no DICOM results.</source>
            <translation>highdicom wurde nicht installiert; ohne dieses Paket gibt es keine DICOM-Ergebnisse.</translation>
        </message>
        <message>
            <source>highdicom was not installed; see the log.</source>
            <translation>highdicom wurde nicht installiert; siehe Protokoll.</translation>
        </message>
        <message>
            <source>highdicom could not be installed: {reason}. The log holds what pip said.</source>
            <translation>highdicom konnte nicht installiert werden: {reason}. Was pip gemeldet hat, steht im Protokoll.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.labels_panel</name>
        <message>
            <source>Load labels</source>
            <translation>Labels laden</translation>
        </message>
        <message>
            <source>Choose a segmentation or a label volume.</source>
            <translation>Eine Segmentierung oder ein Labelvolumen wählen.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.load_panel</name>
        <message>
            <source>Load cine</source>
            <translation>Cine laden</translation>
        </message>
        <message>
            <source>Load DICOM folder</source>
            <translation>DICOM-Ordner laden</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.loading</name>
        <message>
            <source>Cine images ({extensions})</source>
            <translation>Cine-Bilder ({extensions})</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.log_panel</name>
        <message>
            <source>The log was copied, without names and paths.</source>
            <translation>Das Protokoll wurde kopiert, ohne Namen und Pfade.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.model_choice</name>
        <message>
            <source>Automatic</source>
            <translation>Automatisch</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.models</name>
        <message>
            <source>{title} (own model)</source>
            <translation>{title} (eigenes Modell)</translation>
        </message>
        <message>
            <source>{folder} holds no model; a model is a folder with {file} and weights.</source>
            <translation>{folder} enthält kein Modell; ein Modell ist ein Ordner mit {file} und Gewichten.</translation>
        </message>
        <message>
            <source>{folder} cannot be read: {reason}.</source>
            <translation>{folder} ist nicht lesbar: {reason}.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.patient_of_study</name>
        <message>
            <source>Heart rate, height and weight were cleared: this cine is of another study.</source>
            <translation>Herzfrequenz, Größe und Gewicht wurden gelöscht: Dieses Cine gehört zu einer anderen Studie.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.pip_output</name>
        <message>
            <source>The disk is full: PyTorch needs 1 GB without and 5 GB with GPU support.</source>
            <translation>Der Datenträger ist voll: PyTorch braucht 1 GB ohne und 5 GB mit GPU-Unterstützung.</translation>
        </message>
        <message>
            <source>A proxy or a certificate stands in the way: set HTTPS_PROXY, and SSL_CERT_FILE if your network inspects traffic, start Slicer again and press Apply.</source>
            <translation>Ein Proxy oder ein Zertifikat steht im Weg: HTTPS_PROXY setzen, und SSL_CERT_FILE, falls das Netzwerk den Verkehr prüft, dann Slicer neu starten und „Anwenden“ drücken.</translation>
        </message>
        <message>
            <source>Slicer's folder cannot be written to: install Slicer where you may write.</source>
            <translation>In den Ordner von Slicer kann nicht geschrieben werden: Slicer dort installieren, wo Schreibrechte bestehen.</translation>
        </message>
        <message>
            <source>The package index was not reached: check the network connection and press Apply again.</source>
            <translation>Der Paketindex war nicht erreichbar: Netzwerkverbindung prüfen und erneut „Anwenden“ drücken.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.plots</name>
        <message>
            <source>Measure</source>
            <translation>Messgröße</translation>
        </message>
        <message>
            <source>Value</source>
            <translation>Wert</translation>
        </message>
        <message>
            <source>Unit</source>
            <translation>Einheit</translation>
        </message>
        <message>
            <source>Trust</source>
            <translation>Verlässlichkeit</translation>
        </message>
        <message>
            <source>Definition</source>
            <translation>Definition</translation>
        </message>
        <message>
            <source>Key</source>
            <translation>Schlüssel</translation>
        </message>
        <message>
            <source>Time (ms)</source>
            <translation>Zeit (ms)</translation>
        </message>
        <message>
            <source>ED, ES</source>
            <translation>ED, ES</translation>
        </message>
        <message>
            <source>Phase</source>
            <translation>Phase</translation>
        </message>
        <message>
            <source>ED</source>
            <translation>ED</translation>
        </message>
        <message>
            <source>Time after the R wave (ms)</source>
            <translation>Zeit nach der R-Zacke (ms)</translation>
        </message>
        <message>
            <source>{name}: ED phase {ed}, ES phase {es}</source>
            <translation>{name}: ED Phase {ed}, ES Phase {es}</translation>
        </message>
        <message>
            <source>{name} measures</source>
            <translation>{name} Messwerte</translation>
        </message>
        <message>
            <source>{name} curves</source>
            <translation>{name} Kurven</translation>
        </message>
        <message>
            <source>{name} phases</source>
            <translation>{name} Phasen</translation>
        </message>
        <message>
            <source>ES</source>
            <translation>ES</translation>
        </message>
        <message>
            <source>{name} chart</source>
            <translation>{name} Diagramm</translation>
        </message>
        <message>
            <source>{name} ED and ES</source>
            <translation>{name} ED und ES</translation>
        </message>
        <message>
            <source>{name}: ED phase {ed}</source>
            <translation>{name}: ED Phase {ed}</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.regional_nodes</name>
        <message>
            <source>Mean at ED (mm)</source>
            <translation>Mittel in ED (mm)</translation>
        </message>
        <message>
            <source>Largest at ED (mm)</source>
            <translation>Maximum in ED (mm)</translation>
        </message>
        <message>
            <source>Mean at ES (mm)</source>
            <translation>Mittel in ES (mm)</translation>
        </message>
        <message>
            <source>Largest at ES (mm)</source>
            <translation>Maximum in ES (mm)</translation>
        </message>
        <message>
            <source>Thickening (%)</source>
            <translation>Wanddickenzunahme (%)</translation>
        </message>
        <message>
            <source>Excursion (mm)</source>
            <translation>Exkursion (mm)</translation>
        </message>
        <message>
            <source>GCS, endocardial</source>
            <translation>GCS, endokardial</translation>
        </message>
        <message>
            <source>GCS, mid-wall</source>
            <translation>GCS, Wandmitte</translation>
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
            <translation>Freie RV-Wand</translation>
        </message>
        <message>
            <source>Time (ms)</source>
            <translation>Zeit (ms)</translation>
        </message>
        <message>
            <source>Strain from contours (%)</source>
            <translation>Strain aus Konturen (%)</translation>
        </message>
        <message>
            <source>{name} segments</source>
            <translation>{name} Segmente</translation>
        </message>
        <message>
            <source>Segment</source>
            <translation>Segment</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>Name</translation>
        </message>
        <message>
            <source>{name} strains</source>
            <translation>{name} Strains</translation>
        </message>
        <message>
            <source>Phase</source>
            <translation>Phase</translation>
        </message>
        <message>
            <source>{name} strain</source>
            <translation>{name} Strain</translation>
        </message>
        <message>
            <source>Time after the R wave (ms)</source>
            <translation>Zeit nach der R-Zacke (ms)</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.regional_panel</name>
        <message>
            <source>Left out: {what_and_why}.</source>
            <translation>Ausgelassen: {what_and_why}.</translation>
        </message>
        <message>
            <source>Largest wall thickness {value} mm: {segment}, slice {slice}, phase {phase}.</source>
            <translation>Größte Wanddicke {value} mm: {segment}, Schicht {slice}, Phase {phase}.</translation>
        </message>
        <message>
            <source>Measured with corrected insertion points.</source>
            <translation>Mit korrigierten Insertionspunkten gemessen.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.registration</name>
        <message>
            <source>There is no sample in {folder}; install the extension again.</source>
            <translation>In {folder} liegt kein Beispiel; die Erweiterung neu installieren.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.results</name>
        <message>
            <source>{cine} has {found} phases, but had {expected} when it was segmented; segment it again.</source>
            <translation>{cine} hat {found} Phasen, hatte aber {expected}, als es segmentiert wurde; bitte erneut segmentieren.</translation>
        </message>
        <message>
            <source>{name} was kept: it has contours that were edited or loaded.</source>
            <translation>{name} wurde behalten: Konturen darin wurden bearbeitet oder geladen.</translation>
        </message>
        <message>
            <source>{name} was kept: its phases or insertion points were corrected.</source>
            <translation>{name} wurde behalten: Phasen oder Insertionspunkte darin wurden korrigiert.</translation>
        </message>
        <message>
            <source>{name} was kept: it has phases that the new result lacks.</source>
            <translation>{name} wurde behalten: Es hat Phasen, die dem neuen Ergebnis fehlen.</translation>
        </message>
        <message>
            <source>{name} has no report to update; segment the cine again.</source>
            <translation>{name} hat keinen Bericht, der zu aktualisieren wäre; das Cine erneut segmentieren.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.results_panel</name>
        <message>
            <source>The contours were edited after they were measured; press Update measures.</source>
            <translation>Die Konturen wurden nach der Messung bearbeitet; bitte „Messwerte aktualisieren“ drücken.</translation>
        </message>
        <message>
            <source>Findings (click to go there):</source>
            <translation>Hinweise (anklicken, um dorthin zu gehen):</translation>
        </message>
        <message>
            <source>No findings.</source>
            <translation>Keine Hinweise.</translation>
        </message>
        <message>
            <source>Measure</source>
            <translation>Messgröße</translation>
        </message>
        <message>
            <source>Value</source>
            <translation>Wert</translation>
        </message>
        <message>
            <source>Unit</source>
            <translation>Einheit</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.run</name>
        <message>
            <source>The result could not be added because of an error in this module ({reason}); Slicer's error log has the details.</source>
            <translation>Das Ergebnis konnte wegen eines Fehlers in diesem Modul nicht hinzugefügt werden ({reason}); Einzelheiten stehen im Fehlerprotokoll von Slicer.</translation>
        </message>
        <message>
            <source>There is no model any more that can be used; install the extension again.</source>
            <translation>Es gibt kein verwendbares Modell mehr; die Erweiterung neu installieren.</translation>
        </message>
        <message>
            <source>The images could not be written for the segmentation: {reason}.</source>
            <translation>Die Bilder konnten für die Segmentierung nicht geschrieben werden: {reason}.</translation>
        </message>
        <message>
            <source>{name} ({number} of {total})</source>
            <translation>{name} ({number} von {total})</translation>
        </message>
        <message>
            <source>Slicer quit before {name} was segmented.</source>
            <translation>Slicer wurde beendet, bevor {name} segmentiert war.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.run_log</name>
        <message>
            <source>none</source>
            <translation>keine</translation>
        </message>
        <message>
            <source>not installed</source>
            <translation>nicht installiert</translation>
        </message>
        <message>
            <source>{name}: device {device}, model {model}</source>
            <translation>{name}: Gerät {device}, Modell {model}</translation>
        </message>
        <message>
            <source>not known</source>
            <translation>nicht bekannt</translation>
        </message>
        <message>
            <source>{stages}; {total} s in all</source>
            <translation>{stages}; {total} s insgesamt</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.run_panel</name>
        <message>
            <source>{done} of {total} cines were segmented. {reasons}</source>
            <translation>{done} von {total} Cines wurden segmentiert. {reasons}</translation>
        </message>
        <message>
            <source>Starting…</source>
            <translation>Wird gestartet…</translation>
        </message>
        <message>
            <source>Install the extension PyTorch now? Slicer restarts afterwards.</source>
            <translation>Die Erweiterung PyTorch jetzt installieren? Slicer startet danach neu.</translation>
        </message>
        <message>
            <source>Canceled; the scene is as it was.</source>
            <translation>Abgebrochen; die Szene ist wie zuvor.</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Abbrechen</translation>
        </message>
        <message>
            <source>Apply</source>
            <translation>Anwenden</translation>
        </message>
        <message>
            <source>Segment the cine in a separate process</source>
            <translation>Das Cine in einem eigenen Prozess segmentieren</translation>
        </message>
        <message>
            <source>End the segmentation; the scene stays as it is</source>
            <translation>Die Segmentierung beenden; die Szene bleibt, wie sie ist</translation>
        </message>
        <message>
            <source>Done.</source>
            <translation>Fertig.</translation>
        </message>
        <message>
            <source>Segment all ({count})</source>
            <translation>Alle segmentieren ({count})</translation>
        </message>
        <message>
            <source>Done: {count} cines.</source>
            <translation>Fertig: {count} Cines.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.segment_overlay</name>
        <message>
            <source>{name} insertion points</source>
            <translation>{name} Insertionspunkte</translation>
        </message>
        <message>
            <source>RV anterior</source>
            <translation>RV anterior</translation>
        </message>
        <message>
            <source>RV inferior</source>
            <translation>RV inferior</translation>
        </message>
        <message>
            <source>{name} segment borders</source>
            <translation>{name} Segmentgrenzen</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.segmentations</name>
        <message>
            <source>{name} segmentation</source>
            <translation>{name} Segmentierung</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.sequences</name>
        <message>
            <source>{name} browser</source>
            <translation>{name} Browser</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.settings</name>
        <message>
            <source>Several cines have no current phase in common; choose Phases: All.</source>
            <translation>Mehrere Cines haben keine gemeinsame aktuelle Phase; „Phasen: Alle“ wählen.</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.suitability</name>
        <message>
            <source>{name} is an image of modality {modality}; choose a cardiac cine MRI.</source>
            <translation>{name} ist ein Bild der Modalität {modality}; eine kardiale Cine-MRT wählen.</translation>
        </message>
        <message>
            <source>{name} looks like a CT: {percent} % of its voxels have the values of air there; choose a cardiac cine MRI.</source>
            <translation>{name} sieht aus wie eine CT: {percent} % der Voxel haben dort die Werte von Luft; eine kardiale Cine-MRT wählen.</translation>
        </message>
        <message>
            <source>No model is there; install the extension again.</source>
            <translation>Es ist kein Modell da; die Erweiterung neu installieren.</translation>
        </message>
        <message>
            <source>{name} cannot be a cardiac cine: {reason}</source>
            <translation>{name} kann kein Herz-Cine sein: {reason}</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.terminology</name>
        <message>
            <source>Left ventricle blood pool</source>
            <translation>Blutpool des linken Ventrikels</translation>
        </message>
        <message>
            <source>Left ventricle myocardium</source>
            <translation>Myokard des linken Ventrikels</translation>
        </message>
        <message>
            <source>Right ventricle blood pool</source>
            <translation>Blutpool des rechten Ventrikels</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.torch_setup</name>
        <message>
            <source>PyTorch is being installed, once: a download of 0.2 GB, or 2.6 GB with support for NVIDIA GPUs. Slicer responds slowly until it is done.</source>
            <translation>PyTorch wird einmalig installiert: ein Download von 0,2 GB, mit Unterstützung für NVIDIA-GPUs 2,6 GB. Bis dahin reagiert Slicer langsam.</translation>
        </message>
        <message>
            <source>PyTorch was not installed; the segmentation needs it. Press Apply to try again.</source>
            <translation>PyTorch wurde nicht installiert; die Segmentierung braucht es. „Anwenden“ drücken, um es erneut zu versuchen.</translation>
        </message>
        <message>
            <source>PyTorch is not installed, and nothing is installed while Slicer runs its tests.</source>
            <translation>PyTorch ist nicht installiert, und während Slicer seine Tests ausführt, wird nichts installiert.</translation>
        </message>
        <message>
            <source>PyTorch {found} is installed, but {needed} or newer is needed: open the module PyTorch Utils, uninstall PyTorch, restart Slicer and press Apply again.</source>
            <translation>PyTorch {found} ist installiert, gebraucht wird aber {needed} oder neuer: das Modul PyTorch Utils öffnen, PyTorch deinstallieren, Slicer neu starten und erneut „Anwenden“ drücken.</translation>
        </message>
        <message>
            <source>The segmentation needs PyTorch: install the extension {extension} in the Extensions Manager, restart Slicer and press Apply again.</source>
            <translation>Die Segmentierung braucht PyTorch: die Erweiterung {extension} im Extensions Manager installieren, Slicer neu starten und erneut „Anwenden“ drücken.</translation>
        </message>
        <message>
            <source>PyTorch could not be installed: {reason}</source>
            <translation>PyTorch konnte nicht installiert werden: {reason}</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationMRML.trust_panel</name>
        <message>
            <source>D, S: end-diastole, end-systole</source>
            <translation>D, S: Enddiastole, Endsystole</translation>
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
            <translation>Die Verlässlichkeit wurde nicht beurteilt: diesem Modell fehlt eine Schätzung. Die Konturen selbst prüfen.</translation>
        </message>
        <message>
            <source>{name}, slice {slice}, phase {phase}: {what}</source>
            <translation>{name}, Schicht {slice}, Phase {phase}: {what}</translation>
        </message>
        <message>
            <source>Rests on doubtful contours.</source>
            <translation>Beruht auf zweifelhaften Konturen.</translation>
        </message>
        <message>
            <source>Left ventricle blood pool</source>
            <translation>Blutpool des linken Ventrikels</translation>
        </message>
        <message>
            <source>Left ventricular wall</source>
            <translation>Wand des linken Ventrikels</translation>
        </message>
        <message>
            <source>Right ventricle blood pool</source>
            <translation>Blutpool des rechten Ventrikels</translation>
        </message>
        <message>
            <source>believed</source>
            <translation>verlässlich</translation>
        </message>
        <message>
            <source>doubtful</source>
            <translation>zweifelhaft</translation>
        </message>
        <message>
            <source>likely wrong</source>
            <translation>wahrscheinlich falsch</translation>
        </message>
        <message>
            <source>{total} contours were judged: {doubtful} doubtful, {wrong} likely wrong.</source>
            <translation>{total} Konturen wurden beurteilt: {doubtful} zweifelhaft, {wrong} wahrscheinlich falsch.</translation>
        </message>
        <message>
            <source>Trust was not judged: these labels were not made by a model here.</source>
            <translation>Die Verlässlichkeit wurde nicht beurteilt: diese Labels stammen nicht von einem hiesigen Modell.</translation>
        </message>
        <message>
            <source>nothing to judge</source>
            <translation>nichts zu beurteilen</translation>
        </message>
        <message>
            <source>It may lie from {low} to {high} %.</source>
            <translation>Sie kann zwischen {low} und {high} % liegen.</translation>
        </message>
        <message>
            <source>nothing drawn, {percent} % chance that something is missing, {mark}</source>
            <translation>nichts eingezeichnet, zu {percent} % fehlt etwas, {mark}</translation>
        </message>
        <message>
            <source>estimated Dice {dice}, {mark}</source>
            <translation>geschätzter Dice {dice}, {mark}</translation>
        </message>
    </context>
    <context>
        <name>CMRSegmentationLib</name>
        <message>
            <source>The folder holds more than one study; give one folder for each patient and examination.</source>
            <translation>Der Ordner enthält mehr als eine Studie; je Patient und Untersuchung einen Ordner angeben.</translation>
        </message>
        <message>
            <source>The files name {studies} studies of one plane each and were read as one; if they are of several examinations, give one folder for each patient and examination.</source>
            <translation>Die Dateien nennen {studies} Studien zu je einer Ebene und wurden als eine gelesen; gehören sie zu mehreren Untersuchungen, je Patient und Untersuchung einen Ordner angeben.</translation>
        </message>
        <message>
            <source>{file} was left out: {reason}.</source>
            <translation>{file} wurde ausgelassen: {reason}.</translation>
        </message>
        <message>
            <source>1 file left out: {reason}.</source>
            <translation>1 Datei ausgelassen: {reason}.</translation>
        </message>
        <message>
            <source>{files} files left out: {reason}.</source>
            <translation>{files} Dateien ausgelassen: {reason}.</translation>
        </message>
        <message>
            <source>Series {series} was left out: {reason}.</source>
            <translation>Serie {series} wurde ausgelassen: {reason}.</translation>
        </message>
        <message>
            <source>Series {series}: 1 image of {total} left out: {reason}.</source>
            <translation>Serie {series}: 1 Bild von {total} ausgelassen: {reason}.</translation>
        </message>
        <message>
            <source>Series {series}: {images} images of {total} left out: {reason}.</source>
            <translation>Serie {series}: {images} Bilder von {total} ausgelassen: {reason}.</translation>
        </message>
        <message>
            <source>Series {series} has a slice at the same place as series {used} ({phases} and {used_phases} phases); the one of series {used} was used.</source>
            <translation>Serie {series} hat eine Schicht an derselben Stelle wie Serie {used} ({phases} und {used_phases} Phasen); verwendet wurde die aus Serie {used}.</translation>
        </message>
        <message>
            <source>Series {series}: {images} repeated images of one slice left out.</source>
            <translation>Serie {series}: {images} wiederholte Bilder einer Schicht ausgelassen.</translation>
        </message>
        <message>
            <source>Series {series}: {images} repeated images of {slices} slices left out.</source>
            <translation>Serie {series}: {images} wiederholte Bilder von {slices} Schichten ausgelassen.</translation>
        </message>
        <message>
            <source>A slice of series {series} has {phases} phases where the others have {usual}; it was left out.</source>
            <translation>Eine Schicht der Serie {series} hat {phases} Phasen, die anderen haben {usual}; sie wurde ausgelassen.</translation>
        </message>
        <message>
            <source>The slices are not evenly spaced: {smallest_mm:.1f} to {largest_mm:.1f} mm apart; the mean of {mean_mm:.1f} mm was used.</source>
            <translation>Die Schichten haben ungleiche Abstände von {smallest_mm:.1f} bis {largest_mm:.1f} mm; verwendet wurde das Mittel von {mean_mm:.1f} mm.</translation>
        </message>
        <message>
            <source>The slices are not evenly spaced: {smallest_mm:.1f} to {largest_mm:.1f} mm apart; the mean of {mean_mm:.1f} mm was used, and a slice seems to be missing.</source>
            <translation>Die Schichten haben ungleiche Abstände von {smallest_mm:.1f} bis {largest_mm:.1f} mm; verwendet wurde das Mittel von {mean_mm:.1f} mm, und eine Schicht scheint zu fehlen.</translation>
        </message>
        <message>
            <source>Parallel slices next to these are in the cine {cine}; if both show one heart, the volumes of each are too small.</source>
            <translation>Parallele Schichten neben diesen liegen im Cine {cine}; zeigen beide ein Herz, sind die Volumina von beiden zu klein.</translation>
        </message>
        <message>
            <source>Slices {slices} were stored with another matrix, pixel spacing, direction or place in plane than the other slices, and resampled in plane onto their grid.</source>
            <translation>Die Schichten {slices} waren mit anderer Matrix, Pixelgröße, Richtung oder Lage in der Ebene gespeichert als die übrigen und wurden in der Ebene auf deren Gitter umgerechnet.</translation>
        </message>
        <message>
            <source>Slice {slices} was stored with another matrix, pixel spacing, direction or place in plane than the other slices, and resampled in plane onto their grid.</source>
            <translation>Schicht {slices} war mit anderer Matrix, Pixelgröße, Richtung oder Lage in der Ebene gespeichert als die übrigen und wurde in der Ebene auf deren Gitter umgerechnet.</translation>
        </message>
        <message>
            <source>The slices have {counts} phases; all were read at {phases} phases by their share of the beat.</source>
            <translation>Die Schichten haben {counts} Phasen; alle wurden nach ihrem Anteil am Herzschlag zu {phases} Phasen gelesen.</translation>
        </message>
        <message>
            <source>Slice {slice} lacks the images of {missing} of {phases} phases ({numbers}), which were interpolated from their neighbors in time.</source>
            <translation>In Schicht {slice} fehlen die Bilder von {missing} der {phases} Phasen ({numbers}); sie wurden aus den zeitlichen Nachbarn interpoliert.</translation>
        </message>
        <message>
            <source>The slices name {frames_of_reference} frames of reference; they were put together because their positions and directions fit.</source>
            <translation>Die Schichten nennen {frames_of_reference} Bezugssysteme; sie wurden zusammengefügt, weil Lagen und Richtungen passen.</translation>
        </message>
        <message>
            <source>The images were derived from others, for instance filtered or motion-corrected.</source>
            <translation>Die Bilder wurden aus anderen abgeleitet, zum Beispiel gefiltert oder bewegungskorrigiert.</translation>
        </message>
        <message>
            <source>The images were compressed with loss; fine borders may have suffered.</source>
            <translation>Die Bilder wurden verlustbehaftet komprimiert; feine Grenzen können gelitten haben.</translation>
        </message>
        <message>
            <source>The images show {shown}, not what the order of the file's axes says; they were read so. Use --axes to set the order.</source>
            <translation>Die Bilder zeigen {shown}, anders als es die Achsenfolge der Datei sagt; so wurden sie gelesen. Mit --axes lässt sich die Reihenfolge festlegen.</translation>
        </message>
        <message>
            <source>one slice over time (x, y, t)</source>
            <translation>eine Schicht über die Zeit (x, y, t)</translation>
        </message>
        <message>
            <source>time before slices (x, y, t, z)</source>
            <translation>die Zeit vor den Schichten (x, y, t, z)</translation>
        </message>
        <message>
            <source>slices along an axis other than the third ({axes})</source>
            <translation>Schichten entlang einer anderen Achse als der dritten ({axes})</translation>
        </message>
        <message>
            <source>{slices} slices over {phases} phases along one axis ({axes})</source>
            <translation>{slices} Schichten zu {phases} Phasen entlang einer Achse ({axes})</translation>
        </message>
        <message>
            <source>Neighboring phases differ as much as slices do; if the file has its axes in another order than x, y, z, t, set it with --axes.</source>
            <translation>Benachbarte Phasen unterscheiden sich so stark wie Schichten; hat die Datei eine andere Achsenfolge als x, y, z, t, diese mit --axes festlegen.</translation>
        </message>
        <message>
            <source>The header's {matrix} says {used} mm and its pixdim {other} mm (x, y, z); the {matrix} was used.</source>
            <translation>{matrix} im Header nennt {used} mm und pixdim {other} mm (x, y, z); verwendet wurde {matrix}.</translation>
        </message>
        <message>
            <source>The header's {matrix} has no scale, so the spacing was taken from pixdim: {used} mm (x, y, z).</source>
            <translation>{matrix} im Header hat keine Skalierung, daher stammen die Abstände aus pixdim: {used} mm (x, y, z).</translation>
        </message>
        <message>
            <source>The file does not say how far its slices lie apart; {pitch_mm:g} mm was assumed, and volumes are wrong if they do not.</source>
            <translation>Die Datei nennt keinen Schichtabstand; {pitch_mm:g} mm wurden angenommen, und die Volumina sind falsch, falls das nicht stimmt.</translation>
        </message>
        <message>
            <source>The file gives 1 × 1 × 1 mm, as a file does that lost its spacing; sizes may be wrong.</source>
            <translation>Die Datei nennt 1 × 1 × 1 mm, wie eine Datei, die ihre Abstände verloren hat; die Größen können falsch sein.</translation>
        </message>
        <message>
            <source>The header gives no orientation; the patient's axes were assumed to be the image's.</source>
            <translation>Der Header nennt keine Orientierung; als Achsen des Patienten wurden die des Bildes angenommen.</translation>
        </message>
        <message>
            <source>The file names no unit of time; {unit} was assumed because it makes a possible heart cycle.</source>
            <translation>Die Datei nennt keine Zeiteinheit; {unit} wurde angenommen, weil sich damit ein möglicher Herzzyklus ergibt.</translation>
        </message>
        <message>
            <source>The files give no trigger times for all images; the phases were spread evenly over the nominal heart cycle.</source>
            <translation>Die Dateien nennen nicht für alle Bilder Triggerzeiten; die Phasen wurden gleichmäßig über den nominellen Herzzyklus verteilt.</translation>
        </message>
        <message>
            <source>Some slices have no trigger times; those of the others were taken.</source>
            <translation>Einige Schichten haben keine Triggerzeiten; die der anderen wurden übernommen.</translation>
        </message>
        <message>
            <source>The phases have no times, so there is no cardiac output unless a heart rate is given.</source>
            <translation>Die Phasen haben keine Zeiten, daher gibt es ohne Angabe der Herzfrequenz kein Herzzeitvolumen.</translation>
        </message>
        <message>
            <source>The file gives no time for its phases, or times that do not rise.</source>
            <translation>Die Datei nennt für ihre Phasen keine Zeiten oder solche, die nicht ansteigen.</translation>
        </message>
        <message>
            <source>The time step of {step:g} (no unit given) makes no heart cycle over {frames} phases, neither in s nor in ms, so times are not used.</source>
            <translation>Der Zeitschritt von {step:g} (ohne Einheit) ergibt über {frames} Phasen keinen Herzzyklus, weder in s noch in ms; die Zeiten werden daher nicht verwendet.</translation>
        </message>
        <message>
            <source>The time step of {step_ms:g} ms implies a heart cycle of {cycle_s:g} s, expected {shortest_s:g} to {longest_s:g} s, so times are not used.</source>
            <translation>Der Zeitschritt von {step_ms:g} ms ergibt einen Herzzyklus von {cycle_s:g} s, erwartet werden {shortest_s:g} bis {longest_s:g} s; die Zeiten werden daher nicht verwendet.</translation>
        </message>
        <message>
            <source>Neither times nor numbers tell the order of the phases; that of the file names was taken. Look at the cine: if it does not beat, its results are wrong.</source>
            <translation>Weder Zeiten noch Nummern geben die Reihenfolge der Phasen an; verwendet wurde die der Dateinamen. Das Cine ansehen: schlägt es nicht, sind die Ergebnisse falsch.</translation>
        </message>
        <message>
            <source>Some trigger times contradict the order of the images, which was kept; the times are not used.</source>
            <translation>Einige Triggerzeiten widersprechen der Reihenfolge der Bilder; die Reihenfolge wurde beibehalten, die Zeiten werden nicht verwendet.</translation>
        </message>
        <message>
            <source>The phases show {shown_ms:.0f} ms of a heart cycle of {cycle_ms:.0f} ms, as prospective gating does, so times are not used; give the heart rate ({bpm:.0f} beats/min by the header) for the cardiac output.</source>
            <translation>Die Phasen zeigen {shown_ms:.0f} ms eines Herzzyklus von {cycle_ms:.0f} ms, wie bei prospektiver Triggerung; die Zeiten werden daher nicht verwendet. Für das Herzzeitvolumen die Herzfrequenz angeben (laut Header {bpm:.0f} Schläge/min).</translation>
        </message>
        <message>
            <source>The phases show {shown_ms:.0f} ms, several heart cycles of {cycle_ms:.0f} ms, so times are not used; give the heart rate ({bpm:.0f} beats/min by the header) for the cardiac output.</source>
            <translation>Die Phasen zeigen {shown_ms:.0f} ms, mehrere Herzzyklen von {cycle_ms:.0f} ms; die Zeiten werden daher nicht verwendet. Für das Herzzeitvolumen die Herzfrequenz angeben (laut Header {bpm:.0f} Schläge/min).</translation>
        </message>
        <message>
            <source>The scanner made {counted} phases, but {phases} were found: images seem to be missing, perhaps those of end-systole, so times are not used; send the study again.</source>
            <translation>Der Scanner hat {counted} Phasen aufgenommen, gefunden wurden {phases}: Es scheinen Bilder zu fehlen, vielleicht die der Endsystole; die Zeiten werden daher nicht verwendet. Die Studie bitte erneut senden.</translation>
        </message>
        <message>
            <source>By their trigger times, some slices ({slices}) start elsewhere in the heart cycle than the others; check that all beat together, otherwise the volumes are wrong.</source>
            <translation>Nach den Triggerzeiten beginnen einige Schichten ({slices}) an anderer Stelle des Herzzyklus als die übrigen; bitte prüfen, ob alle gemeinsam schlagen, sonst sind die Volumina falsch.</translation>
        </message>
        <message>
            <source>The stack lies {degrees:.0f}° from the usual direction of the short axis; short axis was assumed.</source>
            <translation>Der Stapel weicht um {degrees:.0f}° von der üblichen Richtung der Kurzachse ab; die Kurzachse wurde angenommen.</translation>
        </message>
        <message>
            <source>The view was not recognized: the plane is tilted by {degrees:.0f}° from the long axis of the left ventricle.</source>
            <translation>Die Schnittebene wurde nicht erkannt: sie ist um {degrees:.0f}° gegen die Langachse des linken Ventrikels geneigt.</translation>
        </message>
        <message>
            <source>The view was not recognized: the plane is turned by {degrees:.0f}° from the patient's right, between the usual views.</source>
            <translation>Die Schnittebene wurde nicht erkannt: sie ist um {degrees:.0f}° gegen die rechte Seite des Patienten gedreht und liegt zwischen den üblichen Ebenen.</translation>
        </message>
        <message>
            <source>The view was not recognized: the slices lie {degrees:.0f}° from the short-axis stack.</source>
            <translation>Die Schnittebene wurde nicht erkannt: die Schichten liegen um {degrees:.0f}° zum Kurzachsenstapel geneigt.</translation>
        </message>
        <message>
            <source>The view was not recognized: the plane does not clearly pass through the left ventricle.</source>
            <translation>Die Schnittebene wurde nicht erkannt: sie verläuft nicht eindeutig durch den linken Ventrikel.</translation>
        </message>
        <message>
            <source>The view {view} was inferred from the direction of the plane alone, turned by {turned_degrees:.0f}° from the usual one and tilted by {tilted_degrees:.0f}°; the short-axis stack of the examination would make it surer.</source>
            <translation>Die Schnittebene {view} wurde allein aus der Richtung abgeleitet, um {turned_degrees:.0f}° gegen die übliche gedreht und um {tilted_degrees:.0f}° geneigt; der Kurzachsenstapel der Untersuchung würde sie sicherer machen.</translation>
        </message>
        <message>
            <source>The view was inferred from the image: it looks like {seen} (confidence {confidence_percent:.0f} %). Use --view to correct it.</source>
            <translation>Die Schnittebene wurde aus dem Bild abgeleitet: es sieht aus wie {seen} (Sicherheit {confidence_percent:.0f} %). Mit --view lässt sie sich korrigieren.</translation>
        </message>
        <message>
            <source>The view was inferred from the image: it looks like {seen} (confidence {confidence_percent:.0f} %), but it lies like none of the usual planes. Use --view to correct it.</source>
            <translation>Die Schnittebene wurde aus dem Bild abgeleitet: es sieht aus wie {seen} (Sicherheit {confidence_percent:.0f} %), liegt aber wie keine der üblichen Ebenen. Mit --view lässt sie sich korrigieren.</translation>
        </message>
        <message>
            <source>The view could not be determined from the file or the image; short axis was assumed. Use --view to set it.</source>
            <translation>Die Schnittebene war weder aus der Datei noch aus dem Bild zu bestimmen; die Kurzachse wurde angenommen. Mit --view lässt sie sich festlegen.</translation>
        </message>
        <message>
            <source>The plane lies like {seen}; it was segmented as {view}, as the user asked.</source>
            <translation>Die Ebene liegt wie {seen}; wunschgemäß wurde sie als {view} segmentiert.</translation>
        </message>
        <message>
            <source>The contours look like {seen} (confidence {confidence_percent:.0f} %), not like {view}. Check the view before using the measures.</source>
            <translation>Die Konturen sehen aus wie {seen} (Sicherheit {confidence_percent:.0f} %), nicht wie {view}. Vor der Verwendung der Messwerte die Schnittebene prüfen.</translation>
        </message>
        <message>
            <source>The contours look like no view of a heart: {open_percent:.0f} % of the LV cavity's outline have no myocardium. Check the view before using the measures.</source>
            <translation>Die Konturen sehen aus wie keine Schnittebene eines Herzens: {open_percent:.0f} % des Umrisses des LV-Kavums haben kein Myokard. Vor der Verwendung der Messwerte die Schnittebene prüfen.</translation>
        </message>
        <message>
            <source>{caution}</source>
            <translation>{caution}</translation>
        </message>
        <message>
            <source>The GPU ran out of memory; continuing with {slices} slices at a time.</source>
            <translation>Der GPU ging der Speicher aus; weiter mit je {slices} Schichten.</translation>
        </message>
        <message>
            <source>The GPU ran out of memory; continuing with one slice at a time.</source>
            <translation>Der GPU ging der Speicher aus; weiter mit je einer Schicht.</translation>
        </message>
        <message>
            <source>The GPU ran out of memory for a single slice; continuing on the CPU.</source>
            <translation>Der GPU ging der Speicher schon für eine einzige Schicht aus; weiter auf der CPU.</translation>
        </message>
        <message>
            <source>One phase was analyzed, so there is no stroke volume and no ejection fraction.</source>
            <translation>Es wurde eine Phase ausgewertet, daher gibt es kein Schlagvolumen und keine Ejektionsfraktion.</translation>
        </message>
        <message>
            <source>The study holds one phase only, no cine.</source>
            <translation>Die Studie enthält nur eine Phase, kein Cine.</translation>
        </message>
        <message>
            <source>End-systole and end-diastole could not be found, because no two phases have LV volumes that differ.</source>
            <translation>Endsystole und Enddiastole waren nicht zu bestimmen, weil es keine zwei Phasen mit verschiedenen LV-Volumen gibt.</translation>
        </message>
        <message>
            <source>Phase {numbers} of {frames} was not considered for end-diastole and end-systole, because the LV volume there does not fit the neighboring phases.</source>
            <translation>Phase {numbers} von {frames} wurde für Enddiastole und Endsystole nicht berücksichtigt, weil das LV-Volumen dort nicht zu den Nachbarphasen passt.</translation>
        </message>
        <message>
            <source>Phases {numbers} of {frames} were not considered for end-diastole and end-systole, because the LV volumes there do not fit the neighboring phases.</source>
            <translation>Die Phasen {numbers} von {frames} wurden für Enddiastole und Endsystole nicht berücksichtigt, weil die LV-Volumen dort nicht zu den Nachbarphasen passen.</translation>
        </message>
        <message>
            <source>The LV was lost in {place}, perhaps at end-diastole or end-systole; measures may be wrong.</source>
            <translation>Der LV ging in {place} verloren, vielleicht in Enddiastole oder Endsystole; Messwerte können falsch sein.</translation>
        </message>
        <message>
            <source>No heart was found in any phase; check that the input is a cardiac cine of this view.</source>
            <translation>In keiner Phase wurde ein Herz gefunden; prüfen, ob die Eingabe ein Herz-Cine dieser Schnittebene ist.</translation>
        </message>
        <message>
            <source>The {structure} was not found in any phase.</source>
            <translation>{structure} in keiner Phase gefunden.</translation>
        </message>
        <message>
            <source>The {structure} was not found in {place}.</source>
            <translation>{structure} in {place} nicht gefunden.</translation>
        </message>
        <message>
            <source>The {structure} is missing between slices that have it: {place}.</source>
            <translation>{structure} fehlt zwischen Schichten, die diese Struktur haben: {place}.</translation>
        </message>
        <message>
            <source>The {structure} vanishes for a single phase: {place}.</source>
            <translation>{structure} verschwindet für eine einzelne Phase: {place}.</translation>
        </message>
        <message>
            <source>The {structure} ends before the apex at end-diastole, though it reaches farther at end-systole: {place}.</source>
            <translation>{structure} endet in der Enddiastole vor der Herzspitze, obwohl die Struktur in der Endsystole weiter reicht: {place}.</translation>
        </message>
        <message>
            <source>There is a single slice, so there are areas and no volumes.</source>
            <translation>Es gibt nur eine Schicht, daher Flächen und keine Volumina.</translation>
        </message>
        <message>
            <source>Only {slices} neighboring slices have LV cavity at end-diastole; {expected} or more are expected, so volumes may be too small.</source>
            <translation>Nur {slices} benachbarte Schichten haben in der Enddiastole ein LV-Kavum; erwartet werden {expected} oder mehr, die Volumina können daher zu klein sein.</translation>
        </message>
        <message>
            <source>The {structure} is not enclosed by myocardium: {place}.</source>
            <translation>{structure} nicht von Myokard umschlossen: {place}.</translation>
        </message>
        <message>
            <source>{open_percent:.0f} % of the outline of the LV cavity has no myocardium next to it in {place}; valves open a quarter of it.</source>
            <translation>In {place} grenzen {open_percent:.0f} % des Umrisses des LV-Kavums nicht an Myokard; Klappen öffnen ein Viertel davon.</translation>
        </message>
        <message>
            <source>The RV cavity is missing at mid-ventricular level, {place}.</source>
            <translation>Das RV-Kavum fehlt auf mittventrikulärer Höhe, {place}.</translation>
        </message>
        <message>
            <source>The stack may not cover the base: its outermost slice there ({slice} of {slices}) still has {area_percent:.0f} % of the largest LV area, so volumes may be too small.</source>
            <translation>Der Stapel erfasst die Basis womöglich nicht: die äußerste Schicht dort ({slice} von {slices}) hat noch {area_percent:.0f} % der größten LV-Fläche, die Volumina können daher zu klein sein.</translation>
        </message>
        <message>
            <source>The stack may not cover the apex: its outermost slice there ({slice} of {slices}) still has {area_percent:.0f} % of the largest LV area, so volumes may be too small.</source>
            <translation>Der Stapel erfasst die Herzspitze womöglich nicht: die äußerste Schicht dort ({slice} von {slices}) hat noch {area_percent:.0f} % der größten LV-Fläche, die Volumina können daher zu klein sein.</translation>
        </message>
        <message>
            <source>The apex may be missing: the LV ends at slice {slice} of {slices}, which still has {area_percent:.0f} % of the largest LV area; look whether the slices beyond show it, else volumes are too small.</source>
            <translation>Die Herzspitze fehlt womöglich: der LV endet in Schicht {slice} von {slices}, die noch {area_percent:.0f} % der größten LV-Fläche hat; prüfen, ob die Schichten dahinter ihn zeigen, sonst sind die Volumina zu klein.</translation>
        </message>
        <message>
            <source>The size of the {structure} jumps in {place}: it does not fit the neighboring phases.</source>
            <translation>{structure}: die Größe springt in {place} und passt nicht zu den Nachbarphasen.</translation>
        </message>
        <message>
            <source>The {ventricle} ejection fraction of {ef_percent:.0f} % lies outside {lowest_percent:g} to {highest_percent:g} %.</source>
            <translation>Die {ventricle}-Ejektionsfraktion von {ef_percent:.0f} % liegt außerhalb von {lowest_percent:g} bis {highest_percent:g} %.</translation>
        </message>
        <message>
            <source>The stroke volumes of LV ({lv_ml:.0f} ml) and RV ({rv_ml:.0f} ml) differ by {difference_percent:.0f} % of the larger; without valve disease or shunt they are equal.</source>
            <translation>Die Schlagvolumina von LV ({lv_ml:.0f} ml) und RV ({rv_ml:.0f} ml) unterscheiden sich um {difference_percent:.0f} % des größeren; ohne Klappenfehler oder Shunt sind sie gleich.</translation>
        </message>
        <message>
            <source>The long axis of the LV was not found in {place}, because its cavity is not open at a valve alone; what needs its length is left out.</source>
            <translation>Die Langachse des LV wurde in {place} nicht gefunden, weil sein Kavum nicht nur an einer Klappe offen ist; was seine Länge braucht, ist ausgelassen.</translation>
        </message>
        <message>
            <source>{slices} parallel slices of a long axis add up to no volume, and lengths are those of one plane, so nothing was measured; give the slices one by one, or the short axis as the view if it is one.</source>
            <translation>{slices} parallele Langachsenschichten ergeben zusammen kein Volumen, und Längen gelten für eine Ebene, daher wurde nichts gemessen; die Schichten einzeln angeben, oder die Kurzachse als Schnittebene, falls es eine ist.</translation>
        </message>
        <message>
            <source>The {structure} is open {where}: {advice}</source>
            <translation>{structure} offen {where}: {advice}</translation>
        </message>
        <message>
            <source>The {structure} may be missing {where}: {advice}</source>
            <translation>{structure} fehlt womöglich {where}: {advice}</translation>
        </message>
        <message>
            <source>The {structure} does not look as experts draw it {where}: {advice}</source>
            <translation>{structure} sieht {where} nicht so aus, wie Fachleute zeichnen: {advice}</translation>
        </message>
        <message>
            <source>The {structure} comes out differently when the image is changed a little {where}: {advice}</source>
            <translation>{structure} fällt {where} anders aus, wenn das Bild ein wenig verändert wird: {advice}</translation>
        </message>
        <message>
            <source>The model is unsure of the {structure} {where}: {advice}</source>
            <translation>{structure} ist für das Modell unsicher {where}: {advice}</translation>
        </message>
        <message>
            <source>the estimated Dice is {dice:.2f}. Check the contours there.</source>
            <translation>der geschätzte Dice beträgt {dice:.2f}. Die Konturen dort prüfen.</translation>
        </message>
        <message>
            <source>the estimated Dice is {dice:.2f}. Check the contours there; the {ventricle} ejection fraction may lie from {lowest_percent:.0f} to {highest_percent:.0f} %.</source>
            <translation>der geschätzte Dice beträgt {dice:.2f}. Die Konturen dort prüfen; die {ventricle}-Ejektionsfraktion kann zwischen {lowest_percent:.0f} und {highest_percent:.0f} % liegen.</translation>
        </message>
        <message>
            <source>Single contours may be wrong: {places}.</source>
            <translation>Einzelne Konturen können falsch sein: {places}.</translation>
        </message>
        <message>
            <source>Not combined with the other views, because it does not look like its view: {cines}.</source>
            <translation>Nicht mit den anderen Schnittebenen verbunden, weil es nicht wie seine Schnittebene aussieht: {cines}.</translation>
        </message>
        <message>
            <source>The folder holds more than one study, so the views were not combined.</source>
            <translation>Der Ordner enthält mehr als eine Studie, daher wurden die Schnittebenen nicht verbunden.</translation>
        </message>
        <message>
            <source>The LV {quantity} of the long axis ({long_axis:.0f} {unit}) and of the short axis ({short_axis:.0f} {unit}) are {difference:.1f} {apart} apart, more than two core laboratories would be ({limit:.1f}); check the contours of both.</source>
            <translation>{quantity} des LV: Langachse ({long_axis:.0f} {unit}) und Kurzachse ({short_axis:.0f} {unit}) liegen {difference:.1f} {apart} auseinander, mehr als zwei Auswertelabore ({limit:.1f}); die Konturen von beiden prüfen.</translation>
        </message>
        <message>
            <source>{what}: {why}</source>
            <translation>{what}: {why}</translation>
        </message>
        <message>
            <source>segments and strain</source>
            <translation>Segmente und Strain</translation>
        </message>
        <message>
            <source>thickening and strain</source>
            <translation>Wanddickenzunahme und Strain</translation>
        </message>
        <message>
            <source>longitudinal strain and segment 17</source>
            <translation>longitudinaler Strain und Segment 17</translation>
        </message>
        <message>
            <source>segments 1 to 16, circumferential and radial strain</source>
            <translation>Segmente 1 bis 16, zirkumferentieller und radialer Strain</translation>
        </message>
        <message>
            <source>RV insertion points</source>
            <translation>RV-Insertionspunkte</translation>
        </message>
        <message>
            <source>longitudinal strain</source>
            <translation>longitudinaler Strain</translation>
        </message>
        <message>
            <source>segment 17</source>
            <translation>Segment 17</translation>
        </message>
        <message>
            <source>segments</source>
            <translation>Segmente</translation>
        </message>
        <message>
            <source>strain</source>
            <translation>Strain</translation>
        </message>
        <message>
            <source>ejection and filling rates</source>
            <translation>Auswurf- und Füllungsraten</translation>
        </message>
        <message>
            <source>times and rates of strain</source>
            <translation>Zeiten und Raten des Strains</translation>
        </message>
        <message>
            <source>strain rates</source>
            <translation>Strainraten</translation>
        </message>
        <message>
            <source>{curves} in phase {frames}</source>
            <translation>{curves} in Phase {frames}</translation>
        </message>
        <message>
            <source>{curves} in phases {frames}</source>
            <translation>{curves} in den Phasen {frames}</translation>
        </message>
        <message>
            <source>no slice has a closed wall around the LV cavity at end-diastole</source>
            <translation>in der Enddiastole hat keine Schicht eine geschlossene Wand um das LV-Kavum</translation>
        </message>
        <message>
            <source>no slice has a closed wall throughout the heart beat</source>
            <translation>keine Schicht hat über den ganzen Herzschlag eine geschlossene Wand</translation>
        </message>
        <message>
            <source>one phase was analyzed</source>
            <translation>es wurde eine Phase ausgewertet</translation>
        </message>
        <message>
            <source>end-systole was not found</source>
            <translation>die Endsystole wurde nicht gefunden</translation>
        </message>
        <message>
            <source>they need a long-axis cine</source>
            <translation>dafür ist ein Langachsen-Cine nötig</translation>
        </message>
        <message>
            <source>they need a short-axis stack</source>
            <translation>dafür ist ein Kurzachsenstapel nötig</translation>
        </message>
        <message>
            <source>they need a long-axis cine of a single slice</source>
            <translation>dafür ist ein Langachsen-Cine mit einer einzigen Schicht nötig</translation>
        </message>
        <message>
            <source>no septum was found beside an RV; the segments follow the patient's directions</source>
            <translation>es wurde kein Septum neben einem RV gefunden; die Segmente richten sich nach den Achsen des Patienten</translation>
        </message>
        <message>
            <source>the long axis was not found at end-diastole</source>
            <translation>die Langachse wurde in der Enddiastole nicht gefunden</translation>
        </message>
        <message>
            <source>the wall at the apex was not found closed at end-diastole</source>
            <translation>die Wand an der Herzspitze wurde in der Enddiastole nicht geschlossen gefunden</translation>
        </message>
        <message>
            <source>a single slice has no basal, mid and apical level</source>
            <translation>eine einzelne Schicht hat keine basale, mittlere und apikale Höhe</translation>
        </message>
        <message>
            <source>they need trusted, evenly spaced times of at least {frames} phases, and in each an LV volume that fits the neighboring phases</source>
            <translation>dafür sind verlässliche, gleichmäßige Zeiten von mindestens {frames} Phasen nötig und in jeder ein LV-Volumen, das zu den Nachbarphasen passt</translation>
        </message>
        <message>
            <source>fewer than {slices} slices have a closed wall</source>
            <translation>weniger als {slices} Schichten haben eine geschlossene Wand</translation>
        </message>
        <message>
            <source>a level has no closed wall: {levels}</source>
            <translation>eine Höhe hat keine geschlossene Wand: {levels}</translation>
        </message>
        <message>
            <source>they need trusted phase times</source>
            <translation>dafür sind verlässliche Phasenzeiten nötig</translation>
        </message>
        <message>
            <source>they need evenly spaced times of at least {frames} phases</source>
            <translation>dafür sind gleichmäßige Zeiten von mindestens {frames} Phasen nötig</translation>
        </message>
        <message>
            <source>they need a value in every phase</source>
            <translation>dafür ist in jeder Phase ein Wert nötig</translation>
        </message>
        <message>
            <source>the wall was not found whole there</source>
            <translation>dort wurde die Wand nicht vollständig gefunden</translation>
        </message>
        <message>
            <source>basal at {phase}</source>
            <translation>basal in der {phase}</translation>
        </message>
        <message>
            <source>mid at {phase}</source>
            <translation>mittig in der {phase}</translation>
        </message>
        <message>
            <source>apical at {phase}</source>
            <translation>apikal in der {phase}</translation>
        </message>
        <message>
            <source>endocardial GCS</source>
            <translation>endokardialer GCS</translation>
        </message>
        <message>
            <source>mid-wall GCS</source>
            <translation>GCS der Wandmitte</translation>
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
            <translation>Freie RV-Wand</translation>
        </message>
        <message>
            <source>basal GCS</source>
            <translation>basaler GCS</translation>
        </message>
        <message>
            <source>mid GCS</source>
            <translation>mittlerer GCS</translation>
        </message>
        <message>
            <source>apical GCS</source>
            <translation>apikaler GCS</translation>
        </message>
        <message>
            <source>one phase only, not a cine</source>
            <translation>nur eine Phase, kein Cine</translation>
        </message>
        <message>
            <source>one phase only, a localizer</source>
            <translation>nur eine Phase, ein Localizer</translation>
        </message>
        <message>
            <source>images that differ in echo or inversion time, not a cine</source>
            <translation>Bilder verschiedener Echo- oder Inversionszeiten, kein Cine</translation>
        </message>
        <message>
            <source>images of many heart beats, not a cine</source>
            <translation>Bilder vieler Herzschläge, kein Cine</translation>
        </message>
        <message>
            <source>tagged images</source>
            <translation>getaggte Bilder</translation>
        </message>
        <message>
            <source>phase-contrast images</source>
            <translation>Phasenkontrastbilder</translation>
        </message>
        <message>
            <source>images of changing brightness, such as perfusion or mapping</source>
            <translation>Bilder wechselnder Helligkeit, etwa Perfusion oder Mapping</translation>
        </message>
        <message>
            <source>no image</source>
            <translation>kein Bild</translation>
        </message>
        <message>
            <source>truncated or damaged header, which ends before the image</source>
            <translation>abgeschnittener oder beschädigter Header, der vor dem Bild endet</translation>
        </message>
        <message>
            <source>truncated file: images cut off</source>
            <translation>abgeschnittene Datei: Bilder fehlen</translation>
        </message>
        <message>
            <source>not an image file</source>
            <translation>keine Bilddatei</translation>
        </message>
        <message>
            <source>phase {frame} of {frames}</source>
            <translation>Phase {frame} von {frames}</translation>
        </message>
        <message>
            <source>phases {numbers} of {frames}</source>
            <translation>den Phasen {numbers} von {frames}</translation>
        </message>
        <message>
            <source>slice {slice} of {slices} in phase {frame} of {frames}</source>
            <translation>Schicht {slice} von {slices} in Phase {frame} von {frames}</translation>
        </message>
        <message>
            <source>{place} and in 1 other phase</source>
            <translation>{place} und in 1 weiteren Phase</translation>
        </message>
        <message>
            <source>{place} and in {others} other phases</source>
            <translation>{place} und in {others} weiteren Phasen</translation>
        </message>
        <message>
            <source>{place} and in 1 other place</source>
            <translation>{place} und an 1 weiteren Stelle</translation>
        </message>
        <message>
            <source>{place} and in {others} other places</source>
            <translation>{place} und an {others} weiteren Stellen</translation>
        </message>
        <message>
            <source>at {phase}</source>
            <translation>in der {phase}</translation>
        </message>
        <message>
            <source>in slice {slices} at {phase}</source>
            <translation>in Schicht {slices} in der {phase}</translation>
        </message>
        <message>
            <source>in slices {slices} at {phase}</source>
            <translation>in den Schichten {slices} in der {phase}</translation>
        </message>
        <message>
            <source>{structure} {where}</source>
            <translation>{structure} {where}</translation>
        </message>
        <message>
            <source>end-diastole</source>
            <translation>Enddiastole</translation>
        </message>
        <message>
            <source>end-systole</source>
            <translation>Endsystole</translation>
        </message>
        <message>
            <source>{first} and {last}</source>
            <translation>{first} und {last}</translation>
        </message>
        <message>
            <source>LV cavity</source>
            <translation>LV-Kavum</translation>
        </message>
        <message>
            <source>LV myocardium</source>
            <translation>LV-Myokard</translation>
        </message>
        <message>
            <source>LV wall</source>
            <translation>LV-Wand</translation>
        </message>
        <message>
            <source>RV cavity</source>
            <translation>RV-Kavum</translation>
        </message>
        <message>
            <source>LV</source>
            <translation>LV</translation>
        </message>
        <message>
            <source>RV</source>
            <translation>RV</translation>
        </message>
        <message>
            <source>a short axis</source>
            <translation>eine Kurzachse</translation>
        </message>
        <message>
            <source>a two-chamber view</source>
            <translation>ein Zweikammerblick</translation>
        </message>
        <message>
            <source>a three-chamber view</source>
            <translation>ein Dreikammerblick</translation>
        </message>
        <message>
            <source>a four-chamber view</source>
            <translation>ein Vierkammerblick</translation>
        </message>
        <message>
            <source>end-diastolic volume</source>
            <translation>Enddiastolisches Volumen</translation>
        </message>
        <message>
            <source>end-systolic volume</source>
            <translation>Endsystolisches Volumen</translation>
        </message>
        <message>
            <source>ejection fraction</source>
            <translation>Ejektionsfraktion</translation>
        </message>
        <message>
            <source>percentage points</source>
            <translation>Prozentpunkte</translation>
        </message>
        <message>
            <source>basal anterior</source>
            <translation>basal anterior</translation>
        </message>
        <message>
            <source>basal anteroseptal</source>
            <translation>basal anteroseptal</translation>
        </message>
        <message>
            <source>basal inferoseptal</source>
            <translation>basal inferoseptal</translation>
        </message>
        <message>
            <source>basal inferior</source>
            <translation>basal inferior</translation>
        </message>
        <message>
            <source>basal inferolateral</source>
            <translation>basal inferolateral</translation>
        </message>
        <message>
            <source>basal anterolateral</source>
            <translation>basal anterolateral</translation>
        </message>
        <message>
            <source>mid anterior</source>
            <translation>mittig anterior</translation>
        </message>
        <message>
            <source>mid anteroseptal</source>
            <translation>mittig anteroseptal</translation>
        </message>
        <message>
            <source>mid inferoseptal</source>
            <translation>mittig inferoseptal</translation>
        </message>
        <message>
            <source>mid inferior</source>
            <translation>mittig inferior</translation>
        </message>
        <message>
            <source>mid inferolateral</source>
            <translation>mittig inferolateral</translation>
        </message>
        <message>
            <source>mid anterolateral</source>
            <translation>mittig anterolateral</translation>
        </message>
        <message>
            <source>apical anterior</source>
            <translation>apikal anterior</translation>
        </message>
        <message>
            <source>apical septal</source>
            <translation>apikal septal</translation>
        </message>
        <message>
            <source>apical inferior</source>
            <translation>apikal inferior</translation>
        </message>
        <message>
            <source>apical lateral</source>
            <translation>apikal lateral</translation>
        </message>
        <message>
            <source>LV end-diastolic volume</source>
            <translation>Enddiastolisches LV-Volumen</translation>
        </message>
        <message>
            <source>Volume of the left ventricle's blood pool, papillary muscles included: its voxels × the voxel volume</source>
            <translation>Volumen des Blutpools des linken Ventrikels einschließlich der Papillarmuskeln: seine Voxel × Voxelvolumen</translation>
        </message>
        <message>
            <source>at end-diastole</source>
            <translation>in der Enddiastole</translation>
        </message>
        <message>
            <source>Schulz-Menger et al. 2020, doi:10.1186/s12968-020-00610-6</source>
            <translation>Schulz-Menger et al. 2020, doi:10.1186/s12968-020-00610-6</translation>
        </message>
        <message>
            <source>LV end-systolic volume</source>
            <translation>Endsystolisches LV-Volumen</translation>
        </message>
        <message>
            <source>at end-systole</source>
            <translation>in der Endsystole</translation>
        </message>
        <message>
            <source>LV stroke volume</source>
            <translation>LV-Schlagvolumen</translation>
        </message>
        <message>
            <source>EDV − ESV of the left ventricle</source>
            <translation>EDV − ESV des linken Ventrikels</translation>
        </message>
        <message>
            <source>LV ejection fraction</source>
            <translation>LV-Ejektionsfraktion</translation>
        </message>
        <message>
            <source>100 × (EDV − ESV) / EDV of the left ventricle</source>
            <translation>100 × (EDV − ESV) / EDV des linken Ventrikels</translation>
        </message>
        <message>
            <source>LV cardiac output</source>
            <translation>LV-Herzzeitvolumen</translation>
        </message>
        <message>
            <source>LV stroke volume × heart rate</source>
            <translation>LV-Schlagvolumen × Herzfrequenz</translation>
        </message>
        <message>
            <source>LV volume</source>
            <translation>LV-Volumen</translation>
        </message>
        <message>
            <source>in the only phase that was analyzed</source>
            <translation>in der einzigen ausgewerteten Phase</translation>
        </message>
        <message>
            <source>LV mass</source>
            <translation>LV-Masse</translation>
        </message>
        <message>
            <source>Volume of the LV myocardium × 1.05 g/ml, at end-diastole (of a single phase: in that phase), papillary muscles excluded</source>
            <translation>Volumen des LV-Myokards × 1,05 g/ml, in der Enddiastole (bei einer einzigen Phase: in dieser), ohne Papillarmuskeln</translation>
        </message>
        <message>
            <source>Myocardial volume</source>
            <translation>Myokardvolumen</translation>
        </message>
        <message>
            <source>Volume of the LV myocardium, in the only phase</source>
            <translation>Volumen des LV-Myokards in der einzigen Phase</translation>
        </message>
        <message>
            <source>RV end-diastolic volume</source>
            <translation>Enddiastolisches RV-Volumen</translation>
        </message>
        <message>
            <source>Volume of the right ventricle's blood pool, papillary muscles included: its voxels × the voxel volume</source>
            <translation>Volumen des Blutpools des rechten Ventrikels einschließlich der Papillarmuskeln: seine Voxel × Voxelvolumen</translation>
        </message>
        <message>
            <source>at end-diastole, the phase of the left ventricle</source>
            <translation>in der Enddiastole, der Phase des linken Ventrikels</translation>
        </message>
        <message>
            <source>RV end-systolic volume</source>
            <translation>Endsystolisches RV-Volumen</translation>
        </message>
        <message>
            <source>at end-systole, the phase of the left ventricle</source>
            <translation>in der Endsystole, der Phase des linken Ventrikels</translation>
        </message>
        <message>
            <source>RV stroke volume</source>
            <translation>RV-Schlagvolumen</translation>
        </message>
        <message>
            <source>EDV − ESV of the right ventricle</source>
            <translation>EDV − ESV des rechten Ventrikels</translation>
        </message>
        <message>
            <source>RV ejection fraction</source>
            <translation>RV-Ejektionsfraktion</translation>
        </message>
        <message>
            <source>100 × (EDV − ESV) / EDV of the right ventricle</source>
            <translation>100 × (EDV − ESV) / EDV des rechten Ventrikels</translation>
        </message>
        <message>
            <source>RV cardiac output</source>
            <translation>RV-Herzzeitvolumen</translation>
        </message>
        <message>
            <source>RV stroke volume × heart rate</source>
            <translation>RV-Schlagvolumen × Herzfrequenz</translation>
        </message>
        <message>
            <source>RV volume</source>
            <translation>RV-Volumen</translation>
        </message>
        <message>
            <source>LV end-diastolic area</source>
            <translation>Enddiastolische LV-Fläche</translation>
        </message>
        <message>
            <source>Area of the LV blood pool in the single slice: its pixels times the pixel area, at end-diastole</source>
            <translation>Fläche des LV-Blutpools in der einzigen Schicht: seine Pixel mal Pixelfläche, in der Enddiastole</translation>
        </message>
        <message>
            <source>LV end-systolic area</source>
            <translation>Endsystolische LV-Fläche</translation>
        </message>
        <message>
            <source>Area of the LV blood pool in the single slice: its pixels times the pixel area, at end-systole</source>
            <translation>Fläche des LV-Blutpools in der einzigen Schicht: seine Pixel mal Pixelfläche, in der Endsystole</translation>
        </message>
        <message>
            <source>LV area</source>
            <translation>LV-Fläche</translation>
        </message>
        <message>
            <source>Area of the LV blood pool in the single slice: its pixels times the pixel area, in the only phase that was analyzed</source>
            <translation>Fläche des LV-Blutpools in der einzigen Schicht: seine Pixel mal Pixelfläche, in der einzigen ausgewerteten Phase</translation>
        </message>
        <message>
            <source>Myocardial end-diastolic area</source>
            <translation>Enddiastolische Myokardfläche</translation>
        </message>
        <message>
            <source>Area of the LV myocardium in the single slice: its pixels times the pixel area, at end-diastole</source>
            <translation>Fläche des LV-Myokards in der einzigen Schicht: seine Pixel mal Pixelfläche, in der Enddiastole</translation>
        </message>
        <message>
            <source>Myocardial end-systolic area</source>
            <translation>Endsystolische Myokardfläche</translation>
        </message>
        <message>
            <source>Area of the LV myocardium in the single slice: its pixels times the pixel area, at end-systole</source>
            <translation>Fläche des LV-Myokards in der einzigen Schicht: seine Pixel mal Pixelfläche, in der Endsystole</translation>
        </message>
        <message>
            <source>Myocardial area</source>
            <translation>Myokardfläche</translation>
        </message>
        <message>
            <source>Area of the LV myocardium in the single slice: its pixels times the pixel area, in the only phase that was analyzed</source>
            <translation>Fläche des LV-Myokards in der einzigen Schicht: seine Pixel mal Pixelfläche, in der einzigen ausgewerteten Phase</translation>
        </message>
        <message>
            <source>RV end-diastolic area</source>
            <translation>Enddiastolische RV-Fläche</translation>
        </message>
        <message>
            <source>Area of the RV blood pool in the single slice: its pixels times the pixel area, at end-diastole</source>
            <translation>Fläche des RV-Blutpools in der einzigen Schicht: seine Pixel mal Pixelfläche, in der Enddiastole</translation>
        </message>
        <message>
            <source>RV end-systolic area</source>
            <translation>Endsystolische RV-Fläche</translation>
        </message>
        <message>
            <source>Area of the RV blood pool in the single slice: its pixels times the pixel area, at end-systole</source>
            <translation>Fläche des RV-Blutpools in der einzigen Schicht: seine Pixel mal Pixelfläche, in der Endsystole</translation>
        </message>
        <message>
            <source>RV area</source>
            <translation>RV-Fläche</translation>
        </message>
        <message>
            <source>Area of the RV blood pool in the single slice: its pixels times the pixel area, in the only phase that was analyzed</source>
            <translation>Fläche des RV-Blutpools in der einzigen Schicht: seine Pixel mal Pixelfläche, in der einzigen ausgewerteten Phase</translation>
        </message>
        <message>
            <source>LV end-diastolic length</source>
            <translation>Enddiastolische LV-Länge</translation>
        </message>
        <message>
            <source>Distance from the LV's apex to the middle of the base, the longest stretch of the blood pool's border without wall: the mitral plane, in a three-chamber view with the aortic valve</source>
            <translation>Abstand von der Spitze des LV zur Mitte der Basis, des längsten Abschnitts der Blutpoolgrenze ohne Wand: der Mitralebene, im Dreikammerblick mit der Aortenklappe</translation>
        </message>
        <message>
            <source>Lang et al. 2015, doi:10.1016/j.echo.2014.10.003</source>
            <translation>Lang et al. 2015, doi:10.1016/j.echo.2014.10.003</translation>
        </message>
        <message>
            <source>LV end-systolic length</source>
            <translation>Endsystolische LV-Länge</translation>
        </message>
        <message>
            <source>LV length</source>
            <translation>LV-Länge</translation>
        </message>
        <message>
            <source>LV EDV, area–length</source>
            <translation>LV-EDV, Flächen-Längen-Methode</translation>
        </message>
        <message>
            <source>8 A² / (3 π L) of area A and long-axis length L of the LV in one plane, as of an ellipsoid</source>
            <translation>8 A² / (3 π L) aus Fläche A und Langachsenlänge L des LV in einer Ebene, wie bei einem Ellipsoid</translation>
        </message>
        <message>
            <source>Dodge et al. 1960, Am Heart J 60:762</source>
            <translation>Dodge et al. 1960, Am Heart J 60:762</translation>
        </message>
        <message>
            <source>LV ESV, area–length</source>
            <translation>LV-ESV, Flächen-Längen-Methode</translation>
        </message>
        <message>
            <source>LV stroke volume, area–length</source>
            <translation>LV-Schlagvolumen, Flächen-Längen-Methode</translation>
        </message>
        <message>
            <source>EDV − ESV, area–length</source>
            <translation>EDV − ESV, Flächen-Längen-Methode</translation>
        </message>
        <message>
            <source>LV EF, area–length</source>
            <translation>LV-EF, Flächen-Längen-Methode</translation>
        </message>
        <message>
            <source>100 × (EDV − ESV) / EDV, area–length</source>
            <translation>100 × (EDV − ESV) / EDV, Flächen-Längen-Methode</translation>
        </message>
        <message>
            <source>LV volume, area–length</source>
            <translation>LV-Volumen, Flächen-Längen-Methode</translation>
        </message>
        <message>
            <source>MAPSE</source>
            <translation>MAPSE</translation>
        </message>
        <message>
            <source>Mitral annular plane systolic excursion: how far the middle of the mitral plane moves from end-diastole to end-systole along the long axis at end-diastole</source>
            <translation>Systolische Exkursion der Mitralklappenebene: wie weit sich die Mitte der Mitralebene von der Enddiastole zur Endsystole entlang der enddiastolischen Langachse bewegt</translation>
        </message>
        <message>
            <source>the ends of the annulus averaged as in PMC4860848</source>
            <translation>die Enden des Anulus gemittelt wie in PMC4860848</translation>
        </message>
        <message>
            <source>RV fractional area change</source>
            <translation>RV-Flächenänderung (FAC)</translation>
        </message>
        <message>
            <source>Fractional area change: 100 × (area at ED − area at ES) / area at ED in four chambers</source>
            <translation>Fraktionelle Flächenänderung: 100 × (Fläche in ED − Fläche in ES) / Fläche in ED im Vierkammerblick</translation>
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
            <translation>Systolische Exkursion der Trikuspidalklappenebene: wie weit sich das laterale Ende der Trikuspidalebene von der Enddiastole zur Endsystole entlang der enddiastolischen Linie zur RV-Spitze bewegt</translation>
        </message>
        <message>
            <source>LV wall at ED</source>
            <translation>LV-Wanddicke in ED</translation>
        </message>
        <message>
            <source>Wall thickness, papillary muscles and trabeculae left out, in the plane of the slice</source>
            <translation>Wanddicke ohne Papillarmuskeln und Trabekel, in der Schichtebene</translation>
        </message>
        <message>
            <source>mean of the AHA segments 1 to 16</source>
            <translation>Mittel der AHA-Segmente 1 bis 16</translation>
        </message>
        <message>
            <source>Laplace method, Yezzi and Prince 2003, doi:10.1109/TMI.2003.817775</source>
            <translation>Laplace-Methode, Yezzi und Prince 2003, doi:10.1109/TMI.2003.817775</translation>
        </message>
        <message>
            <source>Cerqueira et al. 2002, doi:10.1161/hc0402.102975</source>
            <translation>Cerqueira et al. 2002, doi:10.1161/hc0402.102975</translation>
        </message>
        <message>
            <source>LV wall at ES</source>
            <translation>LV-Wanddicke in ES</translation>
        </message>
        <message>
            <source>Largest LV wall at ED</source>
            <translation>Größte LV-Wanddicke in ED</translation>
        </message>
        <message>
            <source>The largest wall thickness of any slice with a closed wall, papillary muscles and trabeculae left out, in the plane of the slice</source>
            <translation>Die größte Wanddicke aller Schichten mit geschlossener Wand, ohne Papillarmuskeln und Trabekel, in der Schichtebene</translation>
        </message>
        <message>
            <source>LV wall thickening</source>
            <translation>LV-Wanddickenzunahme</translation>
        </message>
        <message>
            <source>100 × (ES − ED) / ED of the wall thickness</source>
            <translation>100 × (ES − ED) / ED der Wanddicke</translation>
        </message>
        <message>
            <source>Endocardial excursion</source>
            <translation>Endokardiale Exkursion</translation>
        </message>
        <message>
            <source>How far the endocardium moves towards the cavity's center from ED to ES</source>
            <translation>Wie weit sich das Endokard von ED bis ES zur Mitte des Kavums bewegt</translation>
        </message>
        <message>
            <source>Apical cap (segment 17) at ED</source>
            <translation>Apikale Kappe (Segment 17) in ED</translation>
        </message>
        <message>
            <source>At end-diastole, wall thickness within 20° of the long axis, seen from 15 mm inside the apex</source>
            <translation>In der Enddiastole, Wanddicke innerhalb von 20° um die Langachse, gesehen 15 mm innerhalb der Spitze</translation>
        </message>
        <message>
            <source>Apical cap (segment 17) at ES</source>
            <translation>Apikale Kappe (Segment 17) in ES</translation>
        </message>
        <message>
            <source>At end-systole, wall thickness within 20° of the long axis, seen from 15 mm inside the apex</source>
            <translation>In der Endsystole, Wanddicke innerhalb von 20° um die Langachse, gesehen 15 mm innerhalb der Spitze</translation>
        </message>
        <message>
            <source>Apical cap (segment 17), thickening</source>
            <translation>Apikale Kappe (Segment 17), Wanddickenzunahme</translation>
        </message>
        <message>
            <source>100 × (ES − ED) / ED of the wall thickness within 20° of the long axis, seen from 15 mm inside the apex</source>
            <translation>100 × (ES − ED) / ED der Wanddicke innerhalb von 20° um die Langachse, gesehen 15 mm innerhalb der Spitze</translation>
        </message>
        <message>
            <source>GCS, endocardial</source>
            <translation>GCS, endokardial</translation>
        </message>
        <message>
            <source>Peak strain: 100 × (L − L at ED) / L at ED of the perimeter of the endocardium, summed over slices</source>
            <translation>Maximaler Strain: 100 × (L − L in ED) / L in ED des Endokardumfangs, über die Schichten summiert</translation>
        </message>
        <message>
            <source>from contours, not tracked</source>
            <translation>aus Konturen, nicht verfolgt</translation>
        </message>
        <message>
            <source>Claus et al. 2015, doi:10.1016/j.jcmg.2015.11.001</source>
            <translation>Claus et al. 2015, doi:10.1016/j.jcmg.2015.11.001</translation>
        </message>
        <message>
            <source>GCS, endocardial, time to peak</source>
            <translation>GCS, endokardial, Zeit bis zum Maximum</translation>
        </message>
        <message>
            <source>From ED to the peak</source>
            <translation>Von ED bis zum Maximum</translation>
        </message>
        <message>
            <source>100 × (L − L at ED) / L at ED of the perimeter of the endocardium, summed over slices</source>
            <translation>100 × (L − L in ED) / L in ED des Endokardumfangs, über die Schichten summiert</translation>
        </message>
        <message>
            <source>GCS, endocardial, systolic rate</source>
            <translation>GCS, endokardial, systolische Rate</translation>
        </message>
        <message>
            <source>Peak systolic rate, smoothed</source>
            <translation>Maximale systolische Rate, geglättet</translation>
        </message>
        <message>
            <source>GCS, endocardial, early diastolic rate</source>
            <translation>GCS, endokardial, frühdiastolische Rate</translation>
        </message>
        <message>
            <source>Peak rate in the first half of diastole, smoothed</source>
            <translation>Maximale Rate in der ersten Hälfte der Diastole, geglättet</translation>
        </message>
        <message>
            <source>GCS, mid-wall</source>
            <translation>GCS, Wandmitte</translation>
        </message>
        <message>
            <source>Peak strain: 100 × (L − L at ED) / L at ED of the perimeter halfway through the wall, summed over slices</source>
            <translation>Maximaler Strain: 100 × (L − L in ED) / L in ED des Umfangs in der Wandmitte, über die Schichten summiert</translation>
        </message>
        <message>
            <source>Peak strain: 100 × (L − L at ED) / L at ED of the mean wall thickness of the slices</source>
            <translation>Maximaler Strain: 100 × (L − L in ED) / L in ED der mittleren Wanddicke der Schichten</translation>
        </message>
        <message>
            <source>GRS, time to peak</source>
            <translation>GRS, Zeit bis zum Maximum</translation>
        </message>
        <message>
            <source>100 × (L − L at ED) / L at ED of the mean wall thickness of the slices</source>
            <translation>100 × (L − L in ED) / L in ED der mittleren Wanddicke der Schichten</translation>
        </message>
        <message>
            <source>GRS, systolic rate</source>
            <translation>GRS, systolische Rate</translation>
        </message>
        <message>
            <source>GRS, early diastolic rate</source>
            <translation>GRS, frühdiastolische Rate</translation>
        </message>
        <message>
            <source>Peak strain: 100 × (L − L at ED) / L at ED of the length of the endocardium between the ends of the mitral plane</source>
            <translation>Maximaler Strain: 100 × (L − L in ED) / L in ED der Länge des Endokards zwischen den Enden der Mitralebene</translation>
        </message>
        <message>
            <source>GLS, time to peak</source>
            <translation>GLS, Zeit bis zum Maximum</translation>
        </message>
        <message>
            <source>100 × (L − L at ED) / L at ED of the length of the endocardium between the ends of the mitral plane</source>
            <translation>100 × (L − L in ED) / L in ED der Länge des Endokards zwischen den Enden der Mitralebene</translation>
        </message>
        <message>
            <source>GLS, systolic rate</source>
            <translation>GLS, systolische Rate</translation>
        </message>
        <message>
            <source>GLS, early diastolic rate</source>
            <translation>GLS, frühdiastolische Rate</translation>
        </message>
        <message>
            <source>RV free-wall strain</source>
            <translation>Strain der freien RV-Wand</translation>
        </message>
        <message>
            <source>Peak strain: 100 × (L − L at ED) / L at ED of the length of the RV's free wall in four chambers, tricuspid plane to apex</source>
            <translation>Maximaler Strain: 100 × (L − L in ED) / L in ED der Länge der freien RV-Wand im Vierkammerblick, von der Trikuspidalebene zur Spitze</translation>
        </message>
        <message>
            <source>Peak ejection rate</source>
            <translation>Maximale Auswurfrate</translation>
        </message>
        <message>
            <source>Fastest fall of the LV volume over the heart beat, smoothed by its Fourier series</source>
            <translation>Schnellste Abnahme des LV-Volumens über den Herzschlag, mit seiner Fourierreihe geglättet</translation>
        </message>
        <message>
            <source>Bonow 1991, doi:10.1161/01.CIR.84.3.1413</source>
            <translation>Bonow 1991, doi:10.1161/01.CIR.84.3.1413</translation>
        </message>
        <message>
            <source>Time to peak ejection</source>
            <translation>Zeit bis zur maximalen Auswurfrate</translation>
        </message>
        <message>
            <source>From ED</source>
            <translation>Ab ED</translation>
        </message>
        <message>
            <source>fastest fall of the LV volume over the heart beat, smoothed by its Fourier series</source>
            <translation>schnellste Abnahme des LV-Volumens über den Herzschlag, mit seiner Fourierreihe geglättet</translation>
        </message>
        <message>
            <source>Peak filling rate</source>
            <translation>Maximale Füllungsrate</translation>
        </message>
        <message>
            <source>Fastest early rise of the LV volume over the heart beat, smoothed by its Fourier series</source>
            <translation>Schnellste frühe Zunahme des LV-Volumens über den Herzschlag, mit seiner Fourierreihe geglättet</translation>
        </message>
        <message>
            <source>Time to peak filling</source>
            <translation>Zeit bis zur maximalen Füllungsrate</translation>
        </message>
        <message>
            <source>From ES</source>
            <translation>Ab ES</translation>
        </message>
        <message>
            <source>fastest rise of the LV volume over the heart beat, smoothed by its Fourier series</source>
            <translation>schnellste Zunahme des LV-Volumens über den Herzschlag, mit seiner Fourierreihe geglättet</translation>
        </message>
        <message>
            <source>Atrial contribution</source>
            <translation>Atrialer Beitrag</translation>
        </message>
        <message>
            <source>Inflow after diastasis as a share of the stroke volume</source>
            <translation>Einstrom nach der Diastase als Anteil des Schlagvolumens</translation>
        </message>
        <message>
            <source>of the LV volume over the heart beat, smoothed by its Fourier series</source>
            <translation>des LV-Volumens über den Herzschlag, mit seiner Fourierreihe geglättet</translation>
        </message>
        <message>
            <source>LV EDV, biplane</source>
            <translation>LV-EDV, biplan</translation>
        </message>
        <message>
            <source>8 A₂ A₄ / (3 π L) of the LV's areas in the two- and the four-chamber view and the shorter length L</source>
            <translation>8 A₂ A₄ / (3 π L) aus den LV-Flächen im Zwei- und Vierkammerblick und der kürzeren Länge L</translation>
        </message>
        <message>
            <source>LV ESV, biplane</source>
            <translation>LV-ESV, biplan</translation>
        </message>
        <message>
            <source>LV stroke volume, biplane</source>
            <translation>LV-Schlagvolumen, biplan</translation>
        </message>
        <message>
            <source>EDV − ESV, biplane</source>
            <translation>EDV − ESV, biplan</translation>
        </message>
        <message>
            <source>LV EF, biplane</source>
            <translation>LV-EF, biplan</translation>
        </message>
        <message>
            <source>100 × (EDV − ESV) / EDV, biplane</source>
            <translation>100 × (EDV − ESV) / EDV, biplan</translation>
        </message>
        <message>
            <source>LV EDV, long − short axis</source>
            <translation>LV-EDV, Langachse − Kurzachse</translation>
        </message>
        <message>
            <source>EDV of the long axis (biplane, else one plane) less that of the short axis, positive where it is larger</source>
            <translation>EDV der Langachse (biplan, sonst eine Ebene) minus das der Kurzachse, positiv, wo es größer ist</translation>
        </message>
        <message>
            <source>LV ESV, long − short axis</source>
            <translation>LV-ESV, Langachse − Kurzachse</translation>
        </message>
        <message>
            <source>ESV of the long axis (biplane, else one plane) less that of the short axis, positive where it is larger</source>
            <translation>ESV der Langachse (biplan, sonst eine Ebene) minus das der Kurzachse, positiv, wo es größer ist</translation>
        </message>
        <message>
            <source>LV EF, long − short axis</source>
            <translation>LV-EF, Langachse − Kurzachse</translation>
        </message>
        <message>
            <source>EF of the long axis (biplane, else one plane) less that of the short axis, positive where it is larger</source>
            <translation>EF der Langachse (biplan, sonst eine Ebene) minus die der Kurzachse, positiv, wo sie größer ist</translation>
        </message>
        <message>
            <source>Heart rate</source>
            <translation>Herzfrequenz</translation>
        </message>
        <message>
            <source>As given, else 60 000 / RR interval in ms</source>
            <translation>Wie angegeben, sonst 60 000 / RR-Intervall in ms</translation>
        </message>
        <message>
            <source>RR = (last − first phase time) × T / (T − 1) for T phases spread over the whole heart beat</source>
            <translation>RR = (letzte − erste Phasenzeit) × T / (T − 1) für T Phasen über den ganzen Herzschlag</translation>
        </message>
        <message>
            <source>beats/min</source>
            <translation>Schläge/min</translation>
        </message>
        <message>
            <source>Body surface area</source>
            <translation>Körperoberfläche</translation>
        </message>
        <message>
            <source>√(height in cm × weight in kg / 3600)</source>
            <translation>√(Größe in cm × Gewicht in kg / 3600)</translation>
        </message>
        <message>
            <source>Mosteller 1987, N Engl J Med 317:1098, doi:10.1056/NEJM198710223171717</source>
            <translation>Mosteller 1987, N Engl J Med 317:1098, doi:10.1056/NEJM198710223171717</translation>
        </message>
        <message>
            <source>LV end-diastolic volume index</source>
            <translation>Enddiastolischer LV-Volumenindex</translation>
        </message>
        <message>
            <source>LV end-diastolic volume divided by body surface area</source>
            <translation>Enddiastolisches LV-Volumen geteilt durch die Körperoberfläche</translation>
        </message>
        <message>
            <source>LV end-systolic volume index</source>
            <translation>Endsystolischer LV-Volumenindex</translation>
        </message>
        <message>
            <source>LV end-systolic volume divided by body surface area</source>
            <translation>Endsystolisches LV-Volumen geteilt durch die Körperoberfläche</translation>
        </message>
        <message>
            <source>LV stroke volume index</source>
            <translation>LV-Schlagvolumenindex</translation>
        </message>
        <message>
            <source>LV stroke volume divided by body surface area</source>
            <translation>LV-Schlagvolumen geteilt durch die Körperoberfläche</translation>
        </message>
        <message>
            <source>LV cardiac output index</source>
            <translation>LV-Herzindex</translation>
        </message>
        <message>
            <source>LV cardiac output divided by body surface area</source>
            <translation>LV-Herzzeitvolumen geteilt durch die Körperoberfläche</translation>
        </message>
        <message>
            <source>LV mass index</source>
            <translation>LV-Massenindex</translation>
        </message>
        <message>
            <source>LV mass divided by body surface area</source>
            <translation>LV-Masse geteilt durch die Körperoberfläche</translation>
        </message>
        <message>
            <source>RV end-diastolic volume index</source>
            <translation>Enddiastolischer RV-Volumenindex</translation>
        </message>
        <message>
            <source>RV end-diastolic volume divided by body surface area</source>
            <translation>Enddiastolisches RV-Volumen geteilt durch die Körperoberfläche</translation>
        </message>
        <message>
            <source>RV end-systolic volume index</source>
            <translation>Endsystolischer RV-Volumenindex</translation>
        </message>
        <message>
            <source>RV end-systolic volume divided by body surface area</source>
            <translation>Endsystolisches RV-Volumen geteilt durch die Körperoberfläche</translation>
        </message>
        <message>
            <source>RV stroke volume index</source>
            <translation>RV-Schlagvolumenindex</translation>
        </message>
        <message>
            <source>RV stroke volume divided by body surface area</source>
            <translation>RV-Schlagvolumen geteilt durch die Körperoberfläche</translation>
        </message>
        <message>
            <source>RV cardiac output index</source>
            <translation>RV-Herzindex</translation>
        </message>
        <message>
            <source>RV cardiac output divided by body surface area</source>
            <translation>RV-Herzzeitvolumen geteilt durch die Körperoberfläche</translation>
        </message>
        <message>
            <source>Left ventricle, myocardium and right ventricle in long-axis cine MRI (experimental)</source>
            <translation>Linker Ventrikel, Myokard und rechter Ventrikel in Langachsen-Cine-MRT (experimentell)</translation>
        </message>
        <message>
            <source>Experimental: real long-axis images of one person were learned from, beside planes cut from other people's short axes, so that every contour has to be looked at.</source>
            <translation>Experimentell: gelernt wurde an echten Langachsenbildern einer einzigen Person, daneben an Ebenen aus den Kurzachsen anderer; jede Kontur ist daher anzusehen.</translation>
        </message>
        <message>
            <source>Left ventricle, myocardium and right ventricle in short-axis cine MRI</source>
            <translation>Linker Ventrikel, Myokard und rechter Ventrikel in Kurzachsen-Cine-MRT</translation>
        </message>
    </context>
</TS>
