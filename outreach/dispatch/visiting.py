"""Open links as a stranger would: no cookies, no account, no way into a private network.

Every name is resolved here, every address looked at, and the connection made to that very address,
so that neither a redirection nor a second answer of the name server leads inside. A proxy of the
environment is not used: behind one, links count as not tried.
"""

import http.client
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from urllib.parse import quote, urljoin, urlsplit

from outreach.letters import links
from outreach.letters.links import Answer, Trouble

SECONDS = 10.0
"""For one link, redirections included."""
AT_ONCE = 8
REDIRECTIONS = 8
READ = 65_536
"""Octets of a page that are looked at."""
HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; outreach link check)",
    "Accept": "*/*",
    "Accept-Language": "fr, es;q=0.8, en;q=0.5",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
# RFC 6052: addresses of the old Internet inside the new one.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_FOUND, _ERROR = range(300, 400), 400

Visit = Callable[[Sequence[str]], Mapping[str, Answer]]
"""What opens links and says what it found behind each."""


class _PrivateError(Exception):
    """The address is inside a private network."""


class Visitor:
    """Opens links over HTTP.

    ``inside`` are private addresses that may be visited all the same: only tests give some.
    """

    def __init__(self, *, seconds: float = SECONDS, inside: Collection[str] = ()) -> None:
        self._seconds = seconds
        self._inside = frozenset(inside)
        self._tls = ssl.create_default_context()

    def __call__(self, urls: Sequence[str]) -> dict[str, Answer]:
        """Return what is behind each link; never raises for a link."""
        waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
        found: queue.SimpleQueue[tuple[str, Answer]] = queue.SimpleQueue()
        for url in urls:
            waiting.put(url)

        def work() -> None:
            while True:
                try:
                    url = waiting.get_nowait()
                except queue.Empty:
                    return
                found.put((url, self.open(url)))

        for _ in range(min(AT_ONCE, len(urls))):
            # Daemons: a name server or a server that drips holds nobody up beyond the deadline.
            threading.Thread(target=work, daemon=True).start()
        turns = -(-len(urls) // AT_ONCE)
        end = time.monotonic() + turns * (self._seconds + 1)
        answers: dict[str, Answer] = {}
        while len(answers) < len(set(urls)):
            try:
                url, answer = found.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                break
            answers[url] = answer
        return {url: answers.get(url, Answer(url, trouble=Trouble.TOO_SLOW)) for url in urls}

    def open(self, url: str) -> Answer:
        """Return what is behind one link."""
        end = time.monotonic() + self._seconds
        here = url
        try:
            for _ in range(REDIRECTIONS):
                answer, onward = self._look(here, end)
                if onward is None:
                    return answer
                here = urljoin(here, onward)
                if urlsplit(here).scheme not in {"http", "https"}:
                    break
        except (OSError, http.client.HTTPException, ValueError, _PrivateError) as error:
            return Answer(here, trouble=_trouble(error))
        return Answer(here, trouble=Trouble.ENDLESS)

    def _look(self, url: str, end: float) -> tuple[Answer, str | None]:
        """Ask for the head; for the page where some servers know no HEAD, or it must be read."""
        answer, onward = self._ask("HEAD", url, end)
        if onward is None and (answer.status >= _ERROR or answer.media == "text/html"):
            return self._ask("GET", url, end)
        return answer, onward

    def _ask(self, method: str, url: str, end: float) -> tuple[Answer, str | None]:
        """Return the answer, and where it sends us on."""
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port or (443 if secure else 80)
        connection = http.client.HTTPConnection(host, port)
        plain = self._connected(host, port, end)
        try:
            connection.sock = (
                self._tls.wrap_socket(plain, server_hostname=host) if secure else plain
            )
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            shown = host if parts.port is None else f"{host}:{port}"
            connection.request(method, _ascii(path), headers=HEADERS | {"Host": shown})
            response = connection.getresponse()
            media = response.headers.get_content_type() if response.headers["Content-Type"] else ""
            onward = response.headers["Location"] if response.status in _FOUND else None
            page = ""
            if method == "GET" and onward is None and media == "text/html":
                page = _read(response, end).decode("utf-8", "replace")
            return Answer(url, response.status, media, links.signs_in(page)), onward
        finally:
            connection.close()
            plain.close()

    def _connected(self, host: str, port: int, end: float) -> socket.socket:
        """Connect to the address that was looked at. Raises _PrivateError."""
        places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for *_, place in places:
            if not self._is_public(str(place[0])):
                raise _PrivateError
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        address = str(places[0][-1][0])
        return socket.create_connection((address, port), timeout=left)

    def _is_public(self, text: str) -> bool:
        if text in self._inside:
            return True
        address = ipaddress.ip_address(text.partition("%")[0])
        if isinstance(address, ipaddress.IPv6Address):
            inner = address.ipv4_mapped or address.sixtofour
            if address in _NAT64:
                inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
            if inner is not None:
                address = inner
        return address.is_global and not address.is_multicast


def _trouble(error: Exception) -> Trouble:
    unknown = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
    match error:
        case _PrivateError():
            return Trouble.PRIVATE
        case ssl.SSLCertVerificationError():
            return Trouble.CERTIFICATE
        case socket.gaierror():
            return Trouble.UNKNOWN_HOST if error.errno in unknown else Trouble.NO_NETWORK
        case TimeoutError():
            return Trouble.TOO_SLOW
        case _:
            return Trouble.NO_NETWORK


def _read(response: http.client.HTTPResponse, end: float) -> bytes:
    """Return the beginning of a page, as much as comes in time."""
    pieces: list[bytes] = []
    size = 0
    while size < READ and time.monotonic() < end:
        piece = response.read1(READ - size)
        if not piece:
            break
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _ascii(path: str) -> str:
    """Return a path as it may stand in a request; what is encoded already stays."""
    return quote(path, safe="/?&=%:@!$'()*+,;~-._[]")
