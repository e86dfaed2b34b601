import gzip

import numpy as np

from CMRSegmentationLib.image import CineStack, Geometry
from CMRSegmentationWeb.images import compressed_images, compressed_labels, gray_bytes
from CMRSegmentationWeb.results import cine_of


class TestGray:
    def test_all_frames_share_one_scale(self):
        array = np.linspace(0, 1000, 2 * 3 * 16 * 16, dtype=np.float32).reshape(2, 3, 16, 16)
        stack = CineStack(array, Geometry.from_spacing((3, 16, 16), (8.0, 1.5, 1.25)))
        gray = gray_bytes(stack)
        assert gray.dtype == np.uint8
        assert (gray.min(), gray.max()) == (0, 255)
        assert np.all(np.diff(gray.ravel().astype(int)) >= 0)
        assert gray[1].mean() > gray[0].mean() + 100


class TestCompressed:
    def test_images_are_made_once(self, done, phantom, tmp_path):
        cine, kept = cine_of(done, 0), tmp_path / "view" / "0.gz"
        first = compressed_images(cine, kept)
        assert len(gzip.decompress(first)) == np.prod(phantom.cine.shape_tzyx)
        cine.input.unlink()
        assert compressed_images(cine, kept) == first

    def test_labels_are_those_of_the_result(self, done):
        cine = cine_of(done, 0)
        values = np.frombuffer(gzip.decompress(compressed_labels(cine)), np.uint8)
        assert np.array_equal(values, cine.labels().array.ravel())
