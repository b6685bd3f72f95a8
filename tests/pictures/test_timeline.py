"""A campaign as a picture: every letter is counted, to eyes and ears, and nothing leaves its lane."""

from datetime import date, timedelta
from xml.etree.ElementTree import XML, Element

from hypothesis import given
from hypothesis import strategies as st

from outreach.pictures import timeline
from outreach.pictures.timeline import LABEL, SIGNS, WIDTH, Lane, Scale, Words

SVG = "{http://www.w3.org/2000/svg}"
TODAY = date(2025, 9, 1)
WORDS = Words(
    title="Plan of <Cities>",
    description="Letters: 500",
    today="today",
    number=str,
    month=lambda day: f"{day:%b %Y}",
    span=lambda first, last, count: f"{first} {last} {count}",
)


def drawn(*lanes: Lane) -> Element:
    return XML(str(timeline.draw(lanes, today=TODAY, name="plan", words=WORDS)))


def shown(picture: Element) -> list[str]:
    return [each.text or "" for each in picture.iter(f"{SVG}text")]


def test_letters_that_left_and_letters_to_come_look_different() -> None:
    picture = drawn(
        Lane("Septembre", "plain", left={TODAY: 500}, coming={TODAY + timedelta(days=90): 20})
    )
    left, coming = (each for each in picture.iter(f"{SVG}rect") if each.get("class") == "mark")
    assert left.get("fill") != coming.get("fill")
    assert {"500", "20"} <= set(shown(picture))


def test_days_that_touch_are_one_bar_with_the_sum() -> None:
    near = {TODAY + timedelta(days=n): 10 for n in range(5)}
    found = timeline.marks(near, Scale(TODAY, TODAY + timedelta(days=365)), 10)
    assert [(mark.first, mark.last, mark.count) for mark in found] == [
        (TODAY, TODAY + timedelta(days=4), 50)
    ]


def test_a_reader_of_screens_hears_the_title_and_the_description() -> None:
    picture = drawn(Lane("Septembre", "plain"))
    assert picture.get("role") == "img"
    named = {each.get("id"): each.text for each in picture if each.get("id")}
    assert named == {"plan-title": "Plan of <Cities>", "plan-text": "Letters: 500"}
    assert picture.get("aria-labelledby") == "plan-title plan-text"


def test_a_long_name_stands_in_two_lines_and_ends_in_an_ellipsis() -> None:
    lines = timeline.wrapped(
        "Fiches des villes et propositions de coopération pour toutes les communes amies"
    )
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(len(line) <= SIGNS for line in lines)
    assert timeline.wrapped("Anticonstitutionnellement" * 2)[0].endswith("…")
    assert timeline.wrapped("Relance") == ["Relance"]


def test_a_plan_without_letters_still_shows_today() -> None:
    assert "today" in shown(drawn(Lane("Septembre", "plain")))


def test_no_style_stands_inline() -> None:
    assert "style=" not in str(
        timeline.draw([Lane("a", "chaser")], today=TODAY, name="p", words=WORDS)
    )


DAYS = st.dictionaries(
    st.dates(date(2025, 1, 1), date(2028, 12, 31)), st.integers(1, 40_000), max_size=40
)


@given(st.lists(st.tuples(DAYS, DAYS), max_size=5))
def test_every_letter_is_in_a_mark_and_every_mark_in_the_picture(
    lanes: list[tuple[dict[date, int], dict[date, int]]],
) -> None:
    picture = drawn(*(Lane("a", "plain", left=left, coming=coming) for left, coming in lanes))
    boxes = [each for each in picture.iter(f"{SVG}rect") if each.get("class") == "mark"]
    for box in boxes:
        x, width = float(box.get("x", "")), float(box.get("width", ""))
        assert x >= LABEL - 30
        assert x + width <= WIDTH
    told = [each.text or "" for each in picture.iter(f"{SVG}title")]
    counted = [int(text.split()[2]) for text in told if text != WORDS.title]
    assert sum(counted) == sum(sum(left.values()) + sum(coming.values()) for left, coming in lanes)


@given(DAYS)
def test_marks_of_a_line_never_touch(days: dict[date, int]) -> None:
    scale = Scale(date(2025, 1, 1), date(2028, 12, 31))
    largest = max([0, *days.values()])
    found = timeline.marks(days, scale, largest)
    assert sum(mark.count for mark in found) == sum(days.values())
    assert [mark.first for mark in found] == sorted(mark.first for mark in found)
