import pytest

from CMRSegmentationLib.errors import UsageError, UserError, one_sentence


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (OSError(28, "No space left on device", "out/x"), "No space left on device (out/x)"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (MemoryError(), "The computer ran out of memory."),
        (
            ModuleNotFoundError("No module", name="torch"),
            "The Python package torch is missing; install it",
        ),
        (UserError("Expected one,\nfound two."), "Expected one, found two."),
        (ValueError("of a reader"), "of a reader"),
        (KeyError("x"), "Unexpected KeyError: 'x'; --debug shows where."),
        (RuntimeError(), "RuntimeError without a message"),
    ],
    ids=repr,
)
def test_every_error_has_one_line_for_people(error, text):
    assert one_sentence(error).startswith(text)
    assert "\n" not in one_sentence(error)


def test_wrong_usage_ends_with_2_and_everything_else_with_1():
    assert (UserError.exit_status, UsageError.exit_status) == (1, 2)


def test_errors_keep_their_standard_parents():
    with pytest.raises(ValueError, match="both"):
        raise UsageError("both")
