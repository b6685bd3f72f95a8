from datetime import date, datetime

import msgspec
import pytest
from msgspec import structs

from outreach.letters import facts as letter_facts
from outreach.letters.facts import CampaignFacts, OfficeFacts
from outreach.settings import Bilingual
from tests.letters.letter_facts import CAMPAIGN, MAYOR, SETTINGS, facts

TITLE = Bilingual(fr="Titre", es="Título")


def test_facts_come_back_from_their_stored_text_unchanged() -> None:
    given = facts(received=("juillet",), enclosures=("Fiche",), first_letter=True)
    assert letter_facts.read(letter_facts.stored(given)) == given


def test_equal_facts_have_one_text_and_one_hash_whatever_the_order_of_their_tables() -> None:
    one = CampaignFacts.of("c", TITLE, {"a": 1, "b": {"x": 1, "y": 2}})
    other = CampaignFacts.of("c", TITLE, {"b": {"y": 2, "x": 1}, "a": 1})
    first, second = facts(campaign=one), facts(campaign=other)
    assert letter_facts.stored(first) == letter_facts.stored(second)
    assert letter_facts.digest(first) == letter_facts.digest(second)


def test_a_changed_address_changes_the_hash() -> None:
    moved = facts(contact=structs.replace(MAYOR, email="autre@lehavre.example"))
    assert letter_facts.digest(moved) != letter_facts.digest(facts())


def test_a_date_of_the_campaign_is_a_date_again_after_storage() -> None:
    kept = letter_facts.read(letter_facts.stored(facts())).campaign
    assert kept.in_("fr")["rencontres"] == {"edition": 16, "mois": date(2025, 7, 1)}


def test_a_word_that_looks_like_a_date_stays_a_word() -> None:
    campaign = CampaignFacts.of("c", TITLE, {"code": "2025-07-01", "at": datetime(2025, 7, 1)})  # noqa: DTZ001  # TOML has naive ones
    assert campaign.in_("fr")["code"] == "2025-07-01"
    assert campaign.in_("fr")["at"] == date(2025, 7, 1)


def test_a_table_of_fr_and_es_becomes_the_words_of_the_language() -> None:
    assert CAMPAIGN.in_("es")["document"] == {
        "titre": "Perfiles y proyectos",
        "lien": "https://a.example/es",
    }
    assert CAMPAIGN.in_("fr")["titre"] == "Villes intermédiaires de Colombie"


def test_unknown_keys_in_stored_facts_are_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        letter_facts.read(letter_facts.stored(facts()).replace('"copies"', '"copys"'))


def test_the_office_is_taken_from_the_settings_in_each_language() -> None:
    office = OfficeFacts.of(SETTINGS, "es")
    assert (office.place, office.signatory_function) == (
        "París",
        "Embajador de Colombia en Francia",
    )
    assert office.reply_address == SETTINGS.sender.address
