from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from models_py.kernel.errors import LakeError
from models_py.kernel.lake import Lake, open_lake
from models_py.kernel.settings import Settings
from models_py.kernel.stored import Poll
from pipelines.vault import PollLog, Vault, poll_id

NOW = datetime(2031, 3, 14, 11, 45, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path) -> Lake:
    return open_lake(Settings(lake=str(tmp_path / "lake")))


def poll(**changes) -> Poll:
    url = "http://x/a?api_key=***"
    one = Poll("0123456789abcdef", "fred", "GDP", url, "GET", None, 200, "text/csv", {"etag": "x"}, NOW, "f" * 64, 3, "ok")
    return replace(one, **changes)


def test_bytes_are_kept_once_under_their_sha256(lake):
    vault = Vault(lake)
    digest = vault.store(b"payload")
    assert digest == sha256(b"payload").hexdigest() == vault.store(b"payload")
    assert lake.glob("raw/objects/*/*") == [f"raw/objects/{digest[:2]}/{digest}"]
    assert vault.load(digest) == b"payload"


def test_an_object_whose_bytes_changed_is_not_handed_out(lake):
    digest = Vault(lake).store(b"payload")
    Path(lake.path("raw", "objects", digest[:2], digest)).write_bytes(b"other")
    with pytest.raises(LakeError, match=f"raw object {digest} holds other bytes"):
        Vault(lake).load(digest)
    with pytest.raises(LakeError, match="not in the lake"):
        Vault(lake).load("0" * 64)


def test_every_poll_is_a_line_and_comes_back_as_it_was(lake):
    log = PollLog(lake, "fred", NOW)
    polls = [poll(), poll(poll_id="b" * 16, outcome="failed", raw_sha256=None, reason="connection refused: ação")]
    for one in polls:
        log.append(one)
    log.flush()
    assert Vault(lake).polls("fred") == polls
    assert Vault(lake).sources() == ["fred"]


def test_polls_come_in_the_order_of_their_runs(lake):
    for number in (2, 0, 1):
        at = NOW + timedelta(days=number)
        PollLog(lake, "fred", at).append(poll(fetched_at=at))
    assert [one.fetched_at.day for one in Vault(lake).polls("fred")] == [14, 15, 16]


def test_the_torn_line_of_a_killed_run_is_left_out_and_the_next_poll_stands_on_a_line_of_its_own(lake):
    PollLog(lake, "fred", NOW).append(poll())
    (name,) = lake.glob("raw/polls/fred/*.jsonl")
    path = Path(lake.path(name))
    whole = path.read_bytes()
    for torn in (whole[:-1], whole + b'{"poll_id": "1", "headers": {}', whole + b'{"poll_id"'):
        path.write_bytes(torn)
        PollLog(lake, "fred", NOW).append(poll(poll_id="c" * 16))
        assert [one.poll_id[0] for one in Vault(lake).polls("fred")] == ["0", "c"]


def test_where_nothing_can_be_appended_each_flush_is_a_file_of_its_own(tmp_path):
    local = open_lake(Settings(lake=str(tmp_path / "lake")))

    class Remote(Lake):
        is_local = False  # type: ignore[assignment]

        def write(self, content: bytes, *parts: str) -> None:
            local.write(content, *parts)

    log = PollLog(Remote(local.root, local.world_id, local.fs), "fred", NOW)
    log.append(poll())
    assert Vault(local).polls("fred") == []
    log.flush()
    log.append(poll(poll_id="d" * 16))
    log.flush()
    log.flush()
    assert len(local.glob("raw/polls/fred/*.jsonl")) == 2
    assert [one.poll_id[0] for one in Vault(local).polls("fred")] == ["0", "d"]


def test_a_poll_is_named_by_source_key_url_body_time_and_payload():
    # sha256("fred|GDP|http://x/a||2031-03-14T11:45:00+00:00|ff")
    assert poll_id("fred", "GDP", "http://x/a", None, NOW, "ff") == sha256(b"fred|GDP|http://x/a||2031-03-14T11:45:00+00:00|ff").hexdigest()[:16]
    given = ("fred", "GDP", "http://x/a", None, NOW, "ff")
    others = {1: "GDPC1", 2: "http://x/b", 3: b"{}", 4: NOW + timedelta(seconds=1), 5: "fe"}
    names = {poll_id(*given), *(poll_id(*given[:place], other, *given[place + 1 :]) for place, other in others.items())}
    assert len(names) == 6


def test_a_poll_without_an_answer_has_no_payload(lake):
    with pytest.raises(LakeError, match="has no payload"):
        Vault(lake).payload(poll(raw_sha256=None))
