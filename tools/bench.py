"""Run every benchmark, one after the other, and write down what they found.

Writes ``benchmarks/results.json`` and ``docs/speed.md`` with its pictures. A benchmark that misses a
limit does not stop the others; the exit code is then 1.

Usage: python tools/bench.py [NAME ...] [--write]
    NAME     only these (smtp, pdf...); what others found before stays in the results
    --write  only write the page again, from the results that are there
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "outreach"
mpl.rcParams["font.family"] = "sans-serif"
from matplotlib import pyplot as plt  # noqa: E402  # drawn to files, without a screen

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results.json"
PAGE = ROOT / "docs" / "speed.md"
PICTURES = ROOT / "docs" / "images" / "speed"
HELPERS = {"databases", "results"}
PEERS = {
    "smtp": "letters/s",
    "email_path": "letters/s",
    "letters": "letters/s",
    "pdf": "ms a letter",
}
"""What is compared with other programs, in what unit: it gets a picture."""
BLUE, GREY = "#003893", "#8a8f98"

INTRODUCTION = """# How fast it is

Written by `make bench`, which runs everything in `benchmarks/`: change nothing here by hand. The
median of several rounds in turn stands first, the least and the greatest behind it. What a limit
says was wanted; **missed** says that it is not reached, on this machine, in this run. What the
machine did besides is not known: compare figures of one run with each other, never with another
machine's.
"""


def run(names: list[str]) -> dict[str, Any]:
    """Run the benchmarks of those names; return what each left, with the day of its run."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            print(f"== {name}", flush=True)
            environment = os.environ | {"OUTREACH_BENCH_FOLDER": folder, "PYTHONPATH": str(ROOT)}
            subprocess.run(  # noqa: S603  # our own files
                [sys.executable, ROOT / "benchmarks" / f"{name}.py"], env=environment, check=False
            )
            left = Path(folder, f"{name}.json")
            if left.exists():
                found[name] = json.loads(left.read_text("utf-8")) | {
                    "on": datetime.now(UTC).date().isoformat(),
                    "machine": machine(),
                }
            else:
                print(f"   {name} ended without figures", flush=True)
    return found


def machine() -> str:
    """Return what the figures were measured on, without its name."""
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def page(results: dict[str, Any]) -> str:
    """Return the page of all results."""
    parts = [INTRODUCTION]
    for name, one in results.items():
        parts.append(
            f"## {one['title']}\n\n`benchmarks/{name}.py`, {one['on']}, {one['machine']}.\n"
        )
        if name in PEERS or one["curves"]:
            parts.append(f"![{one['title']}](images/speed/{name}.svg)\n")
        if one["limits"]:
            lines = ["| Limit | Measured | Wanted | |", "|---|---:|---:|---|"]
            for limit in one["limits"]:
                least, most = limit["least"], limit["most"]
                wanted = (
                    f"at least {figure(least)}" if least is not None else f"at most {figure(most)}"
                )
                told = "reached" if limit["reached"] else "**missed**"
                lines.append(f"| {limit['name']} | {figure(limit['value'])} | {wanted} | {told} |")
            parts.append("\n".join(lines) + "\n")
        if one["rows"]:
            lines = ["| Figure | Median | Least to greatest |", "|---|---:|---:|"]
            for row in one["rows"]:
                values = row["values"]
                spread = (
                    f"{figure(min(values))} to {figure(max(values))}" if len(values) > 1 else ""
                )
                lines.append(
                    f"| {row['name']} | {figure(row['median'])} {row['unit']} | {spread} |"
                )
            parts.append("\n".join(lines) + "\n")
        for curve in one["curves"]:
            told = ", ".join(f"{figure(y)} at {x:,}" for x, y in curve["points"])
            parts.append(f"- {curve['name']} ({curve['unit']}): {told}")
        parts += [f"\n{note[0].upper()}{note[1:]}." for note in one["notes"]]
        parts.append("")
    return "\n".join(parts).replace("\n\n\n", "\n\n")


def figure(value: float) -> str:
    """Return ``value`` with as many decimals as a reader needs."""
    if abs(value) >= 100:  # noqa: PLR2004  # three figures
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"  # noqa: PLR2004  # three figures


def draw(name: str, one: dict[str, Any]) -> None:
    """Draw the bars of a comparison, or the curves of a growth."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    if one["curves"]:
        units = list(dict.fromkeys(curve["unit"] for curve in one["curves"]))
        figure_, axes = plt.subplots(1, len(units), figsize=(9, 3.4), squeeze=False)
        for axis, unit in zip(axes[0], units, strict=True):
            for curve, mark in zip(
                (each for each in one["curves"] if each["unit"] == unit), "osD^v", strict=False
            ):
                sizes, values = zip(*curve["points"], strict=True)
                axis.plot(sizes, values, marker=mark, label=curve["name"])
            axis.set(xscale="log", yscale="log", xlabel="rows", ylabel=unit)
            axis.grid(visible=True, which="major", alpha=0.3)
        axes[0][0].legend(fontsize=8)
    else:
        rows = [row for row in one["rows"] if row["unit"] == PEERS[name]]
        names = [row["name"] for row in rows]
        figure_, axis = plt.subplots(figsize=(9, 0.42 * len(rows) + 0.7))
        own = [name.startswith(("outreach", "ours", "fill", "message")) for name in names]
        bars = axis.barh(
            names, [row["median"] for row in rows], color=[BLUE if each else GREY for each in own]
        )
        axis.bar_label(bars, labels=[figure(row["median"]) for row in rows], padding=4, fontsize=8)
        axis.invert_yaxis()
        axis.set_xlabel(PEERS[name] + ("" if PEERS[name].endswith("/s") else " (less is better)"))
        axis.spines[["top", "right"]].set_visible(False)
        axis.margins(x=0.12)
    figure_.tight_layout()
    figure_.savefig(PICTURES / f"{name}.svg", metadata={"Date": None, "Creator": None})
    plt.close(figure_)


def main() -> int:
    """Run, keep, write, and say what was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    known = sorted(path.stem for path in (ROOT / "benchmarks").glob("*.py"))
    names = (
        [] if options.write else options.names or [each for each in known if each not in HELPERS]
    )
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    found = run(names)
    results = dict(sorted((results | found).items()))
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    for name, one in results.items():
        if name in PEERS or one["curves"]:
            draw(name, one)
    PAGE.write_text(page(results), "utf-8")
    missed = [
        f"{name}: {limit['name']}"
        for name, one in results.items()
        for limit in one["limits"]
        if not limit["reached"]
    ]
    print("".join(f"missed: {each}\n" for each in missed), end="")
    return int(bool(missed) or found.keys() != set(names))


if __name__ == "__main__":
    sys.exit(main())
