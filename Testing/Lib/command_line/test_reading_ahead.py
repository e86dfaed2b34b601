from pathlib import Path

import pytest

from CMRSegmentationLib.command_line import reading_ahead
from CMRSegmentationLib.command_line.reading_ahead import ReadingAhead

INPUTS = [(Path("a"), None), (Path("b"), None), None, (Path("c"), None)]


@pytest.fixture
def read(monkeypatch) -> list[str]:
    """The inputs that were read."""
    names: list[str] = []

    def read_input(path, axes=None):
        names.append(str(path))
        if path.name == "b":
            raise OSError("damaged")
        return f"study {path}"

    monkeypatch.setattr(reading_ahead, "read_input", read_input)
    return names


def test_the_first_input_is_read_before_it_is_asked_for(read):
    with ReadingAhead(INPUTS):
        pass
    assert read == ["a"]


def test_one_input_and_no_more_is_read_ahead(read):
    with ReadingAhead(INPUTS) as inputs:
        inputs.take(0)
        inputs._reader.submit(lambda: None).result()  # whatever was begun is done
        assert read == ["a", "b"]


def test_the_error_of_an_input_comes_when_it_is_asked_for_and_the_others_are_read(read):
    with ReadingAhead(INPUTS) as inputs:
        assert inputs.take(0)(Path("a")) == "study a"
        with pytest.raises(OSError, match="damaged"):
            inputs.take(1)(Path("b"))
        assert inputs.take(2) is None
        assert inputs.take(3)(Path("c")) == "study c"


def test_what_is_not_to_be_read_is_not(read):
    with ReadingAhead([None, None]) as inputs:
        assert inputs.take(0) is None
    assert read == []
