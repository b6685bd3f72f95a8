"""The desks in a real browser: from sign-in to the last letter, for everyone, in every width.

Chromium comes from the system (``apt install chromium``); where there is none, these tests are
skipped with a word, never in the project's own checks.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright
from pypdf import PdfReader

from outreach.db import Store
from tests.conftest import CHECKOUT
from tests.dispatch.world import MANAGER, SECRETARY, World

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LINK = re.compile(r"http://127\.0\.0\.1:\d+/open/\S+")
PAGES = (
    "/",
    "/campaigns/asointermedias-2025",
    "/campaigns/asointermedias-2025/who",
    "/campaigns/asointermedias-2025/plan",
    "/campaigns/asointermedias-2025/recipients",
    "/campaigns/asointermedias-2025/history",
    "/campaigns/asointermedias-2025/edit",
    "/campaigns/asointermedias-2025/copy",
    "/campaigns/asointermedias-2025/outside",
    "/campaigns/new",
    "/contacts",
    "/contacts/1",
    "/contacts/1/edit",
    "/contacts/new",
    "/contacts/imports",
    "/contacts/lists",
    "/contacts/lists/new",
    "/contacts/lists/demo",
    "/contacts/duplicates",
    "/contacts/duplicates/1/2",
    "/batches",
    "/batches/1",
    "/batches/1/more",
    "/batches/1/paper",
    "/letters",
    "/letters/texts/suivi-septembre/fr",
    "/letters/texts/suivi-septembre/fr/earlier",
    "/letters/1",
    "/letters/1/proof",
    "/replies",
    "/replies/new",
    "/promises",
    "/register",
    "/register/proof",
    "/notes",
    "/search",
    "/me",
    "/me/second-factor",
    "/reports",
    "/reports/weekly",
    "/sign-in",
    "/people",
    "/doctor",
    "/your-data",
    "/nothing",
)
ADDED = {
    "fr": "Nous gardons de ces journées un souvenir vif.",
    "es": "Guardamos de esos días un recuerdo vivo.",
}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "prepare": "Préparer",
        "check": "Vérifier les lettres",
        "reason": "Cela peut rester, parce que",
        "accept": "Accepter",
        "submit": "Soumettre à un responsable",
        "approve": "Valider",
        "mandate": "Signé en vertu de la délégation",
        "sign": "Signer",
        "send": "Envoyer les courriels",
        "print": "Imprimer les lettres postales",
        "posted": "L’enregistrer",
        "gone": "Tout ce lot est parti.",
    },
    "es": {
        "prepare": "Preparar",
        "check": "Verificar las cartas",
        "reason": "Puede quedar así, porque",
        "accept": "Aceptar",
        "submit": "Presentar a un responsable",
        "approve": "Aprobar",
        "mandate": "Firmado en virtud de la delegación",
        "sign": "Firmar",
        "send": "Enviar los correos",
        "print": "Imprimir las cartas postales",
        "posted": "Registrarlo",
        "gone": "Todo este lote ha salido.",
    },
}

if CHROMIUM is None and not os.environ.get("CI"):
    pytest.skip("Chromium is not installed here", allow_module_level=True)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


BROWSERS = [
    pytest.param("fr", True, id="fr, with scripts"),
    pytest.param("es", False, id="es, without scripts"),
    pytest.param("fr", False, id="fr, without scripts", marks=pytest.mark.soak),
    pytest.param("es", True, id="es, with scripts", marks=pytest.mark.soak),
]
"""Both languages, with and without JavaScript: two of the four each time, all in the long run."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a small office whose campaign has begun; yield the link that signs its secretary in."""
    shutil.copy(CHECKOUT / "outreach.toml", folder)
    (folder / "contacts").symlink_to(CHECKOUT / "contacts", target_is_directory=True)
    for part in ("templates", "campaigns"):  # the pages write them
        shutil.copytree(CHECKOUT / part, folder / part)
    store = Store(f"sqlite:///{folder / 'var' / 'outreach.db'}")
    store.upgrade()
    world = World(store, folder)
    world.people()
    world.start()
    store.close()
    program = [sys.executable, "-c", "from outreach.cli.main import main; main()"]
    arguments = ["--office", str(folder), "--today", "2025-09-01", "--as", SECRETARY]
    process = subprocess.Popen(
        [*program, *arguments, "serve", "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        link = next(found for line in process.stdout if (found := LINK.search(line)))
        yield link[0]
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def visit(chromium: Browser, link: str, **options: Any) -> Page:
    """Open a browser of its own, which reaches nothing but this machine."""
    page = chromium.new_context(**options).new_page()

    def only_here(route: Route) -> None:
        here = route.request.url.startswith(("http://127.0.0.1:", "data:"))
        route.continue_() if here else route.abort()

    page.route("**/*", only_here)
    page.goto(link)
    return page


def become(page: Page, name: str) -> None:
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + "/me")
    page.get_by_role("button", name=name, exact=True).click()


def take_in(page: Page, home: str, folder: Path) -> None:
    """Import a list of one town hall, and find it among the contacts."""
    towns = folder / "liste.csv"
    towns.write_text("Commune;Département;Nom;Fonction\nLe Havre;76;Durand;dgs\n", "utf-8")
    page.goto(f"{home}contacts/imports")
    page.locator('input[name="list"]').set_input_files(towns)
    page.locator("main form[enctype] button").click()
    page.locator('button[name="import"]').click()
    expect(page.locator("main table").get_by_text("liste.csv")).to_be_visible()
    page.goto(f"{home}contacts?q=durand")
    expect(page.locator("main").get_by_text("FR:76351/durand")).to_be_visible()


def rewrite(page: Page, home: str, language: str) -> None:
    """Add a sentence to the letter; say of its twin that it says the same."""
    twin = {"fr": "es", "es": "fr"}[language]
    page.goto(f"{home}letters/texts/suivi-septembre/{language}")
    words = page.locator('textarea[name="words"]')
    first, rest = words.input_value().split("\n\n", 1)
    words.fill(f"{first} {ADDED[language]}\n\n{rest}")
    page.locator('button[name="keep"]').click()
    page.goto(f"{home}letters/texts/suivi-septembre/{twin}")
    page.locator('form[action$="/reviewed"] button').click()
    expect(page.locator('form[action$="/reviewed"]')).to_have_count(0)


@pytest.mark.parametrize(("language", "scripts"), BROWSERS)
def test_from_a_list_and_a_changed_letter_to_the_last_one_posted(
    chromium: Browser, tmp_path: Path, language: str, *, scripts: bool
) -> None:
    words = WORDS[language]
    with served(tmp_path) as link:
        page = visit(
            chromium,
            link,
            java_script_enabled=scripts,
            locale={"fr": "fr-FR", "es": "es-CO"}[language],
        )
        home = page.url

        def press(name: str) -> None:
            page.get_by_role("button", name=words[name], exact=True).first.click()

        take_in(page, home, tmp_path)
        rewrite(page, home, language)
        page.goto(f"{home}batches")
        press("prepare")
        press("check")
        page.get_by_label(words["reason"]).fill("Les deux formes sont polies.")
        press("accept")
        press("submit")
        page.wait_for_url("**/batches/1")
        become(page, MANAGER)
        page.goto(f"{home}batches/1")
        press("approve")
        page.get_by_label(words["mandate"]).fill("Délégation du 2 juin 2025")
        press("sign")
        press("send")
        page.wait_for_url("**/batches/1")
        press("print")
        press("posted")
        expect(page.get_by_text(words["gone"])).to_be_visible()
        page.context.close()
    assert list((tmp_path / "var" / "outbox" / "new").iterdir())
    if language == "fr":  # its letters go to the printer too
        printed = list((tmp_path / "var" / "print").rglob("*.pdf"))
        words_ = " ".join(
            page_.extract_text() for path in printed for page_ in PdfReader(path).pages
        )
        assert "souvenir vif" in " ".join(words_.split())


def test_contacts_are_found_as_one_types(chromium: Browser, tmp_path: Path) -> None:
    with served(tmp_path) as link:
        page = visit(chromium, link, locale="fr-FR")
        page.goto(f"{page.url}contacts")
        expect(page.locator("#found tbody tr")).not_to_have_count(1)
        page.locator("#content").get_by_role("searchbox").press_sequentially("havre", delay=30)
        expect(page.locator("#found tbody tr")).to_have_count(1)
        expect(page.locator("#found")).to_contain_text("Le Havre")
        assert page.url.endswith("q=havre")
        page.context.close()


@pytest.mark.parametrize(
    "languages",
    [
        pytest.param(("fr",), id="in French"),
        pytest.param(("es", "en"), id="in the others", marks=pytest.mark.soak),
    ],
)
def test_every_page_is_open_to_everyone_in_every_width(
    chromium: Browser, tmp_path: Path, languages: tuple[str, ...]
) -> None:
    """axe-core finds nothing, and nothing is wider than a narrow telephone."""
    found: list[str] = []
    with served(tmp_path) as link:
        page = visit(chromium, link, locale="fr-FR", bypass_csp=True)
        home = page.url
        page.goto(f"{home}batches")
        page.get_by_role("button", name="Préparer", exact=True).click()
        become(page, "Ana")
        axe = Axe()
        for language in languages:
            for path in PAGES:
                for width in (320, 1280):
                    page.set_viewport_size({"width": width, "height": 800})
                    page.goto(f"{home}{path[1:]}?lang={language}")
                    if page.evaluate(
                        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
                    ):
                        found.append(f"{path} is wider than {width}")
                    if width == 1280:
                        results = axe.run(page, options=RULES)
                        found += [
                            f"{path} in {language}: {each['id']}: {each['nodes'][0]['html'][:160]}"
                            for each in results.response["violations"]
                        ]
        page.context.close()
    assert found == []


def test_the_desk_is_worked_by_keyboard_alone(chromium: Browser, tmp_path: Path) -> None:
    with served(tmp_path) as link:
        page = visit(chromium, link, locale="fr-FR")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        seen = set()
        page.goto(f"{page.url.split('#')[0]}batches")
        for _ in range(40):
            page.keyboard.press("Tab")
            seen.add(page.evaluate("document.activeElement.textContent.trim()"))
        assert {"Contacts", "Lots", "Préparer"} <= seen
        page.context.close()
