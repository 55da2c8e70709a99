"""The command line `macro`: thin commands over the stages, a module each group. What they share is in `cli_options`."""

from pipelines import (
    cli_checks,
    cli_curve,
    cli_flow,
    cli_halt,
    cli_keep,
    cli_price,
    cli_read,
    cli_research,
    cli_sandbox,
    cli_serve,
    cli_strategies,
)
from pipelines.cli_options import group

app = group("A macro desk for Brazil and the United States: from source bytes to a risk-checked book.")
COMMANDS = (cli_flow.app, cli_read.app, cli_keep.app, cli_halt.app, cli_serve.app, cli_strategies.app, cli_curve.app, cli_research.app)
for commands in COMMANDS:
    app.add_typer(commands)
app.add_typer(cli_sandbox.app, name="sandbox")
app.add_typer(cli_price.app, name="price")
app.add_typer(cli_checks.catalogue, name="catalogue")
app.add_typer(cli_checks.quality, name="quality")
app.add_typer(cli_checks.quarantine, name="quarantine")


if __name__ == "__main__":
    app()
