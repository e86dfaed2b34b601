"""The page in a real browser: Debian's chromium, driven by Playwright."""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from waitress import wasyncore
from waitress.server import create_server

from CMRSegmentationWeb.app import Site
from CMRSegmentationWeb.jobs import State
from Testing.Web.conftest import finished_job

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
LIMIT_MS = 120_000

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(),
    reason="the page's browser test needs chromium (apt-get install chromium)",
)


@dataclass
class Visit:
    """A page that is open, and what went on in it."""

    page: object
    address: str
    hosts: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """Where the site is served, with its queue at work."""
    sockets: dict[int, object] = {}
    server = create_server(site.app, map=sockets, host="127.0.0.1", port=0, threads=12, ident=None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    site.queue.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    site.queue.stop()
    # The loop ends when it has no socket left, those of event streams that a page left included.
    server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets))
    server.task_dispatcher.shutdown(timeout=1)
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def visit(browser, address, request) -> Iterator[Visit]:
    """The page in a window of 1280 pixels, or of what a test's parameter says."""
    width, scheme = getattr(request, "param", (1280, "light"))
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    context.set_default_timeout(LIMIT_MS)
    page = context.new_page()
    visit = Visit(page, address)
    page.on("request", lambda one: visit.hosts.add(urlsplit(one.url).netloc))
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    page.on("console", lambda one: visit.errors.append(one.text) if one.type == "error" else None)
    page.goto(address)
    yield visit
    context.close()


def finished(visit: Visit) -> None:
    """Nothing was asked of another machine, and no script failed."""
    assert visit.hosts == {urlsplit(visit.address).netloc}
    assert visit.errors == []


def colored_pixels(page) -> int:
    """How many pixels of the image are not gray: those of contours."""
    return page.evaluate(
        """() => {
            const canvas = document.getElementById("canvas");
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            let count = 0;
            for (let at = 0; at < data.length; at += 4) {
                if (Math.max(data[at], data[at + 1], data[at + 2])
                    - Math.min(data[at], data[at + 1], data[at + 2]) > 60) count += 1;
            }
            return count;
        }"""
    )


def until(page, condition: Callable[[], bool]) -> None:
    """Waits for a condition; the page's policy forbids to evaluate one inside of it."""
    for _ in range(LIMIT_MS // 50):
        if condition():
            return
        page.wait_for_timeout(50)
    raise AssertionError("The condition did not come true.")


class TestFlow:
    def test_from_the_file_to_the_measures_and_the_files(self, visit, cine_file, tmp_path):
        page = visit.page
        page.set_input_files("#files", str(cine_file))
        page.wait_for_selector("#result:not([hidden])")
        assert page.inner_text("#result-name") == "phantom"
        assert "Phase 2 of 6 (end-diastole)" in page.inner_text("#place")
        assert page.inner_text('[data-key="lv_edv"] th') == "LV end-diastolic volume"
        assert colored_pixels(page) > 300

        page.focus("#canvas")
        page.keyboard.press("s")
        assert "Phase 5 of 6 (end-systole)" in page.inner_text("#place")
        page.keyboard.press("c")
        assert colored_pixels(page) == 0
        before = page.inner_text("#place")
        page.keyboard.press("ArrowDown")
        assert page.inner_text("#place") != before

        page.click("#play")
        until(page, lambda: page.input_value("#frame") != "4")
        page.click("#play")

        page.fill("#ed", "1")
        page.fill("#es", "4")
        page.click("#phases button")
        page.focus("#canvas")

        def shows_the_new_phase() -> bool:
            page.keyboard.press("s")
            return "Phase 4 of 6 (end-systole)" in page.inner_text("#place")

        until(page, shows_the_new_phase)

        for text, start in (("Labels (NIfTI)", b"\x1f\x8b"), ("Beating heart", b"GIF89a")):
            with page.expect_download() as download:
                page.click(f"#downloads a:has-text('{text}')")
            target = tmp_path / download.value.suggested_filename
            download.value.save_as(target)
            assert target.read_bytes().startswith(start)
        finished(visit)

    def test_a_bad_file_fails_with_its_sentence_and_its_name_stays_text(self, visit, tmp_path):
        bad = tmp_path / "<img src=x onerror=document.title='taken'>.nii"
        bad.write_bytes(struct.pack("<i", 348) + bytes(344))
        page = visit.page
        page.set_input_files("#files", str(bad))
        page.wait_for_selector("li[data-state=failed]")
        assert page.inner_text("li .failed").strip()
        assert page.inner_text("li .name").startswith("<img src=x")
        assert page.title() == "CMRSegmentation"
        assert page.locator("#jobs img").count() == 0
        finished(visit)

    def test_two_at_once_then_cancel_and_a_reload_in_the_middle(self, visit, site, cine_file):
        page = visit.page
        for _ in range(2):
            page.set_input_files("#files", str(cine_file))
        page.wait_for_selector("li[data-state=running]")
        page.wait_for_selector("li[data-state=waiting]")
        assert [job.state for job in site.store.all()].count(State.RUNNING) == 1
        page.click("li[data-state=waiting] button:has-text('Cancel')")
        page.wait_for_selector("li[data-state=cancelled]")
        page.reload()
        page.wait_for_selector("li[data-state=done]")
        page.wait_for_selector("#result:not([hidden])")
        finished(visit)


class TestLook:
    @pytest.mark.parametrize(
        "visit",
        [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")],
        indirect=True,
        ids=str,
    )
    def test_it_fits_and_every_control_has_a_name(self, visit, site, cine_file, segmented):
        finished_job(site.store, cine_file, segmented)
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
        finished(visit)
