"""Who holds a claimed letter, and whether that worker still lives."""

import platform
import secrets

import psutil


def owner() -> str:
    """Return a new name for a run: machine, process, when that began, and which run of it."""
    process = psutil.Process()
    run = secrets.token_hex(3)
    return f"{platform.node()[:20]}/{process.pid}/{int(process.create_time())}/{run}"


def is_gone(name: str) -> bool:
    """Say whether the worker ``name`` certainly lives no more: same machine, process ended.

    A worker of another machine is given the benefit of the doubt until its lease runs out.
    """
    try:
        node, pid, began, _ = name.rsplit("/", 3)
        if node != platform.node()[:20]:
            return False
        return int(psutil.Process(int(pid)).create_time()) != int(began)
    except psutil.NoSuchProcess:
        return True
    except (ValueError, psutil.Error):
        return False
