"""Stands in for the Slicer application around the module.

Real MRML nodes, a Qt host, views, CMake macros.

`core_host` gives MRML without Qt, `qt_host` the module's panel on PySide6, `views` pictures without
a display, and `slicer_dir` what CMake expects of a Slicer build tree. `standins` holds the parts of
Slicer's Python that are not in the slicer-core wheel; set CMRSEGMENTATION_SLICER_PYTHON to a folder
with Slicer's own `slicer` package to use that.
"""
