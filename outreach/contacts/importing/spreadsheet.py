"""Print the first sheet of a workbook as JSON lines: run as a process whose memory is bounded.

Exit code 1 where the file is no workbook; any other failure means that it asked for too much.
"""

import sys
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import msgspec
from python_calamine import CalamineError, CalamineWorkbook

MOST_MEMORY = 450_000_000
"""Bytes of address space, this interpreter included."""
MOST_SECONDS = 60


def main(path: Path) -> int:
    """Write each row of the first sheet that holds anything as a JSON list of texts."""
    with suppress(ImportError):  # Windows has no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    encode = msgspec.json.encode
    try:
        book = CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height:
                for row in sheet.iter_rows():
                    sys.stdout.buffer.write(encode([text(cell) for cell in row]) + b"\n")
                break
    except MemoryError:
        return 3
    except CalamineError:
        return 1
    return 0


def text(cell: object) -> str:
    """Return a cell as it would stand in a CSV file: whole numbers without a point, ISO dates."""
    match cell:
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case _:
            return str(cell).strip().replace("\0", "")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
