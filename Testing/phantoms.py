"""The beating hearts of `Training.datasets.phantom`, which the tests of every part use."""

from Training.datasets.phantom import (
    AIR,
    BACKGROUND,
    BLOOD,
    EPICARDIUM_RADIUS_ED_MM,
    LV_RADIUS_ED_MM,
    LV_RADIUS_ES_MM,
    MUSCLE,
    RV_CENTER,
    RV_RADIUS_ED_MM,
    RV_RADIUS_ES_MM,
    HeartPhantom,
    beating_heart,
    oblique_geometry,
    rotation,
)

__all__ = [
    "AIR",
    "BACKGROUND",
    "BLOOD",
    "EPICARDIUM_RADIUS_ED_MM",
    "LV_RADIUS_ED_MM",
    "LV_RADIUS_ES_MM",
    "MUSCLE",
    "RV_CENTER",
    "RV_RADIUS_ED_MM",
    "RV_RADIUS_ES_MM",
    "HeartPhantom",
    "beating_heart",
    "oblique_geometry",
    "rotation",
]
