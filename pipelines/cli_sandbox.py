"""Commands of the simulated sources: `sandbox serve`, `sandbox score`."""

import time
from contextlib import suppress
from typing import Annotated

import typer

from pipelines.cli_options import JsonOption, NowOption, command, group, settings_of, show, told

app = group("The simulated Brazil and United States.")


@command(app)
def serve(
    now: NowOption = None,
    port: Annotated[int, typer.Option(help="port; 0 takes a free one")] = 8900,
    faults: Annotated[str | None, typer.Option(help="fault plan (MACRO_SANDBOX_FAULTS): a shipped name or a YAML file")] = None,
    as_json: JsonOption = False,
) -> None:
    """Serve the simulated sources on loopback until interrupted; says the URL of each."""
    settings = settings_of(now=now, sandbox_faults=faults)
    with told(settings):
        from pipelines.listening import free_port
        from pipelines.sandbox.server import HOST
        from pipelines.sandbox.server import serve as serve_sources

        taken = free_port(HOST, port)
        with suppress(KeyboardInterrupt), serve_sources(settings, plan=settings.sandbox_faults, port=taken) as served:
            sources = {source: served.endpoint(source).base_url for source in served.sources}
            answer = {"url": served.base_url, "sources": sources, "world": settings.world_id, "simulated": True}
            show(answer, as_json, f"SIMULATED sources at {served.base_url}, seed {settings.seed}; Ctrl-C ends")
            while True:            # a wait without end is not woken where another thread takes the signal
                time.sleep(0.5)


@command(app)
def score(
    seeds: Annotated[int, typer.Option(min=1, help="how many seeds; the default one first")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Moments of simulated worlds against the published ones: share inside their bands, by seed."""
    with told(settings_of()):
        import polars as pl

        from pipelines import tables
        from pipelines.sandbox.score import by_seed, default_seeds
        from pipelines.sandbox.score import score as score_seeds

        shares = by_seed(score_seeds(default_seeds(seeds))).with_columns(pl.col(pl.Float64).round(4))
        rows = [tuple(str(cell) for cell in row) for row in shares.iter_rows()]
        show(shares.to_dicts(), as_json, tables.text("SIMULATED: moments inside their bands", shares.columns, rows, numbers=2))
