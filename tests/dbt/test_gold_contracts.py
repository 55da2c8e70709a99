"""The contract of gold, read from its YAML: tables, grain, types, units and tests. Nothing is built."""

import re

import pytest
import yaml

from tests.conftest import ROOT

GOLD = ROOT / "dbt_project" / "models" / "gold"
MODELS = {path.stem: yaml.safe_load(path.read_text()) for path in sorted(GOLD.glob("*.yml"))}
each = pytest.mark.parametrize("name", MODELS)


def model(name):
    (found,) = MODELS[name]["models"]
    return found


def test_at_least_ten_tables_are_contracted():
    layer = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["models"]["macro"]["gold"]
    assert (layer["+contract"], layer["+materialized"], layer["+schema"]) == ({"enforced": True}, "table", "gold")
    assert {path.stem for path in GOLD.glob("*.sql")} == set(MODELS)
    assert len(MODELS) >= 10


@each
def test_a_table_says_its_grain_and_a_test_holds_it_to_it(name):
    found = model(name)
    (said,) = re.findall(r"\(grain ([a-z_, ]+)\)", " ".join(found["description"].split()))
    keys = [test["unique_key"]["arguments"]["columns"] for test in found.get("data_tests", []) if "unique_key" in test]
    keys += [[column["name"]] for column in found["columns"] if "unique" in column.get("data_tests", [])]
    assert sorted(said.split(", ")) in [sorted(columns) for columns in keys]


@each
def test_every_column_has_a_type_and_a_description_and_every_measure_a_unit(name):
    for column in model(name)["columns"]:
        assert column["data_type"], column
        assert column["description"].strip(), column
        if column["data_type"] == "double":
            assert column["config"]["meta"]["unit"], column


@each
def test_a_table_has_at_least_three_tests(name):
    found = model(name)
    tests = [*found.get("data_tests", []), *(test for column in found["columns"] for test in column.get("data_tests", []))]
    assert len(tests) + len(MODELS[name].get("unit_tests", [])) >= 3
