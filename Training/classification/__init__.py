"""Diagnosis and vendor as classes, from measures and from images. Research only."""
