"""What a monitor scrapes: gauges from the manifest of the release that is served, and counts of the API's answers.

    macro_release_info{release,world,commit}              1
    macro_release_published_timestamp_seconds             when it was published
    macro_quality_score, macro_quality_minimum            out of 100; below the second nothing is published
    macro_source_quality_score{source}                    of the sources that promise anything
    macro_table_rows{table}                               rows
    macro_table_latest_timestamp_seconds{table}           newest knowledge at the release
    macro_http_requests_total{method,route,status}        answers
    macro_http_request_seconds{route}                     time to the last byte, a histogram
    macro_http_wire_total                                 answers sent past the framework (`app.api.wire`), in none of the two above

Names and labels follow Prometheus. Without a release the gauges are missing: that is what `absent()` is for. The book is not shown.
"""

import time
from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.releases import current_release
from models_py.kernel.clock import instant
from models_py.kernel.errors import LakeError
from models_py.kernel.settings import Settings

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class ReleaseGauges(Collector):
    """Gauges of the current release, read from its manifest at each scrape."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def collect(self) -> Iterator[Metric]:
        try:
            manifest = current_release(self._settings).manifest
        except LakeError:
            return
        labels = {"release": str(manifest.id), "world": manifest.world, "commit": manifest.commit}
        yield _gauge("macro_release_info", "The release that is served.", [(labels, 1.0)])
        published = manifest.published_at.timestamp()
        yield _gauge("macro_release_published_timestamp_seconds", "When it was published.", [({}, published)])
        yield _gauge("macro_quality_score", "Its score, out of 100.", [({}, float(manifest.quality["score"]))])
        yield _gauge("macro_quality_minimum", "Score below which nothing is published.", [({}, self._settings.minimum_quality)])
        sources = manifest.quality.get("sources", {})
        scores = [({"source": name}, float(score)) for name, score in sorted(sources.items()) if score is not None]
        yield _gauge("macro_source_quality_score", "Score of a source, out of 100.", scores, "source")
        rows = [({"table": name}, float(count)) for name, count in manifest.rows.items()]
        yield _gauge("macro_table_rows", "Rows of a gold table.", rows, "table")
        newest = sorted(manifest.latest_available_at.items())
        latest = [({"table": name}, instant(at).timestamp()) for name, at in newest if at is not None]
        yield _gauge("macro_table_latest_timestamp_seconds", "Newest knowledge of a gold table at the release.", latest, "table")


class Measured:
    """The application with its answers counted and timed, by route and not by path, so that ids make no labels."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        self._answers = Counter("macro_http_requests", "Answers of the API.", ("method", "route", "status"), registry=registry)
        self._seconds = Histogram("macro_http_request_seconds", "Time to the last byte.", ("route",), registry=registry, buckets=BUCKETS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sent)
        finally:
            route = str(getattr(scope.get("route"), "path", "none"))
            method = scope["method"] if route != "none" else "any"
            self._answers.labels(method, route, str(status)).inc()
            self._seconds.labels(route).observe(time.perf_counter() - started)


def repeated(registry: CollectorRegistry) -> Counter:
    """What counts answers that go past the framework, where routes are not known (`app.api.wire`)."""
    return Counter("macro_http_wire", "Answers sent past the framework: repeated to the byte, or hot.", registry=registry)


def registry(settings: Settings) -> CollectorRegistry:
    """What one application is measured by."""
    made = CollectorRegistry()
    made.register(ReleaseGauges(settings))
    return made


def _gauge(name: str, text: str, samples: list[tuple[dict[str, str], float]], *labels: str) -> Metric:
    names: Any = labels or (tuple(samples[0][0]) if samples else ())
    family = GaugeMetricFamily(name, text, labels=names)
    for values, value in samples:
        family.add_metric([values[label] for label in names], value)
    return family
