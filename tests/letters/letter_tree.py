"""A letter's tree as ``letters.tree`` makes it, a press, and eyes for its PDF: for the tests here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
from pypdf import PdfReader

from outreach.letters.fonts import MM_PER_POINT
from outreach.letters.pdf import PdfPress

LETTERHEAD = Path(__file__).parents[2] / "templates" / "letterhead"
MOMENT = datetime(2025, 9, 1, 8, tzinfo=UTC)

ADDRESS = [
    "Madame la Maire",
    "Ville de Bourg-l’Exemple",
    "Hôtel de Ville",
    "1 place de la République",
    "76999 Bourg-l’Exemple",
]
_WORDS = (
    "Ce document présente les profils et les projets des villes colombiennes qui souhaitent "
    "coopérer avec la France : transition écologique, inclusion sociale, développement "
    "territorial durable, mobilité, gouvernance participative et culture."
)
PARAGRAPH = {"t": "p", "c": [_WORDS]}
FRENCH: Mapping[str, Any] = {
    "lang": "fr",
    "title": "Partage d’un document",
    "logo": True,
    "office": ["Ambassade de Colombie en France"],
    "reference_label": "Réf.",
    "reference": "S-EFRPR-25-265",
    "place_date": ["Paris, le 1", {"t": "sup", "c": ["er"]}, " septembre 2025"],
    "addressee": ADDRESS,
    "window": {"x": 110, "y": 57, "w": 80, "h": 22},
    "subject_label": "Objet",
    "subject": "partage d’un document",
    "salutation": "Madame la Maire,",
    "body": [PARAGRAPH],
    "closing": "Je vous prie d’agréer, Madame la Maire, l’expression de ma haute considération.",
    "signatory": ["Alfonso Prada Gil", "Ambassadeur de Colombie en France"],
    "enclosures_label": "P.J.",
    "enclosures": [],
    "copies_label": "Copie",
    "copies": [],
    "notice": [],
    "footer": ["Ministère des Relations extérieures", "22 rue de l’Exemple, 75999 Paris"],
    "page_label": "Page",
}
SPANISH: Mapping[str, Any] = {
    **FRENCH,
    "lang": "es",
    "title": "Un documento compartido",
    "office": ["Embajada de Colombia en Francia"],
    "reference_label": "Ref.",
    "place_date": ["París, 1 de septiembre de 2025"],
    "addressee": ["Señora Alcaldesa", "Alcaldía de Villa Ejemplo", "Villa Ejemplo (Caldas)"],
    "subject_label": "Asunto",
    "subject": "un documento compartido",
    "salutation": "Señora Alcaldesa:",
    "closing": "Aprovecho la ocasión para reiterarle las seguridades de mi consideración.",
    "signatory": ["Alfonso Prada Gil", "Embajador de Colombia en Francia"],
    "enclosures_label": "Anexos",
    "copies_label": "c.c.",
    "page_label": "Página",
}


def tree(base: Mapping[str, Any] = FRENCH, **changes: Any) -> bytes:
    return msgspec.json.encode({**base, **changes})


def letterhead() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in LETTERHEAD.iterdir() if path.is_file()}


def pdf(base: Mapping[str, Any] = FRENCH, **changes: Any) -> bytes:
    return PdfPress(letterhead()).pdf(tree(base, **changes), moment=MOMENT)


@dataclass(frozen=True)
class Run:
    """A piece of text on a page: its left end and baseline in millimetres from the top left."""

    text: str
    x: float
    y: float
    size: float
    font: str


def runs(content: bytes, page: int = 0) -> list[Run]:
    found: list[Run] = []
    sheet = PdfReader(BytesIO(content)).pages[page]

    def see(text: str, matrix: list[float], _tm: object, font: Any, size: float) -> None:
        if text.strip():
            x, y = matrix[4] * MM_PER_POINT, 297 - matrix[5] * MM_PER_POINT
            found.append(Run(text.strip(), x, y, size, font["/BaseFont"] if font else ""))

    sheet.extract_text(visitor_text=see)
    return found


def run(content: bytes, start: str, page: int = 0) -> Run:
    """Return the one piece of text that begins with ``start``."""
    (found,) = (piece for piece in runs(content, page) if piece.text.startswith(start))
    return found


def text(content: bytes, page: int = 0) -> str:
    """Return a page's text as a reader sees it, lines joined by spaces."""
    return " ".join(piece.text for piece in runs(content, page))


def pages(content: bytes) -> int:
    return len(PdfReader(BytesIO(content)).pages)
