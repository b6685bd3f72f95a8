"""When they are back: the first day back, from French, Spanish and English wording.

A date without a year is the nearest one to the day the message came. "Until the 24th" means back
on the 25th: a follow-up a day late does no harm, one a day early does.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from outreach.inbox.decoding import fold

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv enero ene january jan",
            "fevrier fevr fev febrero feb february",
            "mars marzo mar march",
            "avril avr abril abr april apr",
            "mai mayo may",
            "juin junio jun june",
            "juillet juil julio jul july",
            "aout agosto ago august aug",
            "septembre sept septiembre setiembre sep september",
            "octobre oct octubre october",
            "novembre nov noviembre november",
            "decembre dec diciembre dic december",
        ),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "lundi lunes monday",
            "mardi martes tuesday",
            "mercredi miercoles wednesday",
            "jeudi jueves thursday",
            "vendredi viernes friday",
            "samedi sabado saturday",
            "dimanche domingo sunday",
        )
    )
    for name in names.split()
}
NUMBERS = {
    name: number
    for number, names in enumerate(
        (
            "un une una one a",
            "deux dos two",
            "trois tres three",
            "quatre cuatro four",
            "cinq cinco five",
            "six seis",
            "sept siete seven",
            "huit ocho eight",
            "neuf nueve nine",
            "dix diez ten",
        ),
        start=1,
    )
    for name in names.split()
}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
WEEKDAY = "|".join(WEEKDAYS)
DAY = r"(?P<{0}day>0?[1-9]|[12]\d|3[01])"
LONG = (
    rf"(?:(?:{WEEKDAY}),? ?)?(?:le |el |the |dia )?(?P<day>0?[1-9]|[12]\d|3[01])"
    rf"(?:er|ro|o|º|°|st|nd|rd|th|\.)?(?: de| of|-|/)? ?(?P<month>{MONTH})\b\.?"
    r"(?:,? ?(?:de |del |-|/)?(?P<year>20\d\d))?"
)
ENGLISH = (
    rf"(?:(?:{WEEKDAY}),? )?(?P<emonth>{MONTH})\b\.? (?P<eday>0?[1-9]|[12]\d|3[01])"
    r"(?:st|nd|rd|th)?\b(?!:)(?:,? (?P<eyear>20\d\d))?"
)
NUMERIC = (
    r"(?<![\d./-])(?P<nday>\d{1,2})[/.-](?P<nmonth>\d{1,2})(?:[/.-](?P<nyear>20\d\d|\d\d))?"
    r"(?![\d/]|[.-]\d)"
)
ISO = r"(?P<iyear>20\d\d)-(?P<imonth>\d\d)-(?P<iday>\d\d)"
PART = (
    rf"(?P<part>debut|mi|fin|principios de|comienzos de|inicios de|mediados de|finales de|fines de"
    rf"|(?:the )?(?:beginning|start|middle|end) of|early|mid|late)[ -](?P<pmonth>{MONTH})\b"
    r"(?:,? ?(?:de |del )?(?P<pyear>20\d\d))?"
)
ALONE = rf"(?P<wname>{WEEKDAY})(?:,? (?P<wday>0?[1-9]|[12]\d|3[01])(?!\d|[:h/]|[.-]\d|\s?(?:h|heures?|horas?)\b))?"
# "Me reintegro el 15", "jusqu'au 12": a day of the month that runs, or of the next.
BARE = (
    r"\b(?:au|le|el|al|the) (?P<bday>0?[1-9]|[12]\d|3[01])(?:er|th|st|nd|rd|º)?(?![\d:/%€]|[.-]\d)"
    rf"(?! ?(?:h\b|heures?|horas?|euros?|personnes|ans\b|(?:de |of )?(?:{MONTH})\b))"
)
MONTH_ALONE = rf"\b(?:en|in|courant|hasta|until) (?P<amonth>{MONTH})\b(?! ?\d\d?\b)(?:,? ?(?:de |del )?(?P<ayear>20\d\d))?"
DATE = re.compile(rf"{ISO}|{NUMERIC}|{LONG}|{ENGLISH}|{PART}|\b(?:{ALONE})\b|{BARE}|{MONTH_ALONE}")
# "du 4 au 22 août", "del 4 al 22 de agosto": the first has no month of its own.
SHORT_RANGE = re.compile(
    rf"\b(?:du|del|from|entre (?:le|el)|between) (?:the )?(?:(?:{WEEKDAY}) )?"
    rf"(?P<from>\d{{1,2}})(?:er|ro|º)? (?:au|al|to|until|et le|y el|and)(?= )"
)

BACK = re.compile(
    r"(?:(?:de|mon|notre|son|leur|le) )?retours? (?:(?:est )?(?:prevue?|prevu) |(?:au|dans mon|a mon)"
    r" (?:bureau|travail|poste) |parmi vous )*(?:a partir d[ue] |a compter d[ue] |des |pour |:|le |au |en |la"
    r" |ce |\W)*$"
    r"|(?:(?:de|a) nouveau|rentre|rentrerai|rentrerons|revien[st]|reviendr\w+|reprendr\w+|reprends|reprise"
    r"|rouvr\w+|reouvr\w+|reouverture|disponibles?|joignables?|presente?s?|ouverte?s?)\b[^.!?\n]{0,60}"
    r"(?:a partir d[ue]|a compter d[ue]|des|le|de retour|d[ue]s? le|au|en)? ?(?:le |la )?$"
    r"|(?:regres\w+|vuelv\w+|volver\w+|retorn\w+|reincorpor\w+|reintegr\w+|reanud\w+|de vuelta|de regreso"
    r"|nos (?:vemos|leemos|reencontramos)|estar[ea](?:mos)? (?:disponible|de vuelta|de regreso)|reabr\w+|atender\w+|disponible)\b[^.!?\n]{0,60}"
    r"(?:el|a partir del?|desde(?: el)?|para el|en|hasta el)? ?(?:dia |proximo )*$"
    r"|(?:repondr|reponse|contact|trait|disponib|joign|lir|ouvert|respond|contest|atend|lee?r|answer|reply|read)\w*"
    r"[^.!?\n]{0,50}(?:a partir d[ue]|a compter d[ue]|des le|desde el|a partir del?|as of|from)(?: le| el| the)? ?(?:dia )?$"
    r"|ne (?:consulter|prendr|lirai|pourrai|serai)\w*[^.!?\n]{0,60} qu(?:e|'a partir d[ue]|'a compter d[ue]|'en) (?:le )?$"
    r"|(?:back|return\w*|available|reopen\w*|resume\w*)\b[^.!?\n]{0,40}(?:on|from|by|in|until)? ?(?:the )?$"
)
UNTIL = re.compile(
    r"(?:jusqu'(?:au|a|en)|jusque|until|till|through|hasta|(?:absente?|conges?|fermee?s?|vacances|ausente"
    r"|vacaciones|licencia|permiso|cerrad[oa]s?)[^.!?\n]{0,60}\b(?:au|al|to|thru))"
    r"(?: ?(?:le|el|la|the|dia|au|fin de|y|et|compris|inclus|and including|proximo|prochain))* ?$"
)
RANGE_END = re.compile(
    r"^ ?(?:au|al|to|until|jusqu'au|hasta el|hasta|-|a|et (?:le )?|y (?:el )?)? ?$"
)
START = re.compile(
    r"(?:absente?s?|conges?|fermee?s?|ausente|vacaciones|out of|leave|fuera)[^.!?,;\n]{0,50}"
    r"(?:a partir d[ue]|a compter d[ue]|depuis|des le|a partir del?|desde(?: el)?|from|since|starting"
    r"|as of)(?: le| el| the)? ?$"
)
NOT_RETURN = re.compile(
    r"\b(?:votre (?:message|courriel|courrier|mail)|your (?:message|e?-?mail)|su (?:mensaje|correo)"
    r"|reunion|entretien|rendez-vous|seance|conseil municipal|envoye|sent|enviado|recu|recibido|date limite"
    r"|concours|deadline)\b[^.!?\n]{0,40}$"
)
LASTING = re.compile(
    r"(?:absente?|conges?|vacances|indisponible|pendant|durant|pour|ausente|vacaciones|durante|por|for"
    r"|away|during|out)\b[^.!?\n]{0,30}?\b(?:une duree de |un periodo de |the next |les |los |las "
    r"|proximos |proximas |prochains )*"
    r"(?P<count>\d{1,2}|"
    + "|".join(NUMBERS)
    + r") (?P<unit>jours?|dias?|days?|semaines?|semanas?|weeks?"
    r"|mois|mes(?:es)?|months?)\b"
)
NEXT_WEEK = re.compile(
    r"(?:(?:la )?semaine prochaine|la proxima semana|proxima semana|semana (?:entrante|que viene)|next week)"
)
THIS_WEEK = re.compile(r"\b(?:cette semaine|esta semana|this week)\b")
TOMORROW = re.compile(r"\b(?:demain|manana|tomorrow)\b")
PAST_DAYS = 60
"""How far back a date without a year may lie: people forget to switch the answer off."""
MAX_TEXT = 4_000


@dataclass(frozen=True, slots=True)
class Found:
    """A date in the text, where it stands, and whether only a weekday or a part of a month."""

    day: date
    start: int
    end: int
    given_year: bool


def return_date(text: str, received: date) -> date | None:
    """Return the first day back that a text announces, or None. May be before ``received``."""
    words = re.sub(r"\s+", " ", fold(text[:MAX_TEXT]))
    found = list(_dates(words, received))
    back = [one.day for one in found if _is_back(words, one)]
    if back:
        return _coming(back, received)
    ends = [one.day for one in found if UNTIL.search(words[: one.start][-90:])]
    ends += [
        second.day
        for first, second in pairwise(found)
        if RANGE_END.match(words[first.end : second.start])
    ]
    ends += [one.day for one in found if SHORT_RANGE.search(words[: one.start + 1][-40:])]
    if ends:
        return _coming(ends, received) + timedelta(days=1)
    return _relative(words, received)


def _is_back(words: str, one: Found) -> bool:
    before = words[: one.start][-110:]
    if START.search(before) or NOT_RETURN.search(before) or UNTIL.search(before[-40:]):
        return False
    return bool(BACK.search(before))


def _coming(days: list[date], received: date) -> date:
    """Return the nearest day ahead; of days all past, the last."""
    ahead = [day for day in days if day >= received]
    return min(ahead) if ahead else max(days)


def _relative(words: str, received: date) -> date | None:
    lasting = LASTING.search(words)
    if lasting is not None:
        count = lasting["count"]
        number = int(count) if count.isdigit() else NUMBERS[count]
        unit = lasting["unit"]
        if unit.startswith(("mois", "mes", "month")):
            number *= 30
        elif unit.startswith(("semain", "seman", "week")):
            number *= 7
        return received + timedelta(days=number)
    monday = received + timedelta(days=7 - received.weekday())
    week = NEXT_WEEK.search(words)
    if week is not None:
        returns = BACK.search(words[: week.start()][-110:])
        return monday if returns else monday + timedelta(days=7)
    if THIS_WEEK.search(words):
        return monday
    tomorrow = TOMORROW.search(words)
    if tomorrow is not None:
        until = UNTIL.search(words[: tomorrow.start()][-90:])
        return received + timedelta(days=2 if until else 1)
    return None


def _dates(words: str, received: date) -> Iterator[Found]:
    for match in DATE.finditer(words):
        parts = {key: value for key, value in match.groupdict().items() if value}
        day = _day(parts, received)
        if day is not None:
            given = bool({"year", "eyear", "nyear", "iyear", "pyear"} & parts.keys())
            yield Found(day, match.start(), match.end(), given)


def _day(parts: dict[str, str], received: date) -> date | None:
    """Return the day that the named groups of a match spell, or None for the 31st of June."""
    form = next(iter(FORMS.keys() & parts.keys()))
    return FORMS[form](parts, received)


def _numeric(parts: dict[str, str], received: date) -> date | None:
    day, month = int(parts["nday"]), int(parts["nmonth"])
    if month > 12 >= day:  # noqa: PLR2004  # an American's 08/25
        day, month = month, day
    return _placed(parts.get("nyear"), month, day, received)


def _iso(parts: dict[str, str], _received: date) -> date | None:
    return _made(int(parts["iyear"]), int(parts["imonth"]), int(parts["iday"]))


def _long(parts: dict[str, str], received: date) -> date | None:
    return _placed(parts.get("year"), MONTHS[parts["month"]], int(parts["day"]), received)


def _english(parts: dict[str, str], received: date) -> date | None:
    return _placed(parts.get("eyear"), MONTHS[parts["emonth"]], int(parts["eday"]), received)


def _month(parts: dict[str, str], received: date) -> date | None:
    return _placed(parts.get("ayear"), MONTHS[parts["amonth"]], 1, received)


def _placed(year: str | None, month: int, day: int, received: date) -> date | None:
    if year is not None:
        return _made(int(year) + (2000 if len(year) == 2 else 0), month, day)  # noqa: PLR2004
    nearby = (_made(received.year + step, month, day) for step in (-1, 0, 1))
    fitting = [one for one in nearby if one and one >= received - timedelta(days=PAST_DAYS)]
    return min(fitting) if fitting else None


def _weekday(parts: dict[str, str], received: date) -> date | None:
    weekday, day = WEEKDAYS[parts["wname"]], parts.get("wday")
    following = (received + timedelta(days=step) for step in range(day is None, 63))
    for one in following:
        if one.weekday() == weekday and (day is None or one.day == int(day)):
            return one
    return None


def _bare(parts: dict[str, str], received: date) -> date | None:
    following = (received + timedelta(days=step) for step in range(62))
    return next((one for one in following if one.day == int(parts["bday"])), None)


def _part_of_month(parts: dict[str, str], received: date) -> date | None:
    month, part = MONTHS[parts["pmonth"]], parts["part"]
    if re.search(r"fin|late|end", part):
        year = parts.get("pyear")
        base = _placed(year, month, 28, received)
        return base and base.replace(day=calendar.monthrange(base.year, month)[1])
    middle = re.search(r"mi|med", part)
    return _placed(parts.get("pyear"), month, 15 if middle else 1, received)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


FORMS: dict[str, Callable[[dict[str, str], date], date | None]] = {
    "iyear": _iso,
    "nmonth": _numeric,
    "month": _long,
    "emonth": _english,
    "pmonth": _part_of_month,
    "wname": _weekday,
    "bday": _bare,
    "amonth": _month,
}
"""The group that each way of writing a date always has -> how it is read."""
