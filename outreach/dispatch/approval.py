"""Submit, approve, return, sign: what was approved is what is signed, and what is signed leaves.

Approval is bound to a hash of every part: template twins, letterhead, settings, each recipient's
data, channel and address. Removing a recipient voids nothing; any other change does.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.campaigns.definition import Definition
from outreach.clock import local_date
from outreach.dispatch import archive, messages, register, release
from outreach.dispatch.models import Batch, Circular, Delivery, RegisterEntry
from outreach.dispatch.pressroom import Pressroom
from outreach.dispatch.states import (
    BatchState,
    DeliveryState,
    move_batch,
    move_delivery,
    require,
)
from outreach.errors import N_, OutreachError, Phrase
from outreach.journal import Act
from outreach.settings import Settings
