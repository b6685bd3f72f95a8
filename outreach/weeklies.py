"""The weekly e-mail to those who decide: the office's week, with the whole document as a PDF.

It leaves once a week, from a day and hour on that the office chose, on the first working day that a
round finds the computer on; whoever has nothing to read gets none, nor who turned it off.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from html import escape

from outreach import memos
from outreach.accounts import notices, users
from outreach.accounts.notices import Notice
from outreach.accounts.users import RANK, Role, User
from outreach.app import App
from outreach.dispatch.messages import Attachment
from outreach.errors import N_
from outreach.letters import typesetting
from outreach.memos import Memo
from outreach.reports import documents, editions, waiting, weekly
from outreach.reports.documents import Document, Picture, Table
from outreach.settings import WEEKDAYS, Settings
from outreach.words import Words

SUBJECT = N_("The week of the office, until {day}")
OFF = N_("You turn this weekly message off on your own page, under your name.")
DAYS = (
    *(N_("monday"), N_("tuesday"), N_("wednesday"), N_("thursday"), N_("friday")),
    *(N_("saturday"), N_("sunday")),
)
"""The days that the settings may name, for the catalogues."""
INK = "#003893"
PICTURE_WIDTH = 600
"""Pixels of CSS; the file has twice as many, for sharp screens."""


def send(app: App) -> int:
    """Send this week's messages that are due; return how many left.

    Raises what ``App.carrier`` raises.
    """
    now, settings = app.clock(), app.settings
    if settings.digest.weekly == "never" or not memos.may_leave(settings, now):
        return 0
    day = last_due(settings, now)
    written = []
    with app.store.reading() as session:
        for user in users.everyone(session):
            if wants(user) and notices.is_due(session, user, Notice.WEEKLY, day):
                items = waiting.of(session, user, day, settings)
                week = weekly.of(session, day - timedelta(days=1), settings.zone, items)
                if not week.is_empty:
                    written.append((user, compose(app, user, week)))
    return memos.deliver(app, Notice.WEEKLY, day, written)


def wants(user: User) -> bool:
    """Say whether a person is one of those who decide."""
    return RANK[Role(user.role)] >= RANK[Role.MANAGER]


def last_due(settings: Settings, now: datetime) -> date:
    """Return the last day, today perhaps, on which the office wants its weekly message."""
    here = now.astimezone(settings.zone)
    wanted = WEEKDAYS.index(settings.digest.weekly)
    back = (here.weekday() - wanted) % weekly.DAYS
    if back == 0 and here.hour < settings.digest.hour:
        back = weekly.DAYS
    return here.date() - timedelta(days=back)


def compose(app: App, user: User, week: weekly.Week) -> Memo:
    """Write the e-mail to one person: figures, picture and tables, and all of it as a PDF."""
    settings, words = app.settings, memos.words_of(user, app.settings)
    week = weekly.titled(week, app.folder, words.written)
    document = weekly.document(week, words, office=settings.office.name.in_(words.written))
    pictures = [
        Attachment.of(f"picture-{n}.png", "image/png", _png(part), cid=f"picture-{n}@week")
        for n, part in enumerate(_pictures(document))
    ]
    pdf = editions.edition(document, words, "pdf", office=app.folder, moment=app.clock())
    file = Attachment.of(f"{document.name}.pdf", editions.MEDIA["pdf"], pdf)
    address = settings.web.address
    link = f"{address.rstrip('/')}/reports/weekly" if address else ""
    return Memo(
        subject=documents.filled(words, SUBJECT, day=week.last),
        text=_text(document, words, link),
        html=_html(document, words, link, [each.cid for each in pictures]),
        attachments=[*pictures, file],
    )


def _pictures(document: Document) -> list[Picture]:
    return [part for part in document.parts if isinstance(part, Picture)]


def _png(picture: Picture) -> bytes:
    """Return a picture as mail programs show it: few of them draw SVG."""
    return typesetting.picture(str(picture.svg), width=PICTURE_WIDTH, scale=2)


def _text(document: Document, words: Words, link: str) -> str:
    lines = [document.title, document.subtitle, ""]
    lines += [f"{each.label}: {words.number(each.value)}" for each in document.figures]
    for part in document.parts:
        if isinstance(part, Picture):
            continue
        lines += ["", part.title.upper()]
        rows = [
            "- "
            + " · ".join(documents.shown(cell, words) for cell in row if cell not in {"", None})
            for row in part.rows
        ]
        lines += rows or [part.empty]
    lines += ["", link] if link else []
    return "\n".join([*lines, "", "-- ", words.gettext(OFF), ""])


def _html(document: Document, words: Words, link: str, cids: Sequence[str]) -> str:
    shown = iter(cids)
    pieces = [
        f'<h1 style="font-size:20px;color:{INK};margin:0">{escape(document.title)}</h1>',
        f"<p>{escape(document.subtitle)}</p>",
        _figures(document, words),
    ]
    for part in document.parts:
        heading = f'<h2 style="font-size:16px;color:{INK}">{escape(part.title)}</h2>'
        if isinstance(part, Picture):
            image = (
                f'<img src="cid:{next(shown)}" width="{PICTURE_WIDTH}" alt="{escape(part.text)}"'
                ' style="max-width:100%;height:auto">'
            )
            pieces += [heading, f"<p>{image}</p>"]
        else:
            pieces += [heading, _table(part, words)]
    if link:
        pieces.append(f'<p><a href="{escape(link)}">{escape(link)}</a></p>')
    pieces.append(f"<p><small>{escape(words.gettext(OFF))}</small></p>")
    style = "font-family:'Noto Sans',Arial,sans-serif;font-size:15px;color:#1c1c1e;max-width:640px"
    return f'<div style="{style}">{"".join(pieces)}</div>\n'


def _figures(document: Document, words: Words) -> str:
    cells = "".join(
        f'<td style="padding:8px 14px 8px 8px;border-left:3px solid {INK}">'
        f'<b style="font-size:20px">{escape(words.number(each.value))}</b><br>'
        f"<small>{escape(each.label)}</small></td>"
        for each in document.figures
    )
    return f'<table role="presentation" cellspacing="6"><tr>{cells}</tr></table>'


def _table(table: Table, words: Words) -> str:
    if not table.rows:
        return f"<p>{escape(table.empty)}</p>"
    kinds = ["right" if column.figures else "left" for column in table.columns]
    head = "".join(
        f'<th scope="col" align="{kind}" style="padding:4px 8px;border-bottom:2px solid {INK}">'
        f"{escape(column.title)}</th>"
        for kind, column in zip(kinds, table.columns, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<td align="{kind}" style="padding:4px 8px;border-bottom:1px solid #c9ced6">'
            f"{escape(documents.shown(cell, words))}</td>"
            for kind, cell in zip(kinds, row, strict=True)
        )
        + "</tr>"
        for row in table.rows
    )
    return (
        '<table cellspacing="0" style="border-collapse:collapse;width:100%">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
