"""Jobs in a real browser: two at once, cancel, reload, and a server that is killed."""

import os
import signal
import socket
import threading
from contextlib import ExitStack

import pytest

from CMRSegmentationWeb.events import MAXIMUM_STREAMS
from CMRSegmentationWeb.jobs import State, Step
from Testing.Web.browsing import LIMIT_MS, needs_chromium, until, visited
from Testing.Web.conftest import finished_job, running_job
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

    def test_a_page_too_many_says_so_and_follows_the_jobs_when_another_is_closed(
        self, browser, address, site, cine_file, segmented
    ):
        with ExitStack() as pages:
            for _ in range(MAXIMUM_STREAMS):
                visit = pages.enter_context(visited(browser, address))
                visit.page.wait_for_selector("#model option:nth-child(2)", state="attached")
            with visited(browser, address) as ninth:
                ninth.page.wait_for_selector("#message:has-text('Too many pages are open')")
                pages.close()
                finished_job(site.store, cine_file, segmented)
                ninth.page.wait_for_selector("li[data-state=done]")
                assert ninth.page.inner_text("#message") == ""

    def test_a_job_that_is_removed_in_another_page_is_not_shown_any_more(
        self, visit, site, cine_file, segmented
    ):
        job = finished_job(site.store, cine_file, segmented)
        visit.page.wait_for_selector("#result:not([hidden])")
        site.store.remove(job.id)
        visit.page.wait_for_selector("#result", state="hidden")
        visit.finish()

    def test_a_job_whose_page_is_left_while_its_files_arrive_is_gone(
        self, visit, site, cine_file, monkeypatch
    ):
        page, is_over = visit.page, threading.Event()
        receive = "CMRSegmentationWeb.job_routes.receive"
        monkeypatch.setattr(receive, lambda *_: is_over.wait(LIMIT_MS / 1000))
        page.set_input_files("#files", str(cine_file))
        page.wait_for_selector("li[data-state=receiving]")
        page.reload()
        until(page, lambda: site.store.all() == [])
        is_over.set()
        page.wait_for_selector("#model option:nth-child(2)", state="attached")
        assert page.locator("#jobs li").count() == 0

    def test_what_lacks_files_cannot_be_run_again(self, visit, site):
        job = site.store.create("half")
        site.queue.cancel(job.id)
        visit.page.wait_for_selector("li[data-state=cancelled]")
        assert visit.page.locator("li button").all_inner_texts() == ["Remove"]
        visit.finish()


class TestList:
    @pytest.fixture
    def jobs(self, visit, site, cine_file, segmented):
        """A job that runs and two of one name that are done, as the page lists them."""
        running = running_job(site.store, cine_file, segmented)
        done = [finished_job(site.store, cine_file, segmented) for _ in range(2)]
        visit.page.wait_for_selector("li[data-state=done] >> nth=1")
        visit.page.wait_for_selector("li.chosen")
        return running, *done

    def tell(self, page, store, running):
        """A step of the running job, which the page shows."""
        store.step(running.id, Step("infer", 1, 4))
        page.wait_for_selector(".state:has-text('segmenting')")
        assert page.locator("progress").evaluate("bar => bar.value / bar.max") == 0.25

    def test_the_focus_stays_at_its_job_of_two_with_one_name(self, visit, site, jobs):
        running, _, newer = jobs
        page = visit.page
        page.focus("li:nth-child(2) button:has-text('Remove')")
        self.tell(page, site.store, running)
        page.keyboard.press("Enter")
        until(page, lambda: page.locator("#jobs li").count() == 2)
        assert {job.id for job in site.store.all()} == {running.id, newer.id}
        visit.finish()

    def test_the_focus_stays_where_a_row_changes(self, visit, site, jobs):
        page = visit.page  # it may be loading images of the chosen job still
        remove = page.locator("li[data-state=done]:not(.chosen) button:has-text('Remove')").first
        job_id = remove.get_attribute("data-id")
        remove.focus()
        site.store.change(job_id, state=State.FAILED, message="The disk is full.")
        page.wait_for_selector("li[data-state=failed]")
        focused = page.evaluate("Object.entries(document.activeElement.dataset).flat()")
        assert sorted(focused) == sorted(["id", job_id, "action", "remove"])
        visit.finish()

    def test_a_click_arrives_though_another_job_moves_on_meanwhile(self, visit, site, jobs):
        running, _, newer = jobs
        page = visit.page
        page.hover("li:nth-child(2) button:has-text('Remove')")
        page.mouse.down()
        self.tell(page, site.store, running)
        page.mouse.up()
        until(page, lambda: page.locator("#jobs li").count() == 2)
        assert {job.id for job in site.store.all()} == {running.id, newer.id}
        visit.finish()

    def test_a_new_job_comes_first_and_the_others_keep_their_rows(self, visit, site, jobs):
        page = visit.page
        page.evaluate("document.querySelectorAll('#jobs li').forEach(row => { row.title = 'old' })")
        site.store.create("new")
        page.wait_for_selector("li[data-state=receiving]")
        titles = page.locator("#jobs li").evaluate_all("rows => rows.map(row => row.title)")
        assert titles == ["", "old", "old", "old"]
        assert page.inner_text("#jobs li:first-child .name") == "new"
        visit.finish()


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
            # What is listed can be clicked at once.
            page.route("**/api/session", lambda route: None)
            end(server, signal.SIGKILL)
            page.wait_for_selector("#message:has-text('does not answer; start it')")
            server, _ = start(tmp_path / "web", port)
            page.wait_for_selector("li[data-state=interrupted]")
            assert page.inner_text("#message") == ""
            assert "was stopped" in page.inner_text("li .failed")
            page.click("button:has-text('Run again')")
            page.wait_for_selector("li[data-state=done]")
            page.wait_for_selector("#result:not([hidden])")
        end(server, signal.SIGTERM)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
