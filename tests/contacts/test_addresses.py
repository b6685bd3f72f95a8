"""How a contact is reached, who must not be written to, and the office's key."""

import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from outreach.contacts import addresses, directory, examples, officekey, suppressions
from outreach.contacts.addresses import NoChannel
from outreach.contacts.directory import UnknownContactError
from outreach.contacts.examples import ExampleListError
from outreach.contacts.models import Contact, EmailAddress, PostalAddress
from outreach.contacts.officekey import DamagedKeyError
from outreach.db import Store
from tests.conftest import CHECKOUT
from tests.contacts.conftest import ACT

KEY = bytes(32)


def contact(*emails: str, town: str = "", state: str = "good", wish: str | None = None) -> Contact:
    return Contact(
        code="FR:1",
        preferred_channel=wish,
        created_at=datetime(2025, 1, 1, tzinfo=UTC),
        emails=[EmailAddress(address=address, state=state) for address in emails],
        posts=[PostalAddress(town=town, postcode="76000", country="FR", state="good")]
        if town
        else [],
    )


def reached(one: Contact) -> str:
    found = addresses.best_channel(one)
    return found.name if isinstance(found, addresses.Channel) else found.value


def test_a_good_e_mail_address_comes_before_paper() -> None:
    assert reached(contact("a@b.fr", town="Le Havre")) == "email"


def test_who_prefers_paper_gets_paper() -> None:
    assert reached(contact("a@b.fr", town="Le Havre", wish="post")) == "post"


def test_paper_takes_over_where_the_address_bounced() -> None:
    assert reached(contact("a@b.fr", town="Le Havre", state="bounced")) == "post"
    assert reached(contact("a@b.fr", state="bounced")) == NoChannel.EMAIL_BOUNCED


@pytest.mark.parametrize(
    "bad", ["pas une adresse", "a@b", "josé@ville.fr", "a@b.fr, c@d.fr", "@x.fr"]
)
def test_what_no_server_can_deliver_to_is_no_address(bad: str) -> None:
    assert reached(contact(bad)) == NoChannel.EMAIL_INVALID


def test_nothing_at_all_is_no_address() -> None:
    assert reached(contact()) == NoChannel.NO_ADDRESS


def test_a_suppressed_address_is_recognised_however_it_is_written(any_store: Store) -> None:
    with any_store.transaction() as session:
        suppressions.suppress(session, KEY, "Élodie <MAIRE@X.FR>", "objection", ACT)
        suppressions.suppress(session, KEY, "maire@x.fr", "objection", ACT)
    with any_store.reading() as session:
        assert suppressions.suppressed(session, KEY, ["Maire@x.fr", "b@x.fr"]) == {"Maire@x.fr"}
        assert suppressions.suppressed(session, b"another key" * 3, ["maire@x.fr"]) == set()


def test_an_international_domain_is_one_address_in_both_spellings() -> None:
    assert suppressions.normalised("MAIRE@X.fr") == suppressions.normalised("Élodie <maire@x.fr>")
    assert suppressions.normalised("a@exämple.fr") == suppressions.normalised("A@xn--exmple-cua.fr")


def test_the_key_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    key = officekey.read(tmp_path)
    assert officekey.read(tmp_path) == key
    assert len(key) == 32
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / officekey.KEY_FILE).stat().st_mode) == 0o600


def test_a_damaged_key_is_told_and_not_replaced(tmp_path: Path) -> None:
    officekey.read(tmp_path)
    (tmp_path / officekey.KEY_FILE).write_text("not a key", "ascii")
    with pytest.raises(DamagedKeyError):
        officekey.read(tmp_path)


def test_the_example_list_is_loaded_once_and_only_under_reserved_domains(
    loaded: Store, tmp_path: Path
) -> None:
    shipped = CHECKOUT / "contacts" / "examples" / "demo.csv"
    lines = len(shipped.read_text("utf-8").splitlines()) - 1
    with loaded.transaction() as session:
        assert examples.load(session, shipped, ACT) == lines
        assert examples.load(session, shipped, ACT) == 0
        assert directory.find(session, "CO:05088").example
    real = tmp_path / "real.csv"
    real.write_text("code,language,office,gender,email\nCO:73001,es,alcalde,,a@ibague.gov.co\n")
    with loaded.transaction() as session, pytest.raises(ExampleListError, match="line 2"):
        examples.load(session, real, ACT)


def test_a_code_is_found_in_any_case_and_a_wrong_one_names_its_neighbours(loaded: Store) -> None:
    with loaded.reading() as session:
        assert directory.find(session, " fr:76351 ").organisation.name == "Le Havre"
        with pytest.raises(UnknownContactError, match="Le Havre"):
            directory.find(session, "FR:havre")
        names = [c.organisation.name for c in directory.search(session, "saint-denis", 2)]
    assert names == ["Saint-Denis", "Saint-Denis"]


@pytest.mark.parametrize("text", ["%", "_", "\\", "'; DROP TABLE contact; --", "\x00", "日本"])
def test_odd_searches_find_nothing_and_break_nothing(loaded: Store, text: str) -> None:
    with loaded.reading() as session:
        assert directory.search(session, text, 3) == []
