"""``outreach letters``: what a writer sees."""

import json
from pathlib import Path

import pytest

from outreach.letters import reviews
from outreach.letters.catalogue import Catalogue
from tests.cli.conftest import Run
from tests.dispatch.world import World

OLD_LETTER = """\
Madame la Présidente,

Nous vous remercions de votre présence aux 16e Rencontres, le 1^{er} juillet dernier.

Veillez agréer, Monsieur le Maire, l’expression de ma haute considération.
"""


@pytest.fixture
def ready(run: Run, small_office: Path) -> Path:
    """An office with its reference data loaded."""
    outcome = run("start")
    assert outcome.code == 0, outcome.err
    return small_office


def test_the_letters_of_the_office_are_listed_with_their_languages(run: Run) -> None:
    listed = run("letters", "list", "--json").data
    assert {"name", "kind", "languages", "summary"} <= set(listed[0])
    languages = {letter["name"]: letter["languages"] for letter in listed}
    assert languages["suivi-septembre"] == ["es", "fr"]


def test_a_letter_is_shown_as_it_is_written(run: Run, office: Path) -> None:
    path = office / "templates" / "letters" / "suivi-septembre" / "es.md"
    shown = run("letters", "show", "suivi-septembre", "--lang", "es")
    assert path.read_text("utf-8") in shown.out


def test_an_unknown_letter_is_wrong_use_and_the_known_ones_are_named(run: Run) -> None:
    outcome = run("letters", "show", "suivi-octobre")
    assert outcome.code == 2
    assert "suivi-septembre" in outcome.err


def test_fields_and_filters_have_two_names_and_an_example(run: Run) -> None:
    listed = run("letters", "filters", "--json").data
    assert {"fr": "organisation", "es": "organizacion"}.items() <= listed["fields"][0].items()
    assert all(each["fr"] and each["es"] and each["doc"] for each in listed["filters"])
    assert all(each["example"] for each in listed["filters"])
    assert "Filtres" in run("letters", "filters", lang="fr").out


@pytest.mark.parametrize(
    ("code", "language", "text", "printed"),
    [
        ("FR:76351", "fr", "{{ organisation | de }}", "de la Ville du Havre"),
        ("FR:72181", "fr", "la gare {{ organisation.nom | de }}", "la gare du Mans"),
        ("FR:80021", "fr", "{{ organizacion | de }}", "de la Ville d’Amiens"),
        ("FR:76351", "fr", "Le prix : 3 {{ langue }}", "Le prix\u00a0: 3 fr"),
    ],
)
@pytest.mark.usefixtures("ready")
def test_an_expression_is_tried_on_a_contact(
    run: Run, code: str, language: str, text: str, printed: str
) -> None:
    outcome = run("letters", "try", "--contact", code, "--lang", language, text)
    assert outcome.err == ""
    assert outcome.out == f"{printed}\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ organisation | duu }}", "no filter"),
        ("{{ organisatoin }}", "organisatoin"),
        ("{{ organisation", "braces"),
        ("{{ contact.prenom }}", "contact.prenom"),
        ("{% macro x() %}{% endmacro %}", "macro"),
        ('{{ "".__class__ }}', "__class__"),
    ],
)
@pytest.mark.usefixtures("ready")
def test_an_expression_that_gives_nothing_is_told_in_one_message(
    run: Run, text: str, reason: str
) -> None:
    outcome = run("letters", "try", "--contact", "FR:76351", text)
    assert outcome.code == 1
    assert outcome.out == ""
    assert reason in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.usefixtures("ready")
def test_an_unknown_contact_is_wrong_use(run: Run) -> None:
    outcome = run("letters", "try", "--contact", "FR:00000", "x")
    assert outcome.code == 2
    assert "FR:00000" in outcome.err


@pytest.mark.usefixtures("ready")
def test_a_letter_is_written_as_e_mail_text_and_pdf_to_look_at(run: Run, tmp_path: Path) -> None:
    proofs = tmp_path / "proofs"
    outcome = run(
        "letters",
        "preview",
        "remerciement-rencontres",
        "--contact",
        "FR:76351",
        "--to",
        str(proofs),
    )
    assert outcome.code == 0, outcome.err
    written = {path.suffix: path for path in proofs.iterdir()}
    assert set(written) == {".html", ".txt", ".pdf"}
    assert "Madame la Maire" in written[".txt"].read_text("utf-8").replace(
        "Monsieur le", "Madame la"
    )
    assert written[".pdf"].read_bytes().startswith(b"%PDF-")
    assert all(str(path) in outcome.out for path in written.values())


@pytest.mark.usefixtures("ready")
def test_a_cover_has_no_pdf_and_knows_what_was_received(run: Run, tmp_path: Path) -> None:
    texts = []
    for number, received in enumerate(([], ["--received", "remerciement-rencontres"])):
        folder = tmp_path / str(number)
        arguments = ["--contact", "FR:76351", *received, "--to", str(folder)]
        assert run("letters", "preview", "accompagnement", *arguments).code == 0
        assert {path.suffix for path in folder.iterdir()} == {".html", ".txt"}
        texts.append(next(folder.glob("*.txt")).read_text("utf-8"))
    assert "juillet" not in texts[0]
    assert "juillet" in texts[1]


def test_the_letters_of_the_house_have_nothing_to_mend(run: Run) -> None:
    outcome = run("letters", "check", "--date", "2025-09-01")
    assert outcome.out == "Nothing to mend.\n"
    assert outcome.code == 0


def test_a_letter_with_a_mistake_is_found_with_file_and_line(run: Run, office: Path) -> None:
    source = (office / "templates").resolve()
    (office / "templates").unlink()
    letter = office / "templates" / "letters" / "merci"
    letter.mkdir(parents=True)
    (office / "templates" / "letterhead").symlink_to(source / "letterhead")
    (letter / "fr.md").write_text(
        '+++\nsubject = "Merci"\n+++\nBonjour {{ organisatoin }}.\n', "utf-8"
    )
    outcome = run("letters", "check", "merci", "--json", "--date", "2025-09-01")
    assert outcome.code == 1
    found = {finding["code"]: finding["where"] for finding in outcome.data}
    assert found["L101"] == "templates/letters/merci/fr.md:4"
    assert "L120" in found


def test_an_old_letter_is_proof_read_without_an_office(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "old.md"
    path.write_text(OLD_LETTER, "utf-8")
    arguments = ["letters", "check", str(path), "--lang", "fr", "--date", "2025-09-01"]
    outcome = run(*arguments, "--json", office=tmp_path)
    assert outcome.code == 1
    excerpts = json.dumps(outcome.data, ensure_ascii=False)
    for trouble in ("16e Rencontres", "1^{er}", "juillet dernier", "Veillez"):
        assert trouble in excerpts
    assert {finding["where"].rpartition(":")[2] for finding in outcome.data} == {"3", "5"}


def test_an_old_letter_needs_its_language(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "old.md"
    path.write_text(OLD_LETTER, "utf-8")
    outcome = run("letters", "check", str(path), "--date", "2025-09-01")
    assert outcome.code == 2
    assert "--lang" in outcome.err


def test_a_text_that_was_read_again_waits_no_more(world: World, run: Run) -> None:
    letters = Catalogue(world.folder)
    with world.store.transaction() as session:
        reviews.changed(session, letters.letter("suivi-septembre"), "fr", world.act())
    done = run("letters", "reviewed", "suivi-septembre", "--language", "es")
    assert "both languages say the same" in done.out
    with world.store.reading() as session:
        assert reviews.findings(session, ["suivi-septembre"]) == []
    assert "did not wait" in run("letters", "reviewed", "suivi-septembre", "--language", "es").out
