"""What the committees say: banks of sentences, tone, numbers of the data, words that stay, slips of the pen."""

import itertools
import re
from collections import Counter

import numpy as np
import pytest

from pipelines.sandbox.world import meetings, tone
from pipelines.sandbox.world.clauses import LEAST, LEVELS, bank
from pipelines.sandbox.world.figures import fraction
from pipelines.sandbox.world.speech import say
from pipelines.sandbox.world.texts import _misspelt
from tests.sandbox.world.worlds import SEEDS, world

COMMITTEES = {"copom": tone.brazilian, "fomc": tone.american}


def firsts(source, kind, seed=1):
    """First versions of one kind, in order of meetings, slips put right."""
    found = {text.id: text for text in world(seed).documents(source) if text.kind == f"{source}_{kind}"}
    return sorted(found.values(), key=lambda text: text.meeting)


@pytest.mark.parametrize("language", ["pt", "en"])
def test_a_bank_has_three_ways_or_more_to_say_each_level_of_each_slot_and_topic(language):
    words = bank(language)
    said = [*words.slots.values(), *(topic.sentences for topic in words.topics)]
    assert all(set(ways) == set(LEVELS) for ways in said)
    assert all(len(set(each)) == len(each) >= LEAST for ways in said for each in ways.values())
    assert {topic.section for topic in words.topics} == set(words.headings)
    for ways in (*words.decisions.values(), *words.votes.values(), *words.facts.values()):
        assert len(set(ways)) >= LEAST


@pytest.mark.parametrize("language", ["pt", "en"])
def test_sentences_are_whole_and_no_two_levels_of_a_topic_say_the_same(language):
    words = bank(language)
    for ways in (*words.slots.values(), *(topic.sentences for topic in words.topics)):
        every = [sentence for said in ways.values() for sentence in said]
        assert len(set(every)) == len(every)
        assert all(sentence[0].isupper() and sentence.endswith(".") and "  " not in sentence and "|" not in sentence for sentence in every)


@pytest.mark.parametrize(("source", "kind", "least", "most"), [
    ("copom", "stmt", 12, 18), ("copom", "min", 70, 110), ("fomc", "stmt", 12, 18), ("fomc", "min", 70, 110),
])
def test_documents_have_the_length_of_their_kind_and_say_nothing_twice(source, kind, least, most):
    for text in firsts(source, kind):
        said = [sentence.text for sentence in text.sentences]
        assert least <= len(said) <= most
        assert len(set(said)) == len(said), Counter(said).most_common(1)


def test_every_meeting_has_a_statement_and_minutes_once_they_are_out():
    days = meetings.copom()[(meetings.copom() >= np.datetime64("2010-01-01")) & (meetings.copom() < np.datetime64("2026-12-31"))]
    assert [text.meeting for text in firsts("copom", "stmt")] == days.tolist()
    assert [text.number for text in firsts("copom", "stmt")] == list(range(148, 148 + days.size))
    assert len(firsts("fomc", "stmt")) == 17 * 8 - 1        # what the FOMC quotes has its first print in February 2010


@pytest.mark.parametrize(("source", "kind", "meeting", "at"), [
    ("copom", "stmt", "2014-01-29", "2014-01-29T20:30"), ("copom", "stmt", "2020-03-18", "2020-03-18T21:30"),
    ("copom", "min", "2014-03-19", "2014-03-27T11:30"), ("copom", "min", "2018-03-14", "2018-03-20T11:00"),
    ("fomc", "stmt", "2012-03-14", "2012-03-14T18:15"), ("fomc", "stmt", "2013-03-20", "2013-03-20T18:00"),
    ("fomc", "min", "2014-01-29", "2014-02-19T19:00"),
])
def test_documents_are_out_at_the_committees_hours(source, kind, meeting, at):
    (found,) = [text.released_at for text in firsts(source, kind) if str(text.meeting) == meeting]
    assert found == np.datetime64(at)


def test_numbers_are_those_of_the_data():
    target, ipca = (world(1).prints("bcb_sgs", code) for code in ("432", "433"))
    for text in firsts("copom", "stmt"):
        (said,) = [one.text for one in text.sentences if one.slot == "decision"]
        rate = float(re.search(r"(\d+,\d\d)% a\.a\.", said)[1].replace(",", "."))
        assert f"{rate:.2f}".replace(".", ",") in text.title
        # the target of the day after the next business day is the one decided
        effective = target.latest()
        day = np.datetime64(text.meeting) + 5
        if day <= effective.source_date[-1]:
            assert effective.value[np.searchsorted(effective.source_date, day)] == rate
    for text in firsts("copom", "min"):
        (said,) = [one.text for one in text.sentences if "IPCA" in one.text and one.level is None]
        stated = next(one.released_at for one in firsts("copom", "stmt") if one.meeting == text.meeting)
        known = ipca.known(stated).latest()
        newest = known.value[-1] if not np.isnan(known.value[-1]) else known.value[-2]
        assert f"{newest:.2f}".replace(".", ",") in said


def test_the_range_of_the_federal_funds_rate_is_the_datas():
    upper = world(1).prints("fred", "DFEDTARU").latest()
    for text in firsts("fomc", "stmt"):
        (said,) = [one.text for one in text.sentences if one.slot == "decision"]
        row = np.searchsorted(upper.source_date, np.datetime64(text.meeting) + 2)
        if row < len(upper):
            assert said.endswith(f"{fraction(upper.value[row] - 0.25)} to {fraction(upper.value[row])} percent.")


@pytest.mark.parametrize(("value", "text"), [(0.0, "0"), (0.25, "1/4"), (2.0, "2"), (5.5, "5\u20111/2"), (0.7500001, "3/4")])
def test_quarters_are_written_as_fractions(value, text):
    assert fraction(value) == text


@pytest.mark.parametrize("source", ["copom", "fomc"])
def test_votes_are_counts_of_all_members_and_most_decisions_are_unanimous(source):
    members, split = {"copom": 9, "fomc": 10}[source], 0
    for text in firsts(source, "stmt"):
        (said,) = [one.text for one in text.sentences if one.slot == "votes"]
        counts = [int(number) for number in re.findall(r"(?<![\d,/\u2011])\b(\d+)\b(?![,/\u2011]\d)", said)]
        assert sum(counts) == members
        assert counts[0] > members / 2
        split += len(counts) == 2
    assert 0 < split < 0.4 * len(firsts(source, "stmt"))


@pytest.mark.parametrize("source", ["copom", "fomc"])
@pytest.mark.parametrize("seed", SEEDS[:2])
def test_levels_follow_the_tone_and_the_tone_the_economy(source, seed):
    found = COMMITTEES[source](world(seed)._publisher)
    means = [np.mean([one.level for one in text.sentences if one.level is not None]) for text in firsts(source, "min", seed)]
    assert np.corrcoef(means, found.tone[: len(means)])[0, 1] > 0.8         # the last minutes may be out next year
    assert np.corrcoef(found.tone, found.wanted)[0, 1] > 0.6
    assert set(np.unique(tone.levels(world(seed)._publisher, found, "x", "guidance"))) <= set(LEVELS)


def test_words_stand_again_in_seven_cases_of_ten_where_the_level_does():
    dates = np.arange("2010-01-01", "2026-01-01", 1, dtype="datetime64[D]")
    ways = {level: tuple(f"{level}.{place}" for place in range(5)) for level in LEVELS}
    held = say(3, "test", dates, np.ones(dates.size, np.int64), ways)
    again = np.mean([one == other for one, other in itertools.pairwise(held)])
    assert again == pytest.approx(0.70, abs=0.02)
    assert set(held) == set(ways[1])
    moved = say(3, "test", dates, np.arange(dates.size) % 5 - 2, ways)
    assert [one.split(".")[0] for one in moved] == [str(place % 5 - 2) for place in range(dates.size)]


def test_one_document_in_forty_has_a_slip_that_is_put_right_one_to_three_days_later():
    wrong, total = 0, 0
    for seed in SEEDS:
        for source in COMMITTEES:
            texts = world(seed).documents(source)
            total += sum(text.version == 1 for text in texts)
            for right in (text for text in texts if text.version == 2):
                (first,) = [text for text in texts if text.id == right.id and text.version == 1]
                pairs = [(one.text, other.text) for one, other in zip(first.sentences, right.sentences, strict=True) if one != other]
                assert len(pairs) == 1
                assert sorted(pairs[0][0]) == sorted(pairs[0][1])
                assert np.timedelta64(24, "h") <= right.published_at - first.published_at <= np.timedelta64(72, "h")
                assert right.released_at == first.released_at == first.published_at
                wrong += 1
    assert 1 / 60 < wrong / total < 1 / 28


def test_a_slip_swaps_two_letters_of_the_longest_word():
    assert _misspelt("A inflação recuou.") == "A infalção recuou."
    assert _misspelt("The settee.") == "The setete."


def test_documents_to_2018_are_the_same_in_a_world_that_goes_on_to_2026():
    cut = np.datetime64("2018-12-31T23:59:59")
    for source in COMMITTEES:
        short, long = world(2, 2018).documents(source), world(2).documents(source)
        assert short == tuple(text for text in long if text.published_at <= cut)
        assert len(short) > 130


def test_two_seeds_say_other_things():
    one, other = ({said.text for text in world(seed).documents("copom") for said in text.sentences[:3]} for seed in (1, 2))
    assert one != other


def test_no_document_has_the_name_of_a_person_and_each_says_that_it_is_simulated():
    for source, label in (("copom", "TEXTO SIMULADO"), ("fomc", "SIMULATED TEXT")):
        assert {text.label for text in world(1).documents(source)} == {label}
        capital = Counter(
            word for text in world(1).documents(source) for one in text.sentences for word in re.findall(r"(?<=[a-z,] )[A-Z]\w+", one.text)
        )
        known = {"Copom", "Comitê", "Focus", "Selic", "Committee", "Treasury", "IPCA", "GDP"}
        assert set(capital) - known - set(bank("en").months) == set()
