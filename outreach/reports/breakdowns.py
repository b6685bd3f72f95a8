"""Figures of letters and answers by whatever tells them apart, and whom each figure stands for.

One letter is the turn of one contact at one step: what was sent again, or to more people under the
same number, is no letter more. A figure is a count of letters, so all rows of a breakdown add up to
its total, whichever way the letters are told apart.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outreach.dispatch.states import DeliveryState
from outreach.reports import tallies
from outreach.reports.measures import MEASURES, NONE, By, Measure
from outreach.reports.tallies import Answered, Behind, Letters, Scope


@dataclass(frozen=True, slots=True)
class Rate:
    """A part of a whole: of the letters that arrived, those that a person answered."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        """Between 0 and 1; None where nothing arrived."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of letters in figures."""

    key: str
    counts: dict[Measure, int]
    reasons: dict[str, int]
    """Of those left out, why; "cancelled" or "skipped" where nobody said."""
    outcomes: dict[str, int]
    """Of those replied to, what the last answer means."""
    reply_rate: Rate
    """Replied to, of those that were sent and did not come back."""
    median_days_to_reply: float | None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """All letters of a scope, told apart one way."""

    by: By
    rows: list[Row]
    """By key, the unknown last."""
    total: Row


@dataclass(slots=True)
class _Sum:
    counts: dict[Measure, int] = field(default_factory=lambda: dict.fromkeys(Measure, 0))
    reasons: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    outcomes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    days: list[int] = field(default_factory=list)

    def add(self, state: DeliveryState, letters: int, reason: str = "") -> None:
        """Count letters of one state, and of those left out the reason."""
        if state in MEASURES[Measure.LEFT_OUT]:
            self.reasons[reason or state.value] += letters
        for measure, states in MEASURES.items():
            if state in states:
                self.counts[measure] += letters

    def reply(self, answer: Answered) -> None:
        """Count a letter that a person answered."""
        self.counts[Measure.REPLIED] += 1
        self.outcomes[answer.outcome] += 1
        self.days.append(answer.days)

    def row(self, key: str) -> Row:
        """Return what was counted."""
        arrived = self.counts[Measure.SENT] - self.counts[Measure.BOUNCED]
        return Row(
            key=key,
            counts=self.counts,
            reasons=dict(sorted(self.reasons.items())),
            outcomes=dict(sorted(self.outcomes.items())),
            reply_rate=Rate(
                self.counts[Measure.REPLIED], max(arrived, self.counts[Measure.REPLIED])
            ),
            median_days_to_reply=median(self.days) if self.days else None,
        )


def breakdown(
    session: Session, scope: Scope, by: By, *, zone: ZoneInfo, as_of: datetime | None = None
) -> Breakdown:
    """Return the figures of a scope, told apart by ``by``; weeks are those of ``zone``.

    With ``as_of`` (aware), as they were at that moment: states from the journal, and only the
    answers that had been written down by then.
    """
    sums: dict[str, _Sum] = defaultdict(_Sum)
    total = _Sum()
    letters = Letters(session, scope, by, zone, as_of)
    for key, state, reason, count in letters.counted():
        sums[key].add(state, count, reason)
        total.add(state, count, reason)
    answered = letters.answered()
    for answer in answered.values():
        own = answer.key
        if by is By.OUTCOME:
            sums[own].add(answer.state, -1)  # it was counted with those that nobody answered
            own = answer.outcome
            sums[own].add(answer.state, 1)
        sums[own].reply(answer)
        total.reply(answer)
    absent = letters.of(tallies.absent(session, scope, as_of))
    for delivery, (key, _) in absent.items():
        own = key
        if by is By.OUTCOME and delivery in answered:
            own = answered[delivery].outcome
        sums[own].counts[Measure.ABSENT] += 1
        total.counts[Measure.ABSENT] += 1
    ordered = sorted(sums, key=lambda key: (key == NONE, key))
    return Breakdown(by, [sums[key].row(key) for key in ordered], total.row(""))


def behind(  # where to look, and for which figure
    session: Session,
    scope: Scope,
    by: By,
    key: str,
    measure: Measure,
    *,
    zone: ZoneInfo,
    as_of: datetime | None = None,
) -> list[Behind]:
    """Return the letters that one figure of a breakdown counts, by organisation."""
    letters = Letters(session, scope, by, zone, as_of)
    answered = letters.answered()
    states = MEASURES.get(measure)
    wanted = set(answered) if measure is Measure.REPLIED else tallies.absent(session, scope, as_of)
    found = []
    for own, letter in letters.named(states):
        if by is By.OUTCOME:
            answer = answered.get(letter.delivery)
            own = answer.outcome if answer else NONE  # noqa: PLW2901  # answers are counted apart
        if own == key and (states is not None or letter.delivery in wanted):
            found.append(letter)
    return found
