"""Take the pictures of docs/guide.fr.md and docs/guide.es.md from the demo office.

Usage: python tools/screenshots.py [FOLDER]

Plays the demo in a temporary folder, works in its pages as the guides tell, on a fixed day and in a
window of a fixed size, and writes one PNG of few colours for each scene and language
(docs/images/guide/SCENE.LANGUAGE.png). It needs Chromium; nothing but this machine is reached.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, Route, sync_playwright

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "images" / "guide"
LANGUAGES = ("fr", "es")
PROGRAM = (sys.executable, "-c", "from outreach.cli.main import main; main()")
LINK = re.compile(r"http://127\.0\.0\.1:\d+/open/\S+")
TODAY = "2025-10-01"
"""A month after the demo's letters: the next step of its campaign is due."""
SECRETARY, MANAGER = "secretariat", "direction"
CAMPAIGN = "asointermedias-2025"
WIDTH, HEIGHT = 1100, 760
COLOURS = 24
ANSWERS = (
    ("FR:76351", "interested", "phone", "2025-09-04"),
    ("FR:38185", "meeting", "phone", "2025-09-09"),
    ("FR:74010", "declined", "phone", "2025-09-12"),
)
"""Whose answer is written down, what it means, how it came, when."""
OWN = {
    "campaigns/voeux-2026.toml": """title = { fr = "Vœux 2026", es = "Saludo de 2026" }
audience = "metropoles"

[[steps]]
name = "voeux"
title = { fr = "Vœux", es = "Saludo" }
on = 2025-10-01

[[steps.letters]]
letter = "voeux"
pdf = true
""",
    "templates/letters/voeux/fr.md": """+++
subject = "Vœux de l’ambassade {{ organisation | a }}"
summary = "Les vœux de l’ambassade"
+++
Au nom de l’ambassade de Colombie en France, je souhaite à {{ organisation | collectivite }} une
heureuse année.
""",
    "templates/letters/voeux/es.md": """+++
subject = "Saludo de la embajada {{ organizacion | a }}"
summary = "El saludo de la embajada"
+++
En nombre de la Embajada de Colombia en Francia, deseo a {{ organizacion | entidad }} un feliz año.
""",
}
"""A small campaign of the guide’s own: its letters are prepared, checked and approved."""
LIST = """Commune;Fonction;Prénom;Nom;Courriel
Le Havre;dgs;Lucie;Exemple;dgs@lehavre.example
Évian-les-Bains;maire;Camille;Exemple;mairie@evian.example
Saint-Denis;maire;Dominique;Exemple;mairie@saint-denis.example
"""
"""A list as a secretary has it: one town of it is not sure."""


class Photographer:
    """A browser that shows every scene in both languages."""

    def __init__(self, page: Page, home: str, folder: Path) -> None:
        self.page, self._home, self._folder = page, home, folder

    def go(self, path: str) -> None:
        """Open a page of the office."""
        self.page.goto(self._home + path)

    def press(self, action: str) -> None:
        """Press the button of a form, and wait until the long work behind it has ended."""
        self.page.locator(f'form[action="{action}"] button').last.click()
        self.page.wait_for_url(lambda url: "/work/" not in url, timeout=180_000)

    def become(self, name: str) -> None:
        """Go on as somebody else."""
        self.go("/me")
        self.page.locator(f'form[action="/me/become"] button[value="{name}"]').click()

    def take(self, scene: str, path: str, *, at: str = "") -> None:
        """Write a scene's pictures; ``at`` names what shall stand at the top."""
        for language in LANGUAGES:
            self.go(f"{path}{'&' if '?' in path else '?'}lang={language}")
            if at:
                self.page.locator(at).first.evaluate("one => one.scrollIntoView()")
            shown = Image.open(io.BytesIO(self.page.screenshot(animations="disabled")))
            few = shown.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            few.save(self._folder / f"{scene}.{language}.png", optimize=True)


def main() -> None:
    """Take every picture."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        office = play(Path(place))
        with served(office) as link, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            page = browser.new_page(
                viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce"
            )
            page.route("**/*", only_here)
            page.goto(link)
            photographer = Photographer(page, link.partition("/open/")[0], folder)
            (Path(place) / "participants.csv").write_text(LIST, "utf-8")
            secretariat(photographer, Path(place) / "participants.csv")
            replies(photographer)
            management(photographer)
            browser.close()


def only_here(route: Route) -> None:
    """Let nothing leave this machine."""
    here = route.request.url.startswith(("http://127.0.0.1:", "data:"))
    route.continue_() if here else route.abort()


def play(folder: Path) -> Path:
    """Play the demo, write some answers down; return the office."""
    run("--office", str(folder), "demo")
    office = folder / "outreach-demo"
    for name, text in OWN.items():
        path = office / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    work(office, "2025-09-02", SECRETARY, "batch", "posted", "2", "--on", "2025-09-02")
    for contact, outcome, way, day in ANSWERS:
        answer = (CAMPAIGN, contact, "--by", way, "--outcome", outcome, "--on", day)
        work(office, day, SECRETARY, "replies", "add", *answer)
    work(office, TODAY, MANAGER, "campaign", "start", "voeux-2026")
    return office


def work(office: Path, day: str, person: str, *words: str) -> None:
    """Run a command of the program on a day, as a person."""
    run("--office", str(office), "--today", day, "--as", person, *words)


def run(*words: str) -> None:
    """Run this program, and let it tell of its troubles only."""
    program = [*PROGRAM, *words]
    subprocess.run(program, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # its own words


@contextmanager
def served(office: Path) -> Iterator[str]:
    """Serve the office on its day; yield the link that signs its secretary in."""
    process = subprocess.Popen(  # noqa: S603  # its own words
        [
            *(*PROGRAM, "--office", office, "--today", TODAY, "--as", SECRETARY),
            *("serve", "--port", "0", "--no-browser"),
        ],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        lines = process.stdout or ()
        yield next(found[0] for line in lines if (found := LINK.search(line)))
    finally:
        process.kill()
        process.wait()


def secretariat(one: Photographer, participants: Path) -> None:
    """Find, import, choose whom to write to, prepare and check."""
    one.take("home", "/")
    one.take("contacts", "/contacts?q=evian")
    one.take("lists", "/contacts/lists/demo")
    one.go("/contacts/imports")
    one.page.locator('input[type="file"]').set_input_files(participants)
    one.page.locator('form[action="/contacts/imports"] button').last.click()
    one.page.wait_for_url("**/contacts/imports/*")
    one.take("import", one.page.url.partition("//")[2].partition("/")[2].join(("/", "")))
    one.take("campaign", f"/campaigns/{CAMPAIGN}")
    one.take("campaign-form", f"/campaigns/{CAMPAIGN}/edit")
    one.take("batches", "/batches")
    one.go("/batches")
    one.page.locator('select[name="step"]').select_option("voeux-2026/voeux")
    one.press("/batches")
    one.press("/batches/3/check")
    one.take("batch-draft", "/batches/3")


def replies(one: Photographer) -> None:
    """Read what came back, write a call down."""
    one.take("replies", "/replies")
    one.take("reply", "/replies/1")
    one.take("reply-new", "/replies/new")


def management(one: Photographer) -> None:
    """Approve, sign, send; look at promises, numbers and people."""
    reason = one.page.locator('form[action="/batches/3/accept"] input[name="reason"]')
    one.go("/batches/3")
    while reason.count():
        reason.first.fill("Vérifié avec le registre des élus.")
        one.page.locator('form[action="/batches/3/accept"] button').first.click()
        one.page.wait_for_load_state()
    one.press("/batches/3/submit")
    one.become(MANAGER)
    one.take("batch-submitted", "/batches/3")
    one.go("/batches/3")
    one.press("/batches/3/approve")
    one.take("batch-approved", "/batches/3")
    one.take("paper", "/batches/2/paper")
    one.take("promises", "/promises")
    one.take("register", "/register")
    one.take("reports", "/reports")
    one.take("people", "/people")


if __name__ == "__main__":
    main()
