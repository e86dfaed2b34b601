"""Tests of the library, one file per source file."""
