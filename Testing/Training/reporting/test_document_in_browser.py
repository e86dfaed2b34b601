"""A report in a real browser: Debian's chromium, driven by Playwright, without a network."""

from dataclasses import replace
from pathlib import Path

import pytest

from Testing.Training.scoring.test_results import ROW
from Training.report import build_report
from Training.reporting.document import write_document
from Training.reporting.run_folder import Run

CHROMIUM = Path("/usr/bin/chromium")
LIMIT_MS = 120_000
BROKEN = "[...document.images].filter(image => !image.naturalWidth).length"
UNFOLD = "document.querySelectorAll('details').forEach(part => part.open = true)"

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(),
    reason="the browser test of the report needs chromium (apt-get install chromium)",
)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The page of two runs of six values each, with learning curves."""
    rows = [replace(ROW, patient=f"P{i}", dice=0.7 + 0.04 * i) for i in range(6)]
    metrics = {"iteration": [1.0, 2.0], "loss": [1.0, 0.5], "mean": [0.4, 0.6]}
    runs = [
        Run(
            name,
            [replace(row, dice=row.dice + gain) for row in rows],
            {"config": {"seed": 1, "gain": gain}},
            metrics=metrics,
        )
        for name, gain in (("baseline", 0.0), ("augmentation", 0.02))
    ]
    return write_document(build_report(runs), tmp_path_factory.mktemp("report"))[1]


def test_a_report_needs_no_other_file_and_shows_every_figure(report):
    playwright = pytest.importorskip("playwright.sync_api")
    alone = report.with_name("moved.html")
    alone.write_bytes(report.read_bytes())
    asked, errors = [], []
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(viewport={"width": 1000, "height": 800}, offline=True).new_page()
        page.set_default_timeout(LIMIT_MS)
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: errors.append(error))
        page.goto(alone.as_uri())
        folded = page.evaluate("document.documentElement.scrollHeight")
        page.evaluate(UNFOLD)
        page.wait_for_function(f"{BROKEN} === 0")
        pictures = page.evaluate("document.images.length")
        unfolded, wide = page.evaluate(
            "[document.documentElement.scrollHeight, document.documentElement.scrollWidth]"
        )
        browser.close()
    assert [url for url in asked if not url.startswith("data:")] == [alone.as_uri()]
    assert errors == []
    assert pictures >= 7
    assert unfolded > 2 * folded
    assert wide <= 1000
