"""The parts of a letter around its text: laid out by the program, from data and one source.

Order, in every form: reference, place and date, addressee, subject, salutation, text, closing,
signature, enclosures, copies, small print, the ministry's footer. Salutation and closing come from
one form of address, so that they cannot differ.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from msgspec import Struct

from outreach.errors import N_, Phrase
from outreach.language import address, dates, french, spanish
from outreach.language.address import Form
from outreach.language.names import Named, Undecided
from outreach.language.numbers import DEFAULT, Profile
from outreach.letters.catalogue import FrontMatter
from outreach.letters.facts import ContactFacts, Facts, OfficeFacts, Seal
from outreach.letters.problems import Problem
from outreach.letters.values import MISSING, Value, cleaned, is_clean
from outreach.settings import Gender, Language

LABELS: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "reference": "Réf.",
        "subject": "Objet",
        "enclosures": "P.J.",
        "copies": "Copie",
        "page": "Page",
        "colon": "\u00a0: ",
    },
    "es": {
        "reference": "Ref.",
        "subject": "Asunto",
        "enclosures": "Anexos",
        "copies": "c.c.",
        "page": "Página",
        "colon": ": ",
    },
}

# Art. 14 of Regulation (EU) 2016/679: the first letter says where the address is from and how to
# object. After a colon, so that the source's name needs no contraction.
_NOTICE: Mapping[Language, str] = {
    "fr": (
        "Source de vos coordonnées\u00a0: {source}. Nous les utilisons pour vous écrire dans le "
        "cadre de vos fonctions. Vous pouvez demander à les consulter ou à les faire rectifier, "
        "et vous opposer à tout nouvel envoi, en écrivant à {address}."
    ),
    "es": (
        "Fuente de sus datos de contacto: {source}. Los utilizamos para escribirle en razón de "
        "su cargo. Usted puede solicitar su consulta o su rectificación, y oponerse a nuevos "
        "envíos, escribiendo a {address}."
    ),
}


class Shape(Struct, frozen=True):
    """What decides how the parts are set: how many lines, and which parts there are."""

    addressee: int
    enclosures: int
    copies: int
    reference: bool
    salutation: bool
    closing: bool
    notice: bool


class Layout(Struct, frozen=True):
    """One letter's parts, ready to be printed. A part that the letter lacks is empty."""

    subject: str
    reference: str
    place_date: Value
    addressee: tuple[str, ...]
    in_window: bool
    salutation: str
    closing: str
    enclosures: tuple[str, ...]
    copies: tuple[str, ...]
    notice: str
    handwritten: bool = False
    signed: bool = False

    def values(self) -> list[Value]:
        """Return what is filled in per letter, in the order of :class:`Places`."""
        return [
            self.subject,
            self.reference,
            self.place_date,
            self.salutation,
            self.closing,
            self.notice,
            *self.addressee,
            *self.enclosures,
            *self.copies,
        ]

    def shape(self) -> Shape:
        """Return which parts there are."""
        return Shape(
            len(self.addressee),
            len(self.enclosures),
            len(self.copies),
            bool(self.reference),
            bool(self.salutation),
            bool(self.closing),
            bool(self.notice),
        )


class Places:
    """Where each part of a :class:`Layout` stands among a letter's values."""

    def __init__(self, shape: Shape, first: int) -> None:
        self.subject = first
        self.reference = first + 1
        self.place_date = first + 2
        self.salutation = first + 3
        self.closing = first + 4
        self.notice = first + 5
        start = first + 6
        self.addressee = range(start, start + shape.addressee)
        start = self.addressee.stop
        self.enclosures = range(start, start + shape.enclosures)
        start = self.enclosures.stop
        self.copies = range(start, start + shape.copies)


@lru_cache(maxsize=4096)
def _form(  # noqa: PLR0917  # what the cache is keyed on
    office: str,
    gender: Gender | None,
    language: Language,
    kind: str,
    override: str | None,
    profile: Profile = DEFAULT,
) -> Form | Undecided:
    return address.form(office, gender, language, kind=kind, override=override, profile=profile)


@lru_cache(maxsize=4)
def _collective(language: Language) -> Form | Undecided:
    return address.form("collectif", None, language, kind="", collective=True)


def form_of(facts: Facts, profile: Profile = DEFAULT) -> Form | Undecided:
    """Return how this letter's recipient is addressed."""
    contact = facts.contact
    if facts.collective or contact is None:
        return _collective(facts.language)
    kind = "" if facts.organisation is None else facts.organisation.kind
    return _form(
        contact.office, contact.gender, facts.language, kind, contact.title_override, profile
    )


@lru_cache(maxsize=64)
def _place_and_date(place: str, day: date, language: Language, profile: Profile) -> Value:
    return dates.place_and_date(place, day, language, profile)


def recipient_lines(
    contact: ContactFacts,
    organisation: Named,
    language: Language,
    profile: Profile = DEFAULT,
) -> tuple[str, ...]:
    """Return the lines above the street: form of address, name where known, organisation.

    ``language.postal`` puts them on top of an address block; an e-mailed letter shows them alone.
    What cannot be decided is shown as missing, and :func:`laid_out` reports it.
    """
    lines = _recipient(contact, organisation, language, profile)
    return tuple(MISSING if isinstance(line, Undecided) else line for line in lines)


def _recipient(
    contact: ContactFacts, organisation: Named, language: Language, profile: Profile
) -> list[str | Undecided]:
    form = _form(
        contact.office,
        contact.gender,
        language,
        organisation.kind,
        contact.title_override,
        profile,
    )
    title = form if isinstance(form, Undecided) else form.line
    name = " ".join(filter(None, (contact.first_name, contact.last_name)))
    lines: list[str | Undecided] = [title]
    if name:
        lines.append(name)
    lines.append(organisation_line(organisation, language))
    return lines


def organisation_line(organisation: Named, language: Language) -> str | Undecided:
    """Return the organisation as an address names it: "Ville du Havre", without an article."""
    named = french.named(organisation) if language == "fr" else spanish.named(organisation)
    if isinstance(named, Undecided):
        return named
    words = named
    for article in ("la ", "le ", "les ", "l’", "el ", "los ", "las "):
        if words.startswith(article):
            words = words.removeprefix(article)
            break
    return words[:1].upper() + words[1:]


def laid_out(
    front: FrontMatter,
    facts: Facts,
    seal: Seal,
    office: OfficeFacts,
    *,
    profile: Profile,
    subject: str,
    addressee: tuple[str, ...],
    form: Form | Undecided,
    path: str,
    problems: list[Problem],
) -> Layout:
    """Return the parts around the text; add to ``problems`` what is wrong with them.

    ``subject`` and ``addressee`` (a circular's collective one) are filled in already.
    """
    cover = front.kind == "cover"
    salutation = closing = ""
    if isinstance(form, Undecided):
        if front.salutation or front.closing != "none":
            problems.append(undecided(form, path))
        salutation = MISSING if front.salutation else ""
        closing = MISSING if front.closing != "none" else ""
    else:
        salutation = form.salutation if front.salutation else ""
        if front.closing == "formal":
            closing = form.closing
        elif front.closing == "short":
            closing = form.short_closing
    lines: tuple[str, ...] = ()
    in_window = False
    if not cover:
        lines, in_window = _addressee(facts, addressee, problems, path, profile)
    return Layout(
        subject=_printable(subject, problems, path),
        reference="" if cover else seal.reference,
        place_date=""
        if cover
        else _place_and_date(office.place, seal.day, facts.language, profile),
        addressee=tuple([_printable(line, problems, path) for line in lines]),
        in_window=in_window,
        salutation=_printable(salutation, problems, path),
        closing=_printable(closing, problems, path),
        enclosures=facts.enclosures,
        copies=() if cover else facts.copies,
        notice=_notice(facts, office),
        handwritten=front.handwritten,
        signed=seal.signed,
    )


def tree(
    layout: Layout, office: OfficeFacts, language: Language, window: Mapping[str, float]
) -> dict[str, object]:
    """Return the parts as the letter's tree names them (the text itself is added by the caller)."""
    labels = LABELS[language]
    date_nodes = layout.place_date
    return {
        "lang": language,
        "title": layout.subject,
        "logo": True,
        "office": [office.name],
        "reference_label": labels["reference"],
        "reference": layout.reference,
        "place_date": [date_nodes] if isinstance(date_nodes, str) else list(date_nodes.nodes),
        "addressee": list(layout.addressee),
        "addressee_in_window": layout.in_window,
        "window": window,
        "subject_label": labels["subject"],
        "subject": layout.subject,
        "salutation": "" if layout.handwritten else layout.salutation,
        "closing": "" if layout.handwritten else layout.closing,
        "handwritten": layout.handwritten,
        "signature": drawn_name(office.signature) if layout.signed else "",
        "signatory": [office.signatory_name, office.signatory_function],
        "enclosures_label": labels["enclosures"],
        "enclosures": list(layout.enclosures),
        "copies_label": labels["copies"],
        "copies": list(layout.copies),
        "notice": [layout.notice] if layout.notice else [],
        "footer": list(office.footer),
        "page_label": labels["page"],
    }


def drawn_name(file: str) -> str:
    """Return the name under which Typst finds a picture of the letterhead; see ``letters.pdf``."""
    return file if not file or file.lower().endswith(".svg") else f"{file}.svg"


def undecided(reason: Undecided, path: str, line: int = 1) -> Problem:
    """Return the problem of a form that could not be decided."""
    return Problem("L103", reason.phrase, path, line)


def _addressee(
    facts: Facts,
    collective: tuple[str, ...],
    problems: list[Problem],
    path: str,
    profile: Profile,
) -> tuple[tuple[str, ...], bool]:
    """Return the addressee's lines, and whether they belong in the envelope's window.

    A circular that goes by post differs in this block alone.
    """
    contact, organisation = facts.contact, facts.organisation
    lines: tuple[str, ...] = ()
    if contact is not None and contact.postal_lines:
        lines = contact.postal_lines
    elif contact is not None and organisation is not None and not facts.collective:
        lines = recipient_lines(contact, organisation, facts.language, profile)
    if MISSING in lines and contact is not None and organisation is not None:
        reasons = _recipient(contact, organisation, facts.language, profile)
        problems.extend(undecided(it, path) for it in reasons if isinstance(it, Undecided))
    if lines:
        return lines, True
    if facts.collective and collective:
        return collective, False
    words = (
        N_("a circular needs its collective addressee: addressee = […] at the top.")
        if facts.collective
        else N_("the letter has no addressee.")
    )
    problems.append(Problem("L106", Phrase(words), path, 1))
    return (MISSING,), False


def _notice(facts: Facts, office: OfficeFacts) -> str:
    contact = facts.contact
    if not facts.first_letter or contact is None or contact.source is None:
        return ""
    return _NOTICE[facts.language].format(
        source=contact.source.in_(facts.language), address=office.reply_address
    )


def _printable(text: str, problems: list[Problem], path: str) -> str:
    if is_clean(text):
        return text
    words = N_("the contact's data holds a control or direction character; retype that entry.")
    problems.append(Problem("L105", Phrase(words), path, 1))
    return cleaned(text)
