import pytest

from outreach.contacts.models import Organisation
from outreach.errors import N_, Phrase
from outreach.language.names import Named, Undecided, decided, typographic
from outreach.letters.facts import OrganisationFacts
from tests.language.named_things import Thing, thing

UNDECIDED = Undecided(Phrase(N_("nothing is known of {name}."), {"name": "Honda"}))


def test_rows_and_letters_facts_are_named_things() -> None:
    row = Organisation(code="FR:1", country="FR", kind="commune", name="Lyon", tncc=0)
    assert isinstance(row, Named)
    assert isinstance(OrganisationFacts.of(row), Named)
    assert isinstance(thing("FR:76351"), Named)
    assert not isinstance("Lyon", Named)


def test_an_undecided_form_cannot_be_printed() -> None:
    with pytest.raises(TypeError):
        str(UNDECIDED)
    with pytest.raises(TypeError):
        format(UNDECIDED)
    assert "Honda" in repr(UNDECIDED)


def test_an_undecided_form_says_why_in_the_readers_language() -> None:
    words = {"nothing is known of {name}.": "on ne sait rien de {name}."}
    assert UNDECIDED.phrase.in_words(words.__getitem__) == "on ne sait rien de Honda."
    assert UNDECIDED.reason == "nothing is known of {name}."
    assert UNDECIDED.values == {"name": "Honda"}


def test_decided_tells_a_form_from_a_reason() -> None:
    assert decided("du Havre")
    assert not decided(UNDECIDED)


def test_undecided_forms_can_be_compared_and_kept_in_sets() -> None:
    assert {UNDECIDED, Undecided(UNDECIDED.phrase)} == {UNDECIDED}


def test_text_is_brought_to_one_line_with_typographic_apostrophes() -> None:
    assert typographic("  L'Isle\n Adam ") == "L’Isle Adam"
    assert Thing("FR:1", "FR", "commune", "x").tncc is None
