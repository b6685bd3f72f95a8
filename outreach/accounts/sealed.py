"""Secrets at rest: encrypted with a key made from the office's own, one for each purpose."""

import base64

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def box(key: bytes, purpose: str) -> Fernet:
    """Return what seals and opens the secrets of one purpose (HKDF, RFC 5869; Fernet)."""
    derived = HKDF(SHA256(), 32, salt=None, info=f"outreach {purpose}".encode()).derive(key)
    return Fernet(base64.urlsafe_b64encode(derived))
