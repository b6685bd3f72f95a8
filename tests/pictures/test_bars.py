"""A bar shows every figure, in proportion, to eyes and ears."""

from xml.etree.ElementTree import XML, Element

from hypothesis import given
from hypothesis import strategies as st

from outreach.pictures import bars
from outreach.pictures.bars import COLOURS, LEAST, Part

SVG = "{http://www.w3.org/2000/svg}"


def read(picture: str) -> Element:
    return XML(picture)  # our own picture


def drawn(*parts: Part, whole: int = 0) -> Element:
    return read(
        bars.stacked(parts, whole=whole, name="b", title="Letters", description="How they fared")
    )


def rectangles(bar: Element) -> list[Element]:
    return [each for each in bar.iter(f"{SVG}rect") if each.get("class") != "track"]


@given(st.lists(st.integers(0, 10**6), max_size=6), st.integers(0, 10**7))
def test_parts_never_pass_the_end_and_none_that_is_there_vanishes(
    values: list[int], whole: int
) -> None:
    found = bars.widths(values, whole)
    assert sum(found) <= 100.001
    assert all(
        (width >= LEAST - 0.001) == (value > 0) for width, value in zip(found, values, strict=True)
    )


def test_a_bar_stands_for_its_whole() -> None:
    assert bars.widths([50, 25], 100) == [50.0, 25.0]
    assert bars.widths([50, 50], 10) == [50.0, 50.0]
    assert bars.widths([], 0) == []


def test_each_part_has_its_class_its_place_and_its_words() -> None:
    bar = drawn(Part("sent", "Envoyées", 300, "300"), Part("failed", "Non remises", 100, "100"))
    first, second = rectangles(bar)
    assert (first.get("class"), first.get("x"), first.get("width")) == ("part-sent", "0%", "75%")
    assert (second.get("class"), second.get("x"), second.get("width")) == (
        "part-failed",
        "75%",
        "25%",
    )
    assert [each.text for each in bar.iter(f"{SVG}text")] == ["300", "100"]


def test_a_reader_of_screens_hears_the_title_and_the_description() -> None:
    bar = drawn(Part("sent", "Sent", 1, "1"))
    assert bar.get("role") == "img"
    named = {each.get("id"): each.text for each in bar if each.get("id")}
    assert [named[id_] for id_ in (bar.get("aria-labelledby") or "").split()] == [
        "Letters",
        "How they fared",
    ]


def test_what_is_not_there_is_not_drawn_and_a_figure_without_room_is_left_to_the_table() -> None:
    bar = drawn(
        Part("sent", "Sent", 9_999, "9,999"),
        Part("due", "To come", 0, "0"),
        Part("failed", "Failed", 1, "1"),
    )
    assert [each.get("class") for each in rectangles(bar)] == ["part-sent", "part-failed"]
    assert [each.text for each in bar.iter(f"{SVG}text")] == ["9,999"]


def test_words_are_text_and_never_markup() -> None:
    evil = "<script>\"&'"
    bar = read(
        bars.stacked([Part("sent", evil, 1, evil)], whole=1, name="b", title=evil, description=evil)
    )
    assert not list(bar.iter("script"))
    assert bar[0].text == evil


def test_no_style_stands_inline() -> None:
    assert "style=" not in bars.stacked(
        [Part("sent", "Sent", 1, "1")], whole=1, name="b", title="t", description="d"
    )


def test_a_figure_can_be_read_on_its_part() -> None:
    def light(colour: str) -> float:
        channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for part, ink in COLOURS.values():
        darker, lighter = sorted((light(part), light(ink)))
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, part
