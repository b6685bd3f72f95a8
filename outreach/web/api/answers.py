"""What the interface answers and takes, as a program sees it: names that do not change."""

from datetime import date, datetime
from typing import Annotated, Generic, Literal, TypeVar

from msgspec import Meta, Struct

T = TypeVar("T")

Text = Annotated[str, Meta(max_length=2_000)]
Name = Annotated[str, Meta(min_length=1, max_length=100)]
Code = Annotated[str, Meta(min_length=1, max_length=60)]
Way = Literal["email", "phone", "paper", "meeting"]
Outcome = Literal["interested", "wants-details", "meeting", "later", "declined", "wrong-person"]


class Problem(Struct, kw_only=True):
    """What went wrong (RFC 9457)."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"


class Page(Struct, Generic[T], kw_only=True):
    """Some of a long list."""

    items: list[T]
    page: int
    """From 1."""
    pages: int
    total: int


class Step(Struct, kw_only=True):
    """One step of a campaign, in figures."""

    name: str
    letters: dict[str, int]
    """By what became of them: sent, waiting, left-out, failed, through, perhaps."""
    due: int
    """Contacts whose letter is not prepared yet."""
    next_due: date | None


class Campaign(Struct, kw_only=True):
    """One campaign and where it stands."""

    name: str
    title: dict[str, str]
    state: str
    enrolled: int
    stopped: int
    steps: list[Step]


class CampaignName(Struct, kw_only=True):
    """One campaign in a list."""

    name: str
    title: dict[str, str]


class Letter(Struct, kw_only=True):
    """One contact and one step: what became of the letter."""

    step: str
    contact: str
    organisation: str
    country: str
    kind: str
    language: str
    fate: str
    channel: str | None
    reference: str | None
    """The official number."""
    reason: str | None
    when: datetime | None


class Contact(Struct, kw_only=True):
    """One contact."""

    code: str
    organisation: str
    country: str
    kind: str
    office: str
    name: str
    language: str
    emails: list[str]
    """Those that may be used."""


class Batch(Struct, kw_only=True):
    """One batch of letters."""

    number: int
    campaign: str
    step: str
    state: str
    letters: int
    states: dict[str, int]


class Promise(Struct, kw_only=True):
    """One promise: how many it was made to, how many it was kept for."""

    number: int
    text: dict[str, str]
    due_on: date
    overdue: bool
    state: str
    campaign: str | None
    contact: str | None
    owner: str | None
    made: int
    kept: int
    open: int


class Entry(Struct, kw_only=True):
    """One official number."""

    reference: str
    issued_on: date
    batch: int
    subject: str
    addressee: str
    signatory: str


class Reply(Struct, kw_only=True):
    """One thing that came back."""

    number: int
    received_on: date
    state: str
    kind: str
    way: str
    contact: str | None
    organisation: str | None
    campaign: str | None
    outcome: str | None
    subject: str | None
    owner: str | None
    to_answer: bool
    late: bool


class ReplyText(Struct, kw_only=True):
    """One thing that came back, with what they write."""

    number: int
    kind: str
    contact: str | None
    campaign: str | None
    outcome: str | None
    text: str
    """Their own words, without what they quote."""
    reference: str | None
    """The official number of the letter that it answers."""


class NewReply(Struct, kw_only=True, forbid_unknown_fields=True):
    """An answer by telephone, on paper or in a meeting, and what follows from it."""

    campaign: Name
    contact: Code
    way: Way
    outcome: Outcome
    on: date | None = None
    """The day it came; today if left out."""
    note: Text = ""
    next: Text = ""
    """What is to be done."""
    promise: Text = ""
    """What was promised to them."""
    due: date | None = None
    owner: Annotated[str, Meta(max_length=200)] | None = None


class Recorded(Struct, kw_only=True):
    """What writing a reply down did."""

    number: int
    stopped: int
    """Reminders that will not leave."""
    held: int
    """Promised letters that wait for a decision."""
