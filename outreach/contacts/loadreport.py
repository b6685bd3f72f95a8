"""What a load of the reference files did, told in sentences."""

from dataclasses import dataclass, field

from outreach.errors import N_, Phrase

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Change:
    """One field that a newer file has otherwise."""

    code: str
    field: str
    old: object
    new: object


@dataclass(slots=True)
class LoadReport:
    """What a load did."""

    files: dict[str, int] = field(default_factory=dict)
    """Rows by file, of the files that were read."""
    unchanged: bool = False
    """Every file was loaded before, byte for byte."""
    added: dict[str, int] = field(default_factory=dict)
    """New rows by table."""
    changes: list[Change] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Codes of contacts of whom the office has it otherwise than the newer file."""
    vanished: list[str] = field(default_factory=list)
    """Codes of organisations that the newest files no longer have."""

    def lines(self) -> list[Phrase]:
        """Say what was done, a sentence each."""
        if self.unchanged:
            return [Phrase(N_("The reference data are loaded already; nothing has changed."))]
        told = [
            Phrase(
                N_("Loaded: {organisations} organisations and {contacts} contacts are new."),
                {
                    "organisations": self.added.get("organisation", 0),
                    "contacts": self.added.get("contact", 0),
                },
            )
        ]
        for change in self.changes[:SHOWN]:
            values = {"code": change.code, "field": change.field}
            told.append(
                Phrase(
                    N_("{code}: {field} was “{old}”, is now “{new}”."),
                    values | {"old": change.old, "new": change.new},
                )
            )
        if len(self.changes) > SHOWN:
            told.append(
                Phrase(N_("… and more changes: {count}."), {"count": len(self.changes) - SHOWN})
            )
        if self.kept:
            told.append(
                Phrase(
                    N_("Otherwise in the newer file, kept as your office has it: {codes}."),
                    {"codes": sorted(set(self.kept))[:SHOWN]},
                )
            )
        if self.vanished:
            told.append(
                Phrase(
                    N_("No longer in the reference, kept and marked: {codes}."),
                    {"codes": self.vanished},
                )
            )
        return told
