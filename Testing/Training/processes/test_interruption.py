import os
import signal
import threading

import pytest

from Training.processes.interruption import Interruption, leave_ctrl_c_to_the_parent


def press_ctrl_c():
    os.kill(os.getpid(), signal.SIGINT)


def test_the_first_ctrl_c_is_noted_and_the_second_interrupts():
    with Interruption() as interruption:
        assert not interruption.asked
        press_ctrl_c()
        assert interruption.asked
        with pytest.raises(KeyboardInterrupt):
            press_ctrl_c()


def test_afterwards_ctrl_c_interrupts_as_before():
    with Interruption():
        pass
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with pytest.raises(KeyboardInterrupt):
        press_ctrl_c()


def test_in_another_thread_it_does_nothing():
    asked = []

    def work():
        with Interruption() as interruption:
            asked.append(interruption.asked)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert asked == [False]


def test_a_process_that_prepares_batches_ignores_it():
    before = signal.getsignal(signal.SIGINT)
    try:
        leave_ctrl_c_to_the_parent(0)
        press_ctrl_c()
    finally:
        signal.signal(signal.SIGINT, before)
