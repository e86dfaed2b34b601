"""Tests of the library, the training code and the Slicer module, and the phantoms that they share."""
