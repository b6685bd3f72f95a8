"""What ``batch labels`` and ``contacts labels`` share: the sheet, its first place, the file."""

from collections.abc import Sequence
from pathlib import Path

import click

from outreach.cli import frame
from outreach.errors import N_, OutreachError

SHEETS = ("L7160", "L7163", "L7165", "DL")


class NoLabelsError(OutreachError):
    """Nobody to make a label for."""

    message = N_("There is no postal address to print: nobody chosen has one.")


format_option = frame.option(
    "--format",
    "sheet",
    type=click.Choice(SHEETS, case_sensitive=False),
    default="L7163",
    show_default=True,
    help=N_("The maker’s number of the label sheet, or DL for envelopes."),
)
start_option = frame.option(
    "--start",
    type=int,
    default=1,
    show_default=True,
    help=N_("The first free label of a sheet already begun, counted row by row."),
)


def write(
    context: frame.Context,
    addresses: Sequence[Sequence[str]],
    sheet: str,
    start: int,
    folder: Path,
) -> None:
    """Write the labels into ``folder`` and say where. Raises what ``letters.labels`` raises."""
    from outreach.letters import labels

    if not addresses:
        raise NoLabelsError
    chosen = labels.stationery(sheet)
    office = context.settings.office
    sender = (office.name.in_("es" if office.country == "CO" else "fr"), *office.footer)
    pdf = labels.labels(addresses, chosen, start=start, sender=sender)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{chosen.name}.pdf"
    target.write_bytes(pdf)
    context.say(
        N_("Addresses: {count}, on sheets {name}: {file}"),
        count=len(addresses),
        name=chosen.name,
        file=target,
    )
    if chosen.sender is None:
        context.say(N_("Print at 100 %, without fitting to the page, on plain paper first."))
