import numpy as np
import pytest

from CMRSegmentationLib.image import Geometry, Label
from Testing.Training.cached_phantoms import phantom_patient, write_cache
from Training.classification.measures import measures_of, measures_table, sector_thickness_mm
from Training.samples.cache import CachedExamination, CachedPhase, read_cache


def ring(pool_mm, wall_mm, spacing_mm=0.5, size=161):
    """(1, size, size) labels of a disc of blood within a ring of muscle."""
    axis = (np.arange(size) - (size - 1) / 2) * spacing_mm
    radius = np.hypot(axis[:, None], axis[None])
    labels = np.zeros((1, size, size), np.uint8)
    labels[0, radius < pool_mm + wall_mm] = Label.MYO
    labels[0, radius < pool_mm] = Label.LV
    return labels


def phase(name, labels):
    matrix = np.diag([0.5, 0.5, 8.0, 1.0])
    geometry = Geometry(labels.shape, matrix)
    return CachedPhase(name, 0, np.zeros_like(labels), labels, geometry)


def examination(*phases):
    structures = (Label.LV, Label.MYO, Label.RV)
    return CachedExamination(
        "p", "d", "Siemens", None, "", "", None, "NOR", "train", structures, phases
    )


@pytest.mark.parametrize("wall_mm", [6.0, 12.0])
def test_a_ring_is_as_thick_as_it_was_made_in_every_sector(wall_mm):
    thickness = sector_thickness_mm(ring(20.0, wall_mm), (0.5, 0.5))
    assert thickness.shape == (1, 6)
    assert thickness == pytest.approx(np.full((1, 6), wall_mm), abs=0.75)


def test_slices_without_a_pool_have_no_thickness():
    assert np.isnan(sector_thickness_mm(np.zeros((2, 9, 9), np.uint8), (1.0, 1.5))).all()


def test_a_pool_of_half_the_radius_has_an_ejection_fraction_of_75_percent_in_one_slice():
    heart = examination(phase("ED", ring(20.0, 6.0)), phase("ES", ring(10.0, 12.0)))
    found = measures_of(heart)
    assert found["lv_ef_percent"] == pytest.approx(75.0, abs=0.5)
    assert found["lv_edv_ml"] == pytest.approx(np.pi * 20**2 * 8 / 1000, rel=0.01)
    assert found["thickening_mean_percent"] == pytest.approx(100.0, abs=15)
    assert found["rv_ef_percent"] == 0.0


def test_a_missing_phase_is_named():
    with pytest.raises(ValueError, match="Expected ED and ES of p, found"):
        measures_of(examination(phase("ED", ring(20.0, 6.0))))


def test_the_table_has_a_row_for_each_patient_and_no_hole(tmp_path):
    cache = write_cache(tmp_path, phantom_patient("P0"), phantom_patient("P1"))
    names, table = measures_table(read_cache(cache))
    assert table.shape == (2, len(names))
    assert np.isfinite(table).all()
