"""Signed tokens: ours read back whatever servers do to them, made-up ones do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.dispatch import tokens
from outreach.dispatch.tokens import OptOut

KEY, OTHER = bytes(32), bytes(range(32))
ROWS = st.integers(min_value=1, max_value=2**63 - 1)


@given(ROWS, st.sampled_from([str.lower, str.upper, str.swapcase]))
def test_a_return_path_names_its_delivery_in_any_case(delivery: int, spoil: object) -> None:
    path = tokens.return_path(KEY, delivery, "retours@ambassade.example")
    assert callable(spoil)
    assert tokens.read_return_path(KEY, f"<{spoil(path)}>") == delivery
    assert tokens.read_return_path(OTHER, path) is None


@given(ROWS, st.text("abcdefghij.", min_size=1, max_size=64))
def test_a_return_path_fits_before_the_at_sign(delivery: int, local: str) -> None:
    path = tokens.return_path(KEY, delivery, f"{local}@ambassade.example")
    assert len(path.rpartition("@")[0]) <= 64
    assert tokens.read_return_path(KEY, path) == delivery


@given(ROWS, st.data())
def test_a_token_with_one_character_changed_names_nothing(
    delivery: int, data: st.DataObject
) -> None:
    token = tokens.bounce_token(KEY, delivery)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz234567-+@ "))
    forged = token[:place] + other + token[place + 1 :]
    assert tokens.read_bounce(KEY, forged) in ({delivery} if forged == token else {None})


@given(ROWS, ROWS)
def test_an_opt_out_is_read_from_a_subject(contact: int, campaign: int) -> None:
    token = tokens.opt_out_token(KEY, contact, campaign)
    assert tokens.read_opt_out(KEY, f"RE: STOP {token.upper()} (fwd)") == OptOut(contact, campaign)
    assert tokens.read_opt_out(OTHER, token) is None


def test_a_token_of_one_kind_is_none_of_the_other() -> None:
    assert tokens.read_bounce(KEY, tokens.opt_out_token(KEY, 5, 6)) is None
    assert tokens.read_opt_out(KEY, tokens.bounce_token(KEY, 5)) is None


@pytest.mark.parametrize(
    "text", ["", "STOP", "retours@ambassade.example", "1-2-3", "é-" + "a" * 16]
)
def test_words_are_no_token(text: str) -> None:
    assert tokens.read_bounce(KEY, text) is None
    assert tokens.read_return_path(KEY, text) is None
    assert tokens.read_opt_out(KEY, text) is None
