"""What several tests need: a model that knows the phantoms, and a short phantom cine."""

from pathlib import Path

import pytest
import torch

from CMRSegmentationLib.segmenting.model import ModelBundle, load_bundle
from Testing.bundles import PHANTOM_MODEL
from Testing.phantoms import HeartPhantom
from Testing.real_data import unpack


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Tests share the machine with each other."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def phantom_bundle() -> ModelBundle:
    """The bundle of the tiny network that segments the phantoms."""
    return load_bundle(PHANTOM_MODEL)


@pytest.fixture(scope="session")
def phantom() -> HeartPhantom:
    """A beating heart of few, oblique slices; end-diastole is not the first frame."""
    return HeartPhantom(frames=6, slices=6, ed_frame=1, es_frame=4)


@pytest.fixture(scope="session")
def bivme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the one whole examination: short axis, long axes and an outflow tract."""
    return unpack("bivme/dicoms.tar.xz", tmp_path_factory.mktemp("bivme")) / "dicoms" / "patient1"
