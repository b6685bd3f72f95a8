"""What was typed wrong is refused in words, never as a fault of the program."""

import pytest

from tests.cli.conftest import Run


@pytest.mark.parametrize(
    "command", [("batch", "show"), ("replies", "show"), ("contacts", "undo"), ("batch", "check")]
)
def test_a_number_that_no_list_has_is_refused_in_words(run: Run, command: tuple[str, str]) -> None:
    run("start")
    done = run(*command, "9" * 26)
    assert done.code == 2, done.err
    assert "fault" not in done.err
