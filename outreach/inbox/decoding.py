"""Octets of mail as text, whatever they claim to be: charsets, encoded-words, addresses.

Nothing here raises: what cannot be read is replaced by U+FFFD. No text has NUL or other controls,
or lone surrogates, which databases and JSON refuse.
"""

import base64
import codecs
import contextlib
import quopri
import re
import unicodedata
from collections.abc import Sequence
from email.utils import getaddresses
from functools import lru_cache

MAX_HEADER = 20_000
"""Characters of one header that are read: more is an attack or an accident."""

ENCODED_WORD = re.compile(
    r"=\?([^?\s]{1,40})\?([bq])\?([^?]*)\?=(\s+(?==\?[^?\s]{1,40}\?[bq]\?))?", re.IGNORECASE
)
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ud800-\udfff]")
INVISIBLE = re.compile("[\u0300-\u036f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u00ad]")
SPACES = re.compile(r"[^\S\n]+")
MOJIBAKE = re.compile("[ÃÂ][\u0080-\u00bf\u2010-\u203a\u20ac\u0152-\u017e\u2122]|â€")
WESTERN = frozenset({"ascii", "iso8859-1", "cp1252", "iso8859-15", "latin-1"})


def text_of(octets: bytes, charset: str | None = None) -> str:
    """Return ``octets`` as clean text: as declared, else UTF-8, else Windows-1252.

    Text in UTF-8 is declared as Latin-1 more often than Latin-1 forms a valid UTF-8 sequence by
    chance, so octets beyond ASCII that are valid UTF-8 are read so in place of a Western charset.
    """
    codec = codec_of(charset or "")
    if codec is None or codec in WESTERN:
        order = ["utf-8", codec or "cp1252", "cp1252"]
    else:
        order = [codec, "utf-8", "cp1252"]
    for name in order:
        try:
            return clean(octets.decode(name))
        except (UnicodeError, ValueError):
            continue
    return clean(octets.decode("cp1252", "replace"))


@lru_cache(maxsize=256)
def codec_of(charset: str) -> str | None:
    """Return Python's name of a charset that holds text, or None."""
    try:
        info = codecs.lookup(charset.strip().strip("\"'"))
        # Codecs such as zlib or rot13 are no charsets; UTF-7 hides text from every filter.
        if info.name == "utf-7" or not isinstance(info.decode(b"")[0], str):
            return None
        b"x".decode(info.name)
    except Exception:  # noqa: BLE001  # any codec may raise anything on nothing
        return None
    return info.name


def clean(text: str) -> str:
    r"""Return text with ``\\n`` lines and without controls, repaired where UTF-8 was read twice."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if MOJIBAKE.search(text):
        with contextlib.suppress(UnicodeError):
            text = text.encode("cp1252").decode("utf-8")
    return CONTROLS.sub("", text)


def header_text(raw: str) -> str:
    """Return one header's value unfolded and decoded (RFC 2047), without line breaks."""
    raw = raw[:MAX_HEADER]
    if not raw.isascii():
        raw = text_of(raw.encode("utf-8", "surrogateescape"))
    if "=?" in raw:
        raw = _encoded_words(raw)
    return " ".join(clean(raw).split())


def addresses(values: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return (name, address) of raw address headers; addresses in lower case."""
    try:
        pairs = getaddresses([value[:MAX_HEADER] for value in values])
    except Exception:  # noqa: BLE001  # hostile headers
        return ()
    return tuple(
        (header_text(name), clean(address).strip().lower()) for name, address in pairs if address
    )


def fold(text: str) -> str:
    """Return text for comparing: lower case, no accents, plain quotes and spaces, lines kept."""
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text.translate(LOOK_ALIKES))
        text = INVISIBLE.sub("", plain)
    return SPACES.sub(" ", text.lower())


LOOK_ALIKES = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "´": "'",
        "`": "'",
        "“": '"',
        "”": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "‑": "-",
        "œ": "oe",
        "Œ": "oe",
        "æ": "ae",
    }
)


def _encoded_words(value: str) -> str:
    """Decode encoded-words; neighbours in one charset are joined first, as a cut é needs it."""
    pieces: list[str] = []
    pending, charset, end = b"", "", 0
    for found in ENCODED_WORD.finditer(value):
        if found.start() > end:
            pieces += [text_of(pending, charset), value[end : found.start()]]
            pending = b""
        if found[1].lower() != charset:
            pieces.append(text_of(pending, charset))
            pending, charset = b"", found[1].lower().partition("*")[0]
        raw = found[3].encode("ascii", "ignore")
        if found[2].lower() == "b":
            pending += _base64(raw)
        else:
            pending += quopri.decodestring(raw, header=True)
        end = found.end()
    return "".join([*pieces, text_of(pending, charset), value[end:]])


def _base64(octets: bytes) -> bytes:
    """Decode base64 as far as it goes."""
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", octets.partition(b"=")[0])
    kept = kept[: len(kept) - (len(kept) % 4 == 1)]
    return base64.b64decode(kept + b"=" * (-len(kept) % 4))
