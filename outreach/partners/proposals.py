"""Lists of proposals: made, looked at, corrected by pins and exclusions, released by a person."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.contacts.models import Organisation
from outreach.errors import N_, OutreachError
from outreach.journal import Act
from outreach.partners import assignment, pairs, scoring
from outreach.partners.assignment import Wanted
from outreach.partners.models import Cooperation, PairDecision, Proposal, ProposalList
from outreach.partners.pairs import TOGETHER, Decision
from outreach.partners.places import Candidates, Gazetteer, unknown
from outreach.partners.scoring import Place, Reason
from outreach.settings import PartnerWeights

CHUNK = 2_000


class ListState(StrEnum):
    """Where a list of proposals stands."""

    DRAFT = "draft"
    RELEASED = "released"
    REPLACED = "replaced"


L = ListState
NEXT: Mapping[ListState, frozenset[ListState]] = {
    L.DRAFT: frozenset({L.RELEASED, L.REPLACED}),
    L.RELEASED: frozenset({L.REPLACED}),
    L.REPLACED: frozenset(),
}


class NoListError(OutreachError):
    """No list was made."""

    message = N_("There is no list of proposals yet. “outreach partners match SEGMENT” makes one.")


class NotADraftError(OutreachError):
    """Only a draft is released."""

    message = N_("List {number} is “{state}”: only a draft can be released. Make a new one.")


@dataclass(frozen=True, slots=True)
class Made:
    """What a match gave."""

    number: int
    authorities: int
    proposals: int
    least: int
    """How often the least proposed city is proposed."""
    most: int
    shared: Mapping[str, int]
    """Proposals with each ground; ``none`` for those with nothing in common that is known."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One proposal with its reasons, and what we should like to be told."""

    city: Place
    rank: int | None
    """None: not proposed, but asked about."""
    score: int
    reasons: tuple[Reason, ...]
    unknown: tuple[str, ...]
    decision: str | None = None


def make(
    session: Session,
    office: Path,
    organisations: Sequence[int],
    *,
    segment: str,
    candidates: Candidates,
    each: int,
    weights: PartnerWeights,
    act: Act,
) -> Made:
    """Propose ``each`` cities to every French organisation (ids); the list is a draft.

    Drafts of before are replaced. Raises NoCandidatesError and the errors of the files read.
    """
    users.require(session, act.actor, Role.SECRETARY)
    gazetteer = Gazetteer(session, office)
    cities = gazetteer.cities(candidates)
    rows = _french(session, organisations)
    places = gazetteer.places(rows)
    points = scoring.scores(places, cities, weights)
    ours = {row.id: place for place, row in enumerate(rows)}
    columns = {city.code: column for column, city in enumerate(cities)}
    ids = dict(
        session.execute(
            select(Organisation.code, Organisation.id).where(Organisation.country == "CO")
        ).all()
    )
    theirs = {ids[code]: column for code, column in columns.items()}
    chosen = assignment.assign(
        points,
        [place.code for place in places],
        [city.code for city in cities],
        each=each,
        balance=weights.balance,
        wanted=_wanted(session, ours, theirs),
    )
    for old in session.scalars(select(ProposalList).where(ProposalList.state == L.DRAFT.value)):
        _move(session, old, L.REPLACED, act)
    made = ProposalList(
        state=L.DRAFT.value,
        segment=segment,
        candidates=candidates.value,
        each=each,
        made_by=act.actor,
        made_at=act.at,
    )
    session.add(made)
    session.flush()
    journal.record(session, act, "proposal_list", made.id, "made", after=L.DRAFT.value)
    shared: Counter[str] = Counter()
    used: Counter[int] = Counter(dict.fromkeys(range(len(cities)), 0))
    lines = []
    for row, found in zip(rows, chosen, strict=True):
        for rank, column in enumerate(found, 1):
            why = scoring.reasons(places[ours[row.id]], cities[column], weights)
            used[column] += 1
            shared.update({reason.ground.value for reason in why} or {"none"})
            lines.append(
                {
                    "list_id": made.id,
                    "organisation_id": row.id,
                    "city_id": ids[cities[column].code],
                    "rank": rank,
                    "score": sum(reason.points for reason in why),
                    "grounds": [[r.ground.value, r.theme or "", str(r.points)] for r in why],
                }
            )
    for start in range(0, len(lines), CHUNK):
        session.connection().execute(insert(Proposal), lines[start : start + CHUNK])
    return Made(
        number=made.id,
        authorities=len(rows),
        proposals=len(lines),
        least=min(used.values()),
        most=max(used.values()),
        shared=dict(shared),
    )


def release(session: Session, number: int | None, act: Act) -> ProposalList:
    """Let letters name the pairs of a draft; the list released before is replaced.

    ``number`` None is the newest. Raises NoListError, NotADraftError, NotAllowedError.
    """
    users.require(session, act.actor, Role.STAFF)
    found = newest(session) if number is None else session.get(ProposalList, number)
    if found is None:
        raise NoListError
    if found.state != L.DRAFT.value:
        raise NotADraftError(number=found.id, state=found.state)
    for old in session.scalars(select(ProposalList).where(ProposalList.state == L.RELEASED.value)):
        _move(session, old, L.REPLACED, act)
    _move(session, found, L.RELEASED, act)
    found.released_by, found.released_at = act.actor, act.at
    session.flush()
    return found


def newest(session: Session, *states: ListState) -> ProposalList | None:
    """Return the newest list that stands at one of ``states``, or at any but replaced."""
    wanted = [state.value for state in states or (L.DRAFT, L.RELEASED)]
    return session.scalar(
        select(ProposalList)
        .where(ProposalList.state.in_(wanted))
        .order_by(ProposalList.id.desc())
        .limit(1)
    )


def explain(
    session: Session, office: Path, code: str, weights: PartnerWeights, *, city: str | None = None
) -> tuple[Place, list[Explained]]:
    """Return what is proposed to an authority and why; or why ``city`` is, or is not.

    Raises UnknownPlaceError, WrongSideError, NoListError.
    """
    gazetteer = Gazetteer(session, office)
    row = pairs.find(session, code)
    (french,) = gazetteer.places([row])
    if city is not None:
        ours, theirs = pairs.pair(session, code, city)
        asked: list[tuple[Organisation, int | None]] = [(theirs, _rank(session, ours, theirs))]
    else:
        if newest(session) is None:
            raise NoListError
        asked = [(each, rank) for each, rank in proposed(session, row.id)]
    decisions = {
        each.city_id: each.decision
        for each in session.scalars(
            select(PairDecision).where(PairDecision.organisation_id == row.id)
        )
    }
    explained = []
    for (theirs, rank), place in zip(
        asked, gazetteer.places([each for each, _ in asked]), strict=True
    ):
        why = scoring.reasons(french, place, weights)
        explained.append(
            Explained(
                place,
                rank,
                sum(reason.points for reason in why),
                why,
                tuple(unknown(place)),
                decisions.get(theirs.id),
            )
        )
    return french, explained


def proposed(
    session: Session, organisation: int, *states: ListState
) -> list[tuple[Organisation, int]]:
    """Return the cities that the newest list proposes to an organisation, with their rank."""
    found = newest(session, *states)
    if found is None:
        return []
    return [
        (city, rank)
        for city, rank in session.execute(
            select(Organisation, Proposal.rank)
            .join(Proposal, Proposal.city_id == Organisation.id)
            .where(Proposal.list_id == found.id, Proposal.organisation_id == organisation)
            .order_by(Proposal.rank)
        )
    ]


def counts(session: Session, number: int) -> list[tuple[str, str, int]]:
    """Return code, name and number of proposals of each city of a list, the most first."""
    return [
        (code, name, count)
        for code, name, count in session.execute(
            select(Organisation.code, Organisation.name, func.count())
            .join(Proposal, Proposal.city_id == Organisation.id)
            .where(Proposal.list_id == number)
            .group_by(Organisation.code, Organisation.name)
            .order_by(func.count().desc(), Organisation.code)
        )
    ]


def _french(session: Session, organisations: Iterable[int]) -> list[Organisation]:
    ids = sorted(set(organisations))
    rows: list[Organisation] = []
    for start in range(0, len(ids), CHUNK // 2):
        rows += session.scalars(
            select(Organisation).where(
                Organisation.id.in_(ids[start : start + CHUNK // 2]), Organisation.country == "FR"
            )
        ).all()
    return sorted(rows, key=lambda row: row.code)


def _wanted(session: Session, ours: Mapping[int, int], theirs: Mapping[int, int]) -> Wanted:
    """Return what people decided and what exists, as rows and columns."""

    def places(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        return [(ours[a], theirs[b]) for a, b in found if a in ours and b in theirs]

    decided = session.execute(
        select(PairDecision.organisation_id, PairDecision.city_id, PairDecision.decision)
    ).all()
    excluded = {(a, b) for a, b, decision in decided if decision == Decision.EXCLUDED.value}
    together = {
        (a, b)
        for a, b in session.execute(
            select(Cooperation.organisation_id, Cooperation.city_id).where(
                Cooperation.stage.in_([stage.value for stage in TOGETHER])
            )
        )
    }
    pinned = {(a, b) for a, b, decision in decided if decision == Decision.PINNED.value} | together
    last = newest(session, L.RELEASED)
    kept = (
        session.execute(
            select(Proposal.organisation_id, Proposal.city_id).where(Proposal.list_id == last.id)
        ).all()
        if last
        else ()
    )
    return Wanted(
        pinned=places(pinned - excluded),
        excluded=places(excluded),
        kept=places((a, b) for a, b in kept),
    )


def _rank(session: Session, ours: Organisation, theirs: Organisation) -> int | None:
    found = newest(session)
    if found is None:
        return None
    return session.scalar(
        select(Proposal.rank).where(
            Proposal.list_id == found.id,
            Proposal.organisation_id == ours.id,
            Proposal.city_id == theirs.id,
        )
    )


def _move(session: Session, found: ProposalList, state: ListState, act: Act) -> None:
    before = ListState(found.state)
    if state not in NEXT[before]:
        raise NotADraftError(number=found.id, state=before)
    found.state = state.value
    journal.record(
        session,
        act,
        "proposal_list",
        found.id,
        "moved",
        before=before.value,
        after=state.value,
    )
