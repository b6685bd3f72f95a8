"""Where a worker can be killed, in the order in which it passes there."""

POINTS = ("before-arm", "after-arm", "half-written", "after-write", "before-record")

SMTP_POINTS = (
    "before-intent",
    "intent-not-committed",
    "after-intent",
    "after-data",
    "after-250",
    "result-not-committed",
)
"""The same over a mail server."""
AT_RANDOM = "at-random"
NEVER = "never"
