"""``outreach serve``: the pages, for the browser on this machine."""

import os
import sys
import webbrowser
from contextlib import suppress
from importlib.util import find_spec

import click

from outreach.cli import frame
from outreach.errors import N_, OutreachError

HOST, PORT = "127.0.0.1", 8025
MOST = 65_535


class NoPagesError(OutreachError):
    """The libraries of the extra ``web`` are not installed."""

    message = N_("The pages need two more libraries. Install them with: {command}")


@frame.command(
    "serve",
    help=N_(
        "Open the pages in the browser of this machine: contacts, letters, batches, replies, and "
        "how each campaign stands. The link signs you in. Stop with Ctrl-C."
    ),
)
@frame.option("--host", default=HOST, metavar=N_("ADDRESS"), help=N_("This machine’s own address."))
@frame.option(
    "--port",
    type=click.IntRange(0, MOST),
    default=PORT,
    show_default=True,
    help=N_("The port to answer on; 0 takes a free one."),
)
@frame.option("--no-browser", is_flag=True, help=N_("Open no browser; only print the link."))
@frame.pass_office
def serve(context: frame.Context, host: str, port: int, no_browser: bool) -> None:
    """Answer until stopped; print each link."""
    if find_spec("litestar") is None or find_spec("uvicorn") is None:
        raise NoPagesError(command=f'{sys.executable} -m pip install "outreach[web]"')
    from outreach.web import serving

    def ready(link: str, first: bool) -> None:
        if first:
            context.say(N_("The pages are open until you press Ctrl-C here."))
            context.say(N_("Your link, for one browser: {link}"), link=link)
            if not no_browser and _has_screen():
                webbrowser.open(link)
        else:
            context.say(N_("The link was used. For another browser: {link}"), link=link)

    # The server raises the interruption again, or not: that depends on when it came.
    with suppress(KeyboardInterrupt):
        serving.serve(context.app, host, port, ready, actor=context.actor)
    context.say(N_("The pages are closed."))


def _has_screen() -> bool:
    """Say whether a browser would open in a window and not in this terminal."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
