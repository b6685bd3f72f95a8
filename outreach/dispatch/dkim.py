"""Sign messages with the office's own keys (DKIM, RFC 6376; Ed25519: RFC 8463).

Off by default: an administration's relay usually signs. Each header named is signed once more than
it occurs ("oversigned"), so that none can be added on the way.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import dkim
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from outreach.errors import N_, OutreachError
from outreach.settings import Signature

SIGNED = (
    b"from",
    b"to",
    b"cc",
    b"subject",
    b"date",
    b"message-id",
    b"reply-to",
    b"in-reply-to",
    b"references",
    b"mime-version",
    b"content-type",
    b"content-language",
    b"auto-submitted",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
)
LEAST_BITS = 2048
HEAD_END = b"\r\n\r\n"


class SigningKeyError(OutreachError):
    """A key file that cannot sign."""

    message = N_(
        "{path} holds no key that can sign e-mail ({words}). Make one with “openssl genpkey "
        "-algorithm RSA -pkeyopt rsa_keygen_bits:2048” or “-algorithm ed25519”; the path stands in "
        "[[mail.dkim]] key_file."
    )


@dataclass(frozen=True, slots=True)
class Signer:
    """One key, ready."""

    selector: str
    domain: str
    algorithm: bytes
    key: bytes
    public: str
    """What stands after ``p=`` in the domain's record."""

    @property
    def record(self) -> tuple[str, str]:
        """Return the name and the text of the TXT record that the domain must publish."""
        kind = self.algorithm.partition(b"-")[0].decode()
        return (
            f"{self.selector}._domainkey.{self.domain}",
            f"v=DKIM1; k={kind}; p={self.public}",
        )

    def header(self, message: bytes) -> bytes:
        """Return the DKIM-Signature header of ``message``, with its line end."""
        end = message.find(HEAD_END)
        names = [
            line.partition(b":")[0].lower()
            for line in message[:end].split(b"\r\n")
            if line[:1] not in b" \t"
        ]
        signed = [name for name in SIGNED for _ in range(names.count(name) + 1)]
        return bytes(
            dkim.sign(
                message,
                self.selector.encode(),
                self.domain.encode(),
                self.key,
                canonicalize=(b"relaxed", b"relaxed"),
                signature_algorithm=self.algorithm,
                include_headers=signed,
            )
        )


def signers(settings: Sequence[Signature], domain: str, folder: Path) -> tuple[Signer, ...]:
    """Read the keys; ``domain`` is the sender's, ``folder`` the office's. Raises SigningKeyError."""
    return tuple(_signer(one, domain, folder) for one in settings)


def _signer(settings: Signature, domain: str, folder: Path) -> Signer:
    try:
        key = load_pem_private_key((folder / settings.key_file).read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise SigningKeyError(path=settings.key_file, words=error) from error
    domain = settings.domain or domain
    if isinstance(key, Ed25519PrivateKey):
        seed = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        algorithm, secret = b"ed25519-sha256", base64.b64encode(seed)
    elif isinstance(key, RSAPrivateKey) and key.key_size >= LEAST_BITS:
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        algorithm = b"rsa-sha256"
    else:
        words = f"neither RSA of {LEAST_BITS} bits or more nor Ed25519"
        raise SigningKeyError(path=settings.key_file, words=words)
    return Signer(
        settings.selector, domain, algorithm, secret, base64.b64encode(public).decode("ascii")
    )
