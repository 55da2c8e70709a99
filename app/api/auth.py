"""Who asks, and how far he may reach: API keys and JSON Web Tokens, each with scopes.

    read    everything but what follows
    sql     queries of one's own
    ops     the log of polls request by request, quarantine, the journal event by event

Keys are kept as sha256 of themselves (they are random, so nothing slower is needed) and compared in constant time with every one
there is. Where neither keys nor tokens are configured, programs on this machine may read, and nobody may do more; a browser that was
led here by another name (DNS rebinding) is none of them. What is presented and is not valid is refused, wherever it comes from.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address

from app.api.problems import Refusal
from app.api.tokens import Tokens, tokens
from models_py.kernel.errors import ConfigError
from models_py.kernel.settings import Settings

SCOPES: Mapping[str, str] = {
    "read": "series, prices, curves, documents, quality, lineage, runs, releases and the book",
    "sql": "queries of one's own on a release",
    "ops": "polls request by request, quarantine, the journal event by event",
}
ENTRY = re.compile(r"(?P<name>[A-Za-z0-9_.-]{1,40}):(?P<scopes>[a-z+]+):(?P<digest>[0-9a-f]{64})")


class Unauthorized(Refusal):
    """No key or token, or one that is not valid."""

    status = 401

    def __init__(self, told: str) -> None:
        super().__init__(told, headers={"WWW-Authenticate": 'Bearer realm="macro"'})


class Forbidden(Refusal):
    """The key or token does not reach this far."""

    status = 403


@dataclass(frozen=True)
class Caller:
    """Who asks: name of the key, subject of the token, or `loopback`; a token's word holds for a time."""

    name: str
    scopes: frozenset[str]
    is_lasting: bool = True


@dataclass(frozen=True)
class Presented:
    """What a request shows of its sender. `peer` is the address of the connection, `host` the name it was made to."""

    peer: str | None
    host: str | None
    api_key: str | None
    authorization: str | None


class Gate:
    """Keys and tokens of one configuration."""

    def __init__(self, settings: Settings) -> None:
        """Read the keys.

        Raises:
            ConfigError: an entry cannot be read, or tokens are configured in part.
        """
        self._keys = _keys("" if settings.api_keys is None else settings.api_keys.get_secret_value())
        self._tokens: Tokens | None = tokens(settings)

    @property
    def is_configured(self) -> bool:
        return bool(self._keys) or self._tokens is not None

    def admit(self, shown: Presented, scope: str) -> Caller:
        """The caller, once he is known and reaches far enough.

        Raises:
            Unauthorized: nothing valid is shown and it is needed.
            Forbidden: what is shown lacks the scope, or the name of this machine is not its own.
        """
        caller = self._caller(shown)
        if scope not in caller.scopes:
            if caller is LOOPBACK:
                raise Unauthorized(f"{scope} needs a key or token, and none is configured: MACRO_API_KEYS, docs/runbook.md")
            raise Forbidden(
                f"{caller.name} has {', '.join(sorted(caller.scopes)) or 'no scope'}, this needs {scope}",
                values={"scope": scope},
                headers={"WWW-Authenticate": f'Bearer realm="macro", error="insufficient_scope", scope="{scope}"'},
            )
        return caller

    def _caller(self, shown: Presented) -> Caller:
        if shown.api_key is not None and shown.authorization is not None:
            raise Unauthorized("a key and a token are shown: show one")
        if shown.api_key is not None:
            return self._by_key(shown.api_key)
        if shown.authorization is not None:
            kind, _, secret = shown.authorization.partition(" ")
            if kind.lower() != "bearer" or not secret.strip():
                raise Unauthorized("the header Authorization holds no bearer token")
            return self._by_bearer(secret.strip())
        if self.is_configured or not _is_loopback(shown.peer):
            raise Unauthorized("a key (X-API-Key) or token (Authorization: Bearer) is needed")
        if not _names_loopback(shown.host):
            raise Forbidden(f"without keys this machine answers to its own name alone, not to {(shown.host or '')[:80]!r}")
        return LOOPBACK

    def _by_bearer(self, secret: str) -> Caller:
        if self._tokens is None or secret.count(".") != 2:
            return self._by_key(secret)
        claims = self._tokens.read(secret)
        if claims is None:
            raise Unauthorized("the token is not valid: signature, issuer, audience or time")
        return Caller(claims.subject, claims.scopes & SCOPES.keys(), is_lasting=False)

    def _by_key(self, key: str) -> Caller:
        digest, found = sha256(key.encode()).hexdigest(), None
        for known, caller in self._keys.items():
            if hmac.compare_digest(known, digest):
                found = caller
        if found is None:
            raise Unauthorized("the key is not known")
        return found


LOOPBACK = Caller("loopback", frozenset({"read"}))


def _keys(text: str) -> dict[str, Caller]:
    found: dict[str, Caller] = {}
    for number, entry in enumerate(re.split(r"[\s,]+", text.strip()) if text.strip() else [], start=1):
        read = ENTRY.fullmatch(entry)
        if read is None:
            raise ConfigError(f"MACRO_API_KEYS, entry {number}: not name:scope+scope:sha256 of the key in 64 hexadecimal digits")
        scopes = frozenset(read["scopes"].split("+"))
        if not scopes <= SCOPES.keys():
            raise ConfigError(f"MACRO_API_KEYS, entry {number} ({read['name']}): scopes are {', '.join(SCOPES)}, found {read['scopes']}")
        if read["digest"] in found:
            raise ConfigError(f"MACRO_API_KEYS, entry {number} ({read['name']}): the key of {found[read['digest']].name} again")
        found[read["digest"]] = Caller(read["name"], scopes)
    return found


def _is_loopback(address: str | None) -> bool:
    try:
        found = ip_address(address or "")
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback


def _names_loopback(host: str | None) -> bool:
    name = re.sub(r":\d+$", "", host or "").strip("[]").lower()
    return name == "localhost" or _is_loopback(name)
