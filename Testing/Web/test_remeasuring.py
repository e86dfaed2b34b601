from dataclasses import replace

import pytest

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.patient import UNKNOWN_PATIENT, ChosenPhases, Patient
from CMRSegmentationLib.reporting.report_files import read_report
from CMRSegmentationLib.trust.trust import Limits, StructureTrust, Trust
from CMRSegmentationWeb.refusals import RefusedError
from CMRSegmentationWeb.remeasuring import measure_again, patient_of, remeasured
from CMRSegmentationWeb.results import cine_of

TRUST = Trust(
    {"lv": StructureTrust(((0.9,),), ((None,),), (0.9,), Limits(0.8, 0.7, 0.8, 0.7, 0.6, 0.8))}
)


class TestMeasureAgain:
    def test_other_phases_give_the_volumes_of_those_phases(self, done):
        cine = cine_of(done, 0)
        old = read_report(cine.folder / "report.json")
        assert (old.ed_frame, old.es_frame) == (1, 4)
        measure_again(cine, ChosenPhases(0, 3), Patient(height_cm=170, weight_kg=72))
        new = read_report(cine.folder / "report.json")
        assert (new.ed_frame, new.es_frame) == (0, 3)
        assert new.value("lv_edv") == pytest.approx(old.volumes_ml["lv"][0])
        assert new.value("bsa") == pytest.approx((170 * 72 / 3600) ** 0.5)
        assert new.model == old.model
        assert new.volumes_ml == old.volumes_ml

    def test_with_the_same_phases_a_body_size_changes_no_wall_and_no_finding(self, done):
        cine = cine_of(done, 0)
        plain = read_report(cine.folder / "report.json")
        ignored = Finding.of(
            FindingCode.PHASE_CANDIDATE_IGNORED,
            Severity.INFO,
            Origin.CHECK,
            {"numbers": "3", "frames": 6},
            frame=2,
        )
        old = replace(plain, findings=(*plain.findings, ignored))
        phases = ChosenPhases(old.ed_frame, old.es_frame)
        new = remeasured(old, cine.labels(), phases, Patient(60, 170, 72))
        assert new.findings == old.findings
        assert new.regional == old.regional
        for key, value in old.regional.values.items():
            assert new.value(key) == value
        assert new.value("bsa") == pytest.approx((170 * 72 / 3600) ** 0.5)
        assert new.value("heart_rate") == 60

    def test_a_patient_stays_with_the_cine(self, done):
        cine, usual = cine_of(done, 0), Patient(height_cm=150)
        assert patient_of(cine, usual) == usual
        measure_again(cine, ChosenPhases(1, 4), Patient(weight_kg=72))
        assert patient_of(cine, usual) == Patient(weight_kg=72)
        assert ".patient.json" not in cine.files()

    def test_a_frame_that_is_not_there_changes_nothing(self, done):
        cine = cine_of(done, 0)
        before = (cine.folder / "report.json").read_bytes()
        with pytest.raises(RefusedError, match="frames from 0 to 5"):
            measure_again(cine, ChosenPhases(0, 6), UNKNOWN_PATIENT)
        assert (cine.folder / "report.json").read_bytes() == before

    def test_what_is_believed_of_the_contours_stays(self, done):
        cine = cine_of(done, 0)
        values = {
            "structure": "structure.wall",
            "where": [{"phrase": "at.phase", "phase": "phase.ed", "dice": 0.7}],
            "advice": {"phrase": "advice", "dice": 0.7},
        }
        plain = read_report(cine.folder / "report.json")
        ed, code = plain.ed_frame, FindingCode.WALL_OPEN
        doubt = Finding.of(code, Severity.WARNING, Origin.CHECK, values, frame=ed)
        old = plain.judged(TRUST, (doubt,))
        new = remeasured(old, cine.labels(), ChosenPhases(ed, 3), UNKNOWN_PATIENT)
        assert new.trust == TRUST
        assert doubt in new.findings
