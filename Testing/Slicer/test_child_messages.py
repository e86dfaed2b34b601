"""Lines out of bytes, messages out of lines, one sentence out of an end."""

import pytest
from CMRSegmentationMRML.child_messages import (
    LineReader,
    Message,
    describe_end,
    describe_progress,
    parse_message,
)


def test_lines_cut_within_a_character_are_whole():
    reader = LineReader()
    data = "größe ✓\nzweite\n".encode()
    lines = [line for index in range(len(data)) for line in reader.feed(data[index : index + 1])]
    assert lines == ["größe ✓", "zweite"]


def test_a_last_line_without_an_end_comes_when_the_child_has_ended():
    reader = LineReader()
    assert reader.feed(b"first\r\nMemory") == ["first"]
    assert reader.feed(b"Error", final=True) == ["MemoryError"]
    assert reader.feed(b"", final=True) == []


def test_bytes_that_are_no_utf_8_do_no_harm():
    assert LineReader().feed(b"\xff\xfe\x00\n") == ["\ufffd\ufffd\x00"]


def test_a_progress_message_is_read():
    message = parse_message('{"stage": "infer", "done": 6, "total": 25, "frame": 7}')
    assert message == Message("infer", 6, 25, 7)


def test_the_answer_of_a_check_of_the_device_is_read():
    line = '{"stage": "finished", "device": "cpu", "reason": "no GPU", "output": 3}'
    assert parse_message(line) == Message("finished", device="cpu", reason="no GPU")


def test_a_message_of_a_stage_without_a_frame_is_read():
    assert parse_message('{"stage": "measure", "done": 0, "total": 1, "frame": null}') == Message(
        "measure", 0, 1
    )


def test_the_error_of_a_failed_run_is_read():
    assert parse_message('{"stage": "failed", "error": "No heart."}').error == "No heart."


@pytest.mark.parametrize(
    "line", ["", "Warning: x", "[1, 2]", '"infer"', "{", '{"done": 3}', '{"stage": 5}', "nan"]
)
def test_garbage_is_no_message(line):
    assert parse_message(line) is None


@pytest.mark.parametrize("value", ['"three"', "1.5", "true", "[1]", "null"])
def test_a_number_that_is_none_is_left_out(value):
    assert parse_message(f'{{"stage": "infer", "done": {value}}}') == Message("infer")


def test_the_progress_counts_phases_from_one():
    assert describe_progress(Message("infer", 6, 25, 6)) == "Segmenting, phase 7 of 25"
    assert describe_progress(Message("infer", 25, 25, 24)) == "Segmenting, phase 25 of 25"


def test_a_stage_of_one_step_has_no_count():
    assert describe_progress(Message("localize", 0, 1, 0)) == "Finding the heart…"


def test_an_unknown_stage_is_named_as_it_is():
    assert describe_progress(Message("polish")) == "polish…"


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ((1, False, "No model serves the view.", "Traceback"), "No model serves the view."),
        (
            (9, True, "", "Loading"),
            "The segmentation process was killed from outside, which also happens when",
        ),
        ((137, False, "", "Loading"), "The segmentation process was killed from outside"),
        ((11, True, "", "Loading"), "The segmentation process crashed (signal 11)"),
        ((1, False, "", "error: No space left on device"), "No space left on device"),
        ((3, False, "", ""), "The segmentation process ended without a result (exit status 3)."),
    ],
)
def test_the_most_telling_thing_that_is_left_is_said(end, sentence):
    assert describe_end(*end).startswith(sentence)
