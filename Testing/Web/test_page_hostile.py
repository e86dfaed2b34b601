"""Text from files in a real browser: it stays text, whatever it is."""

import struct

import pydicom

from Testing.Web.browsing import download, needs_chromium
from Testing.Web.conftest import PLANTED

pytestmark = needs_chromium


def is_harmless(page):
    return page.title() == "CMRSegmentation" and page.locator("img, script[src*=x]").count() == 0


class TestPlantedText:
    def test_a_bad_file_fails_with_its_sentence_and_its_name_stays_text(self, visit, tmp_path):
        bad = tmp_path / f"{PLANTED}.nii"
        bad.write_bytes(struct.pack("<i", 348) + bytes(344))
        page = visit.page
        page.set_input_files("#files", str(bad))
        page.wait_for_selector("li[data-state=failed]")
        assert page.inner_text("li .failed").strip()
        assert page.inner_text("li .name").startswith("<img src=x")
        assert is_harmless(page)
        visit.finish()

    def test_a_study_with_planted_tags_is_shown_side_by_side_and_taken_away_as_dicom(
        self, visit, done_study, tmp_path
    ):
        page = visit.page
        page.wait_for_selector("#study:not([hidden]) tbody tr")
        page.wait_for_selector("#result:not([hidden])")
        assert page.inner_text("li .name") == PLANTED
        assert page.locator("#study thead button").all_inner_texts() == ["lax_4c", "sax"]
        assert page.inner_text("#result-name") == "sax"
        assert is_harmless(page)
        assert b"lv_area_ed" in download(page, "Table of the study", tmp_path).read_bytes()
        made = pydicom.dcmread(download(page, "DICOM SEG", tmp_path))
        assert made.Modality == "SEG"
        assert str(made.PatientID) == PLANTED
        page.click("#study thead button:has-text('lax_4c')")
        page.wait_for_selector("#result-name:has-text('lax_4c')")
        assert "/cines/0/" in page.locator("#downloads a").first.get_attribute("href")
        visit.finish()
