"""Jobs in a real browser: two at once, cancel, reload, and a server that is killed."""

import os
import signal
import socket

import pytest

from CMRSegmentationWeb.events import MAXIMUM_STREAMS
from CMRSegmentationWeb.jobs import State
from Testing.Web.browsing import needs_chromium, until, visited
from Testing.Web.conftest import finished_job
from Testing.Web.servers import end, start

pytestmark = needs_chromium


class TestJobs:
    def test_two_at_once_run_one_after_the_other_through_a_reload(self, visit, site, cine_file):
        page = visit.page
        for _ in range(2):
            page.set_input_files("#files", str(cine_file))
        page.wait_for_selector("li[data-state=running]")
        page.wait_for_selector("li[data-state=waiting]")
        assert [job.state for job in site.store.all()].count(State.RUNNING) == 1
        page.reload()
        until(page, lambda: page.locator("li[data-state=done]").count() == 2)
        page.wait_for_selector("#result:not([hidden])")
        visit.finish()

    def test_a_file_that_is_dropped_before_the_session_is_open_arrives_all_the_same(
        self, visit, cine_file
    ):
        page, held = visit.page, []
        page.route("**/api/session", lambda route: held.append(route))
        page.reload()
        page.set_input_files("#files", str(cine_file))
        page.wait_for_timeout(300)
        for route in held:
            route.continue_()
        page.wait_for_selector("#jobs li")
        assert page.inner_text("#message") == ""
        visit.finish()

    def test_what_runs_and_what_waits_can_be_cancelled(self, visit, site, cine_file):
        page = visit.page
        for _ in range(2):
            page.set_input_files("#files", str(cine_file))
        page.wait_for_selector("li[data-state=running]")
        for state in ("waiting", "running"):
            page.click(f"li[data-state={state}] button:has-text('Cancel')")
        until(page, lambda: page.locator("li[data-state=cancelled]").count() == 2)
        assert [job.results_folder.exists() for job in site.store.all()] == [False, False]
        assert page.locator("#result").is_hidden()
        visit.finish()

    def test_more_reloads_than_pages_may_be_open_follow_the_jobs_still(
        self, visit, site, cine_file, segmented
    ):
        for _ in range(MAXIMUM_STREAMS + 2):
            visit.page.reload()
            visit.page.wait_for_selector("#model option:nth-child(2)", state="attached")
        finished_job(site.store, cine_file, segmented)
        visit.page.wait_for_selector("li[data-state=done]")


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
class TestRestart:
    def test_after_a_kill_the_open_page_says_so_and_runs_the_job_again(
        self, browser, tmp_path, cine_file
    ):
        port = free_port()
        server, address = start(tmp_path / "web", port)
        with visited(browser, address) as visit:
            page = visit.page
            page.set_input_files("#files", str(cine_file))
            page.wait_for_selector("li[data-state=running]")
            end(server, signal.SIGKILL)
            server, _ = start(tmp_path / "web", port)
            page.wait_for_selector("li[data-state=interrupted]")
            assert "was stopped" in page.inner_text("li .failed")
            page.click("button:has-text('Run again')")
            page.wait_for_selector("li[data-state=done]")
            page.wait_for_selector("#result:not([hidden])")
        end(server, signal.SIGTERM)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
