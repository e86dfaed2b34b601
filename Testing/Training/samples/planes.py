"""Planes that are cut from a phantom's short-axis stack, as they are in the cache."""

from Training.datasets.examination import LabeledPhase
from Training.datasets.reformatting import LabeledStack
from Training.samples.cache import quantize


def plane_of(heart, view, *, base_first=True, mirrored=False):
    """Image and labels of a plane, beyond whose base and apex nobody labeled."""
    image, labels = heart.cine.array[0], heart.labels.array[0]
    stack = LabeledStack(LabeledPhase("ED", 0, image.copy(), labels.copy(), heart.geometry))
    plane = stack.cut(stack.angles()[view])
    image, labels = quantize(plane.image)[0], plane.labels[0]
    rows, columns = (
        slice(None, None, 1 if forward else -1) for forward in (base_first, not mirrored)
    )
    return image[rows, columns], labels[rows, columns]
