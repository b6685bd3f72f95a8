"""What changed since the last approval of a batch that came back."""

from outreach.dispatch import approval, batches, revisions
from tests.dispatch.world import MANAGER, World


def test_lines_that_differ_are_shown_with_one_around_them() -> None:
    before = "\n".join(f"line {number}" for number in range(20))
    lines, more = revisions.compare(before, before.replace("line 9", "line nine"))
    assert [(line.sign, line.text) for line in lines] == [
        (" ", "…"),
        (" ", "line 8"),
        ("-", "line 9"),
        ("+", "line nine"),
        (" ", "line 10"),
    ]
    assert not more


def test_a_text_that_is_all_new_is_cut_short() -> None:
    lines, more = revisions.compare("a\n" * 200, "b\n" * 200)
    assert len(lines) == revisions.MOST_LINES
    assert more


def test_the_same_text_has_no_lines() -> None:
    assert revisions.compare("a\nb", "a\nb") == ([], False)


def test_a_batch_whose_approval_fell_says_why(small_world: World) -> None:
    world = small_world
    world.people()
    world.start()
    number = world.prepare().batch
    assert number is not None
    with world.store.reading() as session:
        assert revisions.since(session, batches.find(session, number)) is None
    world.submit(number)
    world.approve(number)
    with world.store.transaction() as session:
        approval.void(session, batches.find(session, number), world.act(), reason="retouched")
    world.submit(number)
    with world.store.reading() as session:
        found = revisions.since(session, batches.find(session, number))
    assert found is not None
    assert (found.batch, found.by, found.reasons) == (number, MANAGER, ["retouched"])
    assert (found.parts, found.newcomers) == ((), 0)
