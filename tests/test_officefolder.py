"""An office folder is laid out whole, once, and never among other things."""

import tomllib
from pathlib import Path

import pytest

from outreach import officefolder, settings


def test_an_empty_folder_becomes_a_real_office(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "office"
    assert officefolder.lay_out(folder) == [
        "templates/",
        "contacts/",
        "campaigns/",
        "outreach.toml",
    ]
    loaded = settings.load(folder)
    assert not loaded.office.demo
    assert loaded.register.source == "external"
    assert list((folder / "campaigns").glob("*.toml"))
    assert list((folder / "templates" / "letterhead").iterdir())


def test_laying_out_twice_changes_nothing(tmp_path: Path) -> None:
    officefolder.lay_out(tmp_path)
    (tmp_path / "outreach.toml").write_text("mine", "utf-8")
    assert officefolder.lay_out(tmp_path) == []
    assert (tmp_path / "outreach.toml").read_text("utf-8") == "mine"


def test_an_interrupted_lay_out_goes_on_and_keeps_what_was_edited(tmp_path: Path) -> None:
    officefolder.lay_out(tmp_path)
    (tmp_path / "outreach.toml").unlink()
    campaign = next((tmp_path / "campaigns").glob("*.toml"))
    campaign.write_text("mine", "utf-8")
    (tmp_path / "templates" / "letterhead" / "email.css").unlink()
    assert officefolder.lay_out(tmp_path)
    assert campaign.read_text("utf-8") == "mine"
    assert (tmp_path / "templates" / "letterhead" / "email.css").is_file()


def test_a_folder_with_other_things_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(officefolder.NotEmptyError, match=r"holiday\.jpg"):
        officefolder.lay_out(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


def test_the_settings_of_the_package_are_sound_as_demo_and_as_real() -> None:
    text = (officefolder.carried() / "outreach.toml").read_text("utf-8")
    assert tomllib.loads(text)["office"]["demo"] is True
    assert tomllib.loads(officefolder.real(text))["office"]["demo"] is False
