"""What this room knows of organisations, as conditions of segments."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from outreach.contacts.models import Organisation
from outreach.partners.models import Wish


def themes(names: Sequence[str]) -> ColumnElement[bool]:
    """Return "cares for one of these themes"."""
    return Organisation.id.in_(
        select(Wish.organisation_id).where(Wish.theme.in_(names)).correlate(None)
    )
