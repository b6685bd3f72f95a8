"""The commands of ``outreach batch`` around a mailing: tests before it, and what follows it."""

from outreach.cli import following, lots, rehearsing, resending, through

COMMANDS = (
    rehearsing.test,
    resending.resend,
    following.supplement,
    following.correct,
    lots.lots,
    lots.bordereau,
    through.through,
)
