"""How much disk the exact letters of a batch take, kept for ever.

Sends a circular under a personal cover to many communes, as the September step does, then compares
the messages as they left with the room they take in the database. Fails above a tenth.

Usage: python benchmarks/archive.py [--letters 35000]
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from results import Results

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from outreach.db import Store  # noqa: E402  # the repository stands on the path first
from outreach.dispatch import archive  # noqa: E402
from tests.dispatch.world import World  # noqa: E402

WANTED = 0.1


def main() -> int:
    """Send, measure, and read some letters back."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--letters", type=int, default=35_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="outreach-bench-") as home:
        folder = Path(home) / "office"
        folder.mkdir()
        shutil.copy(ROOT / "outreach.toml", folder)
        for part in ("templates", "contacts", "campaigns"):
            (folder / part).symlink_to(ROOT / part)
        store = Store(f"sqlite:///{folder / 'var' / 'outreach.db'}")
        store.upgrade()
        world = World(store, folder)
        number = world.signed(many=options.letters)
        before = _octets(folder)
        assert world.send(number).sent == options.letters
        grown = _octets(folder) - before
        with store.reading() as session:
            room = archive.room(session, number)
            started = time.perf_counter()
            for path in world.outbox()[:1000]:
                message = path.read_bytes()
                assert archive.read(session, archive.digest(message)) == message
            spent = (time.perf_counter() - started) * 1000 / min(1000, options.letters)
        store.close()
    found = Results("archive", f"The exact letters kept for ever: {room.letters:,} letters")
    found.row("as they left", [room.exact / 1e6], "MB")
    found.row("kept", [room.kept / 1e6], "MB")
    found.row("kept, a letter", [room.kept / room.letters], "octets")
    found.row("the whole database grew by", [grown / 1e6], "MB")
    found.row("read back and verified, a letter", [spent], "ms")
    found.limit("kept, of what left", room.kept / room.exact, most=WANTED)
    return found.finish()


def _octets(folder: Path) -> int:
    return sum(path.stat().st_size for path in (folder / "var").glob("outreach.db*"))


if __name__ == "__main__":
    sys.exit(main())
