import gc

import pytest

from CMRSegmentationLib.command_line.garbage import importing, leave_to_the_end_of_the_process


@pytest.fixture(autouse=True)
def collector():
    yield
    gc.unfreeze()
    gc.enable()


def test_nothing_is_looked_for_while_a_package_is_imported_and_what_it_made_stays():
    gc.unfreeze()
    with importing("a package of tomorrow"):
        assert not gc.isenabled()
        made = [[number] for number in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= len(made)


def test_a_package_that_is_there_changes_nothing():
    gc.unfreeze()
    with importing("gc"):
        assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_after_an_import_that_fails_garbage_is_looked_for_again():
    with pytest.raises(ImportError), importing("a package of tomorrow"):
        raise ImportError
    assert gc.isenabled()


def test_at_the_end_nothing_is_looked_for():
    leave_to_the_end_of_the_process()
    assert not gc.isenabled()
    assert gc.get_freeze_count() > 0
