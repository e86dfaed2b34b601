"""The bundled cine with the bundled model, from the drop to its contours in a real browser."""

import pytest

from CMRSegmentationWeb.app import Site
from CMRSegmentationWeb.settings import Settings
from Testing.real_data import SAMPLE
from Testing.Web.browsing import colored_pixels, download, needs_chromium, served, visited

pytestmark = needs_chromium


class TestSample:
    def test_it_is_segmented_shown_and_taken_away(self, browser, tmp_path):
        settings = Settings(tmp_path / "web", port=0, threads=1)
        site = Site.of(settings)
        with served(site, settings) as address, visited(browser, address) as visit:
            page = visit.page
            page.set_input_files("#files", str(SAMPLE))
            page.wait_for_selector("#result:not([hidden])")
            assert page.inner_text("#result-name") == "CMR-cine-Sunnybrook"
            assert "of 20 (end-diastole)" in page.inner_text("#place")
            assert colored_pixels(page) > 1000
            volume = page.inner_text('[data-key="lv_edv"] td').removesuffix(" ml")
            assert float(volume) == pytest.approx(183, abs=5)
            assert page.locator("#bullseye .sector").count() == 16
            picture = download(page, "Picture (PNG)", tmp_path)
            assert picture.read_bytes().startswith(b"\x89PNG")
            visit.finish()
