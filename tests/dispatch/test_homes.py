"""A copied database asks before it acts."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from outreach.accounts.users import NotAllowedError
from outreach.dispatch import homes
from outreach.dispatch.homes import NotAtHomeError, Place
from outreach.journal import Event
from tests.dispatch.world import CHIEF, SECRETARY, World


def place(world: World) -> Place:
    return homes.here(world.folder, world.store.shown)


def settle(world: World, where: Place) -> None:
    with world.store.transaction() as session:
        homes.settle(session, where, world.now)


def known(world: World, where: Place) -> bool | None:
    with world.store.reading() as session:
        return homes.is_known(session, where)


def adopt(
    world: World, where: Place, actor: str = CHIEF, *, because: str = "moved", shared: bool = False
) -> None:
    with world.store.transaction() as session:
        homes.adopt(session, where, because, world.act(actor), shared=shared)


def test_a_new_database_is_at_home_where_it_was_made(world: World) -> None:
    assert known(world, place(world)) is None
    settle(world, place(world))
    settle(world, place(world))
    assert known(world, place(world)) is True
    with world.store.reading() as session:
        (home,) = homes.everywhere(session)
        homes.require(session, place(world))
    assert (world.folder / homes.ID_FILE).read_text().strip() == home.instance


@pytest.mark.parametrize("change", ["machine_id", "folder", "database"])
def test_elsewhere_it_is_a_copy(world: World, change: str) -> None:
    settle(world, place(world))
    values = {
        "machine_id": "other",
        "folder": world.folder / "copy",
        "database": "postgresql://db.example/copy",
    }
    elsewhere = replace(place(world), **{change: values[change]})  # type: ignore[arg-type]  # one of three kinds
    assert known(world, elsewhere) is False
    with pytest.raises(NotAtHomeError) as refused, world.store.reading() as session:
        homes.require(session, elsewhere)
    assert refused.value.values["folder"] == str(world.folder)


def test_another_offices_database_laid_into_the_folder_is_noticed(world: World) -> None:
    settle(world, place(world))
    place(world).remember("0" * 32)
    assert known(world, place(world)) is False


def test_a_lost_name_file_is_no_copy(world: World) -> None:
    settle(world, place(world))
    (world.folder / homes.ID_FILE).unlink()
    assert known(world, place(world)) is True


def test_an_administrator_adopts_it_and_the_old_home_is_none_any_more(world: World) -> None:
    old = replace(place(world), machine_id="old")
    settle(world, old)
    adopt(world, place(world))
    assert known(world, place(world)) is True
    assert known(world, old) is False
    with world.store.reading() as session:
        (event,) = session.scalars(select(Event).where(Event.verb == "adopted"))
        assert (event.actor, event.reason) == (CHIEF, "moved")


def test_machines_that_share_a_server_each_have_a_home(world: World) -> None:
    first, second = place(world), replace(place(world), machine_id="second")
    settle(world, first)
    adopt(world, second, shared=True)
    assert known(world, first) is True
    assert known(world, second) is True


def test_adopting_needs_an_administrator_and_a_reason(world: World) -> None:
    settle(world, replace(place(world), machine_id="old"))
    with pytest.raises(NotAllowedError):
        adopt(world, place(world), SECRETARY)
    with pytest.raises(homes.AdoptReasonError):
        adopt(world, place(world), because="  ")
    assert known(world, place(world)) is False
