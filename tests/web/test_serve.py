"""``outreach serve``: on this machine, by a link, until Ctrl-C."""

import os
import re
import signal
import socket
import subprocess
import sys

import httpx
import pytest

from outreach.app import App
from outreach.cli import serve as command
from outreach.web import serving
from tests.cli.conftest import Run, run
from tests.dispatch.world import SECRETARY, World

__all__ = ["run"]
LINK = re.compile(r"http://127\.0\.0\.1:\d+/open/\S+")


def nobody(_link: str, _first: bool) -> None:  # noqa: FBT001  # the port's signature
    """Nobody is told."""


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", ""])  # noqa: S104
def test_no_other_address_is_served(app: App, host: str) -> None:
    with pytest.raises(serving.OtherAddressError, match="this machine only"):
        serving.serve(app, host, 0, nobody, actor=SECRETARY)


def test_a_taken_port_is_told_with_the_next_one(app: App) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(serving.PortTakenError, match=f"--port {port + 1}"):
            serving.serve(app, "127.0.0.1", port, nobody, actor=SECRETARY)


def test_without_the_libraries_one_sentence_says_what_to_install(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda _name: None)
    outcome = run("serve")
    assert outcome.code == 1
    assert '-m pip install "outreach[web]"' in outcome.err


def test_the_pages_are_open_from_the_link_until_ctrl_c(sent_world: World) -> None:
    program = [sys.executable, "-c", "from outreach.cli.main import main; main()"]
    arguments = ["--office", str(sent_world.folder), "--ui-lang", "en", "serve"]
    process = subprocess.Popen(
        [*program, *arguments, "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        assert "Ctrl-C" in process.stdout.readline()
        link = LINK.search(process.stdout.readline())
        assert link is not None
        with httpx.Client(follow_redirects=True, trust_env=False) as client:
            assert client.get(link[0].partition("/open")[0] + "/").status_code == 403
            page = client.get(link[0])
            assert page.status_code == 200
            assert "Villes intermédiaires" in page.text
            assert "server" not in page.headers
        following = LINK.search(process.stdout.readline())
        assert following is not None
        assert following[0] != link[0]
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    assert "The pages are closed." in out
    assert err == ""
