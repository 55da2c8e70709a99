"""A headless Chromium and a real server, for tests that look at pages."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
START_SECONDS = 60


def chromium() -> str | None:
    """Path of the system's Chromium; `.ci/run` installs it."""
    return which("chromium") or which("chromium-browser") or which("google-chrome")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def dashboard(environment: dict[str, str]) -> Iterator[str]:
    """The dashboard on loopback, as `make app` starts it; ended by process id."""
    port = free_port()
    command = [
        sys.executable, "-m", "streamlit", "run", str(ROOT / "app" / "dashboard" / "Home.py"), "--server.address", "127.0.0.1",
        "--server.port", str(port), "--server.headless", "true", "--browser.gatherUsageStats", "false",
    ]  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + START_SECONDS
        while True:
            try:
                if httpx.get(f"{url}/_stcore/health").status_code == 200:
                    break
            except httpx.TransportError:
                pass
            if time.monotonic() > deadline:
                raise TimeoutError(f"dashboard did not answer within {START_SECONDS} s")
            time.sleep(0.3)
        yield url
    finally:
        server.terminate()
        server.wait(START_SECONDS)


@contextmanager
def fresh_browser() -> Iterator[Browser]:
    """A browser of its own; playwright runs one a thread."""
    path = chromium()
    assert path is not None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def settle(page: Page, url: str) -> None:
    """Open a page and wait until Streamlit has drawn everything."""
    page.goto(url)
    page.wait_for_selector(".st-key-frame, [data-testid=stAlert]", timeout=60_000)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=60_000)
    page.wait_for_timeout(1500)
