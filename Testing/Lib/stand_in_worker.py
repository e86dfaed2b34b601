"""What a worker does in tests of a cluster: it finishes, fails, or is killed."""

import os
import signal
import time

from CMRSegmentationLib.command_line.batch_work import BatchTask, StudyResult


def work(task: BatchTask) -> StudyResult:
    """Does what the study's name says."""
    if task.study.name.startswith("killed_once"):
        marker = task.out / f"{task.study.name}.died"
        if not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    if task.study.name.startswith("killer"):
        os.kill(os.getpid(), signal.SIGKILL)
    if task.study.name.startswith("slow"):
        time.sleep(3)
    if task.study.name.startswith("broken"):
        raise KeyError("x")
    return StudyResult(task.study.name, str(os.getpid()), (("", "", "done", "", ""),))
