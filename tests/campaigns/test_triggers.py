"""Which step comes next: decided from the plan and from what left and came back."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from outreach.campaigns import calendar, triggers
from outreach.campaigns.definition import (
    After,
    AtEvent,
    CampaignFile,
    Event,
    OnOutcome,
    Recipients,
    StepDefinition,
    StepLetter,
    StepPromise,
)
from outreach.campaigns.triggers import Lines, Situation
from outreach.settings import Bilingual, Calendar, Election, Pause

WORDS = Bilingual(fr="x", es="x")
BOTH = ("FR", "CO")
JULY = StepDefinition(name="juillet", title=WORDS, on=date(2025, 7, 21), letter_to_come=WORDS)
SEPTEMBER = StepDefinition(name="septembre", title=WORDS, on=date(2025, 9, 1), letter_to_come=WORDS)
REMINDER = StepDefinition(
    name="relance",
    title=WORDS,
    after=After(step="septembre", days=14),
    kind="chaser",
    letter_to_come=WORDS,
)
SECOND = StepDefinition(
    name="relance-2",
    title=WORDS,
    after=After(step="relance", days=10, working=True),
    kind="chaser",
    letter_to_come=WORDS,
)
PROMISED = StepDefinition(
    name="fiches",
    title=WORDS,
    after=After(step="septembre", days=30),
    kind="promised",
    letter_to_come=WORDS,
)
DETAILS = StepDefinition(
    name="details",
    title=WORDS,
    on_outcome=OnOutcome(outcome="interested", days=2, working=True),
    letter_to_come=WORDS,
)
MEETING = StepDefinition(
    name="rendez-vous", title=WORDS, after=After(step="details", days=7), letter_to_come=WORDS
)
INVITATION = StepDefinition(
    name="invitation",
    title=WORDS,
    event=AtEvent(name="conference", before=14),
    letter_to_come=WORDS,
)
THANKS = StepDefinition(
    name="merci",
    title=WORDS,
    event=AtEvent(name="conference", after=2, working=True),
    letter_to_come=WORDS,
)
EVENTS = {"conference": Event(on=date(2025, 11, 20))}
YEAR = CampaignFile(
    title=WORDS,
    audience="demo",
    events=EVENTS,
    steps=(
        JULY,
        SEPTEMBER,
        REMINDER,
        SECOND,
        PROMISED,
        DETAILS,
        MEETING,
        INVITATION,
        THANKS,
    ),
)
SUMMER = structs.replace(YEAR, steps=(JULY, SEPTEMBER, PROMISED))
ENTERED = date(2025, 8, 20)
NEW = Situation(places=BOTH, kind="commune", entered=ENTERED)
RULES = Calendar(closed=(date(2025, 9, 15),), pauses=(Pause(from_="12-24", to="01-01"),))
NEVER_CLOSED = Calendar()


def received(**steps: date) -> Situation:
    return replace(NEW, received=tuple(sorted(steps.items())))


def next_of(
    file: CampaignFile, now: Situation, today: date = ENTERED
) -> tuple[str | None, date | None]:
    due = triggers.cursor(Lines(file), now, NEVER_CLOSED, today)
    return (due.step.name, due.on) if due else (None, None)


def answers_of(file: CampaignFile, now: Situation) -> dict[str, date]:
    found = triggers.answers(Lines(file), now, NEVER_CLOSED, ENTERED)
    return {due.step.name: due.on for due in found}


def test_nobody_is_thanked_in_september_for_july() -> None:
    assert next_of(SUMMER, NEW) == ("septembre", date(2025, 9, 1))


def test_a_campaign_started_a_day_late_is_due_at_once() -> None:
    late = replace(NEW, entered=date(2025, 9, 2))
    assert next_of(SUMMER, late) == ("septembre", date(2025, 9, 1))


def test_who_got_the_september_letter_waits_for_the_promised_one() -> None:
    now = received(septembre=date(2025, 9, 1))
    assert next_of(SUMMER, now) == ("fiches", date(2025, 10, 1))


def test_who_got_everything_is_finished() -> None:
    now = received(septembre=date(2025, 9, 1), fiches=date(2025, 10, 1))
    assert next_of(SUMMER, now) == (None, None)


LATE_PROMISE = structs.replace(PROMISED, after=After(step="relance-2", days=10))
CHASED = structs.replace(YEAR, steps=(SEPTEMBER, REMINDER, SECOND, LATE_PROMISE))


def test_a_promised_letter_stays_owed_though_the_reminders_before_it_fell_away() -> None:
    now = replace(received(septembre=date(2025, 9, 1)), replied=date(2025, 9, 5))
    # 1 September, 14 days, 10 working days, 10 days: as if the reminders had left.
    assert next_of(CHASED, now) == ("fiches", date(2025, 10, 9))
    assert triggers.wants_decision(LATE_PROMISE, now)


def test_a_promised_letter_counts_from_the_last_reminder_that_left() -> None:
    had = received(septembre=date(2025, 9, 1), relance=date(2025, 9, 17))
    assert next_of(CHASED, replace(had, replied=date(2025, 9, 18)))[1] == date(2025, 10, 14)


def test_a_promised_letter_waits_for_a_reminder_that_is_still_to_come() -> None:
    assert next_of(CHASED, received(septembre=date(2025, 9, 1)))[0] == "relance"


def test_nothing_is_owed_to_whom_nothing_was_promised() -> None:
    steps = (structs.replace(SEPTEMBER, only=None), REMINDER, LATE_PROMISE, SECOND)
    silent = replace(NEW, replied=date(2025, 9, 5), unfit=frozenset({"septembre"}))
    assert next_of(structs.replace(YEAR, steps=steps), silent) == (None, None)


def test_a_promised_letter_on_a_date_that_is_past_is_still_owed() -> None:
    promise = StepPromise(name="fiches", text=WORDS, kept_by="fiches")
    maker = structs.replace(SEPTEMBER, promises=(promise,))
    keeper = structs.replace(PROMISED, after=None, on=date(2025, 10, 1))
    later = structs.replace(JULY, name="voeux", on=date(2026, 1, 5))
    file = structs.replace(YEAR, steps=(maker, keeper, later))
    had = replace(received(septembre=date(2025, 9, 1)), entered=date(2025, 11, 3))
    assert next_of(file, had)[0] == "fiches"
    assert next_of(file, replace(NEW, entered=date(2025, 11, 3)))[0] == "voeux"


def test_what_falls_due_first_comes_first() -> None:
    now = received(septembre=date(2025, 9, 1))
    assert next_of(YEAR, now) == ("relance", date(2025, 9, 15))


def test_a_reply_of_anyone_there_stops_reminders_and_never_the_promised_letter() -> None:
    now = replace(received(septembre=date(2025, 9, 1)), replied=date(2025, 9, 5))
    assert next_of(YEAR, now) == ("fiches", date(2025, 10, 1))


def test_a_reminder_that_falls_away_takes_the_one_after_it_along() -> None:
    had = received(septembre=date(2025, 9, 1), fiches=date(2025, 10, 1))
    assert next_of(YEAR, had)[0] == "relance"
    assert next_of(YEAR, replace(had, replied=date(2025, 9, 5)))[0] == "invitation"


def test_an_outcome_calls_for_its_answer_in_working_days_beside_the_plan() -> None:
    now = replace(
        received(septembre=date(2025, 9, 1)),
        outcomes=(("interested", date(2025, 9, 5)),),
        replied=date(2025, 9, 5),
    )
    assert answers_of(YEAR, now) == {"details": date(2025, 9, 9)}
    assert next_of(YEAR, now) == ("fiches", date(2025, 10, 1))


def test_another_outcome_calls_for_nothing() -> None:
    now = replace(NEW, outcomes=(("declined", date(2025, 9, 5)),), replied=date(2025, 9, 5))
    assert answers_of(YEAR, now) == {}


def test_what_follows_an_answer_is_an_answer_too() -> None:
    now = replace(
        received(septembre=date(2025, 9, 1), details=date(2025, 9, 9)),
        outcomes=(("interested", date(2025, 9, 5)),),
        replied=date(2025, 9, 5),
    )
    assert answers_of(YEAR, now) == {"rendez-vous": date(2025, 9, 16)}


def test_a_letter_before_an_event_leaves_no_later_than_its_day() -> None:
    # Two weeks before 20 November: the 6th, a working day at both ends.
    had = received(septembre=date(2025, 9, 1), relance=date(2025, 9, 16), fiches=date(2025, 10, 1))
    had = replace(had, replied=date(2025, 9, 5))
    assert next_of(YEAR, had) == ("invitation", date(2025, 11, 6))
    moved = structs.replace(YEAR, events={"conference": Event(on=date(2025, 11, 25))})
    # 11 November is a holiday in France.
    assert next_of(moved, had) == ("invitation", date(2025, 11, 10))


def test_nobody_is_invited_once_the_event_is_over() -> None:
    only = structs.replace(YEAR, steps=(INVITATION, THANKS))
    after = date(2025, 11, 21)
    late = replace(NEW, entered=after)
    assert next_of(only, late, after) == ("merci", date(2025, 11, 24))
    assert next_of(structs.replace(YEAR, steps=(INVITATION,)), late, after) == (None, None)


def test_a_step_for_others_is_passed_over() -> None:
    unfit = replace(NEW, unfit=frozenset({"septembre"}))
    assert next_of(SUMMER, replace(unfit, entered=date(2025, 7, 1)))[0] == "juillet"
    colombian = StepLetter(letter="invitacion", to=Recipients(country="CO"))
    of_colombia = structs.replace(SEPTEMBER, letters=(colombian,), letter_to_come=None)
    file = structs.replace(YEAR, steps=(of_colombia, INVITATION))
    assert next_of(file, replace(NEW, places=("FR", "FR-67")))[0] == "invitation"
    assert next_of(file, NEW)[0] == "septembre"


def test_a_reply_does_not_bring_back_a_letter_that_had_gone_by() -> None:
    september = structs.replace(SEPTEMBER, skip_if_replied=date(2025, 9, 5))
    file = structs.replace(YEAR, steps=(JULY, september))
    assert next_of(file, replace(NEW, replied=date(2025, 9, 5))) == (None, None)


def test_who_sent_our_letter_back_gets_no_letter_for_those_who_had_it() -> None:
    reminder = structs.replace(REMINDER, only_if_not_bounced=True)
    file = structs.replace(YEAR, steps=(SEPTEMBER, reminder, PROMISED))
    now = received(septembre=date(2025, 9, 1))
    assert next_of(file, now)[0] == "relance"
    assert next_of(file, replace(now, bounced=True))[0] == "fiches"


def test_a_promised_letter_is_owed_whatever_else_left_meanwhile() -> None:
    now = received(septembre=date(2025, 9, 1), invitation=date(2025, 11, 6))
    assert next_of(structs.replace(YEAR, steps=(SEPTEMBER, PROMISED, INVITATION)), now) == (
        "fiches",
        date(2025, 10, 1),
    )


def test_pauses_and_closing_days_move_the_follow_ups() -> None:
    now = received(septembre=date(2025, 9, 1))
    due = triggers.cursor(Lines(YEAR), now, RULES, ENTERED)
    assert due is not None
    assert due.on == date(2025, 9, 16)


def test_a_letter_that_is_late_does_not_leave_in_a_pause_or_before_an_election() -> None:
    held = Calendar(
        pauses=(Pause(from_="10-20", to="10-31"),),
        elections=(
            Election(name=WORDS, from_=date(2025, 10, 6), to=date(2025, 10, 15), country="CO"),
        ),
    )
    now = replace(received(septembre=date(2025, 9, 1)), replied=date(2025, 9, 5))

    def due(today: date) -> date | None:
        found = triggers.cursor(Lines(SUMMER), now, held, today)
        return found.on if found else None

    assert due(date(2025, 10, 1)) == date(2025, 10, 1)
    assert due(date(2025, 10, 3)) == date(2025, 10, 1)
    assert due(date(2025, 10, 7)) == date(2025, 10, 16)
    assert due(date(2025, 10, 21)) == date(2025, 11, 4)


DAYS = st.dates(date(2025, 7, 1), date(2025, 12, 31))
OUTCOMES = st.sampled_from(["interested", "declined", "later"])
SITUATIONS = st.builds(
    Situation,
    places=st.sampled_from([("FR", "CO"), ("FR",), ("FR", "FR-68"), ("FR", "FR-974")]),
    kind=st.just("commune"),
    entered=DAYS,
    received=st.dictionaries(st.sampled_from([step.name for step in YEAR.steps]), DAYS).map(
        lambda had: tuple(sorted(had.items()))
    ),
    outcomes=st.dictionaries(OUTCOMES, DAYS).map(lambda had: tuple(sorted(had.items()))),
    replied=st.none() | DAYS,
    bounced=st.booleans(),
)


@given(SITUATIONS, DAYS)
def test_no_step_comes_twice_and_none_before_its_delay_or_on_a_day_that_is_not_free(
    now: Situation, today: date
) -> None:
    had, told = dict(now.received), dict(now.outcomes)
    cursor = triggers.cursor(Lines(YEAR), now, RULES, today)
    for due in [*triggers.answers(Lines(YEAR), now, RULES, today), *([cursor] if cursor else [])]:
        assert due.step.name not in had
        assert not (now.replied and due.step.kind == "chaser")
        assert calendar.is_working_day(due.on, now.places)
        assert due.on not in RULES.closed
        if due.step.after:
            assert due.on >= had[due.step.after.step] + timedelta(days=due.step.after.days)
        if due.step.on_outcome:
            assert due.on >= told["interested"]


@given(SITUATIONS, DAYS)
def test_following_the_cursor_comes_to_an_end(now: Situation, today: date) -> None:
    left = 0
    while (due := triggers.cursor(Lines(YEAR), now, RULES, today)) is not None:
        now = now.with_letter(due.step.name, due.on)
        left += 1
        assert left <= len(YEAR.steps)
