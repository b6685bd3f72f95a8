"""This office's settings: ``outreach.toml`` in the office folder, typed and checked."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct

from outreach import tomlfile
from outreach.errors import N_, OutreachError, WrongUseError

Language = Literal["fr", "es"]
UiLanguage = Literal["fr", "es", "en"]
Gender = Literal["F", "M"]
Security = Literal["starttls", "tls", "none"]

HOURS = r"^$|^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$"
MICROSOFT_SMTP, MICROSOFT_IMAP = "smtp.office365.com", "outlook.office365.com"

SETTINGS_FILE = "outreach.toml"


class NoOfficeError(WrongUseError):
    """The folder is no office folder."""

    message = N_(
        "{folder} is no office folder: it has no outreach.toml. Run “outreach start” there to lay "
        "one out, or name another folder with --office or OUTREACH_OFFICE."
    )


class UnknownTimeZoneError(OutreachError):
    """``office.time_zone`` names no zone of the IANA database."""

    message = N_("{path}: “{zone}” is no time zone (office.time_zone). Example: Europe/Paris.")


class UnknownSignatoryError(OutreachError):
    """A step is signed by someone whom the settings do not know."""

    message = N_(
        "“{name}” may sign no letter: outreach.toml has no [deputies.{name}]. Known: {known}."
    )


class Strict(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of settings: an unknown key is an error, not a silence."""


class Bilingual(Strict, frozen=True):
    """The same words in both languages."""

    fr: str
    es: str

    def in_(self, language: Language) -> str:
        """Return the words in ``language``."""
        return self.fr if language == "fr" else self.es


class Office(Strict, frozen=True):
    """Who we are and where."""

    name: Bilingual
    place: Bilingual
    """The town that stands before the date: "Paris, le ..."."""
    country: Literal["FR", "CO"] = "FR"
    """The country we post from: the other one's letters get a country line."""
    time_zone: str = "Europe/Paris"
    ui_language: UiLanguage = "fr"
    footer: tuple[str, ...] = ()
    """Address lines at the foot of the first page and of the e-mail."""
    demo: bool = False
    """A demo office may move its clock (``--today``) and use links under reserved domains."""


class Sender(Strict, frozen=True):
    """From whom the e-mail comes. ``domain`` of Message-IDs is the address's own."""

    name: Bilingual
    address: str
    reply_to: str = ""

    @property
    def domain(self) -> str:
        """The part after the @."""
        return self.address.rpartition("@")[2]


class Signatory(Strict, frozen=True):
    """Who signs."""

    name: str
    function: Bilingual
    gender: Gender
    signature: str = ""
    """A picture in templates/letterhead, set on the PDF of signed letters only; empty: none."""


class Register(Strict, frozen=True):
    """The book of outgoing letters."""

    source: Literal["own", "external"] = "external"
    """``own``: the tool issues consecutive numbers. ``external``: a person copies them."""
    format: str = "S-EFRPR-{yy}-{n}"


class Sending(Strict, frozen=True):
    """How letters leave."""

    outbox: str = "var/outbox"
    """The Maildir, relative to the office folder."""
    prefer: Literal["email", "post"] = "email"
    """How letters travel where a contact can be reached both ways."""
    max_recipients: Annotated[int, Meta(ge=1)] = 600
    """Above this, ``campaign start`` wants the count typed."""
    pause_after_refusals: Annotated[int, Meta(ge=0)] = 20
    """A batch pauses after so many letters refused for good in a row; 0: never."""
    pause_at_bounce_percent: Annotated[float, Meta(ge=0, le=100)] = 5.0
    """A batch pauses when so many of a hundred letters bounced; 0: never."""
    grace_minutes: Annotated[int, Meta(ge=0, le=1440)] | None = None
    """After "send" nothing leaves for so long: 10, and 0 in a demo office."""
    first_letters: Annotated[int, Meta(ge=0)] | None = None
    """How many letters of a batch leave before the others: 10, and 0 in a demo office."""
    first_wait_minutes: Annotated[int, Meta(ge=0, le=10080)] | None = None
    """How long their bounces are awaited: 15, and 0 in a demo office."""
    hours: Annotated[str, Meta(pattern=HOURS)] | None = None
    """When letters may arrive, by the reader's clock: "08:00-18:00"; "": at any time, which is
    what a demo office does."""
    days: Literal["working", "all"] = "working"
    """Whether letters also arrive on weekends and holidays (of the reader)."""
    stale_hours: Annotated[int, Meta(ge=1)] = 6
    """What was to leave by itself and is so late asks a person first."""

    def __post_init__(self) -> None:
        """Refuse hours that end before they begin."""
        opens, _, closes = (self.hours or "").partition("-")
        if self.hours and opens >= closes:
            raise ValueError(f"“{self.hours}”: the second time must be later than the first")


class Mailbox(Strict, frozen=True):
    """An IMAP account into which the program lays messages: drafts, or copies of what left."""

    host: str = ""
    port: Annotated[int, Meta(ge=1, le=65535)] = 993
    security: Security = "tls"
    user: str = ""
    """Whoever signs in; the same as for sending where left out."""
    inbox: str = ""
    """The folder where answers and bounces arrive, best one that holds nothing else; none is read
    where left out."""
    sent: str = ""
    """The folder that gets a copy of each letter that left; none where left out."""
    drafts: str = "Drafts"
    archive: str = ""
    """The folder where the copies to ``archive_address`` arrive, to look up what perhaps left."""


class Signature(Strict, frozen=True):
    """One key that signs messages (DKIM)."""

    selector: str
    key_file: str
    """The private key (PEM), relative to the office folder. Never kept in a repository."""
    domain: str = ""
    """The domain that publishes the key; the sender's where left out."""


class Mail(Strict, frozen=True):
    """How e-mail is handed over. Without it, letters are laid into the Maildir."""

    carrier: Literal["maildir", "smtp", "drafts", "eml"] = "maildir"
    """``drafts``: into the mailbox's Drafts; ``eml``: files that Outlook opens as unsent."""
    profile: Literal["", "microsoft365"] = ""
    host: str = ""
    port: Annotated[int, Meta(ge=1, le=65535)] = 587
    security: Security = "starttls"
    """``none`` only on this machine itself."""
    ca_file: str = ""
    """Certificates of the administration's own authority (PEM), beside the system's."""
    user: str = ""
    auth: Literal["auto", "plain", "login", "xoauth2"] = "auto"
    password_command: str = ""
    """A program that prints the password (or, for xoauth2, the access token)."""
    password_variable: str = ""
    """The environment's variable that holds it."""
    client_id: str = ""
    """Of the application registered for ``outreach mail connect``."""
    tenant: str = "organizations"
    authority: str = "https://login.microsoftonline.com"
    bounce_address: str = ""
    """Where bounces come back, each to an address of its own (VERP); the sender's where left out."""
    archive_address: str = ""
    """A mailbox of the office that gets a blind copy of every letter."""
    drafts_folder: str = "var/drafts"
    """For ``eml``, relative to the office folder."""
    public_url: str = ""
    """Where the pages are reached from outside (https), for one-click opt-out."""
    per_minute: Annotated[int, Meta(ge=1)] | None = None
    """How many letters the server takes in any minute; likewise below."""
    per_hour: Annotated[int, Meta(ge=1)] | None = None
    per_day: Annotated[int, Meta(ge=1)] | None = None
    per_domain_per_minute: Annotated[int, Meta(ge=1)] | None = None
    """How many letters a minute go to addresses of one domain (orange.fr)."""
    connections: Annotated[int, Meta(ge=1, le=20)] | None = None
    mailbox: Mailbox = msgspec.field(default_factory=Mailbox)
    dkim: tuple[Signature, ...] = ()

    @property
    def is_microsoft(self) -> bool:
        """Whether Microsoft's limits and habits hold."""
        return self.profile == "microsoft365"

    @property
    def server(self) -> str:
        """The host that takes the letters."""
        return self.host or (MICROSOFT_SMTP if self.is_microsoft else "")

    @property
    def mailbox_server(self) -> str:
        """The host of the mailbox."""
        return self.mailbox.host or (MICROSOFT_IMAP if self.is_microsoft else "")

    @property
    def varies_return_path(self) -> bool:
        """Whether each letter has a return path of its own; Microsoft rewrites it, so not there."""
        return bool(self.bounce_address) and not self.is_microsoft

    @property
    def sent_folder(self) -> str:
        """The folder for copies of what left; Microsoft keeps its own."""
        return "" if self.is_microsoft else self.mailbox.sent

    @property
    def most_per_minute(self) -> int | None:
        """How many letters a minute the server takes; None: no limit known."""
        return self.per_minute or (30 if self.is_microsoft else None)

    @property
    def most_connections(self) -> int | None:
        """How many connections at once the server takes; None: no limit known."""
        return self.connections or (3 if self.is_microsoft else None)


class Database(Strict, frozen=True):
    """Where the data is: a SQLAlchemy URL; a relative SQLite path is under the office folder."""

    url: str = "sqlite:///var/outreach.db"


class Web(Strict, frozen=True):
    """The pages."""

    address: Annotated[str, Meta(pattern=r"^(https?://[^/?#\s]+)?/?$")] = ""
    """Where colleagues reach them through the office's own server
    ("https://outreach.ambassade.example"); empty: on this machine only."""
    idle_minutes: Annotated[int, Meta(ge=5, le=1440)] = 120
    """A browser that nobody uses for so long is signed out."""
    most_hours: Annotated[int, Meta(ge=1, le=72)] = 12
    """Every browser is signed out after so long."""
    second_factor: Literal["optional", "required"] = "optional"
    """Whether everyone who signs in with a password needs a code of their telephone too."""

    @property
    def is_secure(self) -> bool:
        """Whether browsers come by TLS."""
        return self.address.startswith("https://")


class Oidc(Strict, frozen=True):
    """Sign-in by the administration's own provider (OpenID Connect Core 1.0). Off unless set."""

    issuer: Annotated[str, Meta(pattern=r"^(https?://[^?#\s]+)?$")] = ""
    """The provider's address, as its documents give it: "https://login.example/realms/office"."""
    client_id: str = ""
    client_secret_variable: str = ""
    """The environment's variable that holds the secret; empty for a public client."""
    scopes: str = "openid profile email"
    groups_claim: str = "groups"
    """Which claim names a person's groups."""
    roles: dict[str, Literal["secretary", "staff", "manager", "administrator"]] = msgspec.field(
        default_factory=dict
    )
    """Which group gives which role. Empty: only people that an administrator entered come in."""
    label: str = ""
    """On the button: the provider's name, as colleagues know it."""


class Watching(Strict, frozen=True):
    """What whoever runs the machine may watch; nothing of it names anybody. Off unless set."""

    log: str = ""
    """A file of JSON lines, relative to the office folder: "var/log/outreach.jsonl"."""
    metrics: bool = False
    """Whether /metrics of the pages shows figures in the format of Prometheus."""


class Window(Strict, frozen=True):
    """The address window of a DL envelope on the first page, in millimetres from the top left.

    Default: inside what a 110 x 220 mm envelope with a right-hand window always shows, whatever
    the play of the fold.
    """

    x: float = 110.0
    y: float = 57.0
    width: float = 80.0
    height: float = 22.0


class Profile(Strict, frozen=True):
    """How an office writes, where usage differs. One for all its letters."""

    spacing: Literal["imprimerie", "ue"] = "imprimerie"
    """French spaces before ; : ! ?: those of the Imprimerie nationale, or none as in EU texts."""
    first_day_es: Literal["1.º", "1", "primero"] = "1.º"
    """The first of the month in Spanish: *1.º* is preferred in America (Fundéu)."""
    money_es: Literal["EUR 1.234,50", "1.234,50 €"] = "EUR 1.234,50"
    """Amounts in Spanish: the code first, or the sign last."""
    quotes_es: Literal["«»", "“”"] = "«»"
    """What straight quotes become in Spanish: those that the Academy prefers, or the English."""
    capital_offices_es: bool = False
    """*Señora Alcaldesa*, as Colombian offices often write; the Academy asks for small letters."""
    capital_accents: bool = True
    """Keep accents on the capitals of postal addresses."""


class PartnerWeights(Strict, frozen=True):
    """How many points each thing in common counts when cities are proposed to authorities."""

    size: Annotated[int, Meta(ge=0, le=1000)] = 30
    """Populations of the same class; half of it for the next class."""
    coast: Annotated[int, Meta(ge=0, le=1000)] = 15
    mountain: Annotated[int, Meta(ge=0, le=1000)] = 15
    island: Annotated[int, Meta(ge=0, le=1000)] = 20
    capital: Annotated[int, Meta(ge=0, le=1000)] = 10
    theme: Annotated[int, Meta(ge=0, le=1000)] = 20
    """For each shared theme."""
    most_themes: Annotated[int, Meta(ge=1, le=15)] = 3
    """How many shared themes count at most."""
    balance: Annotated[int, Meta(ge=0, le=1000)] = 10
    """Points given up to propose a city once less beyond its fair share."""


class Retention(Strict, frozen=True):
    """How many months each class is kept; 0 where the office has not decided."""

    cards: Annotated[int, Meta(ge=0)] = 36
    """From the last contact from the person, or else from collection (CNIL: three years)."""
    covers: Annotated[int, Meta(ge=0)] = 0
    """Letters without a number."""
    replies: Annotated[int, Meta(ge=0)] = 0
    registered: Annotated[int, Meta(ge=0)] = 0
    """Registered letters: public records; the archives decide."""


class Privacy(Strict, frozen=True):
    """What the office answers for: the record of processing is made from it."""

    officer: str = ""
    """Whom persons write to about their data."""
    purpose: Bilingual | None = None
    basis: Bilingual | None = None
    recipients: Bilingual | None = None
    transfers: Bilingual | None = None
    restricted_role: Literal["manager", "administrator"] = "administrator"
    """Who may still read registered letters to somebody who was erased."""
    retention: Retention = msgspec.field(default_factory=Retention)

    @property
    def complete(self) -> bool:
        """Whether the record of processing has no gap."""
        return bool(self.officer) and None not in {
            self.purpose,
            self.basis,
            self.recipients,
            self.transfers,
        }


MonthDay = Annotated[str, Meta(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]


class Pause(Strict, frozen=True, rename={"from_": "from"}):
    """Days of every year on which follow-ups rest, both included: ``08-01`` to ``08-31``."""

    from_: MonthDay
    to: MonthDay
    """Before ``from``, it is a day of the next year: ``12-24`` to ``01-01``."""


class Election(Strict, frozen=True, rename={"from_": "from"}):
    """A pre-electoral period, both days included: letters wait until it is over."""

    name: Bilingual
    from_: date
    to: date
    country: Literal["", "FR", "CO"] = ""
    """Where the readers are; everywhere where left out."""
    kinds: tuple[str, ...] = ()
    """Kinds of organisations; all where left out."""


class Calendar(Strict, frozen=True):
    """Days that only the office knows; weekends and public holidays are known without it."""

    closed: tuple[date, ...] = ()
    """Days on which the office is closed."""
    pauses: tuple[Pause, ...] = ()
    elections: tuple[Election, ...] = ()


class Replies(Strict, frozen=True):
    """What follows from what comes back."""

    absence_days: Annotated[int, Meta(ge=1, le=365)] = 7
    """How long follow-ups wait where an absence names no day of return."""
    soft_bounces: Annotated[int, Meta(ge=1, le=50)] = 3
    """After so many letters in a row that came back for a passing reason, an address is out of
    use."""
    answer_days: Annotated[int, Meta(ge=0, le=365)] = 5
    """An answer that waits longer for ours is late."""
    attachment_mb: Annotated[int, Meta(ge=1, le=200)] = 25
    """Larger files are not laid down."""


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


class Digest(Strict, frozen=True):
    """What the office writes to its own people: each day what waits, each week how it went."""

    daily: bool = True
    weekly: Weekday | Literal["never"] = "monday"
    """From which day on the week's summary leaves, to those who decide."""
    hour: Annotated[int, Meta(ge=0, le=23)] = 7
    """From when on they leave, on working days, with the next round."""


class Settings(Strict, frozen=True):
    """The whole file."""

    office: Office
    sender: Sender
    signatory: Signatory
    deputies: dict[str, Signatory] = msgspec.field(default_factory=dict)
    """Who else may sign, by the name that a campaign's step gives (``signatory = "charge"``)."""
    register: Register = msgspec.field(default_factory=Register)
    sending: Sending = msgspec.field(default_factory=Sending)
    mail: Mail = msgspec.field(default_factory=Mail)
    database: Database = msgspec.field(default_factory=Database)
    web: Web = msgspec.field(default_factory=Web)
    oidc: Oidc = msgspec.field(default_factory=Oidc)
    watching: Watching = msgspec.field(default_factory=Watching)
    window: Window = msgspec.field(default_factory=Window)
    language: Profile = msgspec.field(default_factory=Profile)
    partners: PartnerWeights = msgspec.field(default_factory=PartnerWeights)
    privacy: Privacy = msgspec.field(default_factory=Privacy)
    calendar: Calendar = msgspec.field(default_factory=Calendar)
    replies: Replies = msgspec.field(default_factory=Replies)
    digest: Digest = msgspec.field(default_factory=Digest)

    def signing(self, name: str) -> Signatory:
        """Return who signs; ``name`` is that of a deputy, or empty. Raises UnknownSignatoryError."""
        if not name:
            return self.signatory
        if name not in self.deputies:
            raise UnknownSignatoryError(name=name, known=sorted(self.deputies))
        return self.deputies[name]

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.office.time_zone)


def load(folder: Path) -> Settings:
    """Read ``outreach.toml`` of the office ``folder``.

    Raises NoOfficeError where there is none, the errors of ``tomlfile`` where it does not fit.
    """
    path = folder / SETTINGS_FILE
    if not path.is_file():
        raise NoOfficeError(folder=folder)
    settings = tomlfile.read(path, Settings, shown=SETTINGS_FILE)
    try:
        _ = settings.zone
    except (KeyError, ValueError, OSError) as error:
        raise UnknownTimeZoneError(path=SETTINGS_FILE, zone=settings.office.time_zone) from error
    return settings
