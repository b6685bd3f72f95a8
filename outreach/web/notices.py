"""What was just done, told once on the next page: a short-lived cookie carries the sentence."""

import base64
import binascii

from litestar.datastructures import Cookie

COOKIE = "outreach-told"
SECONDS = 60
MOST = 600
"""Characters of the sentence: a cookie holds some thousand octets."""


def telling(sentence: str) -> Cookie:
    """Return the cookie that carries a sentence to the next page."""
    value = base64.urlsafe_b64encode(sentence[:MOST].encode()).decode()
    return Cookie(key=COOKIE, value=value, max_age=SECONDS, httponly=True, samesite="lax")


def told() -> Cookie:
    """Return the cookie that ends it."""
    return Cookie(key=COOKIE, value="", max_age=0, httponly=True, samesite="lax")


def read(value: str) -> str:
    """Return the sentence of a cookie; nothing for a spoilt one."""
    try:
        return base64.urlsafe_b64decode(value.encode()).decode()
    except (binascii.Error, UnicodeError, ValueError):
        return ""
