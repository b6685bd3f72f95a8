"""A campaign planned in a real browser: made, looked at, changed, copied, letters written down.

Fields are found by what they do and not by their words, which other tests look at.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from outreach.campaigns import definition as definitions
from tests.web.test_browser import chromium, served, visit

__all__ = ["chromium"]

OLD = "campaigns/asointermedias-2025"


@pytest.mark.parametrize(
    ("locale", "scripts"), [("fr-FR", True), ("es-CO", False)], ids=["with scripts", "without"]
)
def test_a_campaign_is_planned_and_last_years_becomes_this_years(
    chromium: Browser, tmp_path: Path, locale: str, *, scripts: bool
) -> None:
    with served(tmp_path) as link:
        page = visit(chromium, link, java_script_enabled=scripts, locale=locale)
        home = page.url
        page.goto(home)
        page.locator('a[href="/campaigns/new"]').click()
        make(page, scripts=scripts)
        change(page, home)
        copy(page, home)
        write_down(page, home)
        page.context.close()
    steps = definitions.load(tmp_path, "voeux").file.steps
    assert [step.name for step in steps] == ["voeux", "relance"]
    assert definitions.load(tmp_path, "villes-2026").file.steps[0].on.isoformat() == "2026-07-21"  # type: ignore[union-attr]


def make(page: Page, *, scripts: bool) -> None:
    """Fill in two steps; the calendar follows by itself, or by its button."""
    fill(page, {"title_fr": "Vœux", "title_es": "Saludo", "title_fr:new-1": "Vœux"})
    fill(page, {"title_es:new-1": "Saludo", "on:new-1": "2025-12-15"})
    page.locator('[name="audience"]').select_option("demo")
    page.locator('[name="letter:new-1.0"]').select_option("remerciement-rencontres")
    expect(page.locator('[name="days:new-1"]')).not_to_be_visible()
    if not scripts:
        press(page, "look")
    expect(page.locator("#ahead svg")).to_be_visible()
    press(page, "add-step")
    expect(page.locator('[name="after:new-2"]')).to_have_value("new-1")
    fill(page, {"title_fr:new-2": "Relance", "title_es:new-2": "Recordatorio"})
    press(page, "keep")
    expect(page.locator('[name="days:new-2"][aria-invalid]')).to_be_visible()
    fill(page, {"days:new-2": "10", "why_fr:new-2": "à écrire en janvier"})
    page.locator('[name="kind:new-2"]').select_option("chaser")
    press(page, "keep")
    page.wait_for_url("**/campaigns/voeux/plan")


def change(page: Page, home: str) -> None:
    """Move a date and put it back."""
    page.goto(f"{home}{OLD}/edit")
    page.locator("details.plan-step > summary").nth(1).click()
    fill(page, {"on:suivi-septembre": "2025-09-08"})
    press(page, "keep")
    page.wait_for_url("**/plan")
    page.goto(f"{home}{OLD}/edit")
    page.locator(
        "summary", has=page.locator("xpath=..//form[contains(@action, 'restore')]")
    ).click()
    page.locator(f'form[action="/{OLD}/restore"] button').click()
    expect(page.locator('[name="on:suivi-septembre"]')).to_have_value("2025-09-01")


def copy(page: Page, home: str) -> None:
    page.goto(f"{home}{OLD}/copy")
    fill(page, {"title_fr": "Villes 2026", "title_es": "Ciudades 2026"})
    press(page, "keep")
    page.wait_for_url("**/campaigns/villes-2026/edit")


def write_down(page: Page, home: str) -> None:
    """Find a town, write its letter down, take it back."""
    page.goto(f"{home}{OLD}/outside")
    fill(page, {"on": "2025-07-21", "q": "havre"})
    press(page, "look")
    page.locator('button[name="add"][value="FR:76351"]').click()
    expect(page.locator("#whom .names")).to_contain_text("Le Havre")
    press(page, "record")
    page.locator('form[action$="/undo"] button').click()
    expect(page.locator('form[action$="/undo"]')).to_have_count(0)


def fill(page: Page, fields: dict[str, str]) -> None:
    for name, text in fields.items():
        page.locator(f'main [name="{name}"]').fill(text)


def press(page: Page, name: str) -> None:
    page.locator(f'button[name="{name}"]:visible').last.click()
