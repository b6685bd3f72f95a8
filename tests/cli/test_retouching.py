"""``outreach batch docx`` and ``retouch``."""

from io import BytesIO
from pathlib import Path

import docx
import pytest

from tests.cli.conftest import Run
from tests.cli.test_journey import CAMPAIGN, by
from tests.cli.test_journey import office_ready as _office_ready

office_ready = _office_ready


@pytest.fixture
def batch(run: Run, office_ready: Path) -> str:  # noqa: ARG001  # it must be there
    """The number of a draft batch with letters to Colombian cities."""
    by(run, "campaign", "start", CAMPAIGN)
    made = by(run, "batch", "prepare", CAMPAIGN, "--step", "suivi-septembre", "--json")
    return str(made.data["batch"])


def test_a_letter_goes_to_word_and_comes_back(run: Run, batch: str, tmp_path: Path) -> None:
    path = tmp_path / "pereira.docx"
    written = by(run, "batch", "docx", batch, "CO:05088", "--to", str(path))
    assert written.code == 0, written.err
    assert f"outreach batch retouch {batch} CO:05088" in written.out
    opened, out = docx.Document(BytesIO(path.read_bytes())), BytesIO()
    for paragraph in opened.paragraphs:
        for run_ in paragraph.runs:
            run_.text = run_.text.replace("nuevos aliados", "amigos de siempre")
    opened.save(out)
    path.write_bytes(out.getvalue())
    taken = by(run, "batch", "retouch", batch, "CO:05088", str(path))
    assert taken.code == 0, taken.err
    assert "The letter to CO:05088 has the text of" in taken.out
    undone = by(run, "batch", "retouch", batch, "CO:05088", "--undo")
    assert "template’s words again" in undone.out


def test_nothing_to_retouch_is_wrong_use(run: Run, batch: str) -> None:
    assert by(run, "batch", "retouch", batch, "CO:05088").code == 2
    assert by(run, "batch", "docx", batch, "CO:00000").code == 2
