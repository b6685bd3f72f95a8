"""A locator map: one part in colour, one dot, nothing where there is no outline."""

from xml.etree.ElementTree import fromstring

from outreach.pictures import maps

SQUARES = {
    "05": [((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))],
    "66": [((1.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0))],
}


def test_the_part_is_in_colour_and_the_place_is_a_dot_in_it() -> None:
    picture = fromstring(maps.locator(SQUARES, "66", (1.5, 0.5)))  # noqa: S314  # our own
    paths = [each.attrib for each in picture if each.tag.endswith("path")]
    assert [path["fill"] for path in paths] == [maps.LAND, maps.HERE]
    dots = [each.attrib for each in picture if each.tag.endswith("circle")]
    width = maps.WIDTH - 2 * maps.MARGIN
    assert {float(dot["cx"]) for dot in dots} == {maps.MARGIN + width * 0.75}


def test_without_outlines_there_is_no_map() -> None:
    assert maps.locator({}, "66", (1.5, 0.5)) == ""
