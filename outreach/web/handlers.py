"""Pages as plain functions, each run in a thread of its own: the rooms wait for the database.

Litestar's own ``sync_to_thread`` wraps a function once more whenever another method joins its
path (2.25), and then returns a coroutine that nobody awaits; here the function is wrapped once.
"""

import functools
from collections.abc import Awaitable, Callable
from typing import Any

import litestar
from anyio import to_thread
from litestar.handlers import HTTPRouteHandler

Handler = Callable[..., Any]


def get(path: str) -> Callable[[Handler], HTTPRouteHandler]:
    """Make a function the page that ``path`` shows."""
    return lambda fn: litestar.get(path)(_threaded(fn))


def post(path: str) -> Callable[[Handler], HTTPRouteHandler]:
    """Make a function what a form posted to ``path`` does."""
    return lambda fn: litestar.post(path, status_code=200)(_threaded(fn))


def _threaded(fn: Handler) -> Callable[..., Awaitable[Any]]:
    @functools.wraps(fn)
    async def answer(*args: Any, **more: Any) -> Any:  # noqa: ANN401  # whatever the page takes and returns
        return await to_thread.run_sync(functools.partial(fn, *args, **more))

    return answer
