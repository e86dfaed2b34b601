"""The sentences of findings and of what was left out by name, and how one is said in any language.

A finding carries the name of its sentence (its code, or a variant of it) and the values that fill
it, so that a panel can say in its user's language what a report says in English. A value is

* a number, which the sentence formats;
* the name of another entry of `SENTENCES`, as `structure.lv`, for a word;
* a mapping with the name of an entry under `phrase` and the values of it, for a part of a sentence;
* a list of these, said as "a, b and c";
* any other text, such as the name of a file, which is said as it is.

A moment of the heart beat is called a phase; frames are what files and arrays hold. In values
frames and slices count from 1, as they are spoken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Values = Mapping[str, Any]
Translate = Callable[[str], str]

SENTENCES: dict[str, str] = {
    # The input: files, grid, times and view.
    "several_studies": (
        "The folder holds more than one study; give one folder for each patient and examination."
    ),
    "several_studies.loose": (
        "The files name {studies} studies of one plane each and were read as one; if they are of "
        "several examinations, give one folder for each patient and examination."
    ),
    "file_left_out": "{file} was left out: {reason}.",
    "file_left_out.one": "1 file left out: {reason}.",
    "file_left_out.many": "{files} files left out: {reason}.",
    "series_left_out": "Series {series} was left out: {reason}.",
    "series_left_out.one": "Series {series}: 1 image of {total} left out: {reason}.",
    "series_left_out.many": "Series {series}: {images} images of {total} left out: {reason}.",
    "duplicate_images": (
        "Series {series} has a slice at the same place as series {used} ({phases} and "
        "{used_phases} phases); the one of series {used} was used."
    ),
    "duplicate_images.repeated": (
        "Series {series}: {images} repeated images of one slice left out."
    ),
    "duplicate_images.repeated_slices": (
        "Series {series}: {images} repeated images of {slices} slices left out."
    ),
    "slice_lacks_phases": (
        "A slice of series {series} has {phases} phases where the others have {usual}; it was left "
        "out."
    ),
    "irregular_gaps": (
        "The slices are not evenly spaced: {smallest_mm:.1f} to {largest_mm:.1f} mm apart; the "
        "mean of {mean_mm:.1f} mm was used."
    ),
    "irregular_gaps.missing": (
        "The slices are not evenly spaced: {smallest_mm:.1f} to {largest_mm:.1f} mm apart; the "
        "mean of {mean_mm:.1f} mm was used, and a slice seems to be missing."
    ),
    "stack_split": (
        "Parallel slices next to these are in the cine {cine}; if both show one heart, the volumes "
        "of each are too small."
    ),
    "slices_resampled": (
        "Slices {slices} were stored with another matrix, pixel spacing, direction or place in "
        "plane than the other slices, and resampled in plane onto their grid."
    ),
    "slices_resampled.one": (
        "Slice {slices} was stored with another matrix, pixel spacing, direction or place in plane "
        "than the other slices, and resampled in plane onto their grid."
    ),
    "phases_aligned": (
        "The slices have {counts} phases; all were read at {phases} phases by their share of the "
        "beat."
    ),
    "images_interpolated": (
        "Slice {slice} lacks the images of {missing} of {phases} phases ({numbers}), which were "
        "interpolated from their neighbors in time."
    ),
    "frames_of_reference_differ": (
        "The slices name {frames_of_reference} frames of reference; they were put together because "
        "their positions and directions fit."
    ),
    "derived_images": (
        "The images were derived from others, for instance filtered or motion-corrected."
    ),
    "lossy_images": "The images were compressed with loss; fine borders may have suffered.",
    "axes_recognized": (
        "The images show {shown}, not what the order of the file's axes says; they were read so. "
        "Use --axes to set the order."
    ),
    "axes.one_slice": "one slice over time (x, y, t)",
    "axes.time_first": "time before slices (x, y, t, z)",
    "axes.turned": "slices along an axis other than the third ({axes})",
    "axes.interleaved": "{slices} slices over {phases} phases along one axis ({axes})",
    "axes_doubted": (
        "Neighboring phases differ as much as slices do; if the file has its axes in another order "
        "than x, y, z, t, set it with --axes."
    ),
    "spacing_guessed.matrix": (
        "The header's {matrix} says {used} mm and its pixdim {other} mm (x, y, z); the {matrix} "
        "was used."
    ),
    "spacing_guessed.pixdim": (
        "The header's {matrix} has no scale, so the spacing was taken from pixdim: {used} mm (x, "
        "y, z)."
    ),
    "spacing_guessed.pitch": (
        "The file does not say how far its slices lie apart; {pitch_mm:g} mm was assumed, and "
        "volumes are wrong if they do not."
    ),
    "spacing_guessed.ones": (
        "The file gives 1 × 1 × 1 mm, as a file does that lost its spacing; sizes may be wrong."
    ),
    "orientation_unknown": (
        "The header gives no orientation; the patient's axes were assumed to be the image's."
    ),
    "time_guessed.unit": (
        "The file names no unit of time; {unit} was assumed because it makes a possible heart "
        "cycle."
    ),
    "time_guessed.spread": (
        "The files give no trigger times for all images; the phases were spread evenly over the "
        "nominal heart cycle."
    ),
    "time_guessed.slices": "Some slices have no trigger times; those of the others were taken.",
    "time_missing": (
        "The phases have no times, so there is no cardiac output unless a heart rate is given."
    ),
    "time_not_trusted.absent": (
        "The file gives no time for its phases, or times that do not rise."
    ),
    "time_not_trusted.unit": (
        "The time step of {step:g} (no unit given) makes no heart cycle over {frames} phases, "
        "neither in s nor in ms, so times are not used."
    ),
    "time_not_trusted.cycle": (
        "The time step of {step_ms:g} ms implies a heart cycle of {cycle_s:g} s, expected "
        "{shortest_s:g} to {longest_s:g} s, so times are not used."
    ),
    "time_not_trusted.order": (
        "Neither times nor numbers tell the order of the phases; that of the file names was taken. "
        "Look at the cine: if it does not beat, its results are wrong."
    ),
    "time_not_trusted.contradicted": (
        "Some trigger times contradict the order of the images, which was kept; the times are not "
        "used."
    ),
    "time_not_trusted.part": (
        "The phases show {shown_ms:.0f} ms of a heart cycle of {cycle_ms:.0f} ms, as prospective "
        "gating does, so times are not used; give the heart rate ({bpm:.0f} beats/min by the "
        "header) for the cardiac output."
    ),
    "time_not_trusted.beats": (
        "The phases show {shown_ms:.0f} ms, several heart cycles of {cycle_ms:.0f} ms, so times "
        "are not used; give the heart rate ({bpm:.0f} beats/min by the header) for the cardiac "
        "output."
    ),
    "time_not_trusted.counted": (
        "The scanner made {counted} phases, but {phases} were found: images seem to be missing, "
        "perhaps those of end-systole, so times are not used; send the study again."
    ),
    "time_not_trusted.starts": (
        "By their trigger times, some slices ({slices}) start elsewhere in the heart cycle than "
        "the others; check that all beat together, otherwise the volumes are wrong."
    ),
    "view_unsure": (
        "The stack lies {degrees:.0f}° from the usual direction of the short axis; short axis was "
        "assumed."
    ),
    "view_unknown.tilted": (
        "The view was not recognized: the plane is tilted by {degrees:.0f}° from the long axis of "
        "the left ventricle."
    ),
    "view_unknown.turned": (
        "The view was not recognized: the plane is turned by {degrees:.0f}° from the patient's "
        "right, between the usual views."
    ),
    "view_unknown.stack": (
        "The view was not recognized: the slices lie {degrees:.0f}° from the short-axis stack."
    ),
    "view_unknown.elsewhere": (
        "The view was not recognized: the plane does not clearly pass through the left ventricle."
    ),
    "view_from_direction": (
        "The view {view} was inferred from the direction of the plane alone, turned by "
        "{turned_degrees:.0f}° from the usual one and tilted by {tilted_degrees:.0f}°; the "
        "short-axis stack of the examination would make it surer."
    ),
    # The segmentation: how the view was decided, the model, the device.
    "view_from_content": (
        "The view was inferred from the image: it looks like {seen} (confidence "
        "{confidence_percent:.0f} %). Use --view to correct it."
    ),
    "view_from_content.odd": (
        "The view was inferred from the image: it looks like {seen} (confidence "
        "{confidence_percent:.0f} %), but it lies like none of the usual planes. Use --view to "
        "correct it."
    ),
    "view_assumed": (
        "The view could not be determined from the file or the image; short axis was assumed. Use "
        "--view to set it."
    ),
    "view_doubted.plane": (
        "The plane lies like {seen}; it was segmented as {view}, as the user asked."
    ),
    "view_doubted.contours": (
        "The contours look like {seen} (confidence {confidence_percent:.0f} %), not like {view}. "
        "Check the view before using the measures."
    ),
    "view_doubted.no_heart": (
        "The contours look like no view of a heart: {open_percent:.0f} % of the LV cavity's "
        "outline have no myocardium. Check the view before using the measures."
    ),
    "model_experimental": "{caution}",
    "gpu_memory": "The GPU ran out of memory; continuing with {slices} slices at a time.",
    "gpu_memory.one": "The GPU ran out of memory; continuing with one slice at a time.",
    "gpu_memory.cpu": "The GPU ran out of memory for a single slice; continuing on the CPU.",
    # The phases.
    "single_phase": (
        "One phase was analyzed, so there is no stroke volume and no ejection fraction."
    ),
    "single_phase.study": "The study holds one phase only, no cine.",
    "phases_unknown": (
        "End-systole and end-diastole could not be found, because no two phases have LV volumes "
        "that differ."
    ),
    "phase_candidate_ignored": (
        "Phase {numbers} of {frames} was not considered for end-diastole and end-systole, because "
        "the LV volume there does not fit the neighboring phases."
    ),
    "phase_candidate_ignored.many": (
        "Phases {numbers} of {frames} were not considered for end-diastole and end-systole, "
        "because the LV volumes there do not fit the neighboring phases."
    ),
    "phase_candidate_ignored.lost": (
        "The LV was lost in {place}, perhaps at end-diastole or end-systole; measures may be wrong."
    ),
    # The labels.
    "heart_absent": (
        "No heart was found in any phase; check that the input is a cardiac cine of this view."
    ),
    "structure_absent": "The {structure} was not found in any phase.",
    "structure_empty": "The {structure} was not found in {place}.",
    "structure_gap": "The {structure} is missing between slices that have it: {place}.",
    "structure_dropout": "The {structure} vanishes for a single phase: {place}.",
    "apex_lost": (
        "The {structure} ends before the apex at end-diastole, though it reaches farther at "
        "end-systole: {place}."
    ),
    "single_slice": "There is a single slice, so there are areas and no volumes.",
    "few_lv_slices": (
        "Only {slices} neighboring slices have LV cavity at end-diastole; {expected} or more are "
        "expected, so volumes may be too small."
    ),
    "lv_not_enclosed": "The {structure} is not enclosed by myocardium: {place}.",
    "lv_not_enclosed.share": (
        "{open_percent:.0f} % of the outline of the LV cavity has no myocardium next to it in "
        "{place}; valves open a quarter of it."
    ),
    "rv_missing_mid": "The RV cavity is missing at mid-ventricular level, {place}.",
    "base_not_covered": (
        "The stack may not cover the base: its outermost slice there ({slice} of {slices}) still "
        "has {area_percent:.0f} % of the largest LV area, so volumes may be too small."
    ),
    "apex_not_covered": (
        "The stack may not cover the apex: its outermost slice there ({slice} of {slices}) still "
        "has {area_percent:.0f} % of the largest LV area, so volumes may be too small."
    ),
    "apex_not_covered.inner": (
        "The apex may be missing: the LV ends at slice {slice} of {slices}, which still has "
        "{area_percent:.0f} % of the largest LV area; look whether the slices beyond show it, else "
        "volumes are too small."
    ),
    "volume_jump": (
        "The size of the {structure} jumps in {place}: it does not fit the neighboring phases."
    ),
    "ef_out_of_range": (
        "The {ventricle} ejection fraction of {ef_percent:.0f} % lies outside {lowest_percent:g} "
        "to {highest_percent:g} %."
    ),
    "stroke_volumes_differ": (
        "The stroke volumes of LV ({lv_ml:.0f} ml) and RV ({rv_ml:.0f} ml) differ by "
        "{difference_percent:.0f} % of the larger; without valve disease or shunt they are equal."
    ),
    "long_axis_unknown": (
        "The long axis of the LV was not found in {place}, because its cavity is not open at a "
        "valve alone; what needs its length is left out."
    ),
    "long_axis_stack": (
        "{slices} parallel slices of a long axis add up to no volume, and lengths are those of one "
        "plane, so nothing was measured; give the slices one by one, or the short axis as the view "
        "if it is one."
    ),
    # The contours, judged by the evidence for them.
    "wall_open": "The {structure} is open {where}: {advice}",
    "contour_missing": "The {structure} may be missing {where}: {advice}",
    "contour_unlikely": "The {structure} does not look as experts draw it {where}: {advice}",
    "contour_unsteady": (
        "The {structure} comes out differently when the image is changed a little {where}: {advice}"
    ),
    "contour_unsure": "The model is unsure of the {structure} {where}: {advice}",
    "advice": "the estimated Dice is {dice:.2f}. Check the contours there.",
    "advice.ef": (
        "the estimated Dice is {dice:.2f}. Check the contours there; the {ventricle} ejection "
        "fraction may lie from {lowest_percent:.0f} to {highest_percent:.0f} %."
    ),
    "contours_to_check": "Single contours may be wrong: {places}.",
    # Several views together.
    "not_combined": (
        "Not combined with the other views, because it does not look like its view: {cines}."
    ),
    "not_combined.studies": (
        "The folder holds more than one study, so the views were not combined."
    ),
    "sax_lax_disagree": (
        "The LV {quantity} of the long axis ({long_axis:.0f} {unit}) and of the short axis "
        "({short_axis:.0f} {unit}) are {difference:.1f} {apart} apart, more than two core "
        "laboratories would be ({limit:.1f}); check the contours of both."
    ),
    # What of the regional function was not measured, and why.
    "left_out": "{what}: {why}",
    "what.segments_and_strain": "segments and strain",
    "what.thickening_and_strain": "thickening and strain",
    "what.longitudinal_and_apex": "longitudinal strain and segment 17",
    "what.short_axis": "segments 1 to 16, circumferential and radial strain",
    "what.insertion_points": "RV insertion points",
    "what.longitudinal": "longitudinal strain",
    "what.apex": "segment 17",
    "what.segments": "segments",
    "what.strain": "strain",
    "what.rates": "ejection and filling rates",
    "what.strain_times": "times and rates of strain",
    "what.strain_rates": "strain rates",
    "what.frame": "{curves} in phase {frames}",
    "what.frames": "{curves} in phases {frames}",
    "why.no_wall": "no slice has a closed wall around the LV cavity at end-diastole",
    "why.never_closed": "no slice has a closed wall throughout the heart beat",
    "why.one_phase": "one phase was analyzed",
    "why.no_es": "end-systole was not found",
    "why.no_long_axis": "they need a long-axis cine",
    "why.no_short_axis": "they need a short-axis stack",
    "why.several_planes": "they need a long-axis cine of a single slice",
    "why.no_rv": "no septum was found beside an RV; the segments follow the patient's directions",
    "why.no_axis": "the long axis was not found at end-diastole",
    "why.open_apex": "the wall at the apex was not found closed at end-diastole",
    "why.one_slice": "a single slice has no basal, mid and apical level",
    "why.no_times": (
        "they need trusted, evenly spaced times of at least {frames} phases, and in each an LV "
        "volume that fits the neighboring phases"
    ),
    "why.few_slices": "fewer than {slices} slices have a closed wall",
    "why.open_levels": "a level has no closed wall: {levels}",
    "why.untrusted_times": "they need trusted phase times",
    "why.uneven_times": "they need evenly spaced times of at least {frames} phases",
    "why.gaps": "they need a value in every phase",
    "why.broken_wall": "the wall was not found whole there",
    "level.basal": "basal at {phase}",
    "level.mid": "mid at {phase}",
    "level.apical": "apical at {phase}",
    "curve.gcs_endo": "endocardial GCS",
    "curve.gcs_mid": "mid-wall GCS",
    "curve.grs": "GRS",
    "curve.gls": "GLS",
    "curve.rv_free_wall": "RV free wall",
    "curve.gcs_endo_basal": "basal GCS",
    "curve.gcs_endo_mid": "mid GCS",
    "curve.gcs_endo_apical": "apical GCS",
    # Why a file or series is not used; what reading itself refuses says its reason in English.
    "reason.one_phase": "one phase only, not a cine",
    "reason.localizer": "one phase only, a localizer",
    "reason.contrast": "images that differ in echo or inversion time, not a cine",
    "reason.many_beats": "images of many heart beats, not a cine",
    "reason.tagged": "tagged images",
    "reason.phase_contrast": "phase-contrast images",
    "reason.brightness": "images of changing brightness, such as perfusion or mapping",
    "reason.no_image": "no image",
    "reason.cut_header": "truncated or damaged header, which ends before the image",
    "reason.cut_off": "truncated file: images cut off",
    "reason.no_image_file": "not an image file",
    # Where.
    "place.frame": "phase {frame} of {frames}",
    "place.frames": "phases {numbers} of {frames}",
    "place.slice": "slice {slice} of {slices} in phase {frame} of {frames}",
    "place.and_frame": "{place} and in 1 other phase",
    "place.and_frames": "{place} and in {others} other phases",
    "place.and_place": "{place} and in 1 other place",
    "place.and_places": "{place} and in {others} other places",
    "at.phase": "at {phase}",
    "at.slice": "in slice {slices} at {phase}",
    "at.slices": "in slices {slices} at {phase}",
    "at.structure": "{structure} {where}",
    "phase.ed": "end-diastole",
    "phase.es": "end-systole",
    "list": "{first} and {last}",
    # What.
    "structure.lv": "LV cavity",
    "structure.myo": "LV myocardium",
    "structure.wall": "LV wall",
    "structure.rv": "RV cavity",
    "ventricle.lv": "LV",
    "ventricle.rv": "RV",
    "view.sax": "a short axis",
    "view.lax_2c": "a two-chamber view",
    "view.lax_3c": "a three-chamber view",
    "view.lax_4c": "a four-chamber view",
    "quantity.edv": "end-diastolic volume",
    "quantity.esv": "end-systolic volume",
    "quantity.ef": "ejection fraction",
    "unit.percentage_points": "percentage points",
}
"""Every sentence, part of a sentence and word, in English."""


def say(phrase: Values, translate: Translate = str) -> str:
    """A sentence with its values in a language.

    Args:
        phrase: under `phrase` the name of an entry of `SENTENCES`, beside it the values of it.
        translate: gives the English text of an entry in that language.

    Raises:
        KeyError, ValueError, IndexError: if there is no such entry, a value is missing, or the
            translated text asks for a value that the English one does not have.
    """
    values = {name: said(value, translate) for name, value in phrase.items() if name != "phrase"}
    return translate(SENTENCES[phrase["phrase"]]).format(**values)


def said(value: Any, translate: Translate = str) -> Any:
    """A value in words; a number stays one, for the sentence to format.

    Raises:
        KeyError, ValueError, IndexError: as `say`.
    """
    if isinstance(value, Mapping):
        return say(value, translate)
    if isinstance(value, list):
        return _listed([str(said(one, translate)) for one in value], translate)
    if isinstance(value, str):
        return translate(SENTENCES.get(value, value))
    return value


def _listed(words: list[str], translate: Translate) -> str:
    if len(words) < 2:
        return "".join(words)
    return translate(SENTENCES["list"]).format(first=", ".join(words[:-1]), last=words[-1])
