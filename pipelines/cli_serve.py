"""Commands that serve until interrupted: `app` (dashboard) and `api`, on loopback unless MACRO_API_HOST says otherwise."""

import os
import sys
from contextlib import redirect_stdout, suppress
from typing import Annotated

import typer

from pipelines.cli_options import JsonOption, LakeOption, WorldOption, command, group, settings_of, show, told
from pipelines.listening import answering, free_port, listen, url

app = group()


@command(app, "app")
def dashboard(
    world: WorldOption = None,
    lake: LakeOption = None,
    port: Annotated[int | None, typer.Option(help="port (MACRO_DASHBOARD_PORT); 0 takes a free one")] = None,
    as_json: JsonOption = False,
) -> None:
    """The dashboard, until interrupted; says its URL once it answers."""
    settings = settings_of(world=world, lake=lake, dashboard_port=port)
    with told(settings):
        from streamlit.web.cli import main as streamlit

        from models_py.kernel.settings import ROOT

        host, taken = settings.api_host, free_port(settings.api_host, settings.dashboard_port)
        address = url(host, taken)
        answer = {"url": address, "world": settings.world_id, "lake": settings.lake}
        text, out = f"dashboard of {settings.world_id} at {address}; Ctrl-C ends", sys.stdout
        answering(f"{address}/_stcore/health", lambda: show(answer, as_json, text, out))
        os.environ |= {"MACRO_WORLD": settings.world, "MACRO_LAKE": settings.lake}
        options = {
            "server.address": host, "server.port": taken, "server.headless": True, "server.fileWatcherType": "none",
            "browser.gatherUsageStats": False, "logger.hideWelcomeMessage": True,
        }  # fmt: skip
        flags = [f"--{name}={str(value).lower()}" for name, value in options.items()]
        with redirect_stdout(sys.stderr):            # Streamlit's own words are no answer
            streamlit(["run", str(ROOT / "app" / "dashboard" / "Home.py"), *flags], standalone_mode=False)


@command(app)
def api(
    world: WorldOption = None,
    lake: LakeOption = None,
    port: Annotated[int | None, typer.Option(help="port (MACRO_API_PORT); 0 takes a free one")] = None,
    as_json: JsonOption = False,
) -> None:
    """The HTTP API, until interrupted; its contract is at /docs and /openapi.json."""
    settings = settings_of(world=world, lake=lake, api_port=port)
    with told(settings):
        from app.api.wire import server

        served = server(settings)
        with suppress(KeyboardInterrupt), listen(settings.api_host, settings.api_port) as opened:
            address = url(settings.api_host, opened.getsockname()[1])
            answer = {"url": address, "contract": f"{address}/openapi.json", "world": settings.world_id, "lake": settings.lake}
            show(answer, as_json, f"API of {settings.world_id} at {address}, contract at {address}/docs; Ctrl-C ends")
            served.run(sockets=[opened])
