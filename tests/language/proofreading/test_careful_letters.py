"""Letters full of what only looks like a trouble: a bilingual letterhead, quoted titles, 1er mars."""

from pathlib import Path

import pytest

from outreach.language.proofreading import findings
from outreach.settings import Language
from tests.language.proofreading.marks import SENT_ON

LETTERS = Path(__file__).parent.parent / "letters"


@pytest.mark.parametrize(("name", "language"), [("careful_fr.md", "fr"), ("careful_es.md", "es")])
def test_a_careful_letter_has_no_marks(name: str, language: Language) -> None:
    assert findings((LETTERS / name).read_text("utf-8"), language, sent_on=SENT_ON) == []
