"""Codes that are not certain: confirmed by the source's own words before anything of them is loaded.

`seeds/confirmations.csv` names each such code and what its title must say: terms joined by `&`, each of them words joined by `|` of which
one must be there, or `!words` that must not. Case and accents do not count. What a source said is remembered in the lake,
`catalogue/<source>.json`, with the words it was held against: when those change, it is asked again.
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from models_py.kernel import seeds
from models_py.kernel.errors import CodeMismatch, SourceError
from models_py.kernel.lake import Lake
from models_py.kernel.settings import Settings
from pipelines import titles
from pipelines.connectors import CatalogueRow, Endpoint, Payload, connectors
from pipelines.connectors._answers import check_status
from pipelines.connectors._limits import Host
from pipelines.fetch import Fetcher, Reply, redact
from pipelines.vault import Vault, poll_id


@dataclass(frozen=True, slots=True)
class Code:
    """A code that is not certain, what its title must say, and why it is in doubt."""

    source: str
    key: str
    must_say: str
    because: str

    def agrees(self, title: str) -> bool:
        """Whether a title says what it must and nothing that it must not."""
        said = plain(title)
        terms = (term.strip() for term in self.must_say.split("&"))
        return all(
            plain(term[1:]) not in said if term.startswith("!") else any(plain(word) in said for word in term.split("|")) for term in terms
        )


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a source said of a code: `confirmed`, `differs`, or `unanswered` with the reason in place of a title."""

    source: str
    key: str
    must_say: str
    status: str
    title: str
    raw_sha256: str | None
    checked_at: str


def plain(text: str) -> str:
    """Lower case without accents, spaces made single."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())


def codes() -> tuple[Code, ...]:
    """Every code in doubt, in the order of the seed."""
    rows = seeds.read("confirmations").iter_rows(named=True)
    return tuple(Code(row["source"], row["source_key"], row["must_say"], row["because"]) for row in rows)


def key_of(row: CatalogueRow) -> str:
    """What of a catalogue key is confirmed: a contract's market, a symbol, else the key itself."""
    parts = row.source_key.split("|")
    return {"cftc": parts[min(1, len(parts) - 1)], "yahoo": parts[0]}.get(row.source, row.source_key)


def check(
    settings: Settings, lake: Lake, endpoints: Mapping[str, Endpoint], rows: Iterable[CatalogueRow], *, again: bool = False
) -> list[Confirmation]:
    """Ask the sources about the codes in doubt among catalogue rows, and remember what they said.

    Args:
        again: also about codes that were confirmed before.
    Returns:
        One confirmation a code, by source and key.
    """
    used = {(row.source, key_of(row)) for row in rows}
    wanted = [code for code in codes() if (code.source, code.key) in used and code.source in endpoints]
    found: list[Confirmation] = []
    for source in dict.fromkeys(code.source for code in wanted):
        of_source = [code for code in wanted if code.source == source]
        known = remembered(lake, source)
        due = [code for code in of_source if again or not _stands(known.get(code.key), code)]
        if due:
            known |= {one.key: one for one in _ask(settings, lake, endpoints[source], due)}
            content = [asdict(known[key]) for key in sorted(known)]
            lake.write(json.dumps(content, ensure_ascii=False, indent=1).encode(), "catalogue", f"{source}.json")
        found += [known[code.key] for code in of_source]
    return found


def admitted(
    settings: Settings, lake: Lake, endpoint: Endpoint, rows: Sequence[CatalogueRow]
) -> tuple[list[CatalogueRow], list[CodeMismatch]]:
    """The rows of one source that may be loaded in the live world, and why the others may not: differs, or no answer yet."""
    if settings.world != "live" or not rows:
        return list(rows), []
    source = rows[0].source
    refused = {one.key: one for one in check(settings, lake, {source: endpoint}, rows) if one.status != "confirmed"}
    errors = [
        CodeMismatch(source, row.source_key, f"{row.series_id}: its title must say {one.must_say!r}, found {one.status}: {one.title!r}")
        for row in rows
        if (one := refused.get(key_of(row))) is not None
    ]
    return [row for row in rows if key_of(row) not in refused], errors


def remembered(lake: Lake, source: str) -> dict[str, Confirmation]:
    """What a source said before, by key."""
    if not lake.exists("catalogue", f"{source}.json"):
        return {}
    return {one["key"]: Confirmation(**one) for one in json.loads(lake.read("catalogue", f"{source}.json"))}


def _stands(last: Confirmation | None, code: Code) -> bool:
    return last is not None and last.status == "confirmed" and last.must_say == code.must_say


def _ask(settings: Settings, lake: Lake, endpoint: Endpoint, wanted: Sequence[Code]) -> list[Confirmation]:
    source, now = wanted[0].source, settings.clock.now()
    host: Host = getattr(connectors()[source], "HOST", Host())
    with Fetcher(source, host, workers=1, pace=settings.sandbox_pace, now=now) as fetcher:
        return [_one(lake, endpoint, fetcher, code, now) for code in wanted]


def _one(lake: Lake, endpoint: Endpoint, fetcher: Fetcher, code: Code, now: datetime) -> Confirmation:
    request = titles.BY_SOURCE[code.source].ask(code.key, endpoint)
    shown, held = redact(request.url, request), {"digest": ""}

    def judge(reply: Reply) -> str:
        held["digest"] = digest = Vault(lake).store(reply.body)
        identity = poll_id(code.source, request.key, shown, None, now, digest)
        payload = Payload(code.source, request.key, shown, reply.body, reply.status, reply.content_type, now, identity, digest)
        check_status(payload)
        return titles.title(payload, code.key)

    try:
        said = fetcher.ask(request, judge)
        status = "confirmed" if code.agrees(said) else "differs"
    except SourceError as error:
        said, status = redact(error.reason, request), "unanswered"
    return Confirmation(code.source, code.key, code.must_say, status, said, held["digest"] or None, now.isoformat())
