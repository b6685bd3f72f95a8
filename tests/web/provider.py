"""A provider of OpenID Connect on this machine: real keys, real signatures, and what goes wrong."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwk, jwt

CLIENT = "outreach-tests"


@dataclass
class Provider:
    """What the next sign-in gets, and what was asked."""

    issuer: str = ""
    key: jwk.RSAKey = field(default_factory=lambda: jwk.RSAKey.generate_key(2048))
    other: jwk.RSAKey = field(default_factory=lambda: jwk.RSAKey.generate_key(2048))
    claims: dict[str, Any] = field(default_factory=dict)
    forged: bool = False
    unsigned: bool = False
    says_issuer: str = ""
    challenge: str = ""
    calls: list[dict[str, list[str]]] = field(default_factory=list)

    def answer(self, form: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        """Answer at the token endpoint, as RFC 6749 section 4.1.3 and RFC 7636 ask."""
        self.calls.append(form)
        verifier = form.get("code_verifier", [""])[0]
        digest = hashlib.sha256(verifier.encode()).digest()
        shown = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if shown != self.challenge:
            return 400, {"error": "invalid_grant", "error_description": "the verifier is wrong"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.token()}

    def token(self) -> str:
        if self.unsigned:
            parts = [{"alg": "none"}, self.claims]
            encoded = [
                base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode()
                for one in parts
            ]
            return ".".join([*encoded, ""])
        key = self.other if self.forged else self.key
        return jwt.encode({"alg": "RS256"}, self.claims, key)

    def document(self, path: str) -> dict[str, Any] | None:
        match path:
            case "/.well-known/openid-configuration":
                return {
                    "issuer": self.says_issuer or self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/keys",
                }
            case "/keys":
                return {"keys": [self.key.as_dict(private=False)]}
        return None


@contextmanager
def serving() -> Iterator[Provider]:
    """Run a provider on a free port of this machine."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = provider.document(self.path)
            self._send(200 if found else 404, found or {})

        def do_POST(self) -> None:
            size = int(self.headers.get("content-length", "0"))
            self._send(*provider.answer(parse_qs(self.rfile.read(size).decode())))

        def _send(self, status: int, body: dict[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
