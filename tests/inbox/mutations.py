"""Mutations of real messages: cut, doubled, swapped, spliced, with octets that break parsers."""

import random
from collections.abc import Iterator, Sequence

NASTY = (
    b"\x00",
    b"\xff\xfe",
    b"\r",
    b"\n\n",
    b"\r\n.\r\n",
    b"=?utf-8?b?//8=?=",
    b"=?utf-8?q?=ZZ=0D=0A?=",
    b"=?x-none?q?a?=",
    b'Content-Type: multipart/mixed; boundary=""\n',
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=a\n\n--a\n",
    b"Content-Type: message/rfc822\n\n",
    b"Content-Type: text/html; charset=utf-7\n",
    b"Content-Transfer-Encoding: base64\n",
    b"Content-Transfer-Encoding: quoted-printable\n",
    b"Content-Disposition: attachment; filename*0*=x''%E9; filename*1=\"\n",
    b'From: "' + b"(" * 200 + b"@<a@b.example>\n",
    b"Date: Mon, 99 Foo 2025 99:99:99 +9999\n",
    b"Auto-Submitted: auto-replied\n",
    b"<div>" * 300,
    b"<blockquote>" * 300,
    b"&#0;&#xd800;&#x110000;",
    b"> " * 500,
    b"\xe2\x80\xae\xef\xbb\xbf",
    b"a@" * 400,
    b"31/31/9999 30 fevrier 2025 jusqu'au 0 le 99",
    b"\xed\xa0\x80",
)


def mutated(raws: Sequence[bytes], seed: int) -> Iterator[bytes]:
    """Yield mutations without end, the same ones for the same seed."""
    chance = random.Random(seed)  # noqa: S311  # repeatable, not secret
    while True:
        raw = bytearray(chance.choice(raws))
        for _ in range(chance.randint(1, 8)):
            _mutate(raw, raws, chance)
        yield bytes(raw)


def _mutate(raw: bytearray, raws: Sequence[bytes], chance: random.Random) -> None:
    at = chance.randrange(len(raw) + 1)
    length = chance.choice((1, 4, 40, 400))
    match chance.randrange(8):
        case 0:
            del raw[at : at + length]
        case 1:
            raw[at:at] = chance.randbytes(min(length, 40))
        case 2:
            raw[at:at] = chance.choice(NASTY)
        case 3:
            raw[at:at] = raw[at : at + length] * chance.randint(1, 5)
        case 4:
            other = chance.choice(raws)
            start = chance.randrange(len(other) + 1)
            raw[at:at] = other[start : start + 400]
        case 5:
            for place in range(at, min(at + length, len(raw))):
                raw[place] ^= 1 << chance.randrange(8)
        case 6:
            lines = raw.split(b"\n")
            chance.shuffle(lines)
            raw[:] = b"\n".join(lines)
        case _:
            raw[:] = raw.replace(b"\n", chance.choice((b"\r", b"\r\n", b"\n\r", b"")))
