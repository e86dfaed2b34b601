import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from CMRSegmentationLib.image import Label, View
from Testing.real_data import data_folder
from Testing.Training.cached_phantoms import TINY, phantom_patient, single_slice, write_cache
from Training.datasets import acdc
from Training.samples.cache import (
    CLIP_PERCENTILES,
    CacheError,
    quantize,
    read_cache,
    read_examination,
    write_examination,
)


def test_what_is_written_is_read_but_for_the_8_bits_of_the_image(tmp_path):
    examination = phantom_patient("P1", "GE", annotated=(Label.LV,), pathology="HCM")
    (cached,) = read_cache(write_cache(tmp_path, examination))
    assert (cached.patient, cached.vendor, cached.view, cached.pathology) == (
        "P1",
        "GE",
        View.SAX,
        "HCM",
    )
    assert (cached.field_t, cached.annotated, cached.split) == (1.5, (Label.LV,), "train")
    assert [(p.name, p.frame) for p in cached.phases] == [("ED", 0), ("ES", 1)]
    for phase, original in zip(cached.phases, examination.load(), strict=True):
        assert np.array_equal(phase.labels, original.labels)
        assert np.allclose(phase.geometry.ijk_to_ras, TINY.geometry.ijk_to_ras)
        low, high = np.percentile(original.image, CLIP_PERCENTILES)
        clipped = np.clip(original.image, low, high)
        half_step = (high - low) / 255 / 2
        assert np.abs(phase.image / 255 * (high - low) + low - clipped).max() <= half_step * 1.001


def test_a_step_of_the_quantized_image_is_one_255th_of_the_range():
    ramp = np.repeat(np.arange(256, dtype=np.float32), 16).reshape(1, 64, 64) * 3 - 40
    assert np.array_equal(quantize(ramp).ravel()[::16], np.arange(256))


def test_a_constant_image_becomes_zero():
    assert not quantize(np.full((2, 3, 4), 7.0, np.float32)).any()


def test_a_single_slice_is_kept(tmp_path):
    examination = replace(phantom_patient("P1", view=View.LAX_4C), load=single_slice)
    (cached,) = read_cache(write_cache(tmp_path, examination))
    assert cached.phases[0].image.shape == (1, 40, 48)
    assert cached.phases[0].geometry.spacing_zyx_mm == pytest.approx((8.0, 1.6, 1.4))


def test_planes_of_no_view_are_kept_as_such(tmp_path):
    path = write_examination(phantom_patient("P1", view=None, annotated=()), tmp_path)
    assert path.name == "P1_other.npz"
    found = read_examination(path)
    assert (found.view, found.annotated) == (None, ())


def test_members_are_packed_with_lzma(tmp_path):
    path = write_examination(phantom_patient("P1"), tmp_path)
    with zipfile.ZipFile(path) as archive:
        assert {member.compress_type for member in archive.infolist()} == {zipfile.ZIP_LZMA}


def test_a_real_patient_is_an_eighth_smaller_than_with_deflate(tmp_path):
    """ACDC took 69.6 MB with deflate, so that this makes it fit in 60 MB."""
    path = write_examination(acdc.read(data_folder("acdc") / "acdc")[4], tmp_path)
    with np.load(path) as file:
        np.savez_compressed(tmp_path / "deflate.npz", **{name: file[name] for name in file.files})
    assert path.stat().st_size < 0.875 * (tmp_path / "deflate.npz").stat().st_size


def test_a_missing_cache_is_named_with_the_command_that_makes_it(tmp_path):
    with pytest.raises(CacheError, match=r"at least one data set .*Training\.prepare"):
        read_cache(tmp_path / "nowhere")
    with pytest.raises(CacheError, match="at least one data set"):
        read_cache(tmp_path)


def test_the_data_set_that_is_missing_is_named(tmp_path):
    with pytest.raises(CacheError, match="cache of mnms in"):
        read_cache(write_cache(tmp_path), ["phantoms", "mnms"])


def test_only_the_named_data_sets_are_read(tmp_path):
    write_cache(tmp_path, phantom_patient("P1"), phantom_patient("Q1", dataset="others"))
    assert [e.patient for e in read_cache(tmp_path, ["others"])] == ["Q1"]
    assert {e.patient for e in read_cache(tmp_path)} == {"P1", "Q1"}


def test_labels_of_a_network_are_read_only_where_they_are_named(tmp_path):
    by_network = phantom_patient("A", dataset="a_pseudo")
    write_cache(tmp_path, phantom_patient("A", dataset="a"), by_network)
    assert [e.dataset for e in read_cache(tmp_path)] == ["a"]
    assert [e.dataset for e in read_cache(tmp_path, ["a", "a_pseudo"])] == ["a", "a_pseudo"]


def test_a_cache_of_another_version_is_refused(tmp_path):
    path = tmp_path / "old.npz"
    np.savez_compressed(path, header=np.array(json.dumps({"version": 0})))
    with pytest.raises(CacheError, match=r"version 0, this program reads 1.*again"):
        read_examination(path)


def test_a_damaged_file_is_named(tmp_path):
    path = write_examination(phantom_patient("P1"), tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(CacheError, match=r"P1_sax\.npz is damaged"):
        read_examination(path)
    middle = len(content) // 2
    path.write_bytes(content[:middle] + bytes(64) + content[middle + 64 :])
    with pytest.raises(CacheError, match=r"P1_sax\.npz is damaged"):
        read_examination(path)


def test_an_interrupted_write_leaves_the_earlier_file_and_no_other(tmp_path, monkeypatch):
    path = write_examination(phantom_patient("P1"), tmp_path)
    before = path.read_bytes()

    def full(*_arguments, **_settings):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np.lib.format, "write_array", full)
    with pytest.raises(OSError, match="No space left"):
        write_examination(phantom_patient("P1"), tmp_path)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_what_a_killed_process_was_writing_is_no_examination(tmp_path):
    """Else the cache could not be read until somebody deletes a hidden file."""
    cache = write_cache(tmp_path / "cache")
    whole = next((cache / "phantoms").iterdir())
    (cache / "phantoms" / f".partial-host-1-{whole.name}").write_bytes(whole.read_bytes())
    (cache / "phantoms" / ".partial-host-2-P9_sax.npz").write_bytes(b"half")
    (cache / ".hidden").mkdir()
    assert len(read_cache(cache)) == len(read_cache(cache, ["phantoms"])) == 4


def test_a_file_that_is_no_archive_is_called_damaged(tmp_path):
    cache = write_cache(tmp_path / "cache")
    (cache / "phantoms" / "P0_sax.npz").write_bytes(b"half")
    with pytest.raises(CacheError, match=r"P0_sax\.npz is damaged"):
        read_cache(cache)
