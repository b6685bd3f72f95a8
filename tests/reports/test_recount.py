"""Whatever happens to letters, the figures are what counting the journal by hand gives."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, Step
from outreach.contacts.models import Contact, Organisation
from outreach.db import Store
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.states import NEXT_DELIVERY, DeliveryState
from outreach.inbox.models import Outcome, Reply
from outreach.journal import Act, row
from outreach.journal import record_all as record
from outreach.reports import breakdowns
from outreach.reports.measures import MEASURES, By, Measure
from outreach.reports.tallies import Scope

START = datetime(2025, 3, 1, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
PLACES = [
    ("FR", "76", "commune"),
    ("FR", "13", "epci"),
    ("CO", "73", "ciudad"),
    ("FR", None, "epci"),
]
LEFT = MEASURES[Measure.SENT]
NUMBERS = count(1)


@dataclass(frozen=True)
class Letter:
    """One contact's letter: which place, its states with the hour of each, answers."""

    place: int
    states: tuple[tuple[int, DeliveryState], ...]
    answers: tuple[tuple[int, Outcome], ...]

    @property
    def sent(self) -> int | None:
        """The hour in which it left; the last one, where it left twice."""
        return max((at for at, state in self.states if state is DeliveryState.SENT), default=None)

    def state(self, hour: int | None) -> DeliveryState | None:
        """Its state at the end of an hour; None before it was made."""
        known = [state for at, state in self.states if hour is None or at <= hour]
        return known[-1] if known else None

    def answer(self, hour: int | None) -> Outcome | None:
        """The last answer to it that had come by then, if it left before that and did leave."""
        if self.sent is None or self.state(None) not in LEFT:
            return None
        came = [one for at, one in self.answers if at >= self.sent and (hour is None or at <= hour)]
        return came[-1] if came else None


@st.composite
def letters(draw: st.DrawFn) -> Letter:
    """A letter that went through the table of states, an hour or more between two of them."""
    hour = draw(st.integers(0, 40))
    states = [(hour, DeliveryState.DRAFT)]
    for _ in range(draw(st.integers(0, 7))):
        nexts = sorted(NEXT_DELIVERY[states[-1][1]])
        if not nexts:
            break
        hour += draw(st.integers(1, 20))
        states.append((hour, draw(st.sampled_from(nexts))))
    hours = st.lists(st.integers(0, 120), max_size=2, unique=True)
    answers = [(at, draw(st.sampled_from(Outcome))) for at in sorted(draw(hours))]
    return Letter(draw(st.integers(0, len(PLACES) - 1)), tuple(states), tuple(answers))


def written(session: Session, sent: list[Letter]) -> Campaign:
    """Write a campaign of one step with these letters, as the rooms would have."""
    number = next(NUMBERS)
    campaign = Campaign(name=f"c{number}", state="running", created_at=START, started_at=START)
    session.add(campaign)
    session.flush()
    step = Step(campaign_id=campaign.id, name="s", position=0)
    session.add(step)
    session.flush()
    batch = Batch(step_id=step.id, origin="tool", state="done", prepared_by="x", prepared_at=START)
    session.add(batch)
    session.flush()
    moves: list[tuple[int, int, str | None, str]] = []
    replies: list[dict[str, Any]] = []
    for place, letter in enumerate(sent):
        country, departement, kind = PLACES[letter.place]
        code = f"{country}:{number}-{place}"
        town = Organisation(
            code=code,
            country=country,
            kind=kind,
            name=code,
            facts={},
            departement=departement,
            source="test",
        )
        session.add(town)
        session.flush()
        person = Contact(
            code=code,
            organisation_id=town.id,
            language="fr",
            office="maire",
            source="test",
            purpose="",
            created_at=START,
        )
        session.add(person)
        session.flush()
        delivery = Delivery(
            batch_id=batch.id,
            step_id=step.id,
            contact_id=person.id,
            kind="first",
            round=0,
            place=0,
            language="fr",
            channel="email",
            state=letter.states[-1][1].value,
            attempts=0,
            sent_at=None if letter.sent is None else START + timedelta(hours=letter.sent),
        )
        session.add(delivery)
        session.flush()
        before: str | None = None
        for at, state in letter.states:
            moves.append((at, delivery.id, before, state.value))
            before = state.value
        replies += [
            {
                "campaign_id": campaign.id,
                "contact_id": person.id,
                "way": "email",
                "outcome": outcome.value,
                "recorded_by": "x",
                "received_on": (START + timedelta(hours=at)).date(),
                "recorded_at": START + timedelta(hours=at),
            }
            for at, outcome in letter.answers
        ]
    # The journal is written in the order of time, whichever letter an event is about.
    record(
        session,
        (
            row(
                Act("x", START + timedelta(hours=at)),
                *("delivery", number_, "moved"),
                before=was,
                after=now,
            )
            for at, number_, was, now in sorted(moves, key=lambda one: one[0])
        ),
    )
    for reply in sorted(replies, key=lambda one: one["recorded_at"]):
        session.execute(insert(Reply), [reply])
    return campaign


def recounted(sent: list[Letter], by: By, hour: int | None) -> dict[str, Counter[Measure]]:
    """Count by hand."""
    found: dict[str, Counter[Measure]] = {}
    for letter in sent:
        state = letter.state(hour)
        if state is None:
            continue
        country, departement, kind = PLACES[letter.place]
        answer = letter.answer(hour)
        key = {
            By.COUNTRY: country,
            By.KIND: kind,
            By.DEPARTMENT: f"{country}:{departement}" if departement else "",
            By.OUTCOME: answer.value if answer else "",
        }[by]
        counted = found.setdefault(key, Counter())
        counted.update(each for each, states in MEASURES.items() if state in states)
        counted[Measure.REPLIED] += answer is not None
    return found


def test_figures_are_what_the_journal_gives_when_it_is_counted_by_hand(any_store: Store) -> None:
    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(st.lists(letters(), max_size=6), st.none() | st.integers(0, 120))
    @example([Letter(0, ((1, DeliveryState.DRAFT),), ())], 0)
    def agree(sent: list[Letter], hour: int | None) -> None:
        moment = None if hour is None else START + timedelta(hours=hour, minutes=30)
        with any_store.transaction() as session:
            scope = Scope(written(session, sent))
            for by in (By.COUNTRY, By.KIND, By.DEPARTMENT, By.OUTCOME):
                told = breakdowns.breakdown(session, scope, by, zone=PARIS, as_of=moment)
                shown = {row.key: Counter(row.counts) for row in told.rows}
                wanted = recounted(sent, by, hour)
                keys = shown.keys() | wanted.keys()
                for key in keys:
                    assert shown.get(key, Counter()) == wanted.get(key, Counter()), (by, key)

    agree()
