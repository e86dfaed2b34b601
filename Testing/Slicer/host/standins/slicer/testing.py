"""Stand-in for Slicer's unit test runner, which ctest calls through the launcher."""

import importlib
import sys
import unittest


def runUnitTest(directories, module_name):
    """Run the test cases of a module and leave the process with their result."""
    sys.path[:0] = [d for d in directories if d not in sys.path]
    suite = unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module(module_name))
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    raise SystemExit(0 if result.wasSuccessful() and result.testsRun else 1)
