"""Documents of the two committees as published: statements and minutes, every version, sentence by sentence.

A sentence says one level of one slot in one of the bank's ways. Where a level is that of the meeting before, the same words stand
again in 70 % of cases, so that two documents differ as little as real ones do. Numbers are those of the data. Where another move
came near, up to four members wanted it: votes are counts, nobody has a name.

    COPOM   statement 18:30 of the day; minutes Thursday of the next week, 08:30, from July 2016 Tuesday, 08:00, in São Paulo
    FOMC    statement 14:15, from March 2013 14:00; minutes three weeks later, 14:00, in New York
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import figures, rng, tone
from pipelines.sandbox.world.clauses import Bank, ByLevel, bank
from pipelines.sandbox.world.grid import BRT, ET, later, shift, utc
from pipelines.sandbox.world.publisher import Publisher
from pipelines.sandbox.world.speech import same, say
from pipelines.sandbox.world.texts import Part, Sentence, Text, versions

Dates = NDArray[np.datetime64]

SOURCES = ("copom", "fomc")
FIRST_COPOM = 148                                      # number of the first meeting of 2010
NEW_MINUTES = np.datetime64("2016-07-01")              # from here minutes have sections and are out on Tuesday
EARLIER_HOUR = np.datetime64("2013-03-01")
DISSENT = 0.04
MEMBERS = {"copom": 9, "fomc": 10}
EACH = 2                                               # sentences of the minutes on each topic
IN_PARAGRAPH = 3


def build(p: Publisher, read: figures.Read, source: str) -> tuple[Text, ...]:
    """Every version of every document of a committee, by instant of publication.

    Raises:
        KeyError: no such committee.
    """
    language, meetings = {"copom": ("pt", tone.brazilian), "fomc": ("en", tone.american)}[source]
    words, of = bank(language), meetings(p)
    stated, minuted = _instants(source, of.dates)
    told = (figures.brazilian if source == "copom" else figures.american)(of, stated, read, words.months)
    decided = _decisions(p, of, words, told)
    statements, minutes = _statements(p, of, words, told, decided), _minutes(p, of, words, told, decided)
    sign = np.sign(np.round(of.after - of.before, 3)).astype(int)
    made: list[Text] = []
    for row, day in enumerate(of.dates.tolist()):
        number = FIRST_COPOM + row
        for kind, parts, at in ((f"{source}_stmt", statements[row], stated[row]), (f"{source}_min", minutes[row], minuted[row])):
            title = words.titles[kind][int(sign[row])].format(number=number, **told[row])
            made += versions(p.seed, Text(source, kind, day, number, at, at, 1, title, words.label, parts))
    return tuple(sorted((one for one in made if one.published_at <= p.end), key=lambda one: (one.published_at, one.kind)))


def _instants(source: str, days: Dates) -> tuple[Dates, Dates]:
    """When statements are out, and minutes."""
    if source == "fomc":
        return utc(days, np.where(days < EARLIER_HOUR, 14.25, 14.0), ET), utc(later(days, 21), 14.0, ET)
    is_new = days >= NEW_MINUTES
    out = shift("br", later(days, np.where(is_new, 6, 8)), 0)
    return utc(days, 18.5, BRT), utc(out, np.where(is_new, 8.0, 8.5), BRT)


def _decisions(p: Publisher, of: tone.Meetings, words: Bank, told: figures.Figures) -> list[tuple[Sentence, Sentence]]:
    """What was decided and by how many votes, at each meeting."""
    moved = np.round(of.after - of.before, 3)
    draw = rng.daily(p.seed, f"documents.{of.name}.votes", of.dates, 1, "uniform")
    torn = (of.margin < DISSENT) & (np.abs(np.abs(of.rival - moved) - tone.STEP) < 1e-6) & (of.before + of.rival > 0)
    against = np.where(torn, 1 + np.floor(4 * draw), 0).astype(int)
    verdict = say(p.seed, f"{of.name}.decision", of.dates, np.sign(moved).astype(np.int64), words.decisions)
    counted = {name: same(p.seed, f"{of.name}.votes.{name}", of.dates, ways) for name, ways in words.votes.items()}
    written = figures.fraction if of.name == "fomc" else (lambda points: figures.comma(points, 2))
    pairs = []
    for row, figure in enumerate(told):
        other = words.moves[int(np.sign(of.rival[row]))].format(step=written(abs(float(of.rival[row]))))
        votes = counted["split" if against[row] else "all"][row].format(
            votes_for=MEMBERS[of.name] - against[row], votes_against=against[row], other=other
        )
        pairs.append((Sentence(verdict[row].format(**figure), "decision"), Sentence(votes, "votes")))
    return pairs


def _statements(
    p: Publisher, of: tone.Meetings, words: Bank, told: figures.Figures, decided: Sequence[tuple[Sentence, Sentence]]
) -> list[tuple[Part, ...]]:
    """One part: a paragraph for each slot, the decision before guidance, votes last."""
    columns: dict[str, list[list[Sentence]]] = {}
    for slot in (*words.slots, *(one for one in words.borrowed if one not in words.slots)):
        columns[slot] = _fact(p, of, words, told, f"statement.{slot}", slot)
        if slot in words.slots:
            columns[slot].insert(0, _levelled(p, of, f"statement.{slot}", slot, words.slots[slot]))
        topics = [topic for topic in words.topics if topic.slot == slot][1 : 1 + words.borrowed.get(slot, 0)]
        columns[slot] += [_levelled(p, of, topic.name, slot, topic.sentences, "statement.") for topic in topics]
    made: list[tuple[Part, ...]] = []
    for row, (decision, votes) in enumerate(decided):
        paragraphs = [(slot, tuple(column[row] for column in found)) for slot, found in columns.items()]
        before = [said for slot, said in paragraphs if slot not in ("guidance", "balance_sheet")]
        after = [said for slot, said in paragraphs if slot in ("guidance", "balance_sheet")]
        made.append((Part("", (*before, (decision,), *after, (votes,))),))
    return made


def _minutes(
    p: Publisher, of: tone.Meetings, words: Bank, told: figures.Figures, decided: Sequence[tuple[Sentence, Sentence]]
) -> list[tuple[Part, ...]]:
    """A part for each section: facts first, then every topic; decision and votes close the last."""
    sections = {
        name: [
            *_fact(p, of, words, told, f"minutes.{name}", name),
            *(
                _levelled(p, of, topic.name, topic.slot, _share(topic.sentences, place), f"minutes.{place}.")
                for topic in words.topics if topic.section == name for place in range(EACH)
            ),
        ]
        for name in words.headings
    }
    last = list(sections)[-1]
    made = []
    for row, (decision, votes) in enumerate(decided):
        is_old = of.name == "copom" and of.dates[row] < NEW_MINUTES
        parts = []
        for name, columns in sections.items():
            said = [column[row] for column in columns] + ([decision, votes] if name == last else [])
            paragraphs = tuple(tuple(said[start : start + IN_PARAGRAPH]) for start in range(0, len(said), IN_PARAGRAPH))
            parts.append(Part((words.old_headings if is_old else words.headings)[name], paragraphs))
        made.append(tuple(parts))
    return made


def _levelled(
    p: Publisher, of: tone.Meetings, name: str, slot: str, ways: ByLevel, document: str = ""
) -> list[Sentence]:
    """A sentence at each meeting: a topic has one level in all documents of a meeting, and words of its own in each."""
    levels = tone.levels(p, of, name, slot)
    said = say(p.seed, f"{of.name}.{document}{name}", of.dates, levels, ways)
    return [Sentence(text, slot, level) for text, level in zip(said, levels.tolist(), strict=True)]


def _share(ways: ByLevel, place: int) -> ByLevel:
    """The ways that are left to one of the sentences of a topic, so that no two are the same."""
    return {level: said[place::EACH] for level, said in ways.items()}


def _fact(p: Publisher, of: tone.Meetings, words: Bank, told: figures.Figures, place: str, slot: str) -> list[list[Sentence]]:
    if place not in words.facts:
        return []
    said = same(p.seed, f"{of.name}.{place}", of.dates, words.facts[place])
    return [[Sentence(text.format(**figure), slot) for text, figure in zip(said, told, strict=True)]]
