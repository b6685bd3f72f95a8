"""Signatures that another program verifies, after a journey through a real mail server."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from outreach.dispatch import dkim, messages
from outreach.dispatch.carriers.base import Addressed, Outcome
from outreach.dispatch.carriers.connection import Server
from outreach.dispatch.carriers.smtp import Smtp
from outreach.dispatch.dkim import Signer, SigningKeyError
from outreach.settings import Signature
from tests.dispatch.test_messages import ENVELOPE
from tests.mailservers import MailServers, program

DOMAIN = "ambassade-colombie.example"


def write_key(path: Path, key: PrivateKeyTypes) -> None:
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    write_key(folder / "rsa.pem", generate_rsa(65537, 2048))
    write_key(folder / "small.pem", generate_rsa(65537, 1024))  # noqa: S505  # the one to refuse
    write_key(folder / "ed25519.pem", Ed25519PrivateKey.generate())
    write_key(folder / "ec.pem", generate_private_key(SECP256R1()))
    return folder


def signer(keys: Path, kind: str) -> Signer:
    (one,) = dkim.signers([Signature(selector=kind, key_file=f"{kind}.pem")], DOMAIN, keys)
    return one


def letter(*signers: Signer) -> bytes:
    envelope = replace(
        ENVELOPE,
        thread=("<1.abc@ambassade.example>", "<2.abc@ambassade.example>"),
        opt_out="2a-1-abcdefghijklmnop",
        public_url="https://courrier.ambassade.example",
        reply_to="cooperation@ambassade.example",
    )
    text = "Madame la Maire,\n\nNous avons l’honneur…\n\n.\nFrom ici\n  \n\n"
    pdf = messages.Attachment.of("lettre.pdf", "application/pdf", bytes(range(256)) * 40)
    composed = messages.compose(envelope, text, f"<p>{text}</p>", [pdf])
    return composed.under(b"".join(one.header(composed.message) for one in signers)).message


def verified(message: bytes, folder: Path, *signers: Signer) -> str:
    """Return what opendkim says of a message; the keys' records are given in a file."""
    found = program("opendkim")
    assert found is not None
    (folder / "records").write_text("".join(f"{a} {b}\n" for a, b in (s.record for s in signers)))
    (folder / "opendkim.conf").write_text(f"Mode v\nTestPublicKeys {folder / 'records'}\n")
    (folder / "message").write_bytes(message)
    done = subprocess.run(
        [found, "-x", folder / "opendkim.conf", "-vv", "-t", folder / "message"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.skipif(program("opendkim") is None, reason="opendkim is not installed")
@pytest.mark.parametrize("kinds", [["rsa"], ["ed25519"], ["rsa", "ed25519"]])
def test_a_signature_holds_after_a_journey_through_postfix(
    mail_servers: MailServers, keys: Path, tmp_path: Path, kinds: list[str]
) -> None:
    signers = [signer(keys, kind) for kind in kinds]
    carrier = Smtp(Server(host="127.0.0.1", port=mail_servers.smtp_port, security="none"))
    sent = Addressed(
        delivery_id=1,
        message_id=ENVELOPE.message_id,
        sender="courrier@ambassade.example",
        recipient="mairie@mairies.example",
        message=letter(*signers),
    )
    assert carrier.send([sent])[0].outcome is Outcome.ACCEPTED
    carrier.close()
    arrived = mail_servers.wait_for("mairie@mairies.example")
    assert arrived.count(b"DKIM-Signature:") == len(kinds)
    said = verified(arrived, tmp_path, *signers)
    assert "verification (s=" in said
    assert "succeeded" in said, said
    spoilt = verified(arrived.replace(b"Madame", b"Monsieur"), tmp_path, *signers)
    assert "succeeded" not in spoilt, spoilt
    added = verified(arrived.replace(b"Subject:", b"Subject: x\r\nSubject:"), tmp_path, *signers)
    assert "succeeded" not in added, added


def test_what_opts_out_is_signed_and_headers_are_signed_once_more_than_they_stand(
    keys: Path,
) -> None:
    header = letter(signer(keys, "ed25519")).partition(b"\r\nMessage-ID")[0]
    signed = header.partition(b"h=")[2].partition(b";")[0].replace(b"\r\n", b"").split(b":")
    names = [name.strip() for name in signed]
    assert names.count(b"list-unsubscribe") == names.count(b"list-unsubscribe-post") == 2
    assert names.count(b"from") == names.count(b"subject") == 2
    assert names.count(b"cc") == 1  # none stands there, so none can be added


@pytest.mark.parametrize("name", ["small", "ec", "missing"])
def test_a_key_that_cannot_sign_is_refused_with_what_to_do(keys: Path, name: str) -> None:
    with pytest.raises(SigningKeyError, match="openssl genpkey"):
        signer(keys, name)
