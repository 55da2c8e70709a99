"""The sources behind one address: a call goes to its source's renderer, through throttles and the fault plan.

    /<source>/<real path>         what the source answers
    /_sandbox/clock               GET the clock; PUT {"now": …} or {"rate": …} moves it (tests)
    /_sandbox/truth/<what>        states, calendar, premia, faults: for tests alone

No socket here: `pipelines.sandbox.server` brings bytes in and out. Every answer carries `X-Simulated`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from threading import Lock
from types import ModuleType

from models_py.kernel.registry import modules
from pipelines.sandbox.clock import ServedClock
from pipelines.sandbox.damage import Hit, kinds
from pipelines.sandbox.door import behind_the_door
from pipelines.sandbox.episodes import is_on, released_at
from pipelines.sandbox.faults import Plan
from pipelines.sandbox.throttle import Throttle
from pipelines.sandbox.view import Archive, View
from pipelines.sandbox.wire import Answer, Call, not_found
from pipelines.sandbox.world import World


@cache
def renderers() -> Mapping[str, ModuleType]:
    """Renderer modules by source, found by walking the package."""
    return {module.SOURCE: module for module in modules("pipelines.sandbox.render")}


class Service:
    """One world, one clock, one plan."""

    def __init__(
        self, clock: ServedClock, plan: Plan, world: Callable[[date], World], *, pace: float = 0.0
    ) -> None:
        """`world` makes the world that reaches a date."""
        self.clock, self.plan, self.pace, self._world = clock, plan, pace, world
        self.hits: list[dict[str, object]] = []
        self._lock, self._attempts = Lock(), Counter[str]()
        self._throttle, self._started_at = Throttle(pace), clock.now()
        self._archive = self._opened(_horizon(self._started_at))

    @property
    def seed(self) -> int:
        return self._archive.world.seed

    @property
    def label(self) -> tuple[str, str]:
        return "X-Simulated", f"true; seed={self.seed}"

    def view(self, now: datetime | None = None) -> View:
        """What is known at an instant, by default the clock's; the world is made longer where the clock has left it."""
        now = self.clock.now() if now is None else now
        with self._lock:
            if _horizon(now) > self._until:
                self._archive = self._opened(_horizon(now))
            return View(self._archive, now)

    def _opened(self, until: date) -> Archive:
        """A world that reaches a date, its series ready: the first caller does not wait for them."""
        self._until = until
        archive = Archive(self._world(until))
        for source in renderers():
            archive.keys(source)
        return archive

    def moved(self, to: datetime | None, rate: float | None) -> None:
        """Move the clock; attempts are counted anew, since the same call at another instant is another call."""
        with self._lock:
            self.clock.move(to, rate)
            self._attempts.clear()

    @contextmanager
    def respond(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Iterator[Answer]:
        """The answer to a request; the call is in flight until the context ends."""
        path, _, query = target.partition("?")
        view = self.view()
        if path.startswith("/_sandbox/"):
            yield behind_the_door(self, view, method, path, query, body)
            return
        source, _, rest = path.lstrip("/").partition("/")
        call = Call(source, f"/{rest}", query, view.now, self.seed, method, headers or {}, body, pace=self.pace)
        if source not in renderers():
            routes = tuple(f"/{name}{route}" for name, module in renderers().items() for route in module.ROUTES)
            yield not_found(replace(call, path=path), routes)
            return
        with self._throttle.call(call) as verdict:
            answer = verdict.refusal or self._answer(replace(call, attempt=self._attempt(call)), view)
            slow = replace(answer.delivery, wait=answer.delivery.wait + verdict.seconds)
            yield answer if verdict.seconds == 0 else answer.but(delivery=slow)

    def _attempt(self, call: Call) -> int:
        with self._lock:
            self._attempts[call.identity] += 1
            return self._attempts[call.identity] - 1

    def _answer(self, call: Call, view: View) -> Answer:
        renderer, seed = renderers()[call.source], self.plan.seed if self.plan.seed is not None else self.seed
        key = renderer.key(call)
        for fault in self.plan.faults:
            if not (fault.meets(call, key) and is_on(fault, call, view, key, self._started_at) and fault.strikes(call, seed)):
                continue
            options = {**fault.options}
            if fault.kind == "late_release":
                options["released_at"] = released_at(fault, call, view, key)
            hit = Hit(call, view, options, fault.index, seed, renderer.answer)
            damaged = kinds()[fault.kind].damage(hit)
            if damaged != renderer.answer(call, view):
                self._log(fault.index, fault.kind, call, key)
            return damaged
        answer: Answer = renderer.answer(call, view)
        return answer

    def _log(self, index: int, kind: str, call: Call, key: str) -> None:
        with self._lock:
            self.hits.append({
                "fault": index, "kind": kind, "source": call.source, "key": key, "request": call.identity, "attempt": call.attempt,
                "now": call.now.isoformat(),
            })


def _horizon(now: datetime) -> date:
    """Worlds end with a year: the clock's, or the next one in its last days, since local dates and targets run ahead."""
    return date(now.year + (now.month == 12), 12, 31)


