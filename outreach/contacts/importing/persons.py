"""One line of a list as what it says of one person: cells split, cleaned, and checked."""

import re
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from outreach.contacts.importing import postcell
from outreach.contacts.importing.fields import Header, Mapping
from outreach.contacts.models import Kind
from outreach.contacts.recognition import Wanted, normalised, stripped
from outreach.errors import N_, Phrase
from outreach.language.address import OFFICES

EMAIL = re.compile(r"[^\s<>,;:|()\"]+@[^\s<>,;:|()\"/]+")
_CIVILITIES = {
    **dict.fromkeys(("mme", "madame", "mrs", "ms", "sra", "senora", "dona", "mlle", "f"), "F"),
    **dict.fromkeys(("m", "monsieur", "mr", "sr", "senor", "don", "h"), "M"),
}
_OFFICES = {
    "maire": "maire", "adjoint": "adjoint", "adjointe": "adjoint", "maire adjoint": "adjoint",
    "maire adjointe": "adjoint", "president": "president", "presidente": "president",
    "conseiller": "conseiller", "conseillere": "conseiller", "conseiller municipal": "conseiller",
    "conseillere municipale": "conseiller", "senateur": "senateur", "senatrice": "senateur",
    "depute": "depute", "deputee": "depute", "prefet": "prefet", "prefete": "prefet",
    "directeur general des services": "dgs", "directrice generale des services": "dgs",
    "directeur": "directeur", "directrice": "directeur", "director": "director",
    "directora": "director", "secretaire": "secretaire", "secretario": "secretario",
    "secretaria": "secretario", "ministre": "ministre", "alcalde": "alcalde",
    "alcaldesa": "alcalde", "gobernador": "gobernador", "gobernadora": "gobernador",
    "gouverneur": "gouverneur", "mayor": "maire", "mayoress": "maire", "senador": "senador",
    "senadora": "senador", "ministro": "ministro", "ministra": "ministro",
}  # fmt: skip
HEADS = {
    Kind.COMMUNE.value: "maire",
    Kind.MUNICIPIO.value: "alcalde",
    Kind.DEPARTAMENTO.value: "gobernador",
    Kind.ASSOCIATION.value: "association",
}
"""Who is written to where a list does not say it; else the president."""
SPANISH = {"CO"}
_OFFICE = re.compile(
    r"^(?:(?:madame|monsieur|mme|m)\.? (?:la |le )?)?(.+?)\s+(?:de la |de l['’]|du |des |de |d['’])(.+)$",
    re.IGNORECASE,
)
_STATES = re.compile(r"(\S+@\S+) \((bounced|returned|retired)\)")
_TEXTS = ("service", "building", "street", "box", "postcode", "town")
_LIMITS = {"first_name": 100, "last_name": 100, "title_override": 100, "phone": 60, "postcode": 10,
           "town": 100, "service": 200, "building": 200, "street": 200, "box": 100}  # fmt: skip
CYCLE = 6
FIRST_ELECTION = date(2020, 3, 31)


@dataclass(slots=True)
class Person:
    """What one line says, ready to be compared: only what it gives."""

    line: int
    wanted: Wanted
    code: str = ""
    office: str = ""
    values: dict[str, object] = field(default_factory=dict)
    """Columns of the contact: gender, names, language, phone..."""
    emails: tuple[str, ...] = ()
    states: dict[str, str] = field(default_factory=dict)
    """Addresses of ``emails`` that may not be used, and why."""
    post: dict[str, str] = field(default_factory=dict)
    others: list[postcell.Post] = field(default_factory=list)
    """Postal addresses beside the first one."""
    association: str = ""
    since: date | None = None
    until: date | None = None
    refusal: Phrase | None = None
    given: dict[str, str] = field(default_factory=dict)
    """The cells by field, to read the line again when a person settles it."""

    @property
    def is_somebody(self) -> bool:
        """Whether the line says anything but which organisation it means."""
        return bool(
            self.values
            or self.emails
            or self.office
            or self.code
            or self.others
            or self.post.get("street")
        )


def read(line: int, cells: Sequence[str], header: Header, mapping: Mapping) -> Person:
    """Return what a line says. What cannot be used is its ``refusal``."""
    given: dict[str, list[str]] = {}
    for name, cell in zip(header.fields, cells, strict=False):
        if name and (text := plain(cell)):
            given.setdefault(name, []).append(text)
    first = {name: texts[0] for name, texts in given.items()}
    return make(line, first, ",".join(given.get("emails", ())), mapping)


def plain(cell: str) -> str:
    """Return a cell without what our own export put before a formula, and without control signs."""
    text = cell.strip()
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in cell).strip()
    return text[1:] if re.match(r"'+[=+\-@]", text) else text


def make(  # noqa: C901  # one check per field, in the order of the columns
    line: int, first: Dict[str, str], emails: str, mapping: Mapping
) -> Person:
    """Return a person from fields, each once."""
    first = {name: text for name, text in first.items() if name != "emails"}
    office, place, unknown = office_of(first.get("office", "") or mapping.office)
    name = first.get("organisation", "") or place
    person = Person(line, _wanted(first, name), code=first.get("code", ""), office=office)
    _names(person, first)
    person.emails, bad = emails_of(emails)
    person.states = {
        address: state for address, state in _STATES.findall(emails) if address in person.emails
    }
    person.others, misread = postcell.read(first.get("other_posts", ""))
    person.post = {key: first[key] for key in _TEXTS if key in first}
    for key in ("phone", "title_override", "purpose"):
        if key in first:
            person.values[key] = first[key]
    if "language" in first:
        person.values["language"] = normalised(first["language"])[:2]
    if "preferred_channel" in first:
        person.values["preferred_channel"] = first["preferred_channel"]
    person.association = first.get("association", "")
    problem = _dates(person, first, mapping)
    if unknown:
        problem = Phrase(N_("the function “{text}” is not known"), {"text": unknown})
    if misread:
        problem = Phrase(
            N_(
                "“{text}” is no postal address: write service | building | street | box | postcode "
                "| town | district, with - for what there is not"
            ),
            {"text": misread},
        )
    if bad:
        problem = Phrase(N_("“{text}” is no e-mail address"), {"text": bad[0]})
    if person.values.get("language", "fr") not in {"fr", "es"}:
        problem = Phrase(N_("letters are in fr or es, not “{text}”"), {"text": first["language"]})
    if person.values.get("preferred_channel", "post") not in {"email", "post"}:
        text = first["preferred_channel"]
        problem = Phrase(N_("the channel is email or post, not “{text}”"), {"text": text})
    for key, most in _LIMITS.items():
        if len(str(first.get(key, ""))) > most:
            problem = Phrase(
                N_("“{field}” is longer than {most} characters"), {"field": key, "most": most}
            )
    person.refusal = problem
    person.given = {**first, "emails": emails, "office": first.get("office", "") or mapping.office}
    return person


def _wanted(first: Dict[str, str], name: str) -> Wanted:
    codes = [first["code"].partition("/")[0].upper()] if "code" in first else []
    if insee := first.get("insee", "").replace(" ", "").upper():
        if len(insee) <= 3 and "departement" in first:  # noqa: PLR2004  # old files: the commune within its département
            insee = first["departement"].zfill(2)[:2] + insee.zfill(3)
        codes.append(f"FR:{insee.zfill(5)}")
    if divipola := first.get("divipola", "").replace(" ", ""):
        codes.append(f"CO:{divipola if len(divipola) == 2 else divipola.zfill(5)}")  # noqa: PLR2004  # a departamento has two digits
    siren = re.sub(r"\D", "", first.get("siren", ""))[:9]
    if siren:
        codes.append(f"FR:{siren}")
    country = normalised(first.get("country", ""))
    known = "CO" if country.startswith("co") else "FR" if country.startswith("fr") else ""
    return Wanted(
        name=name,
        codes=tuple(codes),
        siren=siren,
        departement=first.get("departement", ""),
        postcode=first.get("postcode", "").replace(" ", "").zfill(5) if "postcode" in first else "",
        country=known or ("FR" if insee or siren else "CO" if divipola else ""),
    )


def _names(person: Person, first: Dict[str, str]) -> None:
    gender = gender_of(first.get("civility", ""))
    names = {key: first.get(key, "") for key in ("first_name", "last_name")}
    if "full_name" in first and not names["last_name"]:
        found, names["first_name"], names["last_name"] = split_name(first["full_name"])
        gender = gender or found
    elif names["last_name"] and "code" not in first:  # our own list has names as they are
        found, words = _without_civility(names["last_name"].split())
        names["last_name"], gender = " ".join(words), gender or found
    person.values |= {key: value for key, value in names.items() if value}
    if gender:
        person.values["gender"] = gender


def gender_of(text: str) -> str:
    """Return F or M as a list says it; nothing for ``Mme/M.`` or what is not known."""
    found = {_CIVILITIES[word] for word in normalised(text).split() if word in _CIVILITIES}
    return found.pop() if len(found) == 1 else ""


def split_name(text: str) -> tuple[str, str, str]:
    """Return gender, first and last name of ``Mme Marie DUPONT`` or ``DUPONT, Marie``."""
    gender, words = _without_civility(text.replace(",", " , ").split())
    if "," in words:
        comma = words.index(",")
        return gender, " ".join(words[comma + 1 :]), " ".join(words[:comma])
    loud = [w for w in words if len(w) > 1 and w == w.upper() and any(c.isalpha() for c in w)]
    if loud and len(loud) < len(words):
        return gender, " ".join(w for w in words if w not in loud), " ".join(loud)
    if len(words) > 1:
        return gender, words[0], " ".join(words[1:])
    return gender, "", " ".join(words)


def _without_civility(words: list[str]) -> tuple[str, list[str]]:
    found: set[str] = set()
    while len(words) > 1 or (words and "/" in words[0]):
        marks = [normalised(part) for part in words[0].split("/")]
        if not all(mark in _CIVILITIES and mark not in {"f", "h"} for mark in marks):
            break
        found |= {_CIVILITIES[mark] for mark in marks}
        words = words[1:]
    return (found.pop() if len(found) == 1 else ""), words


@lru_cache(maxsize=10_000)
def office_of(text: str) -> tuple[str, str, str]:
    """Return an office of ours, the place that follows it ("Maire de X"), and what is not known."""
    if not text:
        return "", "", ""
    bare = re.sub(r"\(e\)|[·.•-]e\b|/\w+", "", text, flags=re.IGNORECASE).strip()
    key = normalised(bare)
    if key in OFFICES:
        return key, "", ""
    if key in _OFFICES:
        return _OFFICES[key], "", ""
    _, words = _without_civility(bare.split())
    rest = re.sub(r"^(?:la|le|l['’]|el)\s*", "", " ".join(words), flags=re.IGNORECASE)
    if normalised(rest) in _OFFICES:
        return _OFFICES[normalised(rest)], "", ""
    for known in sorted(_OFFICES, key=len, reverse=True):
        tail = re.match(rf"{known} (?=d)", normalised(rest))
        if tail:
            place = " ".join(rest.split()[known.count(" ") + 1 :])
            name, _ = stripped(normalised("commune " + place))
            if place.casefold().startswith(("de l’", "de l'")):
                name = normalised(place[3:])
            return _OFFICES[known], name, ""
    return "", "", text


def emails_of(cell: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the addresses in a cell, each once, and what looks like one but is none."""
    from outreach.contacts import addresses

    good: dict[str, str] = {}
    bad = []
    text = re.sub(r"mailto:", "", cell, flags=re.IGNORECASE)
    found = EMAIL.findall(text)
    if text.strip(" ,;/-") and not found:
        bad.append(text.strip(" ,;"))
    for address in found:
        address = address.strip(".'’")  # noqa: PLW2901  # the sentence's own signs
        local, _, domain = address.rpartition("@")
        address = f"{local}@{domain.lower()}"  # noqa: PLW2901
        if addresses.is_deliverable(address) or not address.isascii():
            good.setdefault(address.casefold(), address)
        else:
            bad.append(address)
    return tuple(good.values()), tuple(bad)


def date_of(text: str) -> date | None:
    """Return a day as lists write it: ISO, or day first. Raises ValueError."""
    text = text.strip().split(" ")[0].split("T")[0]
    if not text:
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    if re.fullmatch(r"\d{4}", text):
        return date(int(text), 1, 1)
    raise ValueError(text)


def cycle_end(start: date) -> date:
    """Return the end of a municipal mandate (code électoral, art. L227: six years, in March)."""
    end = FIRST_ELECTION
    while end <= start or (end.year == start.year):
        end = end.replace(year=end.year + CYCLE)
    return end


def _dates(person: Person, first: Dict[str, str], mapping: Mapping) -> Phrase | None:
    found: dict[str, date | None] = {}
    for key in ("mandate_start", "mandate_end", "since", "until"):
        try:
            found[key] = date_of(first.get(key, ""))
        except ValueError:
            return Phrase(N_("“{text}” is no date"), {"text": first[key]})
    person.since, person.until = found["since"], found["until"]
    end, start = found["mandate_end"], found["mandate_start"]
    if end is None and start is not None and mapping.election_cycle:
        end = cycle_end(start)
    if end is not None:
        person.values["mandate_end"] = end
    return None
