"""JSON Web Tokens of an issuer we trust: signature by a fixed list of algorithms, issuer, audience and times checked.

The kind of key in the configuration decides the algorithms, never the token: a PEM public key reads RS256 and ES256, a shared secret
HS256, so that a public key can not be passed off as a secret.
"""

from dataclasses import dataclass

import jwt

from models_py.kernel.errors import ConfigError
from models_py.kernel.settings import Settings

PUBLIC_KEY, SECRET = ("RS256", "ES256"), ("HS256",)
SHORTEST = 32                               # bytes of a secret, as long as the hash (RFC 7518, 3.2)
LEEWAY = 30                                 # seconds by which two clocks may differ
REQUIRED = ("exp", "iss", "aud", "sub")


@dataclass(frozen=True)
class Claims:
    """What a valid token says: who, and how far."""

    subject: str
    scopes: frozenset[str]


@dataclass(frozen=True)
class Tokens:
    """Reads tokens of one issuer for one audience."""

    key: str
    algorithms: tuple[str, ...]
    issuer: str
    audience: str

    def read(self, token: str) -> Claims | None:
        """The claims of a token; None where it is not valid, whatever is wrong with it."""
        try:
            claims = jwt.decode(
                token, self.key, algorithms=list(self.algorithms), audience=self.audience, issuer=self.issuer, leeway=LEEWAY,
                options={"require": list(REQUIRED)},
            )  # fmt: skip
        except jwt.PyJWTError:
            return None
        scope = claims.get("scope", "")
        return Claims(str(claims["sub"]), frozenset(scope.split() if isinstance(scope, str) else map(str, scope)))


def tokens(settings: Settings) -> Tokens | None:
    """The reader that the settings configure; None where they configure none.

    Raises:
        ConfigError: key and issuer do not come together, the key is no public one, or the secret is short.
    """
    if settings.api_jwt_key is None and settings.api_jwt_issuer is None:
        return None
    if settings.api_jwt_key is None or settings.api_jwt_issuer is None:
        raise ConfigError("MACRO_API_JWT_KEY and MACRO_API_JWT_ISSUER come together: tokens of any issuer are not taken")
    key = settings.api_jwt_key.get_secret_value()
    is_public = key.lstrip().startswith("-----BEGIN PUBLIC KEY-----")
    if "-----BEGIN" in key and not is_public:
        raise ConfigError("MACRO_API_JWT_KEY is a PEM file, and no public key: the issuer keeps the private one")
    if not is_public and len(key.encode()) < SHORTEST:
        raise ConfigError(f"MACRO_API_JWT_KEY has {len(key.encode())} bytes, a secret needs {SHORTEST}")
    return Tokens(key, PUBLIC_KEY if is_public else SECRET, settings.api_jwt_issuer, settings.api_jwt_audience)
