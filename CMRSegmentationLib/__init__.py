"""Segmentation of the ventricles in cardiac cine MRI: images in, labels and measures out.

The library needs numpy, scipy, SimpleITK and pydicom, all of which 3D Slicer ships, and torch,
which only `unet.py` and `inference.py` import. Research use only, not for clinical decisions.
"""

__version__ = "0.1.0"
