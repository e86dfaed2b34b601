from dataclasses import replace

import pytest

from CMRSegmentationLib.image import CineStack, Geometry
from CMRSegmentationLib.reading.study import NamedCine, ReadError, Study, check_stack
from Testing.phantoms import HeartPhantom, oblique_geometry


@pytest.fixture(scope="module")
def stack() -> CineStack:
    return HeartPhantom(frames=1, slices=1, rows=16, columns=16).cine


@pytest.mark.parametrize("name", ["sax", "lax_4c_se07", "patient.1-b", "herz_ü"])
def test_names_of_letters_digits_and_few_signs_are_taken(stack: CineStack, name: str) -> None:
    assert NamedCine(name, stack).name == name


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\\b", "a b", "a:b", "-a", "a.", "a\n"])
def test_names_that_are_no_folder_on_some_system_are_refused(stack: CineStack, name: str) -> None:
    with pytest.raises(ValueError, match="Expected a name"):
        NamedCine(name, stack)


def test_study_holds_at_least_one_cine_and_no_name_twice(stack: CineStack) -> None:
    assert len(Study((NamedCine("a", stack), NamedCine("b", stack))).cines) == 2
    with pytest.raises(ValueError, match="at least one cine"):
        Study(())
    with pytest.raises(ValueError, match="names that differ"):
        Study((NamedCine("a", stack), NamedCine("a", stack)))


def test_labels_belong_to_the_cines_on_their_grid_with_as_many_frames() -> None:
    heart = HeartPhantom(frames=2, slices=1, rows=16, columns=16, empty_slices=(0, 0), es_frame=1)
    shifts_mm = {"here": 0.0, "rounded": 0.01, "next": 1.0}
    cines = [NamedCine("short", replace(heart, frames=1, es_frame=0).cine)]
    for name, x_mm in shifts_mm.items():
        matrix = heart.geometry.ijk_to_ras.copy()
        matrix[0, 3] += x_mm
        geometry = Geometry(heart.geometry.shape_zyx, matrix)
        cines.append(NamedCine(name, replace(heart.cine, geometry=geometry)))
    found = Study(tuple(cines)).cines_on_grid_of(heart.labels)
    assert [cine.name for cine in found] == ["here", "rounded"]


def test_a_stack_has_few_thick_slices() -> None:
    check_stack(oblique_geometry((40, 64, 64), (5.0, 1.6, 1.4)))
    check_stack(oblique_geometry((20, 64, 64), (2.0, 1.6, 1.4)))
    check_stack(oblique_geometry((1, 64, 64), (80.0, 1.6, 1.4)))
    for shape, spacing in (((41, 64, 64), (5.0, 1.6, 1.4)), ((21, 64, 64), (2.0, 1.6, 1.4))):
        with pytest.raises(ReadError, match="not a stack of slices"):
            check_stack(oblique_geometry(shape, spacing))


def test_read_error_is_a_value_error() -> None:
    assert issubclass(ReadError, ValueError)
