"""What is to be done next follows from the figures, the urgent first."""

from datetime import date
from pathlib import Path

import pytest

from outreach.campaigns import definition as definitions
from outreach.campaigns.definition import Definition
from outreach.reports import agenda
from outreach.reports.figures import CampaignStatus, PromiseStatus, StepStatus
from outreach.reports.lines import Fate
from tests.dispatch.world import unwritten

TODAY = date(2025, 9, 1)


@pytest.fixture
def definition(office: Path) -> Definition:
    return definitions.load(office, "asointermedias-2025")


def step(name: str, *, due: int = 0, next_due: date | None = None, **fates: int) -> StepStatus:
    every = {fate.value: fates.get(fate.name.lower(), 0) for fate in Fate}
    return StepStatus(
        name=name,
        fates=every,
        reasons={},
        languages={},
        kinds={},
        channels={},
        due=due,
        next_due=next_due,
    )


def status(
    *steps: StepStatus, promise: PromiseStatus | None = None, state: str = "running"
) -> CampaignStatus:
    promises = [promise] if promise else []
    return CampaignStatus(
        name="asointermedias-2025",
        state=state,
        enrolled=5,
        stopped=0,
        steps=list(steps),
        promises=promises,
    )


def promise(*, overdue: bool, state: str = "open", kept_by: str = "fiches-villes") -> PromiseStatus:
    return PromiseStatus(
        name="fiches",
        text={"fr": "Des fiches", "es": "Fichas"},
        due_on=date(2025, 8, 1) if overdue else date(2025, 10, 1),
        overdue=overdue,
        state=state,
        made_to=3,
        kept_by=kept_by,
        kept=0,
        open=3,
        number=1,
    )


def told(definition: Definition, found: CampaignStatus | None) -> list[str]:
    return [str(task.what) for task in agenda.of(definition, found, [], TODAY, "fr")]


def test_a_campaign_that_is_not_started_is_to_be_started(definition: Definition) -> None:
    (task,) = agenda.of(definition, None, [], TODAY, "fr")
    assert task.command == "outreach campaign start asointermedias-2025"


def test_what_is_urgent_comes_first(definition: Definition) -> None:
    found = status(
        step("suivi-septembre", due=4, next_due=TODAY, perhaps=1), promise=promise(overdue=True)
    )
    tasks = agenda.of(definition, found, [], TODAY, "fr")
    assert [task.urgent for task in tasks] == [True, True, False]
    assert (tasks[1].step, tasks[1].fate) == ("suivi-septembre", Fate.PERHAPS)
    assert tasks[2].command == "outreach batch prepare asointermedias-2025 --step suivi-septembre"


def test_a_commitment_whose_letter_is_not_written_says_what_it_waits_for(
    definition: Definition,
) -> None:
    definition = unwritten(definition, "fiches-villes")
    (words,) = told(definition, status(promise=promise(overdue=True)))
    assert words.startswith("Overdue commitment: the letter “Fiches des villes et propositions”")
    assert "elle attend les fiches" in words


def test_a_commitment_whose_letter_is_written_is_prepared_once_due(definition: Definition) -> None:
    due = promise(overdue=True, kept_by="suivi-septembre")
    (task,) = agenda.of(definition, status(promise=due), [], TODAY, "es")
    assert task.command == "outreach batch prepare asointermedias-2025 --step suivi-septembre"
    early = promise(overdue=False, kept_by="suivi-septembre")
    (task,) = agenda.of(definition, status(promise=early), [], TODAY, "es")
    assert (task.command, task.urgent) == (None, False)


def test_a_commitment_kept_or_withdrawn_asks_for_nothing(definition: Definition) -> None:
    for state in ("kept", "withdrawn"):
        assert told(definition, status(promise=promise(overdue=False, state=state))) == []


def test_a_later_step_says_from_when(definition: Definition) -> None:
    found = status(step("suivi-septembre", due=4, next_due=date(2025, 9, 15)))
    (words,) = told(definition, found)
    assert "2025-09-15" in words
    assert "Recipients: 4" in words


def test_a_step_that_the_file_dropped_is_known_by_its_name(definition: Definition) -> None:
    assert agenda.title(definition, "dropped", "fr") == "dropped"
    assert told(definition, status(step("dropped", due=2, next_due=TODAY))) == []


def test_a_stopped_campaign_asks_for_nothing(definition: Definition) -> None:
    found = status(step("suivi-septembre", failed=2), state="stopped")
    assert told(definition, found) == []
