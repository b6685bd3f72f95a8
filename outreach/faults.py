"""What the program keeps of a fault of its own: the traceback in a file, never on a screen."""

import os
import tempfile
import traceback
from datetime import datetime
from pathlib import Path

from outreach.settings import SETTINGS_FILE

LOG = "var/log/faults.log"


def keep(error: Exception, office: Path, *, doing: str, at: datetime) -> Path:
    """Write the traceback down and return where; a path of "-" where no file can be written.

    In the office folder if it is one, else in the machine's folder for passing files.
    """
    text = "".join(traceback.format_exception(error))
    line = f"{at:%Y-%m-%d %H:%M:%S} UTC: {doing}\n{text}\n"
    own, spare = office / LOG, Path(tempfile.gettempdir()) / f"outreach-faults-{os.getpid()}.log"
    for path in (own, spare) if (office / SETTINGS_FILE).is_file() else (spare,):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # An exception's words may hold an address: only the owner may read the file.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "a", encoding="utf-8") as file:
                file.write(line)
        except OSError:
            continue
        return path.absolute()
    return Path("-")
