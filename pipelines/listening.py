"""Ports to serve on, and a URL told once something answers there."""

import os
import socket
import time
from collections.abc import Callable
from threading import Thread

import httpx

from models_py.kernel.errors import MacroError


class PortTaken(MacroError):
    """Nothing can listen at an address: it is in use, not this machine's, or kept for the system."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one.

    Raises:
        PortTaken: the address and what the system says of it.
    """
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        why = os.strerror(error.errno).lower() if error.errno and error.errno > 0 else str(error)
        raise PortTaken(f"cannot listen at {host}:{port} ({why}): stop what runs there, or give --port another number") from error


def free_port(host: str, port: int) -> int:
    """The port, for a server that makes its own socket; 0 becomes a free one.

    Raises:
        PortTaken: see `listen`.
    """
    with listen(host, port) as taken:
        return int(taken.getsockname()[1])


def url(host: str, port: int) -> str:
    """Where a browser finds a server: on loopback where it listens to all addresses."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "") else "[::1]" if host == "::" else f"[{host}]" if ":" in host else host  # noqa: S104
    return f"http://{shown}:{port}"


def answering(address: str, then: Callable[[], None], seconds: float = 120.0) -> None:
    """Call back once an address answers with success, from a thread of its own; never where it does not within the seconds."""

    def wait() -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if httpx.get(address, timeout=2).is_success:
                    return then()
            except httpx.TransportError:
                pass
            time.sleep(0.2)

    Thread(target=wait, name="answering", daemon=True).start()
