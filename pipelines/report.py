"""What a run prints: release, sources, quality, book, risk and the seconds of each stage; the same as JSON and as Markdown."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from models_py.gold.manifest import Manifest
from pipelines import tables
from pipelines.book_report import book_text
from pipelines.reports import SourceReport


@dataclass(frozen=True)
class RunReport:
    """The outcome of a daily run. `book` is the desk's summary, `seconds` the time of each stage."""

    manifest: Manifest
    quality: Any
    sources: tuple[SourceReport, ...]
    book: Mapping[str, Any]
    seconds: Mapping[str, float]


def as_dict(report: RunReport) -> dict[str, Any]:
    """The report for a script."""
    manifest = report.manifest
    return {
        "release": manifest.id,
        "world": manifest.world,
        "simulated": manifest.simulated,
        "now": manifest.published_at.isoformat(),
        "commit": manifest.commit,
        "rows": manifest.rows,
        "newest_knowledge": dict(manifest.latest_available_at),
        "rows_that_count_later": {table: asdict(later) for table, later in manifest.ahead.items()},
        "quality": dict(manifest.quality),
        "status": status_of(report.sources),
        "sources": sources_dict(report.sources),
        "book": dict(report.book),
        "seconds": dict(report.seconds),
    }


def as_text(report: RunReport) -> str:
    """The report for a person."""
    manifest = report.manifest
    simulated = "  SIMULATED: no evidence about markets" if manifest.simulated else ""
    head = f"release {manifest.id}  world {manifest.world}  as of {manifest.published_at:%Y-%m-%d %H:%M} UTC{simulated}"
    took = "  ".join(f"{stage} {seconds:.1f} s" for stage, seconds in report.seconds.items())
    return "\n\n".join(
        [
            head,
            sources_text(report.sources),
            gold_text(manifest),
            quality_text(manifest.quality),
            book_text(report.book),
            f"seconds: {took}  total {sum(report.seconds.values()):.1f} s",
        ]
    )


def gold_text(manifest: Manifest) -> str:
    """Rows by table and the newest knowledge at the run's instant; what only counts from a later one stands apart."""
    rows = []
    for table, count in manifest.rows.items():
        newest = (manifest.latest_available_at.get(table) or "").replace("T", " ")[:16]
        later = manifest.ahead.get(table)
        rows.append((table, f"{count:,}", newest, f"{later.rows:,} until {later.until[:10]}" if later else ""))
    told = tables.text("Gold, instants in UTC", ("table", "rows", "newest knowledge", "rows that count later"), rows, numbers=3)
    why = "Rows that count later are announced ahead (a policy rate, an inflation target): no decision sees them before their day."
    return f"{told}\n{why}" if manifest.ahead else told


def quality_text(quality: Mapping[str, Any]) -> str:
    """The score and its dimensions."""
    parts = "  ".join(f"{name} {float(value):.2f}" for name, value in quality.get("dimensions", {}).items())
    return f"quality {float(quality['score']):.2f} of 100   {parts}"


def status_of(reports: Sequence[SourceReport]) -> str:
    """DEGRADED where any source is."""
    return "DEGRADED" if any(report.status == "DEGRADED" for report in reports) else "OK"


def sources_dict(reports: Sequence[SourceReport]) -> list[dict[str, Any]]:
    """Source reports for a script."""
    return [
        {
            "source": report.source,
            "status": report.status,
            "requests": {outcome: count for outcome, count in report.counts.items() if count},
            "rows": {shape: count for shape, count in report.rows.items() if count},
            "quarantined": report.quarantined,
            "errors": [{"key": issue.key, "kind": issue.kind, "reason": issue.reason} for issue in report.errors],
            "last_success": report.last_success,
            "seconds": round(report.seconds, 2),
        }
        for report in reports
    ]


def sources_text(reports: Sequence[SourceReport]) -> str:
    """One line a source that was ever asked, the others by name, then which are degraded and every error by name."""
    silent = [report.source for report in reports if report.last_success is None and not (report.requests or report.errors)]
    rows = [
        (
            report.source,
            ", ".join(f"{count} {outcome}" for outcome, count in report.counts.items() if count) or "nothing due",
            f"{report.last_success:%Y-%m-%d %H:%M}" if report.last_success else "never",
            f"{sum(report.rows.values()):,}",
            str(report.quarantined),
            f"{report.seconds:.1f}",
        )
        for report in reports
        if report.source not in silent
    ]
    told = tables.text("Sources", ("source", "requests", "last success", "new rows", "quarantined", "seconds"), rows, numbers=3)
    errors = [f"  {report.source} {issue.kind}: {issue}" for report in reports for issue in report.errors]
    unasked = [f"not asked, as the catalogue names nothing of them in this world: {', '.join(silent)}"] if silent else []
    degraded = [report.source for report in reports if report.status == "DEGRADED"]
    named = [f"DEGRADED: {', '.join(degraded)}"] if degraded else []
    return "\n".join([told, *unasked, *named, *errors[:20], *([f"  and {len(errors) - 20} more"] if len(errors) > 20 else [])])


def markdown_quality(report: RunReport) -> str:
    """The quality artifact of a flow run."""
    quality = report.manifest.quality
    rows = [(name, f"{float(value):.1f}") for name, value in quality.get("dimensions", {}).items()]
    simulated = "**SIMULATED** " if report.manifest.simulated else ""
    head = f"{simulated}Release `{report.manifest.id}`: {float(quality['score']):.1f} of 100"
    return f"{head}\n\n{tables.markdown(('dimension', 'score'), rows)}"


def markdown_book(report: RunReport) -> str:
    """The book artifact of a flow run."""
    simulated = "**SIMULATED**\n\n" if report.manifest.simulated else ""
    return f"{simulated}```\n{book_text(report.book)}\n```"
