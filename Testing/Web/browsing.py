"""What the tests in a real browser need: Debian's chromium, driven by Playwright."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from waitress import wasyncore

from CMRSegmentationWeb.__main__ import make_server
from CMRSegmentationWeb.app import Site
from CMRSegmentationWeb.settings import Settings

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
LIMIT_MS = 900_000
needs_chromium = pytest.mark.skipif(
    not CHROMIUM.exists(),
    reason="the page's browser test needs chromium (apt-get install chromium)",
)


@dataclass
class Visit:
    """A page that is open, and what went on in it."""

    page: Any
    address: str
    hosts: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)

    def finish(self) -> None:
        """Nothing was asked of another machine, and no script failed."""
        assert self.hosts == {urlsplit(self.address).netloc}
        assert self.errors == []


@contextmanager
def started_browser() -> Iterator[Any]:
    """The browser."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        with closing(browser):
            yield browser


@contextmanager
def visited(
    browser: Any, address: str, width: int = 1280, scheme: str = "light"
) -> Iterator[Visit]:
    """The page in a window of a width; what leaves this computer is noted and not let through."""
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
    with closing(context):
        yield visit


@contextmanager
def served(site: Site, settings: Settings) -> Iterator[str]:
    """Where a site is served, with its queue at work."""
    server = make_server(site, settings)
    thread = threading.Thread(target=server.run)
    thread.start()
    site.queue.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:  # or a failed test would keep its threads, and they Python from ending
        site.queue.stop()
        # The loop ends when it has no socket left, those of event streams that a page left
        # included.
        server.trigger.pull_trigger(lambda: _close_all(server))
        thread.join()
        site.store.wake()  # whoever waits for news in a stream ends
        server.task_dispatcher.shutdown()


def _close_all(server: Any) -> None:
    """Closes every socket, and with a channel the temporary files of what it has not sent."""
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    wasyncore.close_all(server._map)


def until(page: Any, condition: Callable[[], bool]) -> None:
    """Waits for a condition; the page's policy forbids to evaluate one inside of it."""
    for _ in range(LIMIT_MS // 50):
        if condition():
            return
        page.wait_for_timeout(50)
    raise AssertionError("The condition did not come true.")


def colored_pixels(page: Any) -> int:
    """How many pixels of the image are not gray: those of contours."""
    count: int = page.evaluate(
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
    return count


def download(page: Any, text: str, folder: Path) -> Path:
    """The file behind a link."""
    with page.expect_download() as waiting:
        page.click(f"a[download]:has-text('{text}')")
    target: Path = folder / str(waiting.value.suggested_filename)
    waiting.value.save_as(target)
    return target
