"""Answering on this machine: the address, the port, and when it is ready."""

import errno
import socket
from collections.abc import Callable

import uvicorn

from outreach.accounts import users
from outreach.app import App
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.web import app as web
from outreach.web import importing
from outreach.web.door import Door
from outreach.web.gate import ENTRANCE, HOSTS

ADDRESS = "127.0.0.1"


class OtherAddressError(WrongUseError):
    """Someone wants the pages on the network."""

    message = N_(
        "The pages answer on this machine only (127.0.0.1), not on {host}: they hold letters and "
        "names. For colleagues’ browsers, put a web server with TLS before them and write its "
        'address into outreach.toml: [web] address = "https://…".'
    )


class PortTakenError(OutreachError):
    """Another program, or another ``outreach serve``, answers there."""

    message = N_(
        "Port {port} of this machine is taken, perhaps by another “outreach serve”. Close that one, "
        "or choose another port: outreach serve --port {other}"
    )


class PortForbiddenError(OutreachError):
    """The machine keeps the port for itself."""

    message = N_(
        "This machine does not allow port {port}. Choose another: outreach serve --port {other}"
    )


def serve(
    app: App, host: str, port: int, ready: Callable[[str, bool], None], *, actor: str
) -> None:
    """Answer until the program is stopped; the link signs a browser in as ``actor``.

    ``ready`` is told each new link, and whether it is the first: then the pages can be opened.
    Port 0 takes any free one. Raises OtherAddressError, PortTakenError, PortForbiddenError,
    UnknownUserError.
    """
    if host not in HOSTS and not app.settings.web.is_secure:
        raise OtherAddressError(host=host)
    actor = _known(app, actor)
    importing.forget_uploads(app)
    with _listening(host, port) as listener:
        taken = listener.getsockname()[1]

        def link(key: str) -> str:
            return f"http://{ADDRESS}:{taken}{ENTRANCE}{key}"

        door = Door(
            app.store, app.settings.web, app.clock, actor, lambda key: ready(link(key), False)
        )
        config = uvicorn.Config(
            web.make(app, door),
            log_level="warning",
            access_log=False,
            server_header=False,
            ws="none",
        )
        _Server(config, lambda: ready(link(door.key), True)).run([listener])


class _Server(uvicorn.Server):
    """A server that says when it answers."""

    def __init__(self, config: uvicorn.Config, answering: Callable[[], None]) -> None:
        super().__init__(config)
        self._answering = answering

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            self._answering()


def _known(app: App, actor: str) -> str:
    """Return whom the link signs in; in a demo office a stranger is its secretary."""
    with app.store.reading() as session:
        try:
            return users.present(session, actor).name
        except users.UnknownUserError:
            if not app.settings.office.demo:
                raise
            return users.least(session).name


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens on ``port``, so that a taken port is told before anything else."""
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(port=str(port), other=str(port + 1)) from error
        raise PortForbiddenError(port=str(port), other="8025") from error
    return listener
