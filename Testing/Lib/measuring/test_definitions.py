"""The table of measures is complete and says where each comes from."""

from __future__ import annotations

import re

import pytest

from CMRSegmentationLib.measuring.definitions import DEFINITIONS, INDEXED_QUANTITIES, Definition

CONTRACT = (
    *("lv_edv", "lv_esv", "lv_sv", "lv_ef", "lv_mass", "lv_co"),
    *("rv_edv", "rv_esv", "rv_sv", "rv_ef", "rv_co", "heart_rate", "bsa"),
)


@pytest.mark.parametrize("key", CONTRACT)
def test_every_measure_of_the_contract_is_defined(key: str):
    assert DEFINITIONS[key].key == key


def test_what_scales_with_the_body_has_an_index_and_nothing_else_has():
    indices = {key for key in DEFINITIONS if key.endswith("_index")}
    assert indices == {
        f"{key}_index" for key in DEFINITIONS if key.split("_")[-1] in INDEXED_QUANTITIES
    }
    assert DEFINITIONS["lv_mass_index"].unit == "g/m²"
    assert "lv_ef_index" not in DEFINITIONS


@pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=lambda one: one.key)
def test_a_definition_has_a_name_a_unit_and_a_text(definition: Definition):
    assert definition.name
    assert definition.unit
    assert len(definition.text) > 20


@pytest.mark.parametrize(
    "key", [key for key in DEFINITIONS if "_area" not in key and key != "heart_rate"]
)
def test_a_clinical_definition_names_its_source(key: str):
    assert re.search(r"doi:10\.|PMC\d", DEFINITIONS[key].text)


def test_names_tell_the_measures_apart():
    assert len({one.name for one in DEFINITIONS.values()}) == len(DEFINITIONS)
