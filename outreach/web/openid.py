"""Sign-in by the administration's own provider: OpenID Connect, authorization code with PKCE.

What has to be remembered between leaving and coming back (state, nonce, verifier, the page that was
asked for) travels sealed in a cookie of this browser, so that nobody else's way back opens it.
"""

import hmac
import json
import os
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc6749.errors import OAuth2Error
from cryptography.fernet import Fernet, InvalidToken
from joserfc import jwk, jwt
from joserfc.errors import JoseError
from litestar import Response
from litestar.exceptions import NotFoundException

from outreach.accounts import identities, sealed
from outreach.accounts.identities import Claims
from outreach.accounts.users import Role
from outreach.errors import N_, OutreachError
from outreach.journal import Act
from outreach.settings import Oidc
from outreach.web import entering, gate
from outreach.web import visit as visits
from outreach.web.gate import HOSTS
from outreach.web.handlers import get
from outreach.web.visit import Asked, Visit

WITHIN = 600
"""Seconds that a person may take at the provider."""
PATIENCE = 10
"""Seconds that the provider may take for an answer."""
LEEWAY = 60
"""Seconds by which its clock may differ."""
SIGNED_WITH = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Never "none", never a secret that two parties know."""
BYTES = 32


class ProviderError(OutreachError):
    """The provider does not answer, or not as OpenID Connect asks of it."""

    message = N_(
        "The sign-in of your administration does not work at the moment: {words}. Try again, or tell "
        "an administrator of the office."
    )


class RefusedThereError(OutreachError):
    """The provider sent the person back without letting them in."""

    message = N_("Your administration did not let you in: {words}")


class WayBackError(OutreachError):
    """This browser did not set out, or it is too long ago."""

    message = N_("This sign-in was begun elsewhere or too long ago. Begin again.")


class UntrueError(OutreachError):
    """What came back is not signed by the provider, or not for us, or not for now."""

    message = N_(
        "What your administration’s sign-in sent back cannot be trusted ({words}), so nobody was "
        "signed in. Tell an administrator of the office."
    )


@dataclass(frozen=True, slots=True)
class Way:
    """What this browser has to bring back."""

    state: str
    nonce: str
    verifier: str
    place: str


@get(gate.OPENID)
def leave(request: Asked) -> Response[str]:
    """Send a person to the provider."""
    visit = visits.of(request)
    settings = _settings(visit)
    place = entering.inside(request.query_params.get("next", ""))
    state, nonce, verifier = (secrets.token_urlsafe(BYTES) for _ in range(3))
    way = Way(state, nonce, verifier, place)
    try:
        provider = _provider(settings)
    except OutreachError as error:
        return _refused(visit, place, error)
    address, _ = _client(settings, request).create_authorization_url(
        str(provider["authorization_endpoint"]),
        state=way.state,
        nonce=way.nonce,
        code_verifier=way.verifier,
    )
    answer: Response[str] = Response("", status_code=HTTPStatus.SEE_OTHER)
    answer.headers["Location"] = address
    answer.headers["Set-Cookie"] = _cookie(request, _box(visit).encrypt(_told(way)).decode())
    return answer


@get(f"{gate.OPENID}/back")
def come_back(request: Asked) -> Response[str]:
    """Take a person in whom the provider sends back."""
    visit = visits.of(request)
    settings, place = _settings(visit), "/"
    try:
        way = _way(request, visit)
        place = way.place
        claims = _claims(request, visit, settings, way)
        roles = {group: Role(role) for group, role in settings.roles.items()}
        with visit.app.store.transaction() as session:
            secret = identities.enter(
                session, claims, roles, Act(identities.WAY, visit.app.clock())
            )
    except OutreachError as error:
        return _refused(visit, place, error)
    answer = visit.to(place)
    answer.headers["Set-Cookie"] = gate.session_cookie(
        request.scope, secret, secure=visit.app.settings.web.is_secure
    )
    return answer


def _settings(visit: Visit) -> Oidc:
    if not visit.app.settings.oidc.issuer:
        raise NotFoundException
    return visit.app.settings.oidc


def _refused(visit: Visit, place: str, error: OutreachError) -> Response[str]:
    return visit.page(
        "sign-in.html", HTTPStatus.FORBIDDEN, place=place, name="", trouble=visit.told(error)
    )


def _claims(request: Asked, visit: Visit, settings: Oidc, way: Way) -> Claims:
    """Return what the provider says of the person, verified (OpenID Connect Core 3.1.3.7)."""
    asked = request.query_params
    if asked.get("error"):
        words = asked.get("error_description") or asked["error"]
        raise RefusedThereError(words=words[:300])
    if not hmac.compare_digest(asked.get("state", "").encode(), way.state.encode()):
        raise WayBackError
    provider = _provider(settings)
    try:
        token = _client(settings, request).fetch_token(
            str(provider["token_endpoint"]),
            code=asked.get("code", ""),
            code_verifier=way.verifier,
            timeout=PATIENCE,
        )
        keys = requests.get(str(provider["jwks_uri"]), timeout=PATIENCE).json()
    except (OAuthError, OAuth2Error, requests.RequestException, ValueError) as error:
        raise ProviderError(words=_words(error)) from error
    try:
        told = jwt.decode(
            str(token.get("id_token", "")), jwk.KeySet.import_key_set(keys), algorithms=SIGNED_WITH
        ).claims
        jwt.JWTClaimsRegistry(
            now=int(visit.app.clock().timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": way.nonce},
        ).validate(told)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise UntrueError(words=_words(error)) from error
    if told.get("azp", settings.client_id) != settings.client_id:
        raise UntrueError(words="azp")
    groups = told.get(settings.groups_claim, [])
    return Claims(
        issuer=settings.issuer,
        subject=str(told["sub"])[:255],
        name=str(told.get("name") or told.get("preferred_username") or ""),
        email=str(told.get("email") or "")[:254],
        email_verified=told.get("email_verified") is True,
        groups=[groups] if isinstance(groups, str) else [str(each) for each in groups],
    )


def _provider(settings: Oidc) -> dict[str, Any]:
    """Return what the provider publishes of itself (OpenID Connect Discovery 4)."""
    address = f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        found = requests.get(address, timeout=PATIENCE).json()
    except (requests.RequestException, ValueError) as error:
        raise ProviderError(words=_words(error)) from error
    wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if not isinstance(found, dict) or found.get("issuer") != settings.issuer:
        raise ProviderError(words=f"issuer ≠ {settings.issuer}")
    if not all(_is_safe(str(found.get(each, ""))) for each in wanted):
        raise ProviderError(words=", ".join(wanted))
    return found


def _is_safe(address: str) -> bool:
    """Say whether an address is reached by TLS, or on this machine."""
    found = urlsplit(address)
    return found.scheme == "https" or (found.scheme == "http" and found.hostname in HOSTS)


def _client(settings: Oidc, request: Asked) -> OAuth2Session:
    visit = visits.of(request)
    ours = visit.app.settings.web.address.rstrip("/") or str(request.base_url).rstrip("/")
    secret = os.environ.get(settings.client_secret_variable, "")
    return OAuth2Session(
        settings.client_id,
        secret or None,
        scope=settings.scopes,
        redirect_uri=f"{ours}{gate.OPENID}/back",
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if secret else "none",
    )


def _way(request: Asked, visit: Visit) -> Way:
    """Return what this browser set out with. Raises WayBackError."""
    kept = request.cookies.get(_cookie_name(request), "")
    try:
        return Way(**json.loads(_box(visit).decrypt(kept.encode(), ttl=WITHIN)))
    except (InvalidToken, ValueError, TypeError) as error:
        raise WayBackError from error


def _told(way: Way) -> bytes:
    return json.dumps(
        {name: getattr(way, name) for name in ("state", "nonce", "verifier", "place")}
    ).encode()


def _box(visit: Visit) -> Fernet:
    return sealed.box(visit.app.key(), "openid")


def _cookie_name(request: Asked) -> str:
    return f"{gate.cookie_name(request.scope)}-way"


def _cookie(request: Asked, value: str) -> str:
    """Return the Set-Cookie header. Lax: it has to come along when the provider sends back."""
    secure = "; Secure" if visits.of(request).app.settings.web.is_secure else ""
    name, place = _cookie_name(request), gate.OPENID
    return f"{name}={value}; Path={place}; HttpOnly; SameSite=Lax; Max-Age={WITHIN}{secure}"


def _words(error: Exception) -> str:
    return str(error).partition("\n")[0][:200] or type(error).__name__
