"""A batch as the commands open it: its row, its campaign file, the folder's present material."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from outreach.campaigns import definition as definitions
from outreach.cli import frame
from outreach.errors import N_

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from outreach.campaigns.definition import Definition
    from outreach.dispatch.models import Batch
    from outreach.dispatch.pressroom import Pressroom

number_argument = frame.argument("number", metavar=N_("BATCH"), type=int)


@dataclass(frozen=True, slots=True)
class Opened:
    """A batch with its campaign file and the folder's present material."""

    batch: "Batch"
    definition: "Definition"
    current: "Pressroom"


def open_batch(context: frame.Context, session: "Session", number: int) -> Opened:
    """Open a batch by its number. Raises UnknownBatchError and what its files give rise to."""
    from outreach.dispatch import batches, sequels

    found = batches.find(session, number)
    campaign, step = batches.campaign_of(session, found)
    definition = definitions.load(context.app.folder, campaign)
    return Opened(
        found,
        *sequels.opened(
            session, found, definition, step, folder=context.app.folder, settings=context.settings
        ),
    )
