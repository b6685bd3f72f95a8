"""The pace that the settings ask for, and what follows from figures alone."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from msgspec import structs

from outreach.dispatch import pacing
from outreach.dispatch.pacing import DAY, HOUR, MINUTE, Hours, Limit, Rules
from outreach.settings import Mail, Sending, Settings, load
from outreach.tomlfile import TomlValueError

WORK = Hours(time(8), time(18), working_days=True, office=("FR",))


def settings(office: Path, *, demo: bool, sending: Sending, mail: Mail) -> Settings:
    found = load(office)
    return structs.replace(
        found, office=structs.replace(found.office, demo=demo), sending=sending, mail=mail
    )


def test_a_real_office_with_a_server_waits_and_a_demo_office_does_not(office: Path) -> None:
    mail = Mail(carrier="smtp", host="127.0.0.1")
    rules = pacing.rules(settings(office, demo=False, sending=Sending(), mail=mail))
    assert (rules.grace, rules.first, rules.first_wait) == (10 * MINUTE, 10, 15 * MINUTE)
    assert rules.hours == WORK
    assert rules.bounce_rate == 0.05
    demo = pacing.rules(settings(office, demo=True, sending=Sending(), mail=mail))
    assert (demo.grace, demo.first, demo.hours) == (timedelta(), 0, None)


def test_a_folder_on_this_machine_has_grace_and_no_limits(office: Path) -> None:
    given = settings(office, demo=False, sending=Sending(), mail=Mail(per_minute=3, per_day=9))
    assert pacing.rules(given) == Rules(grace=10 * MINUTE, first_wait=15 * MINUTE)


def test_microsofts_limits_hold_by_its_profile(office: Path) -> None:
    mail = Mail(carrier="smtp", profile="microsoft365", per_day=9000, per_domain_per_minute=4)
    rules = pacing.rules(settings(office, demo=True, sending=Sending(), mail=mail))
    assert rules.limits == (Limit(30, MINUTE), Limit(9000, DAY))
    assert rules.connections == 3
    assert rules.per_domain == Limit(4, MINUTE)


def test_a_demo_office_waits_where_its_settings_say_so(office: Path) -> None:
    sending = Sending(grace_minutes=1, first_letters=3, first_wait_minutes=2, hours="09:00-17:00")
    rules = pacing.rules(settings(office, demo=True, sending=sending, mail=Mail(carrier="smtp")))
    assert (rules.grace, rules.first, rules.first_wait) == (MINUTE, 3, 2 * MINUTE)
    assert rules.hours == Hours(time(9), time(17), working_days=True, office=("FR",))


def test_on_a_holiday_of_the_office_nothing_leaves_for_abroad_either() -> None:
    bastille_day = datetime(2026, 7, 14, 15, tzinfo=UTC)
    assert replace(WORK, office=()).next(bastille_day, "CO") == bastille_day
    assert WORK.next(bastille_day, "CO") == datetime(2026, 7, 15, 13, tzinfo=UTC)


@pytest.mark.parametrize("hours", ["8-18", "08:00", "25:00-26:00", "08:00-18:60", "18:00-08:00"])
def test_hours_that_are_none_are_refused(office: Path, hours: str) -> None:
    path = office / "outreach.toml"
    path.write_text(path.read_text("utf-8").replace("[sending]", f'[sending]\nhours = "{hours}"'))
    with pytest.raises(TomlValueError):
        load(office)


@pytest.mark.parametrize(
    ("place", "now", "opens"),
    [
        ("FR", "2025-09-01T08:00Z", "2025-09-01T08:00Z"),  # ten o'clock in Paris
        ("CO", "2025-09-01T08:00Z", "2025-09-01T13:00Z"),  # three in the morning in Bogotá
        ("FR", "2025-09-05T16:00Z", "2025-09-08T06:00Z"),  # Friday, six in the evening
        ("FR", "2025-07-14T08:00Z", "2025-07-15T06:00Z"),  # the national holiday
        ("CO", "2025-07-14T15:00Z", "2025-07-15T13:00Z"),  # a holiday where it is written
        ("FR-974", "2025-09-01T03:30Z", "2025-09-01T04:00Z"),  # La Réunion: four hours ahead
        ("FR-972", "2025-09-01T08:00Z", "2025-09-01T12:00Z"),  # Martinique: four behind
        ("FR", "2025-10-24T17:00Z", "2025-10-27T07:00Z"),  # the clocks go back in between
    ],
)
def test_letters_arrive_in_the_hours_of_their_place(place: str, now: str, opens: str) -> None:
    assert WORK.next(datetime.fromisoformat(now), place) == datetime.fromisoformat(opens)


def test_an_office_may_write_on_any_day_within_its_hours() -> None:
    any_day = Hours(time(8), time(18), working_days=False)
    sunday = datetime(2025, 9, 7, 10, tzinfo=UTC)
    assert any_day.next(sunday, "FR") == sunday
    assert any_day.next(sunday.replace(hour=4), "FR") == sunday.replace(hour=6)
    assert any_day.next(sunday.replace(hour=17), "FR") == sunday.replace(hour=6) + DAY
    assert any_day.closing(sunday, "FR") == sunday.replace(hour=16)


@pytest.mark.parametrize(
    ("left", "bounced", "first_only", "pauses"),
    [
        (10, 1, True, True),
        (10, 0, True, False),
        (19, 5, False, False),
        (20, 1, False, True),
        (21, 1, False, False),
        (200, 10, False, True),
        (200, 9, False, False),
    ],
)
def test_a_share_of_bounces_pauses_once_it_means_something(
    left: int,
    bounced: int,
    first_only: bool,  # noqa: FBT001  # pytest fills it
    pauses: bool,  # noqa: FBT001
) -> None:
    rules = Rules(first=10, bounce_rate=0.05)
    assert pacing.bounced_too_often(left, bounced, rules, first_only=first_only) is pauses
    assert not pacing.bounced_too_often(left, bounced, Rules(first=10), first_only=first_only)


def test_domains_are_compared_without_case() -> None:
    assert pacing.domain("Mairie@Orange.FR") == "orange.fr"
    assert HOUR == 60 * MINUTE
