"""Thickness of the wall by the Laplace method (Jones et al. 2000; Yezzi and Prince 2003).

Between endocardium (u = 0) and epicardium (u = 1) u is harmonic; its field lines never cross and
meet both borders at a right angle, and the length of a line is the thickness where it starts. In a
slice the wall is a ring, where every harmonic function is the real part of

    f(z) = b ln z + Σ c_n zⁿ,    n = −N … N,

so that u needs no grid: b and c_n are those that fit both borders best. Field lines follow
dz/du = 1 / f'(z). Sources: Jones, Buchbinder, Aharon 2000,
doi:10.1002/1097-0193(200009)11:1<12::AID-HBM20>3.0.CO;2-K;
Yezzi, Prince 2003, doi:10.1109/TMI.2003.817775.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.measuring.rings import Ring

Complex = NDArray[np.complex128]

ORDER = 8
"""N above; 6 harmonics of the borders are followed by somewhat more of the field."""
LINES = 72
"""Field lines around the ring: every 5°."""
STEPS = 8
START_ANGLES = 2.0 * np.pi * np.arange(LINES) / LINES
POWERS = np.array([n for n in range(-ORDER, ORDER + 1) if n != 0])


@dataclass(frozen=True, eq=False)
class Thickness:
    """Thickness around each of R rings.

    Attributes:
        thickness_mm: (R, 72) length of each field line.
        angles: (R, 72) angle of the middle of each field line about the cavity's center, radians.
        inner_mm: (R, 72) distance of the endocardium from the center where the line starts.
    """

    thickness_mm: NDArray[np.float64]
    angles: NDArray[np.float64]
    inner_mm: NDArray[np.float64]


def wall_thickness(rings: Sequence[Ring]) -> Thickness:
    """The thickness of the wall in the plane of the slice, for any number of rings at once."""
    if not rings:
        nothing = np.zeros((0, LINES))
        return Thickness(nothing, nothing, nothing)
    inner_mm, outer_mm = (
        np.stack([curve.radius_mm(START_ANGLES) for curve in curves])
        for curves in ([ring.inner for ring in rings], [ring.outer for ring in rings])
    )
    scale_mm = np.sqrt(inner_mm.mean(axis=1) * outer_mm.mean(axis=1))[:, np.newaxis]
    unit = np.exp(1j * START_ANGLES)
    inner, outer = inner_mm / scale_mm * unit, outer_mm / scale_mm * unit
    lengths, ends = _follow(inner, *_harmonic(inner, outer))
    return Thickness(lengths * scale_mm, np.angle(inner + ends), inner_mm)


def _harmonic(inner: Complex, outer: Complex) -> tuple[NDArray[np.float64], Complex]:
    """The (R, 1) b and (R, 2 N) c_n of the function that is 0 on inner points, 1 on outer ones."""
    points = np.concatenate([inner, outer], axis=1)
    powers = _powers(points)
    size = np.abs(powers).max(axis=1, keepdims=True)
    powers = powers / size
    ones = np.ones((*points.shape, 1))
    basis = np.concatenate(
        [ones, np.log(np.abs(points))[..., np.newaxis], powers.real, -powers.imag], axis=2
    )
    target = np.concatenate([np.zeros(inner.shape), np.ones(outer.shape)], axis=1)
    weights = _least_squares(basis, target)
    terms = weights[:, 2 : 2 + len(POWERS)] + 1j * weights[:, 2 + len(POWERS) :]
    return weights[:, 1:2], np.asarray(terms / size[:, 0])


def _powers(points: Complex) -> Complex:
    """(R, M, 2 N) zⁿ in the order of `POWERS`."""
    rising = np.cumprod(np.repeat(points[..., np.newaxis], ORDER, axis=-1), axis=-1)
    return np.concatenate([1.0 / rising[..., ::-1], rising], axis=-1)


def _least_squares(basis: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """(R, P) weights of (R, M, P) functions; a slight ridge settles what the points leave open."""
    transposed = np.swapaxes(basis, 1, 2)
    normal = transposed @ basis
    ridge = 1e-10 * np.trace(normal, axis1=1, axis2=2)[:, np.newaxis, np.newaxis]
    normal = normal + ridge * np.eye(normal.shape[1]) / normal.shape[1]
    right = transposed @ target[..., np.newaxis]
    return np.asarray(np.linalg.solve(normal, right)[..., 0])


def _follow(
    start: Complex, logarithm: NDArray[np.float64], terms: Complex
) -> tuple[NDArray[np.float64], Complex]:
    """Lengths and ends of the field lines from (R, 72) points, by Runge–Kutta steps of u."""
    step = 1.0 / STEPS
    z, length = start, np.zeros(start.shape)
    for _ in range(STEPS):
        k1 = _speed(z, logarithm, terms)
        k2 = _speed(z + 0.5 * step * k1, logarithm, terms)
        k3 = _speed(z + 0.5 * step * k2, logarithm, terms)
        k4 = _speed(z + step * k3, logarithm, terms)
        moved = step / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
        z, length = z + moved, length + np.abs(moved)
    return length, z


def _speed(z: Complex, logarithm: NDArray[np.float64], terms: Complex) -> Complex:
    """dz/du = 1 / f'(z), f' by Horner's scheme in z and 1/z."""
    inverse = 1.0 / z
    slope = logarithm * inverse
    positive, negative = np.zeros_like(z), np.zeros_like(z)
    for order in range(ORDER, 0, -1):
        positive = positive * z + order * terms[:, ORDER + order - 1, np.newaxis]
        negative = negative * inverse - order * terms[:, ORDER - order, np.newaxis]
    return np.asarray(1.0 / (slope + positive + negative * inverse * inverse))
