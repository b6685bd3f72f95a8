from msgspec import structs

from outreach.letters.text import WIDTH
from tests.letters.letter_facts import LE_HAVRE, facts, written

LONG = "Une phrase assez longue pour ne pas tenir sur une seule ligne de soixante-douze signes. "


def body(text: str) -> str:
    """Return what stands between salutation and closing."""
    return text.partition("Madame la Maire,\n\n")[2].partition("\n\nJe vous prie")[0]


def named(name: str) -> str:
    given = facts(organisation=structs.replace(LE_HAVRE, name=name))
    return body(written("{{ organisation }} " + LONG * 3, given).text)


def test_no_line_is_longer_than_seventy_two_characters() -> None:
    for length in (1, 20, 60, 72, 73, 150):
        lines = named("mot " * (length // 4) + "x" * (length % 4)).split("\n")
        assert all(len(line) <= WIDTH for line in lines), length
        assert len(lines) > 3


def test_a_word_that_is_too_long_stays_whole() -> None:
    word = "x" * 100
    assert word in named(f"court {word} court").split("\n")


def test_no_break_spaces_do_not_break() -> None:
    pair = "M.\u00a0" + "x" * 40
    lines = named("y" * 40 + " " + pair).split("\n")
    assert lines[0] == "y" * 40
    assert lines[1].startswith(pair)


def test_links_are_numbered_and_listed_at_the_end() -> None:
    text = written(
        "[Un](https://a.example/1), [deux](https://a.example/2), [un](https://a.example/1) et "
        "<https://b.example> ou [a@b.example](mailto:a@b.example)"
    ).text
    assert "Un [1], deux [2], un [1] et https://b.example ou" in body(text).replace("\n", " ")
    assert "\n[1] https://a.example/1\n[2] https://a.example/2\n\n-- \n" in text


def test_a_long_address_in_the_list_of_links_is_not_broken() -> None:
    url = "https://a.example/" + "chemin/" * 20
    assert f"[1] {url}\n" in written(f"[ici]({url})").text


def test_lists_hang_under_their_marks() -> None:
    lines = body(written(f"- {{{{ organisation }}}} {LONG}\n- deux\n\n1. {LONG}\n2. deux").text)
    first, second = lines.split("\n")[:2]
    assert first.startswith("- Le Havre Une phrase")
    assert second.startswith("  ")
    assert "\n- deux\n\n1. Une phrase" in lines
    assert "\n   " in lines
    assert lines.endswith("\n2. deux")


def test_a_list_starts_where_the_template_says() -> None:
    assert "3. trois\n4. quatre" in written("3. trois\n4. quatre").text


def test_quotes_rules_headings_and_tables_have_a_plain_form() -> None:
    text = body(
        written("## Titre\n\n> Une citation\n\n---\n\n| A | B |\n|---|---|\n| 1 | 2 |").text
    )
    assert text == "Titre\n\n> Une citation\n\n* * *\n\nA | B\n1 | 2"


def test_a_hard_break_is_a_new_line() -> None:
    assert body(written("un\\\ndeux\ntrois").text) == "un\ndeux trois"


def test_no_markup_is_left() -> None:
    text = written("**gras** et *italique* et `code` & <https://a.example> &amp; é").text
    assert "gras et italique et code & https://a.example & é" in text
