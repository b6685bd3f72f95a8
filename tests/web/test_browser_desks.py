"""The desks of those who decide, in a real browser: in two languages, with and without scripts.

Fields are found by what they do and not by their words, which other tests look at.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dispatch.world import CHIEF, MANAGER, SECRETARY
from tests.web.test_browser import BROWSERS, become, chromium, served, visit

__all__ = ["chromium"]

LOCALES = {"fr": "fr-FR", "es": "es-CO"}
LE_HAVRE = "FR:76351"
CAMPAIGN = "campaigns/asointermedias-2025"


@pytest.mark.parametrize(("language", "scripts"), BROWSERS)
def test_from_the_first_batch_to_a_reply_in_the_report_and_a_number_given_up(
    chromium: Browser, tmp_path: Path, language: str, *, scripts: bool
) -> None:
    with served(tmp_path) as link:
        page = visit(chromium, link, java_script_enabled=scripts, locale=LOCALES[language])
        home = page.url
        prepare_and_submit(page, home)
        approve_as_another(page, home)
        give_a_number_up(page, home)
        record_a_reply(page, home)
        page.context.close()


def prepare_and_submit(page: Page, home: str) -> None:
    """Put a batch before a manager; its author has no button to approve it."""
    page.goto(f"{home}batches")
    page.locator('form[action="/batches"] button').click()
    press(page, "/batches/1/check")
    page.locator('form[action="/batches/1/accept"] input[name="reason"]').fill("Polies.")
    press(page, "/batches/1/accept")
    press(page, "/batches/1/submit")
    page.wait_for_url("**/batches/1")
    expect(page.locator('form[action="/batches/1/approve"]')).to_have_count(0)


def approve_as_another(page: Page, home: str) -> None:
    """Find the batch on the first page, read three letters, approve and sign."""
    become(page, MANAGER)
    page.goto(home)
    page.locator('main a[href="/batches/1"]').first.click()
    expect(page.locator(".samples article")).to_have_count(3)
    press(page, "/batches/1/approve")
    page.locator('input[name="mandate"]').fill("Délégation du 2 juin 2025")
    press(page, "/batches/1/sign")


def give_a_number_up(page: Page, home: str) -> None:
    """Annul a number whose letters did not leave: one person proposes, another confirms."""
    page.goto(f"{home}register")
    page.locator('#found a[href^="/register/"]').first.click()
    here = "/register/" + page.url.rpartition("/")[2]
    page.locator("summary").first.click()
    page.locator(f'form[action="{here}/annul"] input[name="reason"]').fill("Faute de frappe")
    press(page, f"{here}/annul")
    expect(page.locator(f'form[action="{here}/confirm"]')).to_have_count(0)
    become(page, CHIEF)
    page.goto(f"{home}register?view=proposed")
    page.locator(f'a[href="{here}"]').click()
    press(page, f"{here}/confirm")
    page.goto(f"{home}register?view=annulled")
    expect(page.locator(f'a[href="{here}"]')).to_be_visible()


def record_a_reply(page: Page, home: str) -> None:
    """Send what is left, write a call down: no reminder is due, and the figures show the answer."""
    become(page, SECRETARY)
    page.goto(f"{home}batches/1")
    press(page, "/batches/1/send")
    page.wait_for_url("**/batches/1")
    page.goto(f"{home}{CAMPAIGN}/recipients?state=active")
    expect(page.locator("main")).to_contain_text(LE_HAVRE)
    page.goto(f"{home}replies/new")
    page.locator('[name="contact"]').fill(LE_HAVRE)
    page.locator('[name="way"]').select_option("phone")
    page.locator('[name="outcome"]').select_option("interested")
    press(page, "/replies/new")
    page.wait_for_url("**/replies/1")
    page.goto(f"{home}{CAMPAIGN}/recipients?state=active")
    expect(page.locator("main")).not_to_contain_text(LE_HAVRE)
    page.goto(f"{home}{CAMPAIGN}")
    page.locator('a[href*="outcome=interested"]').click()
    expect(page.locator("main table")).to_contain_text("Le Havre")


def press(page: Page, action: str) -> None:
    """Press the button of the form that posts to an address."""
    page.locator(f'form[action="{action}"] button').first.click()
