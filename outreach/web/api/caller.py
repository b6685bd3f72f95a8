"""Who calls, and how a plain function becomes an answer to a call."""

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import litestar
from anyio import to_thread
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from sqlalchemy.orm import Session

from outreach.app import App
from outreach.clock import local_date
from outreach.journal import Act
from outreach.web.api.answers import Problem

PROBLEM = "application/problem+json"
CALLER = "outreach.caller"

Asked = litestar.Request[object, object, State]


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the office, and the person whose token was shown."""

    app: App
    actor: str

    def act(self) -> Act:
        """Return who acts and the present moment."""
        return Act(self.actor, self.app.clock())

    @property
    def today(self) -> date:
        """The day at the office."""
        return local_date(self.app.clock(), self.app.settings.zone)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session for reading."""
        with self.app.store.reading() as session:
            yield session


def _told(description: str) -> ResponseSpec:
    return ResponseSpec(Problem, description=description, media_type=PROBLEM)


REFUSALS = {
    400: _told("Something in the call is not as it should be"),
    401: _told("No token, or one that is unknown or has ended"),
    404: _told("There is nothing of that name or number"),
    409: _told("It cannot be done now; why is said in words"),
}


def read(path: str) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
    """Make a function of a call what GET answers; it runs in a thread of its own."""
    return lambda fn: litestar.get(path, responses=REFUSALS, operation_id=fn.__name__)(_called(fn))


def write(path: str) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
    """Make a function of a call what POST does."""
    more = REFUSALS | {403: _told("The person may not do this"), 413: _told("It is too large")}
    return lambda fn: litestar.post(path, responses=more, operation_id=fn.__name__)(_called(fn))


def _called(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Return the handler of a function whose first parameter is the call."""

    @functools.wraps(fn)
    async def answer(request: Asked, **more: Any) -> Any:  # noqa: ANN401  # as the function says
        call = Call(request.app.state.office, cast("dict[str, str]", request.scope)[CALLER])
        return await to_thread.run_sync(functools.partial(fn, call, **more))

    parameters = list(inspect.signature(fn).parameters.values())
    asked = parameters[0].replace(name="request", annotation=Asked)
    answer.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # Litestar reads it
        [asked, *parameters[1:]], return_annotation=inspect.signature(fn).return_annotation
    )
    answer.__annotations__ = {
        "request": Asked,
        **{name: kind for name, kind in fn.__annotations__.items() if name != parameters[0].name},
    }
    del answer.__wrapped__  # or the function's own would be read
    return answer
