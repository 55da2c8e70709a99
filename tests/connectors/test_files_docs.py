"""The documentation of import maps says what the code reads: every format, rule and phrase it shows is parsed here."""

import re

import pytest

from models_py.quant import release_grammar
from pipelines.import_map import formats, reference, traps
from pipelines.import_map.grammar import COLUMNS
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "import-map.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return re.split(r"^#{2,3} ", TEXT.split(f"# {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def first_cells(title: str) -> list[str]:
    """Code spans of the first column of a section's table."""
    rows = [line for line in section(title).splitlines() if line.startswith("| `")]
    return [span.replace("\\|", "|") for line in rows for span in re.findall(r"`([^`]+)`", re.split(r"(?<!\\)\|", line)[1])]


def test_every_column_of_the_map_is_documented():
    assert set(COLUMNS) <= set(first_cells("The columns"))


@pytest.mark.parametrize("words", [line.strip() for line in section("Formats").splitlines() if line.startswith("    ")])
def test_a_documented_format_is_read(words):
    assert formats.parse(words).kind


@pytest.mark.parametrize("rule", [rule for rule in first_cells("Reference rules") if rule not in ("B3", "NYSE", "CME", "TARGET")])
def test_a_documented_reference_rule_is_read(rule):
    filled = rule.replace("TARGET on FIELD", "br_copom on meeting").replace("COLUMN", "end_date")
    assert reference.parse(filled)


@pytest.mark.parametrize("rule", first_cells("Availability rules"))
def test_a_documented_availability_rule_is_read(rule):
    named = f"release:{rule}" if re.fullmatch(r"copom_\w+|fomc_\w+|cftc_cot", rule) else rule
    assert release_grammar.parse(named).clauses


@pytest.mark.parametrize("phrase", [phrase for phrase in first_cells("Traps") if phrase != "skip"])
def test_a_documented_phrase_is_obeyed(phrase):
    said = phrase.replace("…", "(2010-2013)").removesuffix(" (2010-2013)")
    assert traps.parse(said) != traps.Traps()
