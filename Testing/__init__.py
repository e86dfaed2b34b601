"""Tests of the library, the training and the Slicer module, and the phantoms they share."""
