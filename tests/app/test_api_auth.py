"""Who may ask, and how far he reaches."""

import json
import logging
import time
from hashlib import sha256

import jwt
import pytest
from pydantic import SecretStr

from app.api.auth import Gate, Presented
from models_py.kernel.errors import ConfigError
from models_py.kernel.settings import Settings
from tests.app.published import client_of

READER, QUANT, OPERATOR = "reader-0123456789abcdef0123456789", "quant-0123456789abcdef0123456789", "ops-0123456789abcdef0123456789"
SECRET, ISSUER = "a shared secret of thirty-two bytes!", "https://issuer.example"


def entry(name, scopes, key):
    return f"{name}:{scopes}:{sha256(key.encode()).hexdigest()}"


KEYS = f"{entry('ana', 'read', READER)}, {entry('bea', 'read+sql', QUANT)}\n{entry('otto', 'ops', OPERATOR)}"


@pytest.fixture
def keyed(every_table):
    return every_table.model_copy(update={"api_keys": SecretStr(KEYS)})


def status(client, path="/series", **headers):
    return client.get(path, headers=headers).status_code


def test_without_keys_only_this_machine_reads(every_table):
    for host, expected in (("127.0.0.1", 200), ("127.8.8.8", 200), ("::1", 200), ("::ffff:127.0.0.1", 200), ("10.0.0.7", 401), ("x", 401)):
        assert status(client_of(every_table, host)) == expected, host
    assert status(client_of(every_table, "10.0.0.7"), **{"X-Forwarded-For": "127.0.0.1"}) == 401


def test_without_keys_nobody_reaches_further(every_table):
    answer = client_of(every_table).get("/journal")
    assert answer.status_code == 401
    assert "MACRO_API_KEYS" in answer.json()["detail"]
    assert client_of(every_table).post("/sql", json={"query": "select 1"}).status_code == 401


def test_without_keys_a_browser_led_here_by_another_name_is_refused(every_table):
    client = client_of(every_table)
    for host in ("localhost:8000", "[::1]:8000", "127.0.0.1"):
        assert status(client, Host=host) == 200, host
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", "192.168.0.1"):
        assert status(client, Host=host) == 403, host


def test_health_needs_no_key(keyed):
    assert status(client_of(keyed, "10.0.0.7"), "/health") == 200


def test_with_keys_even_this_machine_needs_one(keyed):
    answer = client_of(keyed).get("/series")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="macro"')
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_key_is_taken_from_either_header_from_anywhere(keyed):
    far = client_of(keyed, "10.0.0.7")
    assert status(far, **{"X-API-Key": READER}) == 200
    assert status(far, Authorization=f"Bearer {READER}") == 200
    assert status(far, Authorization=f"bearer {READER}", Host="api.example") == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"X-API-Key": READER + "x"},
        {"X-API-Key": ""},
        {"X-API-Key": sha256(READER.encode()).hexdigest()},
        {"Authorization": f"Basic {READER}"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer a.b.c"},
        {"Authorization": READER},
        {"X-API-Key": READER, "Authorization": f"Bearer {READER}"},
    ],
)
def test_what_is_shown_and_is_not_valid_is_refused(keyed, every_table, headers):
    assert status(client_of(keyed), **headers) == 401
    assert status(client_of(every_table), **headers) == 401


def test_a_key_reaches_as_far_as_its_scopes(keyed):
    client = client_of(keyed)
    assert status(client, "/series", **{"X-API-Key": OPERATOR}) == 403
    assert status(client, "/quarantine", **{"X-API-Key": OPERATOR}) == 200
    refused = client.get("/quarantine", headers={"X-API-Key": QUANT})
    assert (refused.status_code, refused.json()["scope"]) == (403, "ops")
    assert 'scope="ops"' in refused.headers["www-authenticate"]
    assert client.post("/sql", json={"query": "select 1 as a"}, headers={"X-API-Key": READER}).status_code == 403


def test_who_is_not_admitted_learns_nothing_of_the_question(keyed):
    client = client_of(keyed)
    for path in ("/series/x", "/series/nope", "/series?limit=0", "/series?nonsense=1"):
        assert client.get(path).status_code == 401


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ("ana:read:short", "entry 1"),
        (f"{entry('ana', 'read', READER)} {entry('bea', 'write', QUANT)}", "entry 2"),
        (f"{entry('ana', 'read', READER)} {entry('bea', 'sql', READER)}", "again"),
        (READER, "entry 1"),
    ],
)
def test_keys_that_cannot_be_read_stop_the_start_and_are_not_told(keys, word):
    with pytest.raises(ConfigError, match=word) as refused:
        Gate(Settings(api_keys=keys))
    assert READER not in str(refused.value)
    assert sha256(READER.encode()).hexdigest() not in str(refused.value)


def test_no_secret_is_in_logs_problems_or_settings(keyed, caplog, capfd, monkeypatch):
    caplog.set_level(logging.DEBUG)

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    client = client_of(keyed)
    answers = [client.get("/series", headers={"X-API-Key": wrong}) for wrong in (READER, READER + "x")]
    monkeypatch.setattr("app.api.cut.current_release", broken)
    answers.append(client.get("/series", headers={"X-API-Key": READER}))
    assert [answer.status_code for answer in answers] == [200, 401, 500]
    out, err = capfd.readouterr()
    for text in (caplog.text, out, err, repr(keyed), *(answer.text + str(answer.headers) for answer in answers)):
        assert "0123456789abcdef" not in text
        assert sha256(READER.encode()).hexdigest() not in text


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"api_jwt_key": SECRET}, "ISSUER"),
        ({"api_jwt_issuer": ISSUER}, "together"),
    ],
)
def test_tokens_configured_in_part_stop_the_start(settings, word):
    with pytest.raises(ConfigError, match=word):
        Gate(Settings(**settings))


@pytest.fixture
def tokened(every_table):
    return client_of(every_table.model_copy(update={"api_jwt_key": SecretStr(SECRET), "api_jwt_issuer": ISSUER}))


def claims(**changes):
    said = {"sub": "carla", "iss": ISSUER, "aud": "macro-desk", "exp": time.time() + 600, "scope": "read other"} | changes
    return {name: value for name, value in said.items() if value is not None}


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def test_a_token_of_the_issuer_is_taken_with_its_scopes(tokened):
    token = jwt.encode(claims(), SECRET, "HS256")
    assert status(tokened, **bearer(token)) == 200
    assert status(tokened, "/quarantine", **bearer(token)) == 403
    listed = jwt.encode(claims(scope=["ops"]), SECRET, "HS256")
    assert status(tokened, "/quarantine", **bearer(listed)) == 200
    assert status(tokened) == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1_700_000_000}, {"exp": None}, {"nbf": 32_503_680_000}, {"iss": "https://other.example"}, {"iss": None},
        {"aud": "other"}, {"aud": None}, {"sub": None},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_out_of_time_or_of_somebody_else_is_refused(tokened, changes):
    assert status(tokened, **bearer(jwt.encode(claims(**changes), SECRET, "HS256"))) == 401


def test_a_token_by_another_key_or_algorithm_or_none_is_refused(tokened):
    assert status(tokened, **bearer(jwt.encode(claims(), "another secret of thirty-two bytes", "HS256"))) == 401
    assert status(tokened, **bearer(jwt.encode(claims(), SECRET, "HS512"))) == 401
    assert status(tokened, **bearer(jwt.encode(claims(), None, "none"))) == 401
    head, body, signature = jwt.encode(claims(), SECRET, "HS256").split(".")
    assert status(tokened, **bearer(f"{head}.{body[:-2]}AA.{signature}")) == 401
    assert status(tokened, **bearer(f"{head}.{body}.")) == 401


def test_a_public_key_is_never_taken_for_a_secret(every_table):
    rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    private = rsa.generate_private_key(65537, 2048)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    client = client_of(every_table.model_copy(update={"api_jwt_key": SecretStr(public), "api_jwt_issuer": ISSUER}))
    assert status(client, **bearer(jwt.encode(claims(), private, "RS256"))) == 200
    # signed with the public key as if it were a secret, which the library itself would refuse to do
    import base64
    import hmac

    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "HS256", "typ": "JWT"}, claims())]
    forged = base64.urlsafe_b64encode(hmac.digest(public.encode(), b".".join(parts), "sha256")).rstrip(b"=")
    assert status(client, **bearer(b".".join([*parts, forged]).decode())) == 401


def test_a_private_key_or_a_short_secret_stops_the_start():
    for key, word in (("-----BEGIN PRIVATE KEY-----\nx", "private"), ("short", "5 bytes")):
        with pytest.raises(ConfigError, match=word):
            Gate(Settings(api_jwt_key=key, api_jwt_issuer=ISSUER))


def test_every_configured_key_is_compared_in_constant_time(keyed, monkeypatch):
    compared = []

    def counted(left, right):
        compared.append(left)
        return left == right

    monkeypatch.setattr("app.api.auth.hmac.compare_digest", counted)
    Gate(keyed).admit(Presented("10.0.0.7", "x", READER, None), "read")
    assert len(compared) == 3
