"""The one table of what is measured: key, name, unit and definition with its source.

The report's JSON and CSV, the table in Slicer and its tooltips are all filled from here.
"""

from __future__ import annotations

from dataclasses import dataclass

SCMR = "Schulz-Menger et al. 2020, doi:10.1186/s12968-020-00610-6"
"""SCMR task force: standardized image interpretation and post-processing in CMR, 2020 update."""
MOSTELLER = "Mosteller 1987, N Engl J Med 317:1098, doi:10.1056/NEJM198710223171717"

CHAMBERS = "Lang et al. 2015, doi:10.1016/j.echo.2014.10.003"
"""ASE and EACVI: recommendations for cardiac chamber quantification."""
AREA_LENGTH = "Dodge et al. 1960, Am Heart J 60:762"
AVERAGED_MAPSE = "PMC4860848"
"""Open Heart 2016: both ends of the annulus in the four-chamber cine MR, averaged."""
RIGHT_HEART = "Rudski et al. 2010, doi:10.1016/j.echo.2010.05.010"
"""ASE: guidelines for the assessment of the right heart."""

AHA = "Cerqueira et al. 2002, doi:10.1161/hc0402.102975"
"""AHA: standardized segments of the left ventricle."""
LAPLACE = "Laplace method, Yezzi and Prince 2003, doi:10.1109/TMI.2003.817775"
STRAIN = "Claus et al. 2015, doi:10.1016/j.jcmg.2015.11.001"
"""EACVI and ASE: definitions of strain."""
FILLING = "Bonow 1991, doi:10.1161/01.CIR.84.3.1413"

MYOCARDIAL_DENSITY_G_PER_ML = 1.05
"""Schulz-Menger et al. 2020: mass is the myocardial volume times 1.05 g/ml."""


@dataclass(frozen=True)
class Definition:
    """What one measure means.

    Attributes:
        key: its name for programs, such as `lv_edv`.
        name: its name for people.
        unit: the unit of its value.
        text: how it is computed, with the source.
        abbreviation: its name where there is little room, such as "LV EDV"; empty for `name`.
    """

    key: str
    name: str
    unit: str
    text: str
    abbreviation: str = ""

    @property
    def short_name(self) -> str:
        """The name where there is little room."""
        return self.abbreviation or self.name


def _ventricle(key: str, name: str) -> list[Definition]:
    """Measures that the left and the right ventricle share."""
    short = key.upper()
    pool = (
        f"Volume of the {name}'s blood pool, papillary muscles included: its voxels × the voxel "
        "volume"
    )
    phase = "" if key == "lv" else ", the phase of the left ventricle"
    return [
        Definition(
            f"{key}_edv",
            f"{short} end-diastolic volume",
            "ml",
            f"{pool}; at end-diastole{phase}; {SCMR}",
            f"{short} EDV",
        ),
        Definition(
            f"{key}_esv",
            f"{short} end-systolic volume",
            "ml",
            f"{pool}; at end-systole{phase}; {SCMR}",
            f"{short} ESV",
        ),
        Definition(f"{key}_sv", f"{short} stroke volume", "ml", f"EDV − ESV of the {name}; {SCMR}"),
        Definition(
            f"{key}_ef",
            f"{short} ejection fraction",
            "%",
            f"100 × (EDV − ESV) / EDV of the {name}; {SCMR}",
            f"{short} EF",
        ),
        Definition(
            f"{key}_co",
            f"{short} cardiac output",
            "l/min",
            f"{short} stroke volume × heart rate; {SCMR}",
        ),
        Definition(
            f"{key}_volume",
            f"{short} volume",
            "ml",
            f"{pool}; in the only phase that was analyzed; {SCMR}",
        ),
    ]


def _areas(key: str, name: str) -> list[Definition]:
    """Measures of a single slice, which has no volume by summation."""
    area = f"Area of the {name} in the single slice: its pixels times the pixel area"
    short = "Myocardial" if key == "myo" else key.upper()
    phases = (
        ("_ed", "end-diastolic ", "at end-diastole"),
        ("_es", "end-systolic ", "at end-systole"),
        ("", "", "in the only phase that was analyzed"),
    )
    return [
        Definition(f"{key}_area{suffix}", f"{short} {phase}area", "cm²", f"{area}, {when}")
        for suffix, phase, when in phases
    ]


def _area_length(method: str, name: str, volume: str) -> list[Definition]:
    """Volumes of the LV from its outline in long-axis planes; `method` ends the keys."""
    source = f"{AREA_LENGTH}; {CHAMBERS}"
    return [
        Definition(
            f"lv_edv_{method}", f"LV EDV, {name}", "ml", f"{volume}; at end-diastole; {source}"
        ),
        Definition(
            f"lv_esv_{method}", f"LV ESV, {name}", "ml", f"{volume}; at end-systole; {source}"
        ),
        Definition(
            f"lv_sv_{method}", f"LV stroke volume, {name}", "ml", f"EDV − ESV, {name}; {SCMR}"
        ),
        Definition(
            f"lv_ef_{method}", f"LV EF, {name}", "%", f"100 × (EDV − ESV) / EDV, {name}; {SCMR}"
        ),
    ]


def _long_axis() -> list[Definition]:
    """Measures of a long-axis plane in addition to its areas."""
    length = (
        "Distance from the LV's apex to the middle of the base, the longest stretch of the blood "
        "pool's border without wall: the mitral plane, in a three-chamber view with the aortic "
        "valve"
    )
    single = (
        "8 A² / (3 π L) of area A and long-axis length L of the LV in one plane, as of an ellipsoid"
    )
    mapse = (
        "Mitral annular plane systolic excursion: how far the middle of the mitral plane moves "
        "from end-diastole to end-systole along the long axis at end-diastole; the ends of the "
        f"annulus averaged as in {AVERAGED_MAPSE}"
    )
    tapse = (
        "Tricuspid annular plane systolic excursion: how far the lateral end of the tricuspid "
        "plane moves from end-diastole to end-systole along the line to the RV apex at "
        f"end-diastole; {RIGHT_HEART}"
    )
    fac = (
        "Fractional area change: 100 × (area at ED − area at ES) / area at ED in four chambers; "
        f"{RIGHT_HEART}"
    )
    only = "in the only phase that was analyzed"
    return [
        Definition(
            "lv_length_ed",
            "LV end-diastolic length",
            "mm",
            f"{length}; at end-diastole; {CHAMBERS}",
        ),
        Definition(
            "lv_length_es", "LV end-systolic length", "mm", f"{length}; at end-systole; {CHAMBERS}"
        ),
        Definition("lv_length", "LV length", "mm", f"{length}; {only}; {CHAMBERS}"),
        *_area_length("area_length", "area–length", single),
        Definition(
            "lv_volume_area_length",
            "LV volume, area–length",
            "ml",
            f"{single}; {only}; {AREA_LENGTH}; {CHAMBERS}",
        ),
        Definition("lv_mapse", "MAPSE", "mm", mapse),
        Definition("rv_fac", "RV fractional area change", "%", fac),
        Definition("rv_tapse", "TAPSE", "mm", tapse),
    ]


def _walls() -> list[Definition]:
    """Thickness of the LV's wall over the segments of a short-axis stack."""
    over = f"mean of the AHA segments 1 to 16; {LAPLACE}; {AHA}"
    papillary = "papillary muscles and trabeculae left out, in the plane of the slice"
    return [
        Definition("lv_wall_ed", "LV wall at ED", "mm", f"Wall thickness, {papillary}; {over}"),
        Definition("lv_wall_es", "LV wall at ES", "mm", f"Wall thickness, {papillary}; {over}"),
        Definition(
            "lv_wall_max",
            "Largest LV wall at ED",
            "mm",
            f"The largest wall thickness of any slice with a closed wall, {papillary}; {LAPLACE}",
        ),
        Definition(
            "lv_thickening",
            "LV wall thickening",
            "%",
            f"100 × (ES − ED) / ED of the wall thickness; {over}",
        ),
        Definition(
            "lv_excursion",
            "Endocardial excursion",
            "mm",
            f"How far the endocardium moves towards the cavity's center from ED to ES; {over}",
        ),
        *_apical_cap(),
    ]


def _apical_cap() -> list[Definition]:
    """AHA segment 17, which a long-axis plane alone shows."""
    cap = f"wall thickness within 20° of the long axis, seen from 15 mm inside the apex; {AHA}"
    name = "Apical cap (segment 17)"
    return [
        Definition("lv_apex_wall_ed", f"{name} at ED", "mm", f"At end-diastole, {cap}"),
        Definition("lv_apex_wall_es", f"{name} at ES", "mm", f"At end-systole, {cap}"),
        Definition(
            "lv_apex_thickening", f"{name}, thickening", "%", f"100 × (ES − ED) / ED of the {cap}"
        ),
    ]


def _strains() -> list[Definition]:
    """Peaks of the contour-derived strains, their times and rates."""
    rows = []
    for key, name, text in (
        ("lv_gcs_endo", "GCS, endocardial", "perimeter of the endocardium, summed over slices"),
        ("lv_gcs_mid", "GCS, mid-wall", "perimeter halfway through the wall, summed over slices"),
        ("lv_grs", "GRS", "mean wall thickness of the slices"),
        ("lv_gls", "GLS", "length of the endocardium between the ends of the mitral plane"),
        (
            "rv_free_wall_strain",
            "RV free-wall strain",
            "length of the RV's free wall in four chambers, tricuspid plane to apex",
        ),
    ):
        strain = (
            f"100 × (L − L at ED) / L at ED of the {text}; from contours, not tracked; {STRAIN}"
        )
        rows.append(Definition(key, name, "%", f"Peak strain: {strain}"))
        if key in ("lv_gcs_endo", "lv_grs", "lv_gls"):
            rows += _strain_timing(key, name, strain)
    return rows


def _strain_timing(key: str, name: str, strain: str) -> list[Definition]:
    return [
        Definition(f"{key}_time", f"{name}, time to peak", "ms", f"From ED to the peak; {strain}"),
        Definition(
            f"{key}_rate_systolic",
            f"{name}, systolic rate",
            "1/s",
            f"Peak systolic rate, smoothed; {strain}",
        ),
        Definition(
            f"{key}_rate_diastolic",
            f"{name}, early diastolic rate",
            "1/s",
            f"Peak rate in the first half of diastole, smoothed; {strain}",
        ),
    ]


def _rates() -> list[Definition]:
    """Speed of the LV's volume curve."""
    curve = f"of the LV volume over the heart beat, smoothed by its Fourier series; {FILLING}"
    return [
        Definition("lv_per", "Peak ejection rate", "ml/s", f"Fastest fall {curve}"),
        Definition("lv_per_time", "Time to peak ejection", "ms", f"From ED; fastest fall {curve}"),
        Definition("lv_pfr", "Peak filling rate", "ml/s", f"Fastest early rise {curve}"),
        Definition("lv_pfr_time", "Time to peak filling", "ms", f"From ES; fastest rise {curve}"),
        Definition(
            "lv_atrial_share",
            "Atrial contribution",
            "%",
            f"Inflow after diastasis as a share of the stroke volume; {curve}",
        ),
    ]


def _regional() -> list[Definition]:
    return [*_walls(), *_strains(), *_rates()]


def _several_views() -> list[Definition]:
    """Measures of an examination's views together."""
    biplane = (
        "8 A₂ A₄ / (3 π L) of the LV's areas in the two- and the four-chamber view and the shorter "
        "length L"
    )
    apart = (
        "of the long axis (biplane, else one plane) less that of the short axis, positive where it "
        "is larger"
    )
    differences = [
        Definition(
            f"lv_{name.lower()}_lax_minus_sax",
            f"LV {name}, long − short axis",
            unit,
            f"{name} {apart}; {CHAMBERS}; {SCMR}",
        )
        for name, unit in (("EDV", "ml"), ("ESV", "ml"), ("EF", "%"))
    ]
    return [*_area_length("biplane", "biplane", biplane), *differences]


def _index(of: Definition) -> Definition:
    return Definition(
        f"{of.key}_index",
        f"{of.name} index",
        f"{of.unit}/m²",
        f"{of.name} divided by body surface area; {SCMR}; {MOSTELLER}",
    )


INDEXED_QUANTITIES = ("edv", "esv", "sv", "co", "mass")
"""What is divided by body surface area, by the last part of its key."""


def _table() -> dict[str, Definition]:
    mass = (
        f"Volume of the LV myocardium × {MYOCARDIAL_DENSITY_G_PER_ML} g/ml, at end-diastole "
        f"(of a single phase: in that phase), papillary muscles excluded; {SCMR}"
    )
    rate = (
        "As given, else 60 000 / RR interval in ms; RR = (last − first phase time) × T / (T − 1) "
        "for T phases spread over the whole heart beat"
    )
    rows = [
        *_ventricle("lv", "left ventricle"),
        Definition("lv_mass", "LV mass", "g", mass),
        Definition(
            "myo_volume",
            "Myocardial volume",
            "ml",
            f"Volume of the LV myocardium, in the only phase; {SCMR}",
        ),
        *_ventricle("rv", "right ventricle"),
        *_areas("lv", "LV blood pool"),
        *_areas("myo", "LV myocardium"),
        *_areas("rv", "RV blood pool"),
        *_long_axis(),
        *_regional(),
        *_several_views(),
        Definition("heart_rate", "Heart rate", "beats/min", rate),
        Definition(
            "bsa", "Body surface area", "m²", f"√(height in cm × weight in kg / 3600); {MOSTELLER}"
        ),
    ]
    indexed = [_index(row) for row in rows if row.key.split("_")[-1] in INDEXED_QUANTITIES]
    return {row.key: row for row in [*rows, *indexed]}


DEFINITIONS: dict[str, Definition] = _table()
"""Every measure by its key, in the order of a report."""

KEY_MEASURES = ("lv_edv", "lv_esv", "lv_ef", "lv_mass", "rv_edv", "rv_esv", "rv_ef")
"""What a table of many patients shows."""

REGIONAL_MEASURES = tuple(row.key for row in _regional())
"""Keys of what `regional.py` measures: wall, strain and rates."""
