"""The demo: the whole journey on the open data, again and again, without a server."""

import csv
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from outreach import demo
from outreach.app import App, open_office
from outreach.contacts.reference import OPTIONAL
from outreach.demo import NoDemoError, Summary
from outreach.dispatch.carriers.base import Addressed, Receipt
from outreach.dispatch.carriers.maildir import Maildir
from tests.conftest import CHECKOUT


def quiet(_label: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def play(office: Path) -> Summary:
    app = open_office(office, today=demo.TODAY)
    try:
        return demo.run(app, quiet)
    finally:
        app.store.close()


def september(summary: Summary) -> tuple[dict[str, int], dict[str, int]]:
    (step,) = [each for each in summary.status.steps if each.name == demo.FOLLOW_UP]
    return step.fates, step.languages


def rows(name: str) -> list[dict[str, str]]:
    with (CHECKOUT / "contacts" / "reference" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_demo_writes_to_whom_the_open_data_says(office: Path) -> None:
    mairies = {row["code_insee"]: row for row in rows("france_mairies.csv")}
    large = [r for r in rows("france_communes.csv") if int(r["population"] or 0) >= 20_000]
    reached: Counter[str] = Counter()
    for commune in large:
        mairie = mairies.get(commune["code_insee"])
        if mairie is None:
            reached["no contact"] += 1
        elif mairie["email"]:
            reached["email"] += 1
        elif mairie["code_postal"] and mairie["ville"]:
            reached["post"] += 1
        else:
            reached["no address"] += 1
    metropoles = sum(row["type"] in {"METRO", "MET69"} for row in rows("france_epci.csv"))
    cities = len({row["divipola"] for row in rows("colombia_asointermedias.csv")})
    summary = play(office)
    fates, languages = september(summary)
    assert languages == {"fr": reached["email"] + metropoles, "es": cities}
    assert fates["sent"] == reached["email"] + metropoles + cities
    assert fates["waiting"] == reached["post"]
    assert {reason: len(names) for reason, names in summary.left_out.items()} == {
        "no-address": reached["no address"],
        "no-contact": reached["no contact"],
    }
    assert len(list((office / "var" / "outbox" / "new").iterdir())) == fates["sent"]
    assert summary.printed is not None
    assert {path.suffix for path in summary.samples} == {".eml", ".pdf"}
    assert {path.name[:2] for path in summary.samples} == {"fr", "es"}
    for path in summary.samples:
        assert path.read_bytes().startswith(b"%PDF") == (path.suffix == ".pdf")
    again = play(office)
    assert september(again) == (fates, languages)
    assert again.sent_now == 0


def test_without_the_two_contact_files_the_demo_writes_to_its_examples(small_office: Path) -> None:
    for name in OPTIONAL:
        (small_office / "contacts" / "reference" / name).unlink()
    _, languages = september(play(small_office))
    examples = Counter(
        line.split(",")[1]
        for line in (CHECKOUT / "contacts" / "examples" / "demo.csv")
        .read_text("utf-8")
        .split("\n")[1:]
        if line
    )
    assert languages == dict(sorted(examples.items()))


def test_interrupted_while_sending_it_goes_on_where_it_stopped(
    small_office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Short(Maildir):
        window = 5
        left = 3

        def send(self, letters: Sequence[Addressed]) -> list[Receipt]:
            Short.left -= 1
            if Short.left == 0:
                raise KeyboardInterrupt
            return super().send(letters)

    with monkeypatch.context() as patch:
        patch.setattr(App, "carrier", lambda app: Short(app.folder / "var" / "outbox"))
        with pytest.raises(KeyboardInterrupt):
            play(small_office)
    outbox = small_office / "var" / "outbox" / "new"
    assert len(list(outbox.iterdir())) == 10
    fates, _ = september(play(small_office))
    assert fates["sent"] == len(list(outbox.iterdir())) > 10
    assert fates["perhaps"] == 0


def test_a_real_office_is_left_alone(office: Path) -> None:
    settings = office / "outreach.toml"
    settings.write_text(settings.read_text("utf-8").replace("demo = true", "demo = false"), "utf-8")
    app = open_office(office)
    with pytest.raises(NoDemoError):
        demo.run(app, quiet)
    app.store.close()
    assert not (office / "var" / "outbox").exists()
    shutil.rmtree(office / "var")
