"""Words with superscripts."""

from outreach.language.styled import Styled


def test_styled_words_have_three_forms() -> None:
    words = Styled.of("les 16", ("es", "sup"), " <Rencontres> & plus")
    assert words.text == str(words) == "les 16es <Rencontres> & plus"
    assert words.html == "les 16<sup>es</sup> &lt;Rencontres&gt; &amp; plus"
    assert words.nodes == ["les 16", {"t": "sup", "c": ["es"]}, " <Rencontres> & plus"]


def test_empty_runs_are_left_out() -> None:
    assert Styled.of("2", ("", "sup"), "").parts == (("2", ""),)
    assert Styled.of().text == ""
