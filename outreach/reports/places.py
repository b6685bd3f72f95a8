"""Where the letters of a campaign went and answers came from: a table, and two maps in one picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, Step
from outreach.contacts.models import Contact, Organisation
from outreach.dispatch.deliveries import is_turn
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState
from outreach.errors import N_
from outreach.inbox.models import Arrival, ArrivalState, Reply
from outreach.partners import outlines
from outreach.partners.outlines import Ring
from outreach.pictures import choropleth
from outreach.pictures.choropleth import Legend, Panel
from outreach.reports.documents import Cell, Column, Picture, Table, Tongue, filled

Shapes = Mapping[str, tuple[Ring, ...]]
PLACES = 15
"""Lines of the table; the rest stands together."""
AROUND_PARIS = ("75", "77", "78", "91", "92", "93", "94", "95")
OVERSEAS = {
    "971": "Guadeloupe",
    "972": "Martinique",
    "973": "Guyane",
    "974": "La Réunion",
    "976": "Mayotte",
}
HEIGHT = 330.0
FRENCH, COLOMBIAN = 390.0, 240.0
INSET = 46.0


@dataclass(frozen=True, slots=True)
class Place:
    """A département or departamento: contacts that a letter reached, and that answered."""

    country: str
    code: str
    name: str
    reached: int
    answered: int


def by_place(session: Session, campaign: Campaign) -> list[Place]:
    """Return départements and departamentos, the one with most contacts reached first."""
    reached = (
        select(Delivery.contact_id)
        .join(Step, Step.id == Delivery.step_id)
        .where(
            Step.campaign_id == campaign.id,
            is_turn(),
            Delivery.state == DeliveryState.SENT.value,
        )
        .distinct()
        .subquery()
    )
    answered = (
        select(Reply.contact_id)
        .join(Arrival, Arrival.reply_id == Reply.id)
        .where(Reply.campaign_id == campaign.id, Arrival.state == ArrivalState.MATCHED.value)
        .distinct()
        .subquery()
    )
    rows = session.execute(
        select(
            Organisation.country,
            func.coalesce(Organisation.departement, "").label("code"),
            func.count().label("reached"),
            func.count(answered.c.contact_id).label("answered"),
        )
        .select_from(reached)
        .join(Contact, Contact.id == reached.c.contact_id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .outerjoin(answered, answered.c.contact_id == Contact.id)
        .group_by(Organisation.country, Organisation.departement)
    ).all()
    names = {
        (row.country, row.departement): row.name
        for row in session.execute(
            select(Organisation.country, Organisation.departement, Organisation.name).where(
                Organisation.kind.in_(["departement", "departamento"])
            )
        )
    }
    found = [
        Place(
            row.country,
            row.code,
            names.get((row.country, row.code), row.code),
            row.reached,
            row.answered,
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: (-each.reached, each.country, each.code))


def table(places: Sequence[Place], tongue: Tongue, most: int | None = PLACES) -> Table:
    """Return the places as a table; those after ``most`` are one line."""
    say = tongue.gettext
    shown, rest = places[:most], places[most:] if most is not None else []
    rows: list[tuple[Cell, ...]] = [
        (each.name or say(N_("unknown")), each.country, each.reached, each.answered)
        for each in shown
    ]
    if rest:
        rows.append(
            (
                filled(tongue, N_("{count} others"), count=len(rest)),
                None,
                sum(each.reached for each in rest),
                sum(each.answered for each in rest),
            )
        )
    return Table(
        say(N_("By département and departamento")),
        [
            Column(say(N_("Département or departamento")), 4),
            Column(say(N_("Country")), 1),
            Column(say(N_("Got a letter")), 1, figures=True),
            Column(say(N_("Answered")), 1, figures=True),
        ],
        rows,
        say(N_("No letter of this campaign has left yet.")),
    )


def picture(places: Sequence[Place], folder: Path, tongue: Tongue) -> Picture | None:
    """Return the maps of the countries that letters went to; None where there is nothing to show.

    ``folder`` is the office's, with the outlines among its reference data.
    """
    say = tongue.gettext
    there = {each.country for each in places if each.code}
    panels: list[Panel] = []
    width = 0.0
    if "FR" in there and (shapes := outlines.read(folder, "FR")):
        panels += _france(shapes)
        width += FRENCH
    if "CO" in there and (shapes := outlines.read(folder, "CO")):
        panels.append(
            Panel(
                {f"CO:{code}": rings for code, rings in shapes.items()},
                (width + 8, 8, COLOMBIAN - 16, HEIGHT - 16),
            )
        )
        width += COLOMBIAN
    if not panels:
        return None
    first = places[0]
    title = say(N_("Where the letters went and the answers came from"))
    return Picture(
        title,
        choropleth.drawn(
            panels,
            {f"{each.country}:{each.code}": each.reached for each in places},
            {f"{each.country}:{each.code}": each.answered for each in places if each.answered},
            Legend(
                say(N_("Contacts that got a letter")),
                say(N_("of them, how many answered")),
                say(N_("no letter")),
            ),
            size=(max(width, FRENCH), HEIGHT),
            name="places",
            title=title,
            description=filled(
                tongue,
                N_(
                    "Letters reached {places} départements and departamentos, most of all {name} "
                    "({count}); answers came from {answered}."
                ),
                places=len(places),
                name=first.name or say(N_("unknown")),
                count=first.reached,
                answered=sum(each.answered > 0 for each in places),
            ),
        ),
        filled(
            tongue,
            N_("Letters reached {places} départements and departamentos."),
            places=len(places),
        ),
        table(places, tongue, None),
    )


def _france(shapes: Shapes) -> list[Panel]:
    """Return the mainland with Corsica; overseas and around Paris in frames of their own."""

    def some(codes: Sequence[str]) -> dict[str, tuple[Ring, ...]]:
        return {f"FR:{code}": shapes[code] for code in codes if code in shapes}

    mainland = [code for code in shapes if code not in OVERSEAS]
    panels = [Panel(some(mainland), (70, 8, FRENCH - 84, HEIGHT - 70))]
    for place, (code, name) in enumerate(OVERSEAS.items()):
        if code in shapes:
            box = (10 + place * (INSET + 24), HEIGHT - 58, INSET + 8, INSET - 4)
            panels.append(Panel(some([code]), box, name))
    if around := some(AROUND_PARIS):
        panels.append(Panel(around, (8, 12, INSET + 14, INSET), "Île-de-France"))
    return panels
