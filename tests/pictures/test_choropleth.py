"""Maps by figures: shades that only darken, dots with their figures, a legend that says both."""

import re
from itertools import pairwise
from xml.etree.ElementTree import fromstring

from hypothesis import given
from hypothesis import strategies as st

from outreach.pictures import choropleth
from outreach.pictures.choropleth import NOTHING, SHADES, Legend, Panel

LEGEND = Legend("Got a letter", "answered", "no letter")


def square(left: float) -> tuple[tuple[tuple[float, float], ...], ...]:
    return (((left, 0.0), (left + 1, 0.0), (left + 1, 1.0), (left, 1.0)),)


def drawn(shaded: dict[str, int], dotted: dict[str, int], captions: tuple[str, ...] = ("",)) -> str:
    shapes = {f"{n}": square(n) for n in range(5)}
    return str(
        choropleth.drawn(
            [Panel(shapes, (0, 200 * place, 500, 100), it) for place, it in enumerate(captions)],
            shaded,
            dotted,
            LEGEND,
            size=(500, 400),
            name="map",
            title="Where <it> went",
            description="Most to 4.",
        )
    )


def fills(picture: str) -> list[str]:
    return re.findall(r'<path d="[^"]*" fill="(#\w+)"', picture)


def luminance(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_more_is_darker_and_nothing_is_white() -> None:
    found = fills(drawn({"1": 1, "2": 5, "3": 20, "4": 300}, {}))
    assert found[0] == NOTHING
    assert tuple(found[1:]) == SHADES
    assert all(luminance(before) > luminance(after) + 20 for before, after in pairwise(found))


def test_each_answer_is_a_dot_with_its_figure_once() -> None:
    picture = drawn({"1": 3}, {"1": 2}, ("", "near"))
    assert picture.count(">2</text>") == 1
    assert ">near</text>" in picture
    assert "answered" in picture
    assert "answered" not in drawn({"1": 3}, {})


def test_the_legend_names_every_range() -> None:
    picture = drawn({"0": 1, "1": 2, "2": 9, "3": 10, "4": 40}, {})
    assert re.findall(r">([\d–]+)</text>", picture) == ["1", "2–8", "9", "10–40"]
    assert fromstring(picture).find("{http://www.w3.org/2000/svg}title") is not None  # noqa: S314  # our own
    assert "Where &lt;it&gt; went" in picture


@given(st.lists(st.integers(0, 10_000), max_size=120))
def test_every_value_lies_in_one_step(values: list[int]) -> None:
    lows = choropleth.steps(values)
    assert lows == sorted(set(lows))
    assert len(lows) <= len(SHADES)
    there = [value for value in values if value]
    assert bool(lows) == bool(there)
    if there:
        assert lows[0] == min(there)
        assert set(lows) <= set(there)
