"""One mark in the margin, and every kind of mark there is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from outreach.errors import N_, Phrase

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked for: all words but the example are msgids."""

    code: str
    """Stable: people write it in reasons, programs read it."""
    severity: Severity
    """The worst that it can be; a finding may be milder."""
    title: str
    why: str
    remedy: str
    example: str
    """What is wrong, and after an arrow what is right where one can show it."""


_ALL = (
    Check(
        "P201",
        "error",
        N_("“veillez” for “veuillez”"),
        N_("“Veiller” is to watch over; in the closing formula it is a mistake everyone sees."),
        N_("Write “veuillez”."),
        "Veillez agréer, Madame la Maire → Veuillez agréer",
    ),
    Check(
        "P202",
        "error",
        N_("an ordinal that is not written as it should be"),
        N_("Ordinals have one right short form in each language."),
        N_("Write it as proposed, or use the filter “ordinal”."),
        "16e Rencontres → 16es Rencontres; 16ª edición → 16.ª edición",
    ),
    Check(
        "P203",
        "error",
        N_("a leftover of another program"),
        N_("Signs of TeX or HTML are printed as they stand."),
        N_("Write the ordinal plainly; the program raises its ending by itself."),
        "le 1^{er} juillet → le 1er juillet",
    ),
    Check(
        "P204",
        "error",
        N_("a title that does not agree, or an abbreviated one"),
        N_("A wrong title offends whom we write to."),
        N_("Let title and article agree, and write “Madame” and “Monsieur” in full."),
        "Monsieur la Présidente; Mme la Maire → Madame la Maire",
    ),
    Check(
        "P205",
        "error",
        N_("salutation and closing that differ"),
        N_("The closing repeats the words of the salutation."),
        N_("Write the same in both; or leave both to the program, which takes them from one form."),
        "Madame la Présidente, … Veuillez agréer, Monsieur le Maire, …",
    ),
    Check(
        "P206",
        "error",
        N_("a word that stands twice"),
        N_("A word was typed twice in a row."),
        N_("Take one away."),
        "vous remercions de de votre accueil",
    ),
    Check(
        "P207",
        "warning",
        N_("a space too many"),
        N_("Doubled spaces, and spaces before a comma or a full stop, are typing slips."),
        N_("Take the space away."),
        "Nous vous remercions , Madame",
    ),
    Check(
        "P208",
        "warning",
        N_("a date that depends on the day of reading"),
        N_("A letter is read, and found again in the archive, at another date."),
        N_("Write the month and the year."),
        "en juillet dernier → en juillet 2025",
    ),
    Check(
        "P209",
        "error",
        N_("a link that leads nowhere"),
        N_("The link in the text has no address."),
        N_("Write the address, or take the link out."),
        "[le document](#)",
    ),
    Check(
        "P210",
        "error",
        N_("a telephone number with too many or too few digits"),
        N_("Nobody can call it."),
        N_("Copy the number again from where it came from."),
        "Tél. : 01 42 65 46 0",
    ),
    Check(
        "P211",
        "warning",
        N_("an address that is written unlike the others"),
        N_("Colombian addresses have one usual form."),
        N_("Write it with “#” and a plain hyphen."),
        "Carrera 5 No. 9–03 → Carrera 5 # 9-03",
    ),
    Check(
        "P212",
        "error",
        N_("a passage in another language"),
        N_("One letter is in one language; a passage of the other was left in it by mistake."),
        N_("Translate it, or put a quoted title between quotation marks."),
        "Nous vous remercions. Reciba, señora alcaldesa, un cordial saludo.",
    ),
    Check(
        "P213",
        "error",
        N_("a question or exclamation without its opening sign"),
        N_("Spanish opens a question with “¿” and an exclamation with “¡”."),
        N_("Put the opening sign where the question begins."),
        "Cuándo podemos reunirnos? → ¿Cuándo podemos reunirnos?",
    ),
    Check(
        "P214",
        "error",
        N_("a place that was to be filled in"),
        N_("A blank of the draft was forgotten."),
        N_("Fill it in, or name a field there."),
        "le «Nom_Commune», XXXX, [à compléter]",
    ),
    Check(
        "P215",
        "warning",
        N_("a page’s footer in the middle of the letter"),
        N_("The footer of the letterhead came along with copied text."),
        N_("Take it out: the letterhead prints it."),
        "… Carrera 5 # 9-03, Bogotá D. C. – Teléfono (57) 601 381 4000 …",
    ),
    Check(
        "P216",
        "warning",
        N_("feminine and masculine joined by a sign"),
        N_("Official letters write both words, or a word that means both."),
        N_("Write “les élues et les élus”, “todas y todos”."),
        "les élu·es; tod@s",
    ),
    Check(
        "P217",
        "error",
        N_("a small word that does not fit the next"),
        N_("Some small words change before the word that follows, as that word is said."),
        N_("Write it as proposed, or use the filters “de”, “à” and “enumere”."),
        "de Le Havre → du Havre; Pereira y Ibagué → Pereira e Ibagué",
    ),
    Check(
        "P218",
        "error",
        N_("a date that is not written as it should be"),
        N_("There is no such day, or it is not written as the language does."),
        N_("Write it as proposed, or use the filter “date”."),
        "le 31 juin 2025; le 1 septembre → le 1er septembre",
    ),
    Check(
        "P219",
        "error",
        N_("a day of the week that is not that date’s"),
        N_("Readers do not know which of the two is meant."),
        N_("Look it up in the calendar; mend the day or the date."),
        "lundi 2 septembre 2025 → mardi 2 septembre 2025",
    ),
    Check(
        "P220",
        "warning",
        N_("a word that is in no dictionary"),
        N_("It is misspelt, or a name that the dictionary does not know."),
        N_("Mend it; or put it in the office’s word list, templates/words.txt."),
        "coopértion → coopération",
    ),
    Check(
        "P221",
        "warning",
        N_("a word of the other language"),
        N_("A word of the other language slipped in."),
        N_("Translate it, or set it in italics where it is meant as a foreign word."),
        "la mairie de la ciudad → la mairie de la ville",
    ),
)

CHECKS: Mapping[str, Check] = {each.code: each for each in _ALL}
"""Every check of the proof-reader, by code."""

CODES: Mapping[str, str] = {code: each.title for code, each in CHECKS.items()}
"""Every code, and what it means in general (a msgid). They are stable."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, where, why, and what to write instead."""

    code: str
    severity: Severity
    """An ``error`` must be put right; a ``warning`` may be accepted with a reason."""
    line: int
    """Of the file, from 1."""
    column: int
    """From 1."""
    excerpt: str
    why: Phrase
    suggestion: str | None = None
