"""Commands that serve: where they say they are, they are; an address that is taken is told in a line."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select

import httpx
import pytest

from models_py.kernel.settings import ROOT
from pipelines.listening import PortTaken, listen, url

SECONDS = 120


@contextmanager
def serving(lake: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A serving command, once its first line is there to be read; it ends with the context."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MACRO_")}
    environment = clean | {"MACRO_LAKE": str(lake), "MACRO_NOW": "2024-06-28T08:45:00-03:00"}
    command = [sys.executable, "-m", "pipelines.cli", *arguments]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert select([server.stdout], [], [], SECONDS)[0], f"{arguments} said nothing within {SECONDS} s"
            yield server
        finally:
            server.terminate()
            server.wait(30)


def test_the_api_says_its_url_and_answers_there(tmp_path: Path):
    with serving(tmp_path, "api", "--port", "0", "--json") as server:
        told = json.loads(server.stdout.readline())
        assert told["world"] == "sandbox:20100104"
        assert httpx.get(told["contract"]).json()["info"]["title"] == "Macro desk"
        assert httpx.get(f"{told['url']}/health").status_code == 503          # nothing is published in this lake


def test_the_api_says_its_url_in_words(tmp_path: Path):
    with serving(tmp_path, "api", "--port", "0") as server:
        [address] = [word.rstrip(",") for word in server.stdout.readline().split() if word.startswith("http") and "docs" not in word]
        assert httpx.get(f"{address}/docs").status_code == 200


def test_the_dashboard_says_its_url_once_it_answers(tmp_path: Path):
    with serving(tmp_path, "app", "--port", "0", "--json") as server:
        assert httpx.get(f"{json.loads(server.stdout.readline())['url']}/_stcore/health").text == "ok"


def test_the_sandbox_says_where_each_source_is(tmp_path: Path):
    with serving(tmp_path, "sandbox", "serve", "--port", "0", "--json") as server:
        told = json.loads(server.stdout.readline())
        assert told["simulated"] is True
        assert {"b3", "bcb_focus", "bcb_sgs", "fred", "us_treasury"} <= set(told["sources"])
        answer = httpx.get(f"{told['sources']['bcb_sgs']}/dados/serie/bcdata.sgs.432/dados/ultimos/1?formato=json", timeout=SECONDS)
        assert answer.status_code == 200


@pytest.mark.parametrize("command", [["api"], ["app"], ["sandbox", "serve"]], ids=" ".join)
def test_a_port_that_is_taken_fails_in_one_line_that_says_what_to_do(command, tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = subprocess.run(
            [sys.executable, "-m", "pipelines.cli", *command, "--port", port], cwd=ROOT, env=os.environ | {"MACRO_LAKE": str(tmp_path)},
            capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    assert told.returncode == 1
    assert told.stderr.count("\n") == 1
    assert f"127.0.0.1:{port}" in told.stderr
    assert "--port" in told.stderr
    assert told.stdout == ""


@pytest.mark.parametrize("command", [["api"], ["app"], ["sandbox", "serve"]], ids=" ".join)
def test_serving_that_is_interrupted_is_done(command, tmp_path: Path):
    with serving(tmp_path, *command, "--port", "0") as server:
        server.send_signal(signal.SIGINT)
        assert server.wait(60) == 0


def test_an_address_that_is_not_this_machines_is_refused_by_name():
    with pytest.raises(PortTaken, match=r"192\.0\.2\.1:8000"):                # TEST-NET-1, RFC 5737: nobody's
        listen("192.0.2.1", 8000)


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("desk.example", "http://desk.example:8000"),
    ],
)
def test_a_url_is_one_a_browser_can_open(host, shown):
    assert url(host, 8000) == shown
