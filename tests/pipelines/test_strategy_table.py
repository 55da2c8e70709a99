"""The README tells of the strategies that are there."""

import pytest

from models_py.kernel.registry import agents, strategies
from pipelines.strategy_table import README, rendered


def test_the_table_of_strategies_is_the_registry_s():
    text = README.read_text(encoding="utf-8")
    assert rendered(text) == text, "run: python -m pipelines.strategy_table"


def test_every_strategy_and_agent_has_a_row_with_its_id():
    text = README.read_text(encoding="utf-8")
    for speaker in [*strategies().values(), *agents().values()]:
        assert f"`{speaker.name}` | {speaker.code}{'' if getattr(speaker, 'enabled', True) else ' *'} |" in text


def test_a_readme_without_the_marks_is_refused():
    with pytest.raises(ValueError, match="substring"):
        rendered("# Macro desk\n")
