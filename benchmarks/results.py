"""What a benchmark found: printed as it comes, kept for ``make bench``, judged at the end.

``make bench`` sets OUTREACH_BENCH_FOLDER; each benchmark then leaves one JSON file there.
"""

import json
import os
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FOLDER = "OUTREACH_BENCH_FOLDER"


class Results:
    """The figures of one benchmark."""

    def __init__(self, name: str, title: str) -> None:
        self.name = name
        self.title = title
        self.rows: list[dict[str, Any]] = []
        self.limits: list[dict[str, Any]] = []
        self.curves: list[dict[str, Any]] = []
        self.notes: list[str] = []

    def row(self, name: str, values: Sequence[float], unit: str) -> float:
        """Take one figure, measured once or several times; return its median."""
        middle = statistics.median(values)
        spread = f" ({figure(min(values))} to {figure(max(values))})" if len(values) > 1 else ""
        print(f"  {name:44} {figure(middle):>10} {unit}{spread}", flush=True)
        self.rows.append({"name": name, "median": middle, "values": list(values), "unit": unit})
        return middle

    def limit(
        self, name: str, value: float, *, least: float | None = None, most: float | None = None
    ) -> None:
        """Take a figure that has to reach ``least`` or stay within ``most`` (one of the two)."""
        if (least is None) == (most is None):
            message = "one of least and most"
            raise ValueError(message)
        reached = value >= least if least is not None else value <= (most or 0)
        wanted = (
            f"at least {figure(least)}" if least is not None else f"at most {figure(most or 0)}"
        )
        print(
            f"  {'reached' if reached else 'MISSED':8} {name}: {figure(value)} ({wanted})",
            flush=True,
        )
        self.limits.append(
            {"name": name, "value": value, "least": least, "most": most, "reached": reached}
        )

    def curve(self, name: str, points: Sequence[tuple[float, float]], unit: str) -> None:
        """Take how a figure grows: pairs of a size and the figure at that size."""
        told = ", ".join(f"{figure(x)}: {figure(y)}" for x, y in points)
        print(f"  {name}: {told} {unit}", flush=True)
        self.curves.append(
            {"name": name, "points": [list(point) for point in points], "unit": unit}
        )

    def note(self, text: str) -> None:
        """Take a sentence that the figures need beside them."""
        print(f"  {text}", flush=True)
        self.notes.append(text)

    def finish(self) -> int:
        """Keep the figures where ``make bench`` asks for them; return 1 if a limit was missed."""
        folder = os.environ.get(FOLDER)
        if folder:
            Path(folder, f"{self.name}.json").write_text(json.dumps(vars(self)), "utf-8")
        return int(not all(limit["reached"] for limit in self.limits))


def figure(value: float) -> str:
    """Return ``value`` with as many decimals as a reader needs."""
    if abs(value) >= 100:  # noqa: PLR2004  # three figures
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"  # noqa: PLR2004  # three figures
