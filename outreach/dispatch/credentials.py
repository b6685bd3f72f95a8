"""Passwords and tokens of the mail server: from a command, the environment, or signed in for.

None of them stands in a settings file. What ``outreach mail connect`` obtains is kept encrypted
with the office's key in ``var/mail.token``.
"""

import os
import shlex
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cryptography.fernet import InvalidToken

from outreach.accounts import sealed
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.settings import Mail

TOKEN_FILE = "var/mail.token"  # noqa: S105  # where it is, not what it is
SCOPES = (
    "https://outlook.office.com/SMTP.Send",
    "https://outlook.office.com/IMAP.AccessAsUser.All",
)
PATIENCE = 60.0
"""Seconds a password command may take; it may ask a person for a finger."""


class SecretCommandError(OutreachError):
    """The command that should print the password did not."""

    message = N_(
        "The command for the mail password ({command}) failed: {words}. Try it by hand; it stands "
        "in [mail] password_command."
    )


class NoSecretError(OutreachError):
    """There is a user but nothing to sign in with."""

    message = N_(
        "There is no password for the mail server: the variable {variable} is not set. Set it, or "
        "give [mail] password_command."
    )


class NotConnectedError(OutreachError):
    """Nobody signed in with Microsoft yet, or the sign-in has ended."""

    message = N_("We are not signed in at the mail server: {words} Run “outreach mail connect”.")


class NoClientError(WrongUseError):
    """``mail connect`` without an application."""

    message = N_(
        "[mail] client_id is missing: the administrator registers an application in Microsoft "
        "Entra (a public client with “SMTP.Send” and “IMAP.AccessAsUser.All”) and gives its number."
    )


def secret(mail: Mail, folder: Path, key: bytes) -> str:
    """Return the password, or the access token for XOAUTH2, as of now.

    Raises SecretCommandError, NoSecretError or NotConnectedError.
    """
    if mail.password_command:
        return _printed(mail.password_command)
    if mail.password_variable:
        found = os.environ.get(mail.password_variable, "")
        if not found:
            raise NoSecretError(variable=mail.password_variable)
        return found
    if mail.client_id:
        return Microsoft(mail, folder, key).token()
    raise NoSecretError(variable="password_variable")


def _printed(command: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  # the office's own settings name it
            shlex.split(command, posix=os.name == "posix"),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise SecretCommandError(command=command, words=error) from error
    found = done.stdout.strip("\r\n")
    if done.returncode or not found:
        words = done.stderr.strip() or f"exit {done.returncode}, nothing printed"
        raise SecretCommandError(command=command, words=words[:300])
    return found


class Microsoft:
    """Signs in by a code typed on any device (RFC 8628); tokens renew themselves.

    ``mail.authority`` is Microsoft's own, or a test's.
    """

    def __init__(self, mail: Mail, folder: Path, key: bytes) -> None:
        import msal

        if not mail.client_id:
            raise NoClientError
        self._path = folder / TOKEN_FILE
        self._box = sealed.box(key, "mail token")
        self._cache = msal.SerializableTokenCache()
        if self._path.is_file():
            try:
                self._cache.deserialize(self._box.decrypt(self._path.read_bytes()).decode())
            except (InvalidToken, ValueError) as error:
                raise NotConnectedError(words=f"{TOKEN_FILE} cannot be read.") from error
        self._client = msal.PublicClientApplication(
            mail.client_id,
            authority=f"{mail.authority}/{mail.tenant}",
            instance_discovery=mail.authority == Mail().authority,
            verify=str(folder / mail.ca_file) if mail.ca_file else True,
            token_cache=self._cache,
        )

    def connect(self, tell: Callable[[str, str], None]) -> str:
        """Sign in: ``tell`` gets the address to open and the code to type there; then wait.

        Returns who signed in. Raises NotConnectedError.
        """
        flow = self._client.initiate_device_flow(scopes=list(SCOPES))
        if "user_code" not in flow:
            raise NotConnectedError(words=_words(flow))
        tell(flow["verification_uri"], flow["user_code"])
        answer = self._client.acquire_token_by_device_flow(flow)
        if "access_token" not in answer:
            raise NotConnectedError(words=_words(answer))
        self._keep()
        accounts = self._client.get_accounts()
        return str(accounts[0]["username"]) if accounts else ""

    def token(self) -> str:
        """Return an access token, renewed where it ran out. Raises NotConnectedError."""
        accounts = self._client.get_accounts()
        if not accounts:
            raise NotConnectedError(words="")
        answer = self._client.acquire_token_silent_with_error(list(SCOPES), account=accounts[0])
        if not answer or "access_token" not in answer:
            raise NotConnectedError(words=_words(answer or {}))
        self._keep()
        return str(answer["access_token"])

    def _keep(self) -> None:
        if not self._cache.has_state_changed:
            return
        data = self._box.encrypt(self._cache.serialize().encode())
        draft = self._path.with_suffix(".new")
        draft.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        draft.replace(self._path)


def _words(answer: Mapping[str, Any]) -> str:
    words = str(answer.get("error_description") or answer.get("error") or "")
    return words.partition("\n")[0].strip()[:300]
