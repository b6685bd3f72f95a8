"""Passwords from a command or the environment; tokens obtained by code, renewed, encrypted."""

import base64
import json
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from outreach.dispatch import credentials
from outreach.dispatch.credentials import (
    Microsoft,
    NoClientError,
    NoSecretError,
    NotConnectedError,
    SecretCommandError,
)
from outreach.settings import Mail
from tests.scriptedsmtp import Authority

KEY, OTHER = bytes(32), bytes(range(32))
CLIENT, TENANT, USER = "11111111-2222-3333-4444-555555555555", "ambassade", "courrier@a.example"


@dataclass
class SignIn:
    """A sign-in service in the manner of Microsoft's, for one user."""

    port: int
    waits: int = 1
    """How often the person has not typed the code yet."""
    refuses: str = ""
    lasts: int = 3600
    issued: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def root(self) -> str:
        return f"https://localhost:{self.port}"

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        here = f"{self.root}/{TENANT}"
        if path.endswith("/.well-known/openid-configuration"):
            return 200, {
                "issuer": f"{here}/v2.0",
                "authorization_endpoint": f"{here}/oauth2/v2.0/authorize",
                "token_endpoint": f"{here}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{here}/oauth2/v2.0/devicecode",
            }
        if path.endswith("/devicecode"):
            return 200, {
                "device_code": "device",
                "user_code": "AB12CD34",
                "verification_uri": f"{self.root}/device",
                "expires_in": 900,
                "interval": 1,
                "message": "",
            }
        self.asked.append(form["grant_type"])
        if self.refuses:
            return 400, {"error": "invalid_grant", "error_description": self.refuses}
        if self.waits:
            self.waits -= 1
            return 400, {"error": "authorization_pending"}
        self.issued += 1
        claims = {
            "iss": f"{here}/v2.0",
            "aud": CLIENT,
            "sub": "1",
            "exp": int(time.time()) + 3600,
            "preferred_username": USER,
        }
        return 200, {
            "token_type": "Bearer",
            "scope": form.get("scope", " ".join(credentials.SCOPES)),
            "expires_in": self.lasts,
            "access_token": f"token-{self.issued}",
            "refresh_token": "refresh",
            "id_token": ".".join(map(_encoded, ({"alg": "none"}, claims, {}))),
            "client_info": _encoded({"uid": "1", "utid": "2"}),
        }


def _encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.fixture
def sign_in(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[SignIn]:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):  # requests lets these go first
        monkeypatch.delenv(name, raising=False)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # http.server's name
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer({key: values[0] for key, values in parse_qs(body).items()})

        def _answer(self, form: dict[str, str]) -> None:
            code, data = service.answer(self.path.partition("?")[0], form)
            raw = json.dumps(data).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    assert isinstance(authority.good, ssl.SSLContext)
    server.socket = authority.good.wrap_socket(server.socket, server_side=True)
    service = SignIn(server.server_port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield service
    server.shutdown()
    thread.join()
    server.server_close()


def mail(sign_in: SignIn, authority: Authority) -> Mail:
    return Mail(
        profile="microsoft365",
        client_id=CLIENT,
        tenant=TENANT,
        authority=sign_in.root,
        ca_file=str(authority.ca_file),
    )


def test_a_code_typed_elsewhere_signs_us_in_and_tokens_renew_themselves(
    sign_in: SignIn, authority: Authority, tmp_path: Path
) -> None:
    sign_in.lasts = 1
    settings = mail(sign_in, authority)
    told: list[tuple[str, str]] = []
    user = Microsoft(settings, tmp_path, KEY).connect(lambda *words: told.append(words))
    assert (user, told) == (USER, [(f"{sign_in.root}/device", "AB12CD34")])
    sign_in.lasts = 3600
    assert credentials.secret(settings, tmp_path, KEY) == "token-2"
    assert credentials.secret(settings, tmp_path, KEY) == "token-2"
    assert sign_in.asked[-1] == "refresh_token"


def test_tokens_lie_encrypted_for_nobody_else(
    sign_in: SignIn, authority: Authority, tmp_path: Path
) -> None:
    settings = mail(sign_in, authority)
    Microsoft(settings, tmp_path, KEY).connect(lambda *_: None)
    path = tmp_path / credentials.TOKEN_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"token-1" not in path.read_bytes()
    with pytest.raises(NotConnectedError, match="cannot be read"):
        credentials.secret(settings, tmp_path, OTHER)


def test_a_sign_in_that_was_refused_or_ended_says_to_connect(
    sign_in: SignIn, authority: Authority, tmp_path: Path
) -> None:
    settings = mail(sign_in, authority)
    with pytest.raises(NotConnectedError, match="outreach mail connect"):
        credentials.secret(settings, tmp_path, KEY)
    sign_in.refuses = "AADSTS7000218: public clients are not allowed."
    with pytest.raises(NotConnectedError, match="AADSTS7000218"):
        Microsoft(settings, tmp_path, KEY).connect(lambda *_: None)
    sign_in.refuses, sign_in.lasts = "", 1
    Microsoft(settings, tmp_path, KEY).connect(lambda *_: None)
    sign_in.refuses = "AADSTS50173: the grant has expired."
    with pytest.raises(NotConnectedError, match="AADSTS50173"):
        credentials.secret(settings, tmp_path, KEY)


def test_without_an_application_there_is_nobody_to_sign_in(tmp_path: Path) -> None:
    with pytest.raises(NoClientError):
        Microsoft(Mail(), tmp_path, KEY)


def test_a_command_or_the_environment_gives_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "print.py"
    program.write_text("print('s€cret word')", "utf-8")
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    command = Mail(password_command=f"{sys.executable} {program}")
    assert credentials.secret(command, tmp_path, KEY) == "s€cret word"
    variable = Mail(password_variable="OUTREACH_TEST_PASSWORD")  # noqa: S106  # a name
    with pytest.raises(NoSecretError, match="OUTREACH_TEST_PASSWORD"):
        credentials.secret(variable, tmp_path, KEY)
    monkeypatch.setenv("OUTREACH_TEST_PASSWORD", "word")
    assert credentials.secret(variable, tmp_path, KEY) == "word"
    with pytest.raises(NoSecretError):
        credentials.secret(Mail(), tmp_path, KEY)


@pytest.mark.parametrize("command", ["no-such-program-here", "false", "true", "'"])
def test_a_command_that_prints_no_password_is_named(command: str, tmp_path: Path) -> None:
    with pytest.raises(SecretCommandError, match="password_command"):
        credentials.secret(Mail(password_command=command), tmp_path, KEY)
