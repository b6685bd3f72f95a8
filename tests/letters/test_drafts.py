"""New letters."""

from pathlib import Path

import pytest

from outreach.letters import drafts, twins
from outreach.letters.catalogue import Catalogue
from outreach.letters.compiling import Press
from outreach.letters.facts import OfficeFacts
from outreach.letters.word import Taken
from outreach.settings import Language
from tests.letters.letter_facts import LETTERHEAD, SEAL, SETTINGS, circular, facts


@pytest.mark.parametrize("kind", ["letter", "cover", "circular"])
def test_a_new_letter_is_two_true_twins_that_only_wait_for_words(tmp_path: Path, kind: str) -> None:
    draft = drafts.skeleton(circular=kind == "circular", cover=kind == "cover")
    paths = drafts.write(tmp_path, "voeux-2026", draft)
    assert paths == [f"templates/letters/voeux-2026/{language}.md" for language in ("fr", "es")]
    found = Catalogue(tmp_path).letter("voeux-2026")
    presses = {}
    languages: tuple[Language, ...] = ("fr", "es")
    for language in languages:
        office = OfficeFacts.of(SETTINGS, language)
        presses[language] = Press(found.twin(language), LETTERHEAD, office)
        given = circular(language=language) if kind == "circular" else facts(language=language)
        problems = presses[language].write(given, SEAL).problems
        assert {each.code for each in problems} == {"L101"}
        assert all("complét" in str(it.phrase) or "completar" in str(it.phrase) for it in problems)
    differing = [
        each for each in twins.compare(presses["fr"], presses["es"]) if each.code != "L121"
    ]
    assert differing == []


def test_a_letter_from_word_has_its_words_in_both_files() -> None:
    taken = Taken('Vœux "2026"', "Bonjour [la ville].\n", {}, (), ())
    draft = drafts.from_word(taken, "es", circular=False, cover=False)
    assert list(draft.texts) == ["es", "fr"]
    for text in draft.texts.values():
        assert text.startswith('+++\nsubject = "Vœux \\"2026\\""\n')
        assert text.endswith("+++\nBonjour [la ville].\n")


@pytest.mark.parametrize("name", ["", "Vœux", "../x", "a/b", "a--b", "-a", "a b", "con:x"])
def test_a_name_that_is_no_folder_s_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(drafts.LetterNameError):
        drafts.write(tmp_path, name, drafts.skeleton(circular=False, cover=False))
    assert list(tmp_path.iterdir()) == []


def test_a_letter_is_never_overwritten(tmp_path: Path) -> None:
    draft = drafts.skeleton(circular=False, cover=False)
    drafts.write(tmp_path, "voeux", draft)
    with pytest.raises(drafts.LetterThereError, match="templates/letters/voeux"):
        drafts.write(tmp_path, "voeux", draft)
