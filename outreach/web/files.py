"""Files given to a browser: never sniffed, never run, never outside their folder."""

import re
from pathlib import Path

from litestar import Response
from litestar.exceptions import NotFoundException

UNSAFE = re.compile(r"[^\w.() -]+", re.ASCII)
MOST = 120
LOCKED = "sandbox; default-src 'none'; frame-ancestors 'self'"
PDF = "application/pdf"


def name(wished: str) -> str:
    """Return a file's name as any system takes it: no folder, no sign that leads elsewhere."""
    last = wished.replace("\\", "/").rpartition("/")[2]
    return UNSAFE.sub("-", last).strip(". -")[-MOST:] or "file"


def download(data: bytes, media: str, wished: str) -> Response[bytes]:
    """Return a file to be kept."""
    return Response(
        data,
        media_type=media,
        headers={
            "Content-Disposition": f'attachment; filename="{name(wished)}"',
            "Content-Security-Policy": LOCKED,
        },
    )


def pdf(data: bytes, wished: str) -> Response[bytes]:
    """Return a PDF, shown by the browser or kept."""
    return Response(
        data,
        media_type=PDF,
        headers={
            "Content-Disposition": f'inline; filename="{name(wished)}"',
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'self'",
        },
    )


def below(folder: Path, wished: str) -> Response[bytes]:
    """Return a PDF of a folder by its bare name. Raises NotFoundException for anything else."""
    if wished != name(wished) or not (folder / wished).is_file():
        raise NotFoundException
    return pdf((folder / wished).read_bytes(), wished)
