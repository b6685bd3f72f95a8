"""The rules of a recipient list in a reader's words, and what each can be chosen from."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from outreach.campaigns import definition as definitions
from outreach.campaigns.definition import Definition
from outreach.contacts import choices, explanation
from outreach.contacts.models import Kind
from outreach.errors import N_, OutreachError
from outreach.inbox.models import Outcome
from outreach.partners.themes import THEMES
from outreach.web import criteria
from outreach.web.visit import CHANNELS, SPOKEN, Visit

Options = Sequence[tuple[str, str]]
"""(value, what is shown), in the order in which they are offered."""

LABELS: dict[str, str] = {
    "country": N_("Country"),
    "kinds": N_("Kind of organisation"),
    "population_min": N_("Inhabitants, at least"),
    "population_max": N_("Inhabitants, at most"),
    "departements": N_("Département or departamento"),
    "regions": N_("Région (France)"),
    "epci": N_("Intercommunality (SIREN)"),
    "subtypes": N_("Category of the organisation"),
    "codes": N_("These organisations (official codes)"),
    "members_of": N_("Member of the association"),
    "partners_of": N_("Partner of the association"),
    "themes": N_("Cares for the theme"),
    "languages": N_("Written to in"),
    "channels": N_("Can be reached"),
    "sources": N_("Where we have the card from"),
    "received": N_("Received the letter"),
    "not_received": N_("Did not receive the letter"),
    "replied": N_("Answered"),
    "outcomes": N_("What they answered"),
    "last_contact_before": N_("No letter and no reply since"),
    "last_contact_after": N_("A letter or a reply since"),
}
"""The rules, in the order in which they are offered."""
COUNTRIES = {"FR": N_("France"), "CO": N_("Colombia")}
REPLIED = {
    criteria.EVER: N_("yes, at some time"),
    criteria.NEVER: N_("never"),
}
FIXED: dict[str, Mapping[str, str]] = {
    "country": COUNTRIES,
    "kinds": {kind.value: kind.value for kind in Kind},
    "languages": SPOKEN,
    "channels": {way: CHANNELS[way] for way in ("email", "post")},
    "outcomes": {outcome.value: outcome.value for outcome in Outcome},
}
IN_CAMPAIGN = N_("in the campaign {name}")


def of(visit: Visit, session: Session, key: str) -> Options:
    """Return what a rule of ``key`` can be chosen from; () where one writes."""
    if key in FIXED:
        return [(value, visit.words.gettext(name)) for value, name in FIXED[key].items()]
    if key == "themes":
        return [(theme, name.in_(visit.language)) for theme, name in THEMES.items()]
    if key == "replied":
        ways = [(value, visit.words.gettext(name)) for value, name in REPLIED.items()]
        return ways + [
            (criteria.IN + each.name, visit.text(IN_CAMPAIGN, name=title))
            for each, title in _titled(visit)
        ]
    if key in {"received", "not_received"}:
        return _letters(visit)
    return choices.of(session, key)


def _titled(visit: Visit) -> Sequence[tuple[Definition, str]]:
    return [(each, each.file.title.in_(visit.language)) for each in campaigns(visit)]


def _letters(visit: Visit) -> Options:
    """Return every letter of every campaign, each campaign before its steps."""
    found: list[tuple[str, str]] = []
    for each, title in _titled(visit):
        found.append((each.name, visit.text(N_("{title}: any letter"), title=title)))
        found += [
            (f"{each.name}/{step.name}", f"{title}: {step.title.in_(visit.language)}")
            for step in each.file.steps
        ]
    return found


def campaigns(visit: Visit) -> Sequence[Definition]:
    """Return the campaigns whose file can be read; the page of campaigns tells of the others."""
    found: list[Definition] = []
    for name in definitions.names(visit.app.folder):
        try:
            found.append(definitions.load(visit.app.folder, name))
        except OutreachError:
            continue
    return found


def said(visit: Visit, line: explanation.Line, options: Mapping[str, Options]) -> str:
    """Return one line of the explanation in the page's words."""
    if line.condition.message != explanation.CRITERION:
        return visit.told(line.condition)
    key = str(line.condition.values["key"])
    value = line.condition.values["value"]
    shown = dict(options.get(key, ()))
    texts = [shown.get(str(v), str(v)) for v in (value if isinstance(value, list) else [value])]
    if key == "replied":
        text = "".join(texts)
        named = {"True": criteria.EVER, "False": criteria.NEVER}.get(text, criteria.IN + text)
        texts = [shown.get(named, text)]
    return visit.text(N_("{what}: {values}"), what=visit.text(LABELS[key]), values=", ".join(texts))
