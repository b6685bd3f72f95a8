"""Lists from the command line: shown row by row, imported, taken back."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("small_office")
LISTS = Path(__file__).parent / "lists"
ROWS = [
    ["Collectivité", "Dépt", "Civilité", "Nom", "Prénom", "Courriel", "Fonction", "Remarque"],
    ["Le Havre", "76", "Mme", "EXEMPLE", "Ana", "ana@havre.example", "Maire", "à rappeler"],
    ["Lyon", "69", "Mme/M.", "", "", "un@lyon.example; deux@lyon.example", "Maire", "=1+1"],
    ["Saint-Étienne", "42", "M.", "MODÈLE", "José", "jose@ste.example", "Directeur", ""],
]
MANY = (
    "Code contact;Collectivité;Dépt;Civilité;Nom;Prénom;Courriel;Fonction\n"
    ";Le Havre;76;Mme;EXEMPLE;Ana;;Maire\n"
    ";Amiens;80;M.;MODÈLE;José;jose@amiens.example;Directeur\n"
    ";Amiens;80;;;;jose@amiens.example;\n"
    ";Amiens;80;;;;pas une adresse;\n"
    ";Le Hvre;;;;;x@hvre.example;\n"
    ";Nulle-Part-sur-Mer;80;;;;y@nulle.example;\n"
)


@pytest.fixture
def started(run: Run) -> Run:
    assert run("start").code == 0
    return run


def csv_of(separator: str) -> bytes:
    def cell(text: str) -> str:
        return f'"{text}"' if ";" in text or separator in text else text

    return "".join(separator.join(map(cell, row)) + "\r\n" for row in ROWS).encode()


def tsv(folder: Path) -> Path:
    path = folder / "liste.tsv"
    path.write_bytes(csv_of("\t"))
    return path


def windows(folder: Path) -> Path:
    path = folder / "liste.csv"
    path.write_bytes(csv_of(";").decode().encode("cp1252"))
    return path


def utf16(folder: Path) -> Path:
    """Excel's "Unicode text": UTF-16 with tabs."""
    path = folder / "liste.txt"
    path.write_bytes(csv_of("\t").decode().encode("utf-16"))
    return path


def xlsx(folder: Path) -> Path:
    path = folder / "liste.xlsx"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for number, row in enumerate(ROWS, 3):  # a heading and an empty line above
        for column, text in enumerate(row, 1):
            sheet.cell(number, column).value = text
    sheet.cell(1, 1).value = "Liste des maires"
    book.save(path)
    return path


def ods(folder: Path) -> Path:
    """As LibreOffice saves it: the rest of the sheet is one repeated empty row."""
    path = folder / "liste.ods"
    ns = "urn:oasis:names:tc:opendocument:xmlns:"
    rows = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p>'
            "</table:table-cell>"
            for text in row
        )
        + '<table:table-cell table:number-columns-repeated="16376"/></table:table-row>'
        for row in ROWS
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{ns}manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" '
            'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
            "</manifest:manifest>",
        )
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{ns}office:1.0" xmlns:table="{ns}table:1.0" '
            f'xmlns:text="{ns}text:1.0"><office:body><office:spreadsheet>'
            f'<table:table table:name="Feuille1">{rows}'
            '<table:table-row table:number-rows-repeated="1048572">'
            '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return path


def xls(folder: Path) -> Path:  # noqa: ARG001  # a file as Excel 97 has it, which nothing here writes
    """The same list, in a file that was saved for Excel 97."""
    return LISTS / "liste.xls"


@pytest.mark.parametrize("make", [tsv, windows, utf16, xlsx, ods, xls])
def test_one_list_says_the_same_in_every_form(
    make: Callable[[Path], Path], started: Run, tmp_path: Path
) -> None:
    done = started("contacts", "import", str(make(tmp_path)), "--dry-run", "--json")
    assert done.code == 0, done.err
    told = [(row["outcome"], row["contact"], row["organisation"]) for row in done.data]
    assert told == [
        ("changed", "FR:76351", "Le Havre"),
        ("changed", "FR:69123", "Lyon"),
        ("new", "FR:42218/modele", "Saint-Étienne"),
    ]
    emails = [c["new"] for c in done.data[1]["changes"] if c["field"] == "email"]
    assert emails == ["un@lyon.example", "deux@lyon.example"]
    assert "gender" not in [c["field"] for c in done.data[1]["changes"]]  # “Mme/M.” leaves it open


def test_a_dry_run_tells_row_by_row_what_would_happen_and_why(started: Run, tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(MANY, "utf-8")
    command = ("contacts", "import", str(path), "--dry-run")
    rows = started(*command, "--json").data
    assert [row["outcome"] for row in rows] == [
        *("changed", "new", "same", "refused", "unsure", "refused"),
    ]
    changes = {c["field"]: (c["old"], c["new"]) for c in rows[0]["changes"]}
    assert changes["last_name"] == (None, "EXEMPLE")
    assert "no e-mail address" in rows[3]["reason"]
    assert "Le Havre (FR:76351)" in rows[4]["reason"]
    assert "no organisation of this name" in rows[5]["reason"]
    out = started(*command).out
    assert "last_name: – → EXEMPLE" in out
    assert "new 1, changed 1, same 1, merged 0, unsure 1, refused 2" in out
    assert "Nothing was written." in out
    assert started("contacts", "imports", "--json").data == []


def test_old_and_new_are_shown_and_who_is_known_by_address_is_merged(
    started: Run, tmp_path: Path
) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(MANY, "utf-8")
    assert started("contacts", "import", str(path)).code == 0
    path.write_text(
        "Collectivité;Dépt;Nom;Prénom;Courriel;Téléphone;Fonction\n"
        "Le Havre;76;NOUVEAU;Ana;;;Maire\n"
        "Amiens;80;MODÈLE;José;;0300000000;\n"
        "Amiens;80;;;jose@amiens.example;0311111111;\n",
        "utf-8",
    )
    done = started("contacts", "import", str(path), "--dry-run")
    assert "last_name: EXEMPLE → NOUVEAU" in done.out
    rows = started("contacts", "import", str(path), "--dry-run", "--json").data
    assert [row["outcome"] for row in rows] == ["changed", "merged", "merged"]
    assert "the same name at this organisation" in rows[1]["reason"]
    assert "the same e-mail address" in rows[2]["reason"]
    assert [row["contact"] for row in rows[1:]] == ["FR:80021/modele"] * 2


def test_an_import_is_taken_back_and_what_was_edited_since_stays(
    started: Run, tmp_path: Path
) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(MANY, "utf-8")
    before = started("contacts", "show", "FR:76351", "--json").data
    done = started("contacts", "import", str(path), "--json").data
    number = str(done["import"])
    assert started("contacts", "edit", "FR:76351", "--first-name", "Anne").code == 0
    undone = started("contacts", "undo", number, "--json").data
    assert undone["removed"] == 1
    assert [kept["contact"] for kept in undone["kept"]] == ["FR:76351"]
    assert "first_name" in undone["kept"][0]["reason"]
    after = started("contacts", "show", "FR:76351", "--json").data
    assert (after["first_name"], after["last_name"]) == ("Anne", before["last_name"])
    assert started("contacts", "show", "FR:80021/modele").code == 2
    assert "was taken back already" in started("contacts", "undo", number).err


def test_the_history_of_a_card_says_what_an_import_changed_and_an_undo_gave_back(
    started: Run, tmp_path: Path
) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(MANY, "utf-8")
    number = started("contacts", "import", str(path), "--json").data["import"]
    assert started("contacts", "undo", str(number)).code == 0
    changes = started("contacts", "show", "FR:76351", "--json").data["changes"]
    told = [(c["actor"], c["old"], c["new"]) for c in changes if c["what"] == "last_name"]
    assert told == [("Maria", None, "EXEMPLE"), ("Maria", "EXEMPLE", None)]


def test_a_list_without_titles_is_read_with_numbers_for_columns(
    started: Run, tmp_path: Path
) -> None:
    path = tmp_path / "liste.csv"
    path.write_text("76351;contact2@havre.example\n69123;contact2@lyon.example\n", "utf-8")
    refused = started("contacts", "import", str(path))
    assert refused.code == 1
    assert "no column that names an organisation" in refused.err
    rows = started(
        "contacts", "import", str(path), "--column", "1=insee", "--dry-run", "--json"
    ).data
    assert [(row["contact"], row["changes"][0]["new"]) for row in rows] == [
        ("FR:76351", "contact2@havre.example"),
        ("FR:69123", "contact2@lyon.example"),
    ]


def test_what_the_columns_are_is_kept_and_used_for_the_next_list(
    started: Run, tmp_path: Path
) -> None:
    path = tmp_path / "liste.csv"
    path.write_text("Où;Qui\nLe Havre;EXEMPLE\n", "utf-8")
    first = started(
        *("contacts", "import", str(path), "--column", "Où=organisation"),
        *("--column", "Qui=last_name", "--save-mapping", "notre-liste"),
    )
    assert first.code == 0, first.err
    path.write_text("Qui;Où\nMODÈLE;Lyon\n", "utf-8")
    rows = started(
        "contacts", "import", str(path), "--mapping", "notre-liste", "--dry-run", "--json"
    ).data
    assert rows[0]["contact"] == "FR:69123"
    assert {"field": "last_name", "old": None, "new": "MODÈLE"} in rows[0]["changes"]
    assert "notre-liste" in started("contacts", "import", str(path), "--mapping", "autre").err


def test_the_official_file_of_mayors_brings_names_and_the_end_of_mandates(
    started: Run, tmp_path: Path
) -> None:
    path = tmp_path / "elus-maires-mai.csv"
    path.write_text(
        "Code du département;Libellé du département;Code de la collectivité à statut particulier;"
        "Libellé de la collectivité à statut particulier;Code de la commune;Libellé de la commune;"
        "Nom de l'élu;Prénom de l'élu;Code sexe;Date de naissance;"
        "Code de la catégorie socio-professionnelle;"
        "Libellé de la catégorie socio-professionnelle;Date de début du mandat;"
        "Date de début de la fonction\n"
        "01;Ain;;;01001;L'Abergement-Clémenciat;EXEMPLE;Ana;F;01/02/1960;31;Profession libérale;"
        "18/05/2020;26/05/2020\n"
        "76;Seine-Maritime;;;76351;Le Havre;MODÈLE;José;M;03/04/1970;37;Cadre;18/05/2020;"
        "26/05/2020\n",
        "utf-8",
    )
    done = started("contacts", "import", str(path), "--preset", "rne")
    assert done.code == 0, done.err
    card = started("contacts", "show", "FR:01001", "--json").data
    assert (card["first_name"], card["last_name"], card["gender"]) == ("Ana", "EXEMPLE", "F")
    assert (card["office"], card["mandate_end"]) == ("maire", "2026-03-31")
    again = started("contacts", "import", str(path), "--preset", "rne", "--dry-run", "--json").data
    assert [row["outcome"] for row in again] == ["same", "same"]
    held = started("contacts", "show", "FR:01001").out
    assert "1960" not in held  # a birthday is nothing that letters need


def test_nobody_who_was_erased_comes_back_with_a_list(started: Run, tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(
        "Collectivité;Dépt;Nom;Prénom;Courriel;Fonction\n"
        "Le Havre;76;EXEMPLE;Ana;ana@havre.example;Directrice\n",
        "utf-8",
    )
    assert started("contacts", "import", str(path)).code == 0
    code = "FR:76351/exemple"
    erased = started("contacts", "privacy", "erase", code, "--confirm", code)
    assert erased.code == 0, erased.err
    path.write_text(
        "Code contact;Collectivité;Dépt;Nom;Prénom;Courriel;Fonction\n"
        f"{code};Le Havre;76;EXEMPLE;Ana;;Directrice\n"
        ";Amiens;80;EXEMPLE;Ana;ANA@havre.example;Directrice\n",
        "utf-8",
    )
    rows = started("contacts", "import", str(path), "--dry-run", "--json").data
    assert [row["outcome"] for row in rows] == ["refused", "refused"]
    assert all("asked to be forgotten" in row["reason"] for row in rows)
    assert started("contacts", "import", str(path)).code == 0
    assert started("contacts", "show", code, "--json").data["last_name"] is None
    assert started("contacts", "list", "ana", "--json").data == []


def test_a_merged_card_is_known_by_its_old_code_and_name(started: Run, tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    head = "Code contact;Collectivité;Dépt;Nom;Prénom;Courriel;Fonction\n"
    line = ";Le Havre;76;MODÈLE;José;jose@havre.example;Directeur\n"
    other = ";Le Havre;76;MODÈLES;Josè;josé2@havre.example;Directeur\n".replace("é2", "e2")
    path.write_text(head + line + other, "utf-8")
    assert started("contacts", "import", str(path)).code == 0
    kept, gone = "FR:76351/modele", "FR:76351/modeles"
    assert started("contacts", "merge", kept, gone).code == 0
    assert started("contacts", "show", gone, "--json").data["merged_into"] == kept
    path.write_text(head + other + f"{gone};;;;;neu@havre.example;\n" + line, "utf-8")
    rows = started("contacts", "import", str(path), "--dry-run", "--json").data
    assert {row["contact"] for row in rows} == {kept}
    assert started("contacts", "import", str(path)).code == 0
