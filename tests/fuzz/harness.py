"""Feed one target with octets that reach ever more of its code: a program of its own.

Atheris (libFuzzer) sees which lines an input runs and goes on from those that run new ones. It ends
with an error, and leaves the octets beside the corpus, where the target raises, takes more than
``SLOW`` seconds or ``LARGE`` megabytes.

Usage: harness.py TARGET CORPUS SECONDS
"""

import sys

import atheris

SLOW = 25
LARGE = 2048
LONGEST = 20_000

with atheris.instrument_imports(include=["outreach"]):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    """Run until the time is over or something is found."""
    name, corpus, seconds = sys.argv[1:]
    atheris.Setup(
        [
            sys.argv[0],
            corpus,
            f"-max_total_time={seconds}",
            f"-timeout={SLOW}",
            f"-rss_limit_mb={LARGE}",
            f"-max_len={LONGEST}",
            f"-artifact_prefix={corpus}/../found-",
            "-print_final_stats=1",
            "-verbosity=0",
        ],
        TARGETS[name],
    )
    atheris.Fuzz()


main()
