"""The README tells of the sources that are there."""

import pytest

from pipelines.connectors import connectors
from pipelines.source_table import rendered, table
from pipelines.strategy_table import README


def test_the_table_of_sources_is_the_registry_s():
    text = README.read_text(encoding="utf-8")
    assert rendered(text) == text, "run: python -m pipelines.source_table"


def test_every_source_has_a_row_and_the_sandbox_more_than_three_hundred_series():
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table().splitlines()[2:]]
    assert [row[0].strip("`") for row in rows[:-1]] == sorted(connectors())
    assert int(rows[-1][2]) == sum(int(row[2] or 0) for row in rows[:-1]) > 300


def test_a_readme_without_the_marks_is_refused():
    with pytest.raises(ValueError, match="substring"):
        rendered("# Macro desk\n")
