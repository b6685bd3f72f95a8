"""A form changes a campaign's file as a careful person would: one line, and every comment stays."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from outreach.campaigns import copying, rendering, versions, writing
from outreach.campaigns.copying import Shift
from outreach.campaigns.definition import (
    After,
    CampaignFile,
    CampaignFileError,
    Event,
    Recipients,
    StepDefinition,
    StepLetter,
    StepPromise,
)
from outreach.settings import Bilingual
from outreach.tomlfile import TomlSyntaxError
from tests.conftest import CHECKOUT

NAME = "asointermedias-2025"
TEXT = (CHECKOUT / "campaigns" / f"{NAME}.toml").read_text("utf-8")
FILE = writing.read(TEXT, NAME)
NOW = datetime(2025, 9, 1, 8, tzinfo=UTC)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def step(name: str, **more: object) -> StepDefinition:
    return structs.replace(FILE.steps[[each.name for each in FILE.steps].index(name)], **more)


def with_steps(*changed: StepDefinition, without: tuple[str, ...] = ()) -> CampaignFile:
    """Return the campaign with some steps changed, added, or gone."""
    by_name = {each.name: each for each in (*FILE.steps, *changed)}
    return structs.replace(
        FILE, steps=tuple(each for name, each in by_name.items() if name not in without)
    )


NEW = StepDefinition(
    name="rappel",
    title=Bilingual(fr="Un « rappel »", es='"Recordatorio"'),
    after=After(step="suivi-septembre", days=10, working=True),
    kind="chaser",
    letters=(StepLetter(letter="patience", to=Recipients(country="FR"), pdf=True),),
)


def test_nothing_changed_is_the_same_text() -> None:
    assert writing.changed(TEXT, FILE, NAME) == TEXT


@pytest.mark.parametrize(
    ("wanted", "lines"),
    [
        (
            with_steps(step("remerciement-rencontres", on=date(2026, 7, 21))),
            [("-", "on = 2025-07-21"), ("+", "on = 2026-07-21")],
        ),
        (structs.replace(FILE, audience="villes"), [("-", 'audience = "demo"'), ("+", 'audience = "villes"')]),
        (
            with_steps(step("fiches-villes", after=After(step="suivi-septembre", days=20, working=True))),
            [
                ("-", 'after = { step = "suivi-septembre", days = 30 }'),
                ("+", 'after = { step = "suivi-septembre", days = 20, working = true }'),
            ],
        ),
        (
            with_steps(step("suivi-septembre", prefer="post")),
            [("+", 'prefer = "post"')],
        ),
        (
            with_steps(step("patience", letters=(StepLetter("patience", mode="circular"),))),
            [("-", 'to = { country = "FR" }'), ("+", 'mode = "circular"')],
        ),
        (
            with_steps(NEW),
            [
                ("+", "# 6. Un « rappel »"),
                ("+", "[[steps]]"),
                ("+", 'name = "rappel"'),
                ("+", r'title = { fr = "Un « rappel »", es = "\"Recordatorio\"" }'),
                ("+", 'after = { step = "suivi-septembre", days = 10, working = true }'),
                ("+", 'kind = "chaser"'),
                ("+", "[[steps.letters]]"),
                ("+", 'letter = "patience"'),
                ("+", 'to = { country = "FR" }'),
                ("+", "pdf = true"),
            ],
        ),
        (
            with_steps(without=("patience",)),
            [
                ("-", next(line for line in TEXT.splitlines() if line.startswith("# 3."))),
                ("-", "[[steps]]"),
                ("-", 'name = "patience"'),
                ("-", next(line for line in TEXT.splitlines() if "viendront" in line)),
                ("-", 'on_outcome = { outcome = "postponed" }'),
                ("-", "[[steps.letters]]"),
                ("-", 'to = { country = "FR" }'),
                ("-", 'letter = "patience"'),
            ],
        ),
    ],
    ids=["a date", "the list", "a delay", "a new key", "a letter", "a new step", "a step less"],
)  # fmt: skip
def test_a_change_touches_its_own_lines_only(
    wanted: CampaignFile, lines: list[tuple[str, str]]
) -> None:
    found = writing.changed(TEXT, wanted, NAME)
    assert sorted(versions.differences(TEXT, found)) == sorted(lines)
    assert writing.read(found, NAME) == wanted


def test_letters_are_taken_out_and_put_in_behind_the_others() -> None:
    old = step("suivi-septembre")
    more = StepLetter(letter="autre", to=Recipients(kinds=("epci",)))
    wanted = with_steps(structs.replace(old, letters=(old.letters[1], more)))
    found = writing.changed(TEXT, wanted, NAME)
    assert writing.read(found, NAME) == wanted
    assert found.index("invitacion-ciudades") < found.index('"autre"')
    assert "# The form on which a city tells" in found


def test_a_new_promise_stands_behind_the_rest_of_its_step() -> None:
    promise = StepPromise(name="visite", text=Bilingual(fr="Une visite", es="Una visita"))
    for name in ("suivi-septembre", "patience", "mise-en-relation"):
        old = step(name)
        letters = (*old.letters[1:], StepLetter("autre"))
        changed = structs.replace(old, promises=(*old.promises, promise), letters=letters)
        wanted = with_steps(changed)
        found = writing.changed(TEXT, wanted, NAME)
        assert writing.read(found, NAME) == wanted
        assert found.count("#") == TEXT.count("#")
    for promises in ((), (promise,)):
        wanted = with_steps(step("suivi-septembre", promises=promises))
        assert writing.read(writing.changed(TEXT, wanted, NAME), NAME) == wanted


@settings(max_examples=25)  # each writes the whole file
@given(
    title=WORDS, other=WORDS, day=DAYS, days=st.integers(0, 3650), pick=st.sets(st.integers(0, 4))
)
def test_whatever_is_filled_in_is_read_again_and_no_foreign_comment_is_lost(
    title: str, other: str, day: date, days: int, pick: set[int]
) -> None:
    steps = [
        structs.replace(each, title=Bilingual(fr=title, es=other), prefer="email")
        if place in pick
        else each
        for place, each in enumerate(FILE.steps)
    ]
    steps[0] = structs.replace(steps[0], on=day)
    fresh = structs.replace(
        NEW, title=Bilingual(fr=title, es=other), after=After("suivi-septembre", days)
    )
    wanted = structs.replace(FILE, title=Bilingual(fr=other, es=title), steps=(*steps, fresh))
    found = writing.changed(TEXT, wanted, NAME)
    assert writing.read(found, NAME) == wanted
    assert [line for line in TEXT.splitlines() if line.startswith("#")] == [
        line for line in found.splitlines() if line.startswith("#") and not line.startswith("# 6.")
    ]


@given(title=WORDS, day=DAYS)
def test_a_new_campaign_is_a_file_that_a_person_can_read(title: str, day: date) -> None:
    first = StepDefinition(
        name="voeux", title=Bilingual(fr=title, es=title), on=day, letters=(StepLetter("voeux"),)
    )
    file = CampaignFile(
        title=Bilingual(fr=title, es="Saludo"),
        audience="demo",
        steps=(first, structs.replace(NEW, after=After("voeux", 3))),
        events={"visite": Event(on=day)},
        facts={"annee": 2027, "lieu": {"fr": title, "es": title}},
    )
    text = rendering.new(file, date(2025, 9, 1))
    assert writing.read(text, "x") == file
    assert "explains every" in text


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("[[steps]]", "[[ 'steps' ]]"),
        TEXT + '\n[facts.x]\nwords = """\n[[steps]]\n"""\n',
    ],
)
def test_a_layout_that_would_break_is_refused(text: str) -> None:
    file = writing.read(text, NAME)
    with pytest.raises(writing.HandmadeError, match="a way of its own"):
        writing.changed(text, structs.replace(file, steps=(*file.steps, NEW)), NAME)


def test_letters_in_one_value_and_tables_behind_the_steps_stay_in_place() -> None:
    text = (
        'title = { fr = "A", es = "B" }\naudience = "demo"\n\n[[steps]]\nname = "a"\n'
        'title = { fr = "A", es = "B" }\non = 2025-01-01\nletters = [{ letter = "x" }]\n\n'
        "# What letters say.\n[facts]\nyear = 2025\n"
    )
    file = writing.read(text, "x")
    first = structs.replace(file.steps[0], letters=(StepLetter("x"), StepLetter("y")))
    wanted = structs.replace(file, steps=(first, structs.replace(NEW, after=After("a", 1))))
    found = writing.changed(text, wanted, "x")
    assert writing.read(found, "x") == wanted
    assert found.endswith("\n\n# What letters say.\n[facts]\nyear = 2025\n")


def test_all_dates_move_by_a_year_and_what_names_a_year_is_told() -> None:
    copy = copying.moved(FILE, Shift(years=1), Bilingual(fr="A", es="B"))
    assert [(each.key, each.after) for each in copy.moved] == [
        ("remerciement-rencontres", date(2026, 7, 21)),
        ("suivi-septembre", date(2026, 9, 1)),
        ("facts.rencontres.mois", date(2026, 7, 1)),
    ]
    assert [str(phrase) for phrase in copy.told] == [
        "“facts.rencontres.edition” says “16”: look whether it still holds."
    ]
    text = writing.changed(TEXT, copy.file, NAME)
    assert "mois = 2026-07-01" in text
    assert "# A demo link" in text


def test_a_first_day_is_a_shift_and_the_29th_of_february_is_told() -> None:
    assert copying.shift_to(FILE, date(2027, 7, 21)) == Shift(years=2)
    assert copying.shift_to(FILE, date(2025, 7, 31)) == Shift(days=10)
    leap = with_steps(step("remerciement-rencontres", on=date(2024, 2, 29)))
    copy = copying.moved(leap, Shift(years=1), FILE.title)
    assert "a day that 2025 has not" in str(copy.told[0])
    assert copying.renamed("Vœux 2025, édition 12025", Shift(years=1)) == "Vœux 2026, édition 12025"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "campaigns" / f"{NAME}.toml").write_text(TEXT, "utf-8")
    return tmp_path


def test_what_a_file_said_before_is_kept_and_comes_back(office: Path) -> None:
    later = writing.changed(TEXT, structs.replace(FILE, audience="villes"), NAME)
    versions.save(office, NAME, later, NOW, seen=versions.digest(TEXT))
    versions.save(office, NAME, TEXT, NOW, seen=versions.digest(later))
    newest, oldest = versions.versions(office, NAME)
    assert versions.version(office, NAME, oldest) == TEXT
    assert versions.version(office, NAME, newest) == later
    with pytest.raises(versions.UnknownVersionError):
        versions.version(office, NAME, datetime(2020, 1, 1, tzinfo=UTC))


def test_two_people_at_one_file_do_not_overwrite_each_other(office: Path) -> None:
    with pytest.raises(versions.ChangedMeanwhileError):
        versions.save(office, NAME, TEXT, NOW, seen=versions.digest("what was read"))
    with pytest.raises(versions.ExistsError):
        versions.save(office, NAME, TEXT, NOW, seen=None)
    for unsound, error in (("x = ", TomlSyntaxError), (TEXT.replace('"suivi-septembre", days', '"nothing", days'), CampaignFileError)):  # fmt: skip
        with pytest.raises(error):
            versions.save(office, NAME, unsound, NOW, seen=versions.digest(TEXT))
    assert versions.text_of(office, NAME) == TEXT
    assert not versions.versions(office, NAME)


def test_a_file_taken_away_leaves_its_text(office: Path) -> None:
    versions.remove(office, NAME, NOW)
    assert not (office / "campaigns" / f"{NAME}.toml").exists()
    (kept,) = versions.versions(office, NAME)
    assert versions.version(office, NAME, kept) == TEXT
