"""Where a worker can be killed, in the order in which it passes there."""

POINTS = ("before-arm", "after-arm", "half-written", "after-write", "before-record")
