"""Tests of the Slicer module, one file per source file."""
