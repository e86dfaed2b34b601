import re

import pytest

from CMRSegmentationWeb.names import safe_path, shown_name
from CMRSegmentationWeb.refusals import RefusedError

MARK = re.compile(r"-[0-9a-f]{8}(?=[./]|$)")


def unmarked(path):
    return MARK.sub("-#", str(path))


class TestSafePath:
    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("cine.nii.gz", "cine.nii.gz"),
            ("study/series 1/IM 001", "study/series_1-#/IM_001-#"),
            ("a\\b.dcm", "a/b.dcm"),
            ("<img src=x onerror=alert(1)>.nii", "_img_src_x_onerror_alert_1_-#.nii"),
            (".hidden", "hidden-#"),
            ("-o", "o-#"),
            ("./a/./b", "a/b"),
            ("CON.dcm", "CON-#.dcm"),
            ("aux.1 2", "_aux.1_2-#"),
            ("é.nii.gz", "_-#.nii.gz"),
        ],
    )
    def test_what_is_unusual_is_replaced(self, given, kept):
        assert unmarked(safe_path(given)) == kept

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("가/IM1", "나/IM1"),
            ("S (1)", "S_1_"),
            ("é.nii", "è.nii"),
            ("CON.dcm", "_CON.dcm"),
            (".a", "a"),
            ("a" * 101, "b" + "a" * 100),
        ],
    )
    def test_different_names_have_different_paths_which_are_always_the_same(self, one, other):
        assert safe_path(one) != safe_path(other)
        assert safe_path(one) == safe_path(one)

    @pytest.mark.parametrize(
        "given", ["", "..", "../x", "a/../../x", "/etc/passwd", "\\x", "C:\\x", "C:x", "a\0b", "."]
    )
    def test_what_leads_out_is_refused(self, given):
        with pytest.raises(RefusedError):
            safe_path(given)

    def test_a_long_name_keeps_its_end(self):
        name = safe_path("x" * 300 + ".nii.gz").name
        assert 90 < len(name) <= 100
        assert name.endswith(".nii.gz")

    def test_13_folders_are_too_deep(self):
        with pytest.raises(RefusedError, match="found 13"):
            safe_path("/".join("abcdefghijklm"))


class TestShownName:
    def test_it_is_one_short_line(self):
        assert shown_name(" a\n\tb\u202e ") == "a b"
        assert len(shown_name("x" * 500)) == 100
        assert shown_name("") == "Cine"

    def test_anything_but_text_is_refused(self):
        with pytest.raises(RefusedError):
            shown_name(None)
