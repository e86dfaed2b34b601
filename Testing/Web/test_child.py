import threading
import time

import pytest

from CMRSegmentationWeb.child import Child, message_of
from Testing.Lib.running import WITH_THE_PHANTOM_MODEL


class TestMessages:
    @pytest.mark.parametrize("line", ["", "hello", "[1]", "3", '{"stage'])
    def test_other_lines_say_nothing(self, line):
        assert message_of(line) == {}


class TestChild:
    def test_it_segments_and_tells_how_far_it_is(self, cine_file, tmp_path):
        stages = []
        arguments = ("segment", str(cine_file), "-o", str(tmp_path), *WITH_THE_PHANTOM_MODEL)
        failure = Child().run(
            [*arguments, "--progress", "json"], lambda one: stages.append(one["stage"])
        )
        assert failure is None
        assert stages[0] == "read"
        assert stages[-1] == "finished"
        assert (tmp_path / "phantom" / "report.json").is_file()

    def test_wrong_usage_is_a_sentence(self):
        assert "invalid choice" in Child().run(["fly"], lambda _: None)

    def test_killed_it_is_gone_at_once(self, cine_file, tmp_path):
        child = Child()
        threading.Timer(0.1, child.kill).start()
        start = time.monotonic()
        arguments = ["segment", str(cine_file), "-o", str(tmp_path), "--progress", "json"]
        assert "unexpectedly" in child.run(arguments, lambda _: None)
        assert time.monotonic() - start < 5
        assert not child.is_alive
        child.kill()

    def test_one_without_a_job_can_be_thrown_away(self):
        child = Child()
        child.discard()
        assert not child.is_alive
