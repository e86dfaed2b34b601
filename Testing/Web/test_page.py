"""The page in a real browser: from the file to what is taken away, and how it looks."""

import json
import shutil

import pytest

from CMRSegmentationLib.trust.trust import Limits, StructureTrust, Trust, trust_as_json
from CMRSegmentationWeb.jobs import State
from Testing.Web.browsing import colored_pixels, download, needs_chromium, until, visited
from Testing.Web.conftest import finished_job, finished_study, running_job

pytestmark = needs_chromium

STARTS = {"Labels (NIfTI)": b"\x1f\x8b", "Report (PDF)": b"%PDF", "Beating heart": b"GIF89a"}


class TestFlow:
    def test_from_the_file_to_the_measures_and_the_files(self, visit, cine_file, tmp_path):
        page = visit.page
        page.set_input_files("#files", str(cine_file))
        page.wait_for_selector("#result:not([hidden])")
        assert page.inner_text("#result-name") == "phantom"
        assert "Phase 2 of 6 (end-diastole)" in page.inner_text("#place")
        assert page.inner_text('[data-key="lv_edv"] th') == "LV end-diastolic volume"
        assert colored_pixels(page) > 300
        self.look_at_regional_function(page)
        self.use_keys(page)
        for text, start in STARTS.items():
            assert download(page, text, tmp_path).read_bytes().startswith(start)
        assert page.locator("text=DICOM SEG").count() == 0
        assert page.inner_text("#trust").startswith("Not judged")
        visit.finish()

    def look_at_regional_function(self, page):
        assert page.locator("#bullseye .sector").count() == 16
        assert page.locator("#strain .curve").count() >= 2
        assert "GRS 0.0 %" in page.inner_text("#strain .legend")
        at_diastole = page.locator("#bullseye svg").get_attribute("aria-label")
        page.select_option("#bullseye select", "thickening_percent")
        assert page.locator("#bullseye svg").get_attribute("aria-label") != at_diastole
        page.click("#bullseye button")
        assert "slice" in page.inner_text("#place")

    def use_keys(self, page):
        page.focus("#canvas")
        page.keyboard.press("s")
        assert "Phase 5 of 6 (end-systole)" in page.inner_text("#place")
        assert "GRS 0.0 %" not in page.inner_text("#strain .legend")
        page.keyboard.press("c")
        assert colored_pixels(page) == 0
        before = page.inner_text("#place")
        page.keyboard.press("ArrowUp")
        assert page.inner_text("#place") != before
        page.click("#play")
        until(page, lambda: page.input_value("#frame") != "4")
        page.click("#play")


class TestFirstLook:
    def test_contours_are_shown_first_and_their_place_stays_when_the_rest_is_there(
        self, browser, address, site, cine_file, segmented
    ):
        with visited(browser, address) as visit:
            page, job = visit.page, running_job(site.store, cine_file, segmented)
            page.wait_for_selector("#following:not([hidden])")
            assert colored_pixels(page) > 300
            assert page.locator("#curves .curve").count() == 3
            assert page.locator("#panels").is_hidden()
            page.focus("#canvas")
            page.keyboard.press("s")
            page.keyboard.press("ArrowUp")
            place = page.inner_text("#place")
            shutil.copytree(segmented, job.results_folder)
            site.store.change(job.id, state=State.DONE)
            page.wait_for_selector('[data-key="lv_edv"]')
            assert page.locator("#following").is_hidden()
            assert page.inner_text("#place") == place
            page.click("#definitions")
            assert page.locator("#downloads a").count() > 5
            visit.finish()

    def test_they_go_when_the_job_fails(self, browser, address, site, cine_file, segmented):
        with visited(browser, address) as visit:
            page, job = visit.page, running_job(site.store, cine_file, segmented)
            page.wait_for_selector("#result:not([hidden])")
            site.store.change(job.id, state=State.FAILED, message="The disk is full.")
            page.wait_for_selector("#result", state="hidden")
            visit.finish()


class TestMeasureAgain:
    def test_other_phases_and_a_body_size_give_other_measures(
        self, browser, address, site, cine_file, segmented
    ):
        finished_job(site.store, cine_file, segmented)
        with visited(browser, address) as visit:
            page = visit.page
            page.wait_for_selector("#result:not([hidden])")
            page.fill("#ed", "1")
            page.fill("#es", "4")
            page.fill("#again_height_cm", "170")
            page.fill("#again_weight_kg", "72")
            page.click("#phases button")
            page.wait_for_selector('[data-key="bsa"]')
            assert page.inner_text('[data-key="bsa"] td') == "1.84 m²"
            page.focus("#canvas")
            page.keyboard.press("s")
            assert "Phase 4 of 6 (end-systole)" in page.inner_text("#place")
            visit.finish()

    @pytest.mark.parametrize("width", [1280, 768])
    def test_what_is_refused_is_told_in_sight_until_it_is_right(
        self, visit, site, cine_file, segmented, width
    ):
        page = visit.page
        page.set_viewport_size({"width": width, "height": 700})
        finished_job(site.store, cine_file, segmented)
        page.wait_for_selector("#result:not([hidden])")
        page.route("**/measure", lambda route: route.abort(), times=1)
        page.click("#phases button")
        page.wait_for_selector("#message:has-text('did not answer')")
        box = page.locator("#message").bounding_box()
        assert 0 <= box["y"] <= 700 - box["height"]
        page.fill("#again_height_cm", "170")
        page.fill("#again_weight_kg", "72")
        page.click("#phases button")
        page.wait_for_selector('#measures [data-key="bsa"]')
        assert page.inner_text("#message") == ""

    def test_a_value_that_rounds_to_nothing_has_no_sign(self, visit, site, cine_file, segmented):
        page = visit.page
        page.wait_for_selector("#model option:nth-child(2)", state="attached")
        fixed = "import('/static/dom.js').then(({ fixed }) => %s)"
        numbers = page.evaluate(fixed % "[-0.04, -0.06, 0, 12.34].map((one) => fixed(one, 1))")
        assert numbers == ["0.0", "-0.1", "0.0", "12.3"]
        job = finished_job(site.store, cine_file, segmented)
        path = job.results_folder / "phantom" / "report.json"
        report = json.loads(path.read_text())
        for measure in report["measures"]:
            measure["value"] = -0.001
        path.write_text(json.dumps(report))
        page.reload()
        page.wait_for_selector('[data-key="lv_edv"]')
        assert page.inner_text('[data-key="lv_edv"] td') == "0.0 ml"
        visit.finish()

    def test_the_body_size_of_a_cine_is_not_taken_for_that_of_the_next(
        self, visit, site, tmp_path, cine_file, segmented
    ):
        job = site.store.create("two patients")
        for name in ("first", "second"):
            shutil.copy(cine_file, job.upload_folder / f"{name}.nii.gz")
            shutil.copytree(segmented / "phantom", job.results_folder / name)
        site.store.change(job.id, state=State.DONE)
        page = visit.page
        page.wait_for_selector("#result-name:has-text('first')")
        page.fill("#again_height_cm", "170")
        page.fill("#again_weight_kg", "72")
        page.click("#phases button")
        page.wait_for_selector('#measures [data-key="bsa"]')
        page.select_option("#cine", "1")
        page.wait_for_selector("#result-name:has-text('second')")
        assert page.input_value("#again_height_cm") == ""
        page.fill("#es", "4")
        with page.expect_response("**/measure"):
            page.click("#phases button")
        page.wait_for_timeout(300)
        assert page.locator('#measures [data-key="bsa"]').count() == 0
        page.select_option("#cine", "0")
        page.wait_for_selector("#result-name:has-text('first')")
        assert page.input_value("#again_height_cm") == "170"
        visit.finish()


def held_first(page, address):
    """Holds the first answer of an address back; what is held."""
    held = []
    page.route(address, lambda route: route.continue_() if held else held.append(route))
    return held


def release(page, held):
    """Lets the answer go, and the page take it."""
    with page.expect_response(held[0].request.url):
        held[0].continue_()
    page.wait_for_timeout(300)


def choose(page, name):
    page.click(f"#study thead button:has-text('{name}')")
    page.wait_for_selector(f"#result-name:has-text('{name}')")


class TestLateAnswers:
    """What arrives after something else was chosen changes nothing of that."""

    def test_measures_stay_with_their_job(self, browser, address, site, study, segmented_study):
        other, job = (finished_study(site.store, study, segmented_study) for _ in range(2))
        with visited(browser, address) as visit:
            page = visit.page
            page.wait_for_selector("li.chosen")
            page.wait_for_selector("#study:not([hidden])")
            held = held_first(page, "**/measure")
            page.fill("#again_height_cm", "170")
            page.fill("#again_weight_kg", "72")
            page.click("#phases button")
            page.click("li:not(.chosen) button:has-text('Show')")
            page.wait_for_selector(f"#study a[href*='{other.id}']")
            release(page, held)
            for name in ("lax_4c", "sax"):
                choose(page, name)
            assert page.locator("#measures [data-key=bsa]").count() == 0
            page.click("li:not(.chosen) button:has-text('Show')")
            page.wait_for_selector(f"#study a[href*='{job.id}']")
            assert page.locator("#measures [data-key=bsa]").count() == 1
            visit.finish()

    def test_measures_are_there_at_the_return_to_their_cine(self, visit, done_study):
        page = visit.page
        page.wait_for_selector("#study:not([hidden])")
        held = held_first(page, "**/measure")
        page.fill("#again_height_cm", "170")
        page.fill("#again_weight_kg", "72")
        page.click("#phases button")
        for name in ("lax_4c", "sax"):
            choose(page, name)
        release(page, held)
        page.wait_for_selector("#measures [data-key=bsa]")
        visit.finish()

    def test_the_last_of_two_choices_is_shown(self, visit, done_study):
        page = visit.page
        page.wait_for_selector("#study:not([hidden])")
        held = held_first(page, "**/cines/0/images")
        page.click("#study thead button:has-text('lax_4c')")
        until(page, lambda: held)
        with page.expect_response("**/cines/1/labels"):
            page.click("#study thead button:has-text('sax')")
        release(page, held)
        assert page.inner_text("#result-name") == "sax"
        assert page.input_value("#cine") == "1"
        visit.finish()

    def test_a_study_stays_with_its_job(self, visit, site, study, segmented_study):
        page = visit.page
        held = held_first(page, "**/studies")
        finished_study(site.store, study, segmented_study)
        until(page, lambda: held)
        job = finished_study(site.store, study, segmented_study)
        page.wait_for_selector("#jobs li:nth-child(2)")
        page.click("li:first-child button:has-text('Show')")
        page.wait_for_selector(f"#study a[href*='{job.id}']")
        release(page, held)
        assert job.id in page.locator("#study a").first.get_attribute("href")
        visit.finish()


class TestTrust:
    """Of 6 phases of 6 slices one contour is likely wrong, one doubtful, and one may be missing."""

    LIMITS = Limits(
        slice_doubtful=0.8,
        slice_wrong=0.6,
        volume_doubtful=0.8,
        volume_wrong=0.6,
        missing_doubtful=0.6,
        missing_wrong=0.8,
    )

    def test_a_contour_that_is_likely_wrong_is_marked_and_can_be_gone_to(
        self, browser, address, site, cine_file, segmented
    ):
        job = finished_job(site.store, cine_file, segmented)
        dice = [[0.9] * 6 for _ in range(6)]
        missing = [[None] * 6 for _ in range(6)]
        dice[4][3], dice[2][1] = 0.5, 0.7
        dice[0][5], missing[0][5] = None, 0.7
        dice[0][0], missing[0][0] = None, 0.2
        rows = (tuple(map(tuple, one)) for one in (dice, missing))
        lv = StructureTrust(*rows, (0.9,) * 6, self.LIMITS, (40.0, 52.0))
        file = job.results_folder / "phantom" / "report.json"
        judged = json.loads(file.read_text()) | {"trust": trust_as_json(Trust({"lv": lv}))}
        file.write_text(json.dumps(judged))
        with visited(browser, address) as visit:
            page = visit.page
            page.wait_for_selector("#trust svg")
            label = page.locator("#trust svg").get_attribute("aria-label")
            assert label == "LV: 32 contours believed, 2 to look at, 1 likely wrong"
            assert "ejection fraction 40 to 52 %" in page.inner_text("#trust figcaption")
            tips = page.locator("#trust g title").all_text_contents()
            assert tips[5].endswith(
                "nothing drawn, 70 % chance that something is missing, look at it"
            )
            assert tips[0].endswith("slice 1: nothing drawn or expected")
            page.click("#trust g:has(.wrong)")
            assert "Phase 5 of 6" in page.inner_text("#place")
            assert "slice 4 of 6" in page.inner_text("#place")
            visit.finish()


class TestLook:
    @pytest.mark.parametrize("width", [1280, 390])
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_it_fits_and_every_control_has_a_name(
        self, browser, address, site, cine_file, segmented, width, scheme
    ):
        finished_job(site.store, cine_file, segmented)
        with visited(browser, address, width, scheme) as visit:
            page = visit.page
            page.wait_for_selector("#result:not([hidden])")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            for role in ("button", "link", "slider", "checkbox", "combobox", "spinbutton", "img"):
                for one in page.get_by_role(role).all():
                    name = one.evaluate(
                        "node => node.getAttribute('aria-label') || node.textContent.trim()"
                        " || [...(node.labels ?? [])].map(label => label.textContent.trim()).join()"
                    )
                    assert name, (role, one.evaluate("node => node.outerHTML"))
            visit.finish()
