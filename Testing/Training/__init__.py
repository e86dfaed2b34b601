"""Tests of the training code, one file per source file."""
