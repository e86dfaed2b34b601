"""Files and options in a real browser: what is asked for a job belongs to it alone."""

import threading
from dataclasses import replace

import pytest

from CMRSegmentationWeb.app import Site
from Testing.Web.browsing import needs_chromium, served, until, visited
from Testing.Web.conftest import finished_job

pytestmark = needs_chromium

SIZES = {"heart_rate": "64", "height_cm": "170", "weight_kg": "72.5"}

DROP_A_FOLDER_THAT_IS_LISTED_LATE = """() => {
    const made = new File(["x"], "late.nii");
    const file = { isFile: true, name: made.name, file: (resolve) => resolve(made) };
    const lists = [[file], []];
    const listed = new Promise((resolve) => { window.list = resolve; });
    const readEntries = (resolve) => listed.then(() => resolve(lists.shift()));
    const folder = { isFile: false, name: "late", createReader: () => ({ readEntries }) };
    const event = new Event("drop");
    event.dataTransfer = { items: [{ webkitGetAsEntry: () => folder }] };
    document.dispatchEvent(event);
}"""


def give(page, **values):
    page.evaluate("document.getElementById('options').open = true")
    for name, value in values.items():
        page.fill(f"#{name}", value)


def given(page):
    return {name: page.input_value(f"#{name}") for name in SIZES}


class TestOptions:
    def test_a_body_size_is_that_of_the_next_files_and_of_no_others(self, visit, site, cine_file):
        page = visit.page
        give(page, **SIZES)
        page.set_input_files("#files", str(cine_file))
        until(page, lambda: len(site.store.all()) == 1 and awaits_nothing(site))
        page.set_input_files("#files", str(cine_file))
        until(page, lambda: len(site.store.all()) == 2 and awaits_nothing(site))
        second, first = (job.choices.patient for job in site.store.all())
        assert (first.heart_rate_bpm, first.height_cm, first.weight_kg) == (64, 170, 72.5)
        assert (second.heart_rate_bpm, second.height_cm, second.weight_kg) == (None, None, None)
        visit.finish()

    def test_it_is_that_of_the_files_that_were_dropped_first_though_they_are_listed_last(
        self, visit, site, cine_file
    ):
        page = visit.page
        give(page, **SIZES)
        page.evaluate(DROP_A_FOLDER_THAT_IS_LISTED_LATE)
        page.set_input_files("#files", str(cine_file))
        until(page, lambda: len(site.store.all()) == 1 and awaits_nothing(site))
        page.evaluate("window.list()")
        until(page, lambda: len(site.store.all()) == 2 and awaits_nothing(site))
        late, early = (job.choices.patient for job in site.store.all())
        assert (late.heart_rate_bpm, late.height_cm, late.weight_kg) == (64, 170, 72.5)
        assert (early.heart_rate_bpm, early.height_cm, early.weight_kg) == (None, None, None)
        visit.finish()

    def test_it_stays_where_the_files_are_refused(self, visit, tmp_path):
        page, bad = visit.page, tmp_path / "bad.zip"
        bad.write_bytes(b"PK")
        give(page, **SIZES)
        page.set_input_files("#files", str(bad))
        page.wait_for_selector("#message:has-text('damaged')")
        assert given(page) == SIZES

    def test_a_number_out_of_range_is_told_before_anything_is_sent(self, visit, site, cine_file):
        page = visit.page
        give(page, weight_kg="725")
        page.click("summary")
        page.set_input_files("#files", str(cine_file))
        page.wait_for_selector("#message:has-text('Weight (kg)')")
        assert page.locator("#weight_kg").is_visible()
        assert site.store.all() == []
        visit.finish()


def awaits_nothing(site):
    return all(job.state != "receiving" for job in site.store.all())


class TestFiles:
    def test_a_drop_without_files_says_so(self, visit):
        page = visit.page
        page.evaluate(
            "document.dispatchEvent(new DragEvent('drop', { dataTransfer: new DataTransfer() }))"
        )
        page.wait_for_selector("#message:has-text('found none')")
        visit.finish()

    def test_a_file_that_is_too_large_says_so(self, browser, settings, tmp_path):
        large, small = tmp_path / "large.nii", replace(settings, most_bytes=100_000)
        large.write_bytes(bytes(200_000))
        site = Site.of(small)
        with served(site, small) as address, visited(browser, address) as visit:
            visit.page.set_input_files("#files", str(large))
            visit.page.wait_for_selector("#message:has-text('larger than this server takes')")
            until(visit.page, lambda: site.store.all() == [])

    def test_a_file_that_is_gone_is_named_and_leaves_no_job(self, visit, site, cine_file, tmp_path):
        page, held = visit.page, []
        gone = tmp_path / "gone.nii.gz"
        gone.write_bytes(cine_file.read_bytes())
        page.route("**/api/jobs", lambda route: held.append(route))
        page.set_input_files("#files", str(gone))
        until(page, lambda: held)
        gone.unlink()
        held[0].continue_()
        page.wait_for_selector("#message:has-text('gone.nii.gz cannot be read')")
        until(page, lambda: site.store.all() == [])


class TestLeaving:
    def test_a_page_that_is_left_while_it_sends_leaves_no_job(
        self, visit, site, tmp_path, monkeypatch
    ):
        page, is_over = visit.page, threading.Event()
        receive = "CMRSegmentationWeb.job_routes.receive"
        monkeypatch.setattr(receive, lambda *_: is_over.wait(1))  # all of them take 15 s
        folder = tmp_path / "study"
        folder.mkdir()
        for number in range(60):
            (folder / f"{number}.nii").write_bytes(bytes(1000))
        for _ in range(4):
            page.wait_for_selector("#model option:nth-child(2)", state="attached")
            with page.expect_response("**/files?*"):
                page.set_input_files("#folder", str(folder))
            page.goto("about:blank")
            until(page, lambda: site.store.all() == [])
            page.goto(visit.address)
        is_over.set()


class TestShow:
    @pytest.mark.parametrize("width", [1280, 768])
    def test_what_is_to_be_shown_comes_into_sight(self, visit, site, cine_file, segmented, width):
        page = visit.page
        page.set_viewport_size({"width": width, "height": 700})
        jobs = [finished_job(site.store, cine_file, segmented) for _ in range(8)]
        page.wait_for_selector("#result:not([hidden])")
        page.click(f"button[data-id='{jobs[0].id}'][data-action=show]")
        page.wait_for_selector(f"li.chosen[data-id='{jobs[0].id}']")
        until(page, lambda: 0 <= top_of(page, "#result-name") < 700)
        visit.finish()


def top_of(page, selector):
    return page.locator(selector).evaluate("node => node.getBoundingClientRect().top")
