"""Who holds a claimed letter, and whether that worker still lives."""

import platform

import psutil


def owner() -> str:
    """Return this process's name in leases: machine, process and when it began."""
    process = psutil.Process()
    return f"{platform.node()[:30]}/{process.pid}/{int(process.create_time())}"


def is_gone(name: str) -> bool:
    """Say whether the worker ``name`` certainly lives no more: same machine, process ended.

    A worker of another machine is given the benefit of the doubt until its lease runs out.
    """
    try:
        node, pid, began = name.rsplit("/", 2)
        if node != platform.node()[:30]:
            return False
        return int(psutil.Process(int(pid)).create_time()) != int(began)
    except psutil.NoSuchProcess:
        return True
    except (ValueError, psutil.Error):
        return False
