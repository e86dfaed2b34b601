"""Seconds from the drop of the bundled cine to its first contours in the browser.

Run it on a machine that does nothing else: `taskset -c 0,1 python scripts/bench_page.py`. It needs
chromium and the packages of requirements/development.txt. `--limit 8` fails above 8 seconds.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from CMRSegmentationWeb.app import Site
from CMRSegmentationWeb.settings import Settings
from Testing.Web.browsing import colored_pixels, served, started_browser, visited

SAMPLE = ROOT / "Resources" / "SampleData" / "CMR-cine-Sunnybrook.nii.gz"
SECONDS_TO_LOAD = 30.0
"""How long a server has stood when the cine is dropped, so that its next process has loaded."""
STEP_MS = 20


def seconds_to_show(page: Any) -> tuple[float, float]:
    """Drops the cine and waits until contours are drawn, and until the rest is there."""
    start = time.monotonic()
    page.set_input_files("#files", str(SAMPLE))
    while page.locator("#result").is_hidden() or colored_pixels(page) == 0:
        page.wait_for_timeout(STEP_MS)
    contours_s = time.monotonic() - start
    while page.locator("#panels").is_hidden():
        page.wait_for_timeout(STEP_MS)
    return contours_s, time.monotonic() - start


def main(arguments: list[str] | None = None) -> int:
    """Measures some drops and prints them; returns 1 if the median is above the limit."""
    parser = argparse.ArgumentParser(description="Seconds from the drop to the first contours.")
    parser.add_argument("--drops", type=int, default=3)
    parser.add_argument("--threads", type=int, help="CPU threads of a segmentation")
    parser.add_argument("--wait", type=float, default=SECONDS_TO_LOAD, help="seconds before a drop")
    parser.add_argument("--limit", type=float, help="most seconds of the median")
    options = parser.parse_args(arguments)
    seconds = []
    with tempfile.TemporaryDirectory() as folder, started_browser() as browser:
        settings = Settings(Path(folder) / "web", port=0, threads=options.threads)
        site = Site.of(settings)
        with served(site, settings) as address:
            for _ in range(options.drops):
                time.sleep(options.wait)
                with visited(browser, address) as visit:
                    contours_s, all_s = seconds_to_show(visit.page)
                    seconds.append(contours_s)
                    told = f"{contours_s:.1f} s to the first contours, {all_s:.1f} s to the rest"
                    print(told, flush=True)
                    visit.finish()
                for job in site.store.all():
                    site.store.remove(job.id)
    median = statistics.median(seconds)
    print(f"median {median:.1f} s from the drop to the first contours")
    return 1 if options.limit is not None and median > options.limit else 0


if __name__ == "__main__":
    sys.exit(main())
