"""Prometheus reads what the API really exposes, its rules fire when they should, and each panel shows something."""

import json
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import httpx
import pytest
import uvicorn
import yaml

from app.api.main import create_app
from tests.app.conftest import every_table
from tests.deploy.tools import DEPLOY, passes, run, tool

__all__ = ["every_table"]

INSTALL = "apt-get install --no-install-recommends prometheus"
PROMETHEUS, GRAFANA = DEPLOY / "prometheus", DEPLOY / "grafana"
DASHBOARDS = sorted((GRAFANA / "dashboards").glob("*.json"))
WAIT = 60.0


def panels() -> list[tuple[str, str]]:
    """Panel and expression, over all dashboards."""
    found = []
    for path in DASHBOARDS:
        for panel in json.loads(path.read_text())["panels"]:
            found += [(f"{path.stem}: {panel['title']}", target["expr"]) for target in panel["targets"]]
    return found


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.fixture(scope="module")
def prometheus(every_table, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Prometheus with the desk's configuration, whose target is a real API on loopback."""
    program, folder = tool("prometheus", INSTALL), tmp_path_factory.mktemp("prometheus")
    api, port = free_port(), free_port()
    config = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(PROMETHEUS / "rules.yml")]
    config["scrape_configs"][0]["static_configs"] = [{"targets": [f"127.0.0.1:{api}"]}]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    served = uvicorn.Server(uvicorn.Config(create_app(every_table), port=api, log_level="warning"))
    thread = Thread(target=served.run, daemon=True)
    thread.start()
    flags = [f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}"]
    with subprocess.Popen([program, *flags], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()
            served.should_exit = True
            thread.join()


def answer(prometheus: str, expression: str) -> list[dict]:
    """The answer to an expression, once there is one."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        try:
            found = httpx.get(f"{prometheus}/api/v1/query", params={"query": expression}).json()["data"]["result"]
        except (httpx.TransportError, ValueError, KeyError):
            found = []
        if found:
            return found
        time.sleep(0.5)
    return []


def test_the_configuration_and_its_rules_are_sound():
    assert "8 rules found" in passes(tool("promtool", INSTALL), "check", "config", PROMETHEUS / "prometheus.yml")


def test_alerts_fire_when_they_should_and_not_before(tmp_path: Path):
    cases = tmp_path / "rules_test.yml"
    cases.write_text(Path(__file__).with_name("rules_test.yml").read_text().replace("RULES", str(PROMETHEUS / "rules.yml")))
    passes(tool("promtool", INSTALL), "test", "rules", cases)


def test_a_release_that_scores_well_raises_no_alarm(prometheus):
    assert answer(prometheus, "macro_quality_score")[0]["value"][1] == "90.5"
    firing = {alert["labels"]["alertname"] for alert in httpx.get(f"{prometheus}/api/v1/alerts").json()["data"]["alerts"]}
    assert firing & {"ApiDown", "NothingPublished", "QualityLow"} == set()


@pytest.mark.parametrize(("title", "expression"), panels(), ids=lambda value: str(value)[:40])
def test_a_panel_shows_what_the_api_exposes(prometheus, title, expression):
    assert answer(prometheus, expression), f"{title} is empty: {expression}"


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_a_dashboard_reads_a_source_that_is_provisioned(path):
    sources = yaml.safe_load((GRAFANA / "provisioning" / "datasources" / "prometheus.yml").read_text())["datasources"]
    used = set(re.findall(r'"uid": "([^"]+)"', json.dumps(json.loads(path.read_text())["panels"])))
    assert used == {source["uid"] for source in sources}
    numbers = [panel["id"] for panel in json.loads(path.read_text())["panels"]]
    assert len(numbers) == len(set(numbers))


def test_dashboards_have_ids_of_their_own():
    ids = [json.loads(path.read_text())["uid"] for path in DASHBOARDS]
    assert ids
    assert len(ids) == len(set(ids))


def test_a_rule_that_is_none_would_be_found(tmp_path: Path):
    broken = tmp_path / "rules.yml"
    broken.write_text((PROMETHEUS / "rules.yml").read_text().replace("sum(rate(", "sum(rated(", 1))
    assert run(tool("promtool", INSTALL), "check", "rules", broken).returncode != 0
