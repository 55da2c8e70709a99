"""The first half of ingestion: plan a source's requests, ask, keep the bytes, write down every poll. Nothing is parsed here.

An answer is judged by its connector (`validate`, `is_empty`) before it counts as data. A request whose answer was final when it
was last fetched (`settled`) is not made again. An answer can call for more requests (`follow`): pages, and windows over a list
of vintage dates. When five requests in a row get no answer the source is down, and the rest are not asked.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from types import ModuleType

from models_py.kernel.clock import Clock
from models_py.kernel.errors import MacroError, PayloadError, SourceDown, SourceError, SourceRefused
from models_py.kernel.lake import Lake
from models_py.kernel.settings import Settings
from models_py.kernel.stored import Outcome, Poll
from pipelines.connectors import CatalogueRow, Endpoint, Payload, Request
from pipelines.connectors._answers import check_status, glimpse
from pipelines.connectors._limits import Host
from pipelines.fetch import Fetcher, Reply, redact
from pipelines.perishables import in_order, is_key_of
from pipelines.progress import Step
from pipelines.quarantine import Quarantine
from pipelines.reports import Tally
from pipelines.vault import DATA, NOTHING, SECRET_HEADERS, PollLog, Vault, poll_id

DOWN_AFTER = 5                             # requests in a row without an answer
PATIENCE = 10                              # times a source's own time limits, where it is simulated


@dataclass(frozen=True, slots=True)
class _Asked:
    """What came of one request."""

    outcome: Outcome
    more: Sequence[Request] = ()
    is_down: bool = False


class Poller:
    """One source in one run."""

    def __init__(
        self, settings: Settings, lake: Lake, connector: ModuleType, tally: Tally, *, answered_since: datetime | None = None
    ) -> None:
        """`answered_since`: what has been answered from then on is not asked for again, final or not."""
        self._settings, self._connector, self._tally = settings, connector, tally
        self._answered_since = answered_since
        self._source: str = connector.SOURCE
        self._now: datetime = Clock(settings.now).now()
        self._vault, self._quarantine = Vault(lake), Quarantine(lake)
        self._log = PollLog(lake, self._source, self._now)
        self._refused = self._quarantine.entries(self._source)
        self._last: dict[str, Poll] = {}
        self._last_data: dict[str, Poll] = {}
        for poll in self._vault.polls(self._source):
            self._remember(poll)

    def run(self, rows: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint, step: Step) -> None:
        """Plan and ask. What goes wrong is noted, and the rest goes on."""
        try:
            queue = deque(in_order(self._connector, self._connector.plan(rows, since, until, endpoint)))
        except MacroError as error:
            self._tally.blame(error, "plan")
            return
        workers = self._settings.workers
        host: Host = getattr(self._connector, "HOST", Host())
        if self._settings.world == "sandbox":              # as slow as this machine is busy: its outages hang up, they do not hang
            host = replace(host, timeout=PATIENCE * host.timeout, deadline=PATIENCE * host.deadline)
        running: set[Future[_Asked]] = set()
        done, failures = 0, 0
        with (
            Fetcher(self._source, host, workers=workers, pace=self._settings.sandbox_pace, now=self._now) as fetcher,
            ThreadPoolExecutor(workers, thread_name_prefix=self._source) as pool,
        ):
            while queue or running:
                while queue and len(running) < 2 * workers and failures < DOWN_AFTER:
                    request = queue.popleft()
                    final = self._final(request)
                    running.add(pool.submit(self._ask, fetcher, request) if final is None else pool.submit(self._recall, request, final))
                if failures >= DOWN_AFTER:
                    self._give_up(queue)
                ended, running = wait(running, return_when=FIRST_COMPLETED) if running else (set(), set())
                for asked in (future.result() for future in ended):
                    failures = failures + 1 if asked.is_down else 0
                    queue.extend(asked.more)
                    done += 1
                step(self._source, done, done + len(queue) + len(running))
        self._log.flush()

    def last_success(self) -> datetime | None:
        """When the source last gave data."""
        return max((poll.fetched_at for poll in self._last_data.values()), default=None)

    def _final(self, request: Request) -> Poll | None:
        """The last poll of a request that need not be made again."""
        poll = self._last.get(_request_id(request))
        settled = getattr(self._connector, "settled", None)
        if poll is None or poll.fetched_at > self._now:
            return None
        if self._answered_since is not None and poll.fetched_at >= self._answered_since and not is_key_of(self._connector, request):
            return poll
        if settled is None:
            return None
        closed = settled if poll.outcome in DATA else getattr(self._connector, "abandoned", settled)
        return poll if closed(request, poll.fetched_at) else None

    def _recall(self, request: Request, final: Poll) -> _Asked:
        """What an answer that is final calls for, as when it was fetched."""
        self._tally.settle()
        if final.outcome not in DATA or not hasattr(self._connector, "follow"):
            return _Asked(final.outcome)                 # thousands of payloads need not be read again to call for nothing
        try:
            return _Asked(final.outcome, self._more(request, self._vault.payload(final)))
        except SourceError as error:
            return self._failed(request, error, final)

    def _give_up(self, queue: deque[Request]) -> None:
        if queue:
            self._tally.count("failed", len(queue))
            reason = f"{len(queue)} requests not made: {DOWN_AFTER} in a row got no answer"
            self._tally.blame(SourceDown(self._source, queue[0].key, reason))
        queue.clear()

    def _ask(self, fetcher: Fetcher, request: Request) -> _Asked:
        judged: list[Poll] = []

        def judge(reply: Reply) -> tuple[Poll, Payload]:
            judged.clear()
            digest = self._vault.store(reply.body)
            poll = self._poll(request, reply, digest)
            payload = Payload(
                self._source, request.key, poll.url, reply.body, reply.status, reply.content_type, self._now, poll.poll_id, digest
            )
            try:
                judged.append(replace(poll, outcome=self._outcome(request, payload)))
            except SourceError as error:
                judged.append(replace(poll, outcome=outcome_of(error), reason=redact(error.reason, request)))
                raise
            finally:
                self._log.append(judged[0])
            return judged[0], payload

        try:
            poll, payload = fetcher.ask(request, judge)
        except SourceError as error:
            return self._failed(request, error, judged[0] if judged else None)
        self._remember(poll)
        waiting = self._refused_twin(poll)
        self._tally.count("drifted" if waiting else poll.outcome)
        if poll.outcome == "late":
            self._tally.blame(SourceDown(self._source, request.key, "late: nothing is out though it is due"))
        if waiting:
            self._tally.blame(waiting)
        try:
            return _Asked(poll.outcome, self._more(request, payload) if poll.outcome in DATA else ())
        except SourceError as error:
            return self._failed(request, error, poll)

    def _failed(self, request: Request, error: SourceError, poll: Poll | None) -> _Asked:
        error = type(error)(error.source, error.key, redact(error.reason, request))
        if poll is None:
            poll = replace(self._poll(request, None, None), outcome=outcome_of(error), reason=error.reason)
            self._log.append(poll)
        outcome = outcome_of(error)
        self._tally.count(outcome)
        self._tally.blame(error)
        if outcome == "drifted" and poll.raw_sha256 is not None:
            self._quarantine.put(poll, error)
        return _Asked(outcome, is_down=outcome == "failed" and (poll.status == 0 or poll.status >= 429))

    def _outcome(self, request: Request, payload: Payload) -> Outcome:
        """What a valid answer is.

        Raises:
            SourceError: it is not valid.
        """
        getattr(self._connector, "validate", check_status)(payload)
        is_empty = getattr(self._connector, "is_empty", None)
        if is_empty is not None and is_empty(payload):
            due = getattr(self._connector, "due", None)
            return "late" if due is not None and due(request) <= self._now else "empty"
        if payload.status >= 400:
            raise SourceRefused(self._source, request.key, f"status {payload.status}: {glimpse(payload.body)}")
        before = self._last_data.get(_request_id(request))
        return "unchanged" if before is not None and before.raw_sha256 == payload.raw_sha256 else "ok"

    def _more(self, request: Request, payload: Payload) -> Sequence[Request]:
        follow = getattr(self._connector, "follow", None)
        return () if follow is None else tuple(follow(request, payload))

    def _refused_twin(self, poll: Poll) -> SourceError | None:
        """The reason for which the same bytes lie in quarantine."""
        same = (entry for entry in self._refused.values() if (entry.key, entry.raw_sha256) == (poll.key, poll.raw_sha256))
        entry = next(same, None) if poll.outcome == "unchanged" else None
        return PayloadError(self._source, poll.key, f"in quarantine: {entry.reason}") if entry else None

    def _remember(self, poll: Poll) -> None:
        if poll.outcome in (*DATA, *NOTHING):
            self._last[poll.request_id] = poll
        if poll.outcome in DATA:
            self._last_data[poll.request_id] = poll

    def _poll(self, request: Request, reply: Reply | None, digest: str | None) -> Poll:
        url = redact(request.url, request)
        return Poll(
            poll_id(self._source, request.key, url, request.body, self._now, digest),
            self._source,
            request.key,
            url,
            request.method,
            sha256(request.body).hexdigest() if request.body is not None else None,
            reply.status if reply else 0,
            reply.content_type if reply else "",
            _shown(reply.headers) if reply else {},
            self._now,
            digest,
            len(reply.body) if reply else 0,
            "failed",
            request_headers=_shown(request.headers),
            request_body=request.body.decode("utf-8", "replace") if request.body is not None else None,
        )


def _shown(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items() if name.lower() not in SECRET_HEADERS}


def outcome_of(error: SourceError) -> Outcome:
    """The outcome that an error stands for."""
    if isinstance(error, PayloadError):
        return "drifted"
    return "refused" if isinstance(error, SourceRefused) else "failed"


def _request_id(request: Request) -> str:
    body = sha256(request.body).hexdigest() if request.body is not None else ""
    return f"{request.method} {redact(request.url, request)} {body}"
