"""The form goes out with the invitation, comes back filled in, and is told to the authorities."""

from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import docx
import pytest

from outreach.db import Store
from outreach.partners import projectforms, projects
from tests.dispatch.world import MANAGER, World
from tests.test_promised_letter import FICHES, Sent

pytestmark = pytest.mark.one_database


@pytest.fixture
def sent(any_store: Store, office: Path) -> Sent:
    return Sent(World(any_store, office))


def forms(sent: Sent) -> dict[str, bytes]:
    """What each message of September encloses beside the letter, by address."""
    found = {}
    for path in sent.world.outbox():
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        for part in message.iter_attachments():
            if str(part.get_filename()).endswith(".docx"):
                found[str(message["To"])] = part.get_content()
    return found


def test_each_city_and_no_french_authority_gets_its_own_form(sent: Sent) -> None:
    found = forms(sent)
    assert [address.rpartition("@")[2].strip(">") for address in found] == ["ibague.example"]
    (data,) = found.values()
    cells = [row.cells[1].text for row in docx.Document(BytesIO(data)).tables[0].rows]
    assert cells[:2] == ["CO:73001", "Ibagué"]


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_the_same_form_is_the_same_bytes(
    kind: projectforms.Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = projectforms.write("CO:73001", "Ibagué", kind)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert projectforms.write("CO:73001", "Ibagué", kind) == first
    assert projectforms.write("CO:66001", "Pereira", kind) != first


def test_what_a_city_wrote_in_the_form_reaches_the_authorities_as_its_proposal(
    sent: Sent, tmp_path: Path
) -> None:
    (data,) = forms(sent).values()
    filled = docx.Document(BytesIO(data))
    answers = {
        "Título / Titre (es)": "Agua para todos",
        "Tema / Thème": "agua y saneamiento",
        "Resumen, diez líneas / Résumé (es)": "Proteger las fuentes del río.",
    }
    for row in filled.tables[0].rows:
        if row.cells[0].text in answers:
            row.cells[1].text = answers[row.cells[0].text]
    path = tmp_path / "ibague.docx"
    filled.save(str(path))
    world = sent.world
    with world.store.transaction() as session:
        received = projects.receive(
            session,
            projectforms.read(path),
            source="e-mail of 12 September 2025",
            received_on=date(2025, 9, 12),
            act=world.act(),
        )
        french = {"title.fr": "De l’eau pour tous", "summary.fr": "Protéger les sources."}
        projects.validate(session, received.id, french, world.act(MANAGER))
    sent.propose()
    sent.at(date(2025, 10, 1))
    before = set(world.outbox())
    sent.leave(world.prepare(FICHES).batch)
    told = []
    for each in set(world.outbox()) - before:
        body = message_from_bytes(each.read_bytes(), policy=policy.default).get_body(("plain",))
        assert body is not None
        told.append(" ".join(str(body.get_content()).split()))
    assert told
    for text in told:
        assert "La proposition de la ville" in text.replace("*", "")
        assert "De l’eau pour tous" in text
