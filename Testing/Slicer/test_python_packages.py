"""What is installed in Slicer's Python."""

import numpy as np
from CMRSegmentationMRML.python_packages import installed_version


def test_the_version_of_a_package_that_is_there_and_none_of_one_that_is_not():
    assert installed_version("numpy") == np.__version__
    assert installed_version("no-such-package-of-anybody") is None
