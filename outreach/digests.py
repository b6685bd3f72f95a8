"""The daily e-mail to each colleague: what waits for them.

It is taken for the day before it is sent, so that two rounds send one. Nobody gets an empty one,
one on a day off, or one they turned off on their own page. It names no contact.
"""

from collections.abc import Callable, Sequence
from html import escape

from outreach import memos
from outreach.accounts import notices, users
from outreach.accounts.notices import Notice
from outreach.app import App
from outreach.errors import N_, Phrase
from outreach.memos import Memo
from outreach.reports import waiting
from outreach.reports.waiting import Item

SUBJECT = N_("What waits for you: {count}")


def send(app: App) -> int:
    """Send today's digests that are due; return how many left.

    Raises what ``App.carrier`` raises.
    """
    now, settings = app.clock(), app.settings
    if not (settings.digest.daily and memos.may_leave(settings, now)):
        return 0
    today = now.astimezone(settings.zone).date()
    due = []
    with app.store.reading() as session:
        for user in users.everyone(session):
            if notices.wants(session, user, Notice.DAILY):
                items = waiting.of(session, user, today, settings)
                if items:
                    words = memos.words_of(user, settings)
                    due.append(
                        (user, compose(user.name, items, words.told, address=settings.web.address))
                    )
    return memos.deliver(app, Notice.DAILY, today, due)


def compose(
    name: str,
    items: Sequence[Item],
    told: Callable[[Phrase], str],
    *,
    address: str,
) -> Memo:
    """Write the e-mail: the late first; ``address`` is that of the pages, if they have one."""
    hello = told(Phrase(N_("Good day, {name}"), {"name": name}))
    intro = told(Phrase(N_("This waits for you today:")))
    lines = [
        f"{told(Phrase(N_('Late')))} · {told(item.what)}" if item.late else told(item.what)
        for item in items
    ]
    off = told(Phrase(N_("You turn this daily message off on your own page, under your name.")))
    foot = f"{address.rstrip('/')}/" if address else ""
    text = "\n".join([f"{hello},", "", intro, "", *(f"- {line}" for line in lines), ""])
    text += f"\n{foot}\n" if foot else ""
    text += f"\n-- \n{off}\n"
    rows = "".join(f"<li>{escape(line)}</li>" for line in lines)
    link = f'<p><a href="{escape(foot)}">{escape(foot)}</a></p>' if foot else ""
    html = (
        f"<p>{escape(hello)},</p><p>{escape(intro)}</p><ul>{rows}</ul>{link}"
        f"<p><small>{escape(off)}</small></p>\n"
    )
    return Memo(told(Phrase(SUBJECT, {"count": len(items)})), text, html)
