"""What goes into the wheel; everything else about it stands in pyproject.toml.

The models live in `Resources/Models`, where Slicer's package has them. In the wheel they lie inside
the library, so that `pip install` puts them where `CMRSegmentationLib.segmenting.model` looks.
"""

from setuptools import find_packages, setup

MODELS = "CMRSegmentationLib.Models"

setup(
    packages=[
        *find_packages(include=["CMRSegmentationLib*", "CMRSegmentationWeb*"]),
        MODELS,
    ],
    package_dir={MODELS: "Resources/Models"},
    package_data={
        MODELS: ["*/*"],
        "CMRSegmentationLib": ["py.typed"],
        "CMRSegmentationWeb": ["static/*"],
    },
)
