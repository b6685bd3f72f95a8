"""A campaign is made, changed and put back on a page; the file stays one that people write."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient

from outreach.app import App
from outreach.campaigns import definition as definitions
from outreach.campaigns import versions
from outreach.contacts import segments
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from tests.dispatch.world import CAMPAIGN, SECRETARY, World
from tests.web.conftest import HERE, Person, door_of, own_contacts

EDIT = f"/campaigns/{CAMPAIGN}/edit"
FIELD = re.compile(
    r'<input (?P<input>[^>]*)>|<select name="(?P<select>[^"]+)"[^>]*>(?P<options>.*?)</select>',
    re.DOTALL,
)
ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')
FIRST = {
    "step": "new-1",
    "title_fr": "Vœux 2026",
    "title_es": "Saludo de 2026",
    "audience": "demo",
    "title_fr:new-1": "Vœux",
    "title_es:new-1": "Saludo",
    "when:new-1": "on",
    "on:new-1": "2025-12-15",
    "letter:new-1.0": "remerciement-rencontres",
}


@pytest.fixture
def folder(office_world: World) -> Path:
    """An office whose campaigns a test may change."""
    office_world.people()
    return office_world.folder


@pytest.fixture
def secretary(folder: Path, own_office: App) -> Iterator[Person]:
    door = door_of(own_office, SECRETARY)
    assert own_office.folder == folder
    with TestClient(web.make(own_office, door), base_url=HERE) as client:
        person = Person(client)
        person.get(ENTRANCE + door.key)
        yield person


def filled(text: str) -> dict[str, list[str]]:
    """Return what a browser would send of the page's form, as it stands."""
    form = text[text.index('class="builder') :].partition("</form>")[0]
    found: dict[str, list[str]] = {}
    for field in FIELD.finditer(form):
        if field["select"]:
            chosen = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)', field["options"])
            first = re.search(r'<option value="([^"]*)"', field["options"])
            value = (chosen[1] if chosen[1] is not None else chosen[2]) if chosen else first[1]  # type: ignore[index]
            found.setdefault(field["select"], []).append(value)
            continue
        given = dict(ATTRIBUTE.findall(field["input"]))
        if given.get("type") in {"checkbox", "radio"} and "checked" not in given:
            continue
        found.setdefault(given["name"], []).append(given.get("value", "").replace("&#39;", "'"))
    return found


def file_of(folder: Path, name: str = CAMPAIGN) -> str:
    return (folder / "campaigns" / f"{name}.toml").read_text("utf-8")


def test_a_campaign_is_made_step_by_step(secretary: Person, folder: Path) -> None:
    text = secretary.get("/campaigns/new").text
    assert "Choose a list" in text
    proof = secretary.proof("/campaigns/new")
    more = secretary.post("/campaigns/new", data={**FIRST, "proof": proof, "add-step": "1"}).text
    assert "5 recipients" in more
    assert 'value="new-2"' in more
    second = {
        "step": ["new-1", "new-2"],
        "title_fr:new-2": "Relance",
        "title_es:new-2": "Recordatorio",
        "when:new-2": "after",
        "after:new-2": "new-1",
        "days:new-2": "10",
        "working:new-2": "on",
        "kind:new-2": "chaser",
        "why_fr:new-2": "à écrire en janvier",
        "promise_fr:new-1": "Un programme",
        "promise_es:new-1": "Un programa",
        "kept_by:new-1": "new-2",
    }
    seen = secretary.post("/campaigns/new", data={**FIRST, **second, "proof": proof, "look": "1"})
    assert "<svg" in seen.text
    assert "reminder, if nobody answers" in seen.text
    kept = secretary.post("/campaigns/new", data={**FIRST, **second, "proof": proof, "keep": "1"})
    assert "Kept. This is what is to come." in kept.text
    written = file_of(folder, "voeux-2026")
    assert "# 1. Vœux\n[[steps]]\n" in written
    assert 'after = { step = "voeux", days = 10, working = true }\nkind = "chaser"' in written
    assert 'letter_to_come = { fr = "à écrire en janvier", es = "à écrire en janvier" }' in written
    assert '[[steps.promises]]\nname = "un-programme"' in written
    assert 'kept_by = "relance"' in written
    assert "Contacts enrolled: 5." in secretary.fill(
        "/campaigns/voeux-2026/plan", "/campaigns/voeux-2026/start"
    )
    again = secretary.post("/campaigns/new", data={**FIRST, "proof": proof, "keep": "1"})
    assert "/campaigns/voeux-2026-2/plan" in str(again.url)


def test_what_is_missing_is_said_beside_each_field(secretary: Person, folder: Path) -> None:
    proof = secretary.proof("/campaigns/new")
    wrong = {
        "step": ["new-1", "new-2", "new-3"],
        "title_fr": "A",
        "when:new-1": "on",
        "on:new-1": "tomorrow",
        "letter:new-1.0": "no-such-letter",
        "when:new-2": "after",
        "after:new-2": "new-3",
        "days:new-2": "-1",
        "when:new-3": "on_outcome",
        "promise_fr:new-3": "Un programme",
    }
    answer = secretary.post("/campaigns/new", data={**wrong, "proof": proof, "keep": "1"})
    assert answer.status_code == 422
    found = dict(re.findall(r'id="wrong-([\w-]+)">([^<]+)', answer.text))
    assert found == {
        "title_fr": "Write the title in both languages: recipients read it in theirs.",
        "audience": "Choose whom it writes to.",
        **{
            f"title_fr-new-{n}": "Write the title in both languages: recipients read it in theirs."
            for n in (1, 2, 3)
        },
        "on-new-1": "Write a day, such as 2025-09-01.",
        "letter-new-1-0": "There is no letter “no-such-letter” any more. Choose another one.",
        "after-new-2": "It can only follow a step that stands above it.",
        "days-new-2": "Write a whole number of days, 3,650 at most.",
        "letter-new-2-0": "Choose its letter, or say why there is none yet.",
        "outcome-new-3": "Choose the reply that it follows.",
        "promise_fr-new-3": "Write what is promised in both languages.",
        "letter-new-3-0": "Choose its letter, or say why there is none yet.",
    }
    assert "tomorrow" in answer.text
    assert definitions.names(folder) == [CAMPAIGN]
    forged = {**FIRST, "when:new-1": "on_outcome", "outcome:new-1": "bribed", "audience": "x"}
    answer = secretary.post("/campaigns/new", data={**forged, "proof": proof, "keep": "1"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_file_that_nobody_changed_in_its_form_stays_the_same(
    secretary: Person, folder: Path
) -> None:
    before = file_of(folder).replace("Fiches des villes et", "Fiches des villes\u00a0:")
    before += (
        "\n[facts.other]\nlines = '''\n  two\n  lines'''\nopen = true\nat = 2025-09-01T08:00:00\n"
    )
    (folder / "campaigns" / f"{CAMPAIGN}.toml").write_text(before, "utf-8")
    form = filled(secretary.get(EDIT).text)
    assert "Kept." in secretary.post(EDIT, data={**form, "keep": "1"}).text
    assert file_of(folder) == before


def test_a_change_touches_its_line_and_is_taken_back(secretary: Person, folder: Path) -> None:
    before = file_of(folder)
    form = filled(secretary.get(EDIT).text)
    form |= {"on:suivi-septembre": ["2025-09-08"], "days:fiches-villes": ["21"]}
    secretary.post(EDIT, data={**form, "keep": "1"})
    assert versions.differences(before, file_of(folder)) == [
        ("-", "on = 2025-09-01"),
        ("+", "on = 2025-09-08"),
        ("-", 'after = { step = "suivi-septembre", days = 30 }'),
        ("+", 'after = { step = "suivi-septembre", days = 21 }'),
    ]
    (kept,) = versions.versions(folder, CAMPAIGN)
    told = secretary.fill(EDIT, f"/campaigns/{CAMPAIGN}/restore", at=kept.isoformat())
    assert "The earlier text is back." in told
    assert file_of(folder) == before
    for at in ("2020-01-01T00:00:00+00:00", "yesterday"):
        assert "No earlier text" in secretary.fill(EDIT, f"/campaigns/{CAMPAIGN}/restore", at=at)


def test_letters_and_steps_are_put_in_and_taken_out(secretary: Person, folder: Path) -> None:
    form = filled(secretary.get(EDIT).text)
    text = secretary.post(EDIT, data={**form, "add-letter": "patience"}).text
    form = filled(text) | {"letter:patience.1": ["fiches-villes"], "kinds:patience.1": ["epci"]}
    text = secretary.post(EDIT, data={**form, "drop-letter": "patience.0"}).text
    text = secretary.post(EDIT, data={**filled(text), "drop": "mise-en-relation"}).text
    assert "Kept." in secretary.post(EDIT, data={**filled(text), "keep": "1"}).text
    file = definitions.load(folder, CAMPAIGN).file
    assert [step.name for step in file.steps][-1] == "fiches-villes"
    (letter,) = next(step for step in file.steps if step.name == "patience").letters
    assert (letter.letter, letter.to.kinds) == ("fiches-villes", ("epci",))
    form = filled(secretary.get(EDIT).text)
    text = secretary.post(EDIT, data={**form, "drop": "fiches-villes"}).text
    assert "a promise is kept by a step that is not in this campaign" in text


def test_what_somebody_else_wrote_meanwhile_is_shown_first(secretary: Person, folder: Path) -> None:
    form = filled(secretary.get(EDIT).text) | {"title_fr": ["Villes 2025"]}
    path = folder / "campaigns" / f"{CAMPAIGN}.toml"
    path.write_text(file_of(folder).replace("on = 2025-07-21", "on = 2025-07-22"), "utf-8")
    answer = secretary.post(EDIT, data={**form, "keep": "1"})
    assert "Somebody changed this campaign" in answer.text
    assert "<del>on = 2025-07-22</del>" in answer.text
    assert "2025-07-22" in file_of(folder)
    secretary.post(EDIT, data={**filled(answer.text), "keep": "1"})
    assert 'fr = "Villes 2025"' in file_of(folder)


def test_once_letters_left_their_step_and_the_recipients_stay(
    secretary: Person, folder: Path, office_world: World
) -> None:
    office_world.start()
    office_world.prepare()
    text = secretary.get(EDIT).text
    assert "This campaign has started" in text
    assert "on:suivi-septembre" not in text
    form = filled(text) | {"days:fiches-villes": ["7"]}
    assert "Kept." in secretary.post(EDIT, data={**form, "keep": "1"}).text
    assert "the plan was changed" in secretary.get(f"/campaigns/{CAMPAIGN}/history").text
    form = filled(secretary.get(EDIT).text)
    forged = {**form, "audience": ["metropoles"], "keep": "1"}
    assert "whom it writes to is no longer changed" in secretary.post(EDIT, data=forged).text
    gone = form | {"step": [key for key in form["step"] if key != "suivi-septembre"]}
    assert secretary.post(EDIT, data={**gone, "keep": "1"}).status_code == 422
    assert "so it stays" in secretary.fill(EDIT, f"/campaigns/{CAMPAIGN}/remove")
    assert "suivi-septembre" in file_of(folder)


def test_a_campaign_of_which_nothing_was_done_is_taken_away(
    secretary: Person, folder: Path
) -> None:
    assert "The campaign is gone." in secretary.fill(EDIT, f"/campaigns/{CAMPAIGN}/remove")
    assert definitions.names(folder) == []
    assert "Make the first one" in secretary.get("/").text
    assert secretary.get(EDIT).status_code == 404


def test_last_years_campaign_becomes_this_years(secretary: Person, folder: Path) -> None:
    copy = f"/campaigns/{CAMPAIGN}/copy"
    text = secretary.get(copy).text
    assert 'name="first" value="2026-07-21"' in text
    assert "1 Sept 2026" in text
    assert "“facts.rencontres.edition” says “16”" in text
    form = {"title_fr": "Villes 2026", "title_es": "Ciudades 2026", "first": "2026-07-31"}
    assert "11 Sept 2026" in secretary.fill(copy, copy, **form, look="1")
    told = secretary.fill(copy, copy, **form, keep="1")
    assert "The new campaign is there." in told
    written = file_of(folder, "villes-2026")
    assert written.startswith(f"# Made from campaigns/{CAMPAIGN}.toml on 2025-09-01")
    assert "mois = 2026-07-11" in written
    assert "# 4. What September promised" in written
    old = definitions.load(folder, CAMPAIGN).file
    fresh = definitions.load(folder, "villes-2026").file
    assert [step.name for step in fresh.steps] == [step.name for step in old.steps]
    for wrong in ({"first": "soon"}, {"title_es": ""}):
        assert 'role="alert"' in secretary.fill(copy, copy, **form | wrong, keep="1")
    assert definitions.names(folder) == [CAMPAIGN, "villes-2026"]


def test_recipients_may_be_chosen_by_rules_of_the_campaigns_own(
    secretary: Person, folder: Path
) -> None:
    own_contacts(folder)
    proof = secretary.proof("/campaigns/new")
    form = {**FIRST, "proof": proof, "audience": "="}
    text = secretary.post("/campaigns/new", data={**form, "keep": "1"}).text
    assert "without any, everyone would be written to" in text
    text = secretary.post("/campaigns/new", data={**form, "add": "0", "new:0": "country"}).text
    form |= {"mode:0": "all", "key:0.0": "country", "value:0.0": "CO"}
    assert "1 recipient<" in secretary.post("/campaigns/new", data={**form, "look": "1"}).text
    assert 'name="value:0.0"' in text
    nothing = secretary.post("/campaigns/new", data={**form, "add": "0"}).text
    assert "Choose first what the rule is about." in nothing
    broken = {**form, "when:new-1": "on_outcome", "outcome:new-1": "bribed"}
    assert secretary.post("/campaigns/new", data={**broken, "keep": "1"}).status_code == 422
    assert "voeux-2026" not in segments.names(folder)
    assert "Kept." in secretary.post("/campaigns/new", data={**form, "keep": "1"}).text
    assert segments.load(folder, "voeux-2026").condition.country == "CO"
    assert definitions.load(folder, "voeux-2026").file.audience == "voeux-2026"


def test_what_the_letters_say_is_changed_with_its_kind(secretary: Person, folder: Path) -> None:
    before = file_of(folder)
    form = filled(secretary.get(EDIT).text)
    wrong = form | {"fact:rencontres.edition": ["dix-sept"], "fact:rencontres.mois": [""]}
    text = secretary.post(EDIT, data={**wrong, "keep": "1"}).text
    assert "Write a figure." in text
    assert 'id="wrong-fact-rencontres-mois">Write a day' in text
    form |= {"fact:rencontres.edition": ["17"], "fact:rencontres.mois": ["2026-07-01"]}
    form |= {"fact:association.nom.es": ["Asociación «Ciudades»"]}
    assert "Kept." in secretary.post(EDIT, data={**form, "keep": "1"}).text
    assert len(versions.differences(before, file_of(folder))) == 6
    facts = definitions.load(folder, CAMPAIGN).file.facts
    assert facts["rencontres"]["edition"] == 17  # type: ignore[index]
    assert facts["association"]["nom"]["es"] == "Asociación «Ciudades»"  # type: ignore[index]
