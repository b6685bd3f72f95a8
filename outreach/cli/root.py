"""The program: commands found by name, and whatever goes wrong told in one message."""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from outreach import words
from outreach.cli import refusals
from outreach.cli.frame import Context
from outreach.cli.translated import Group
from outreach.errors import N_, OutreachError

EXIT_INTERRUPTED = 130
INTERRUPTED = N_("Interrupted. Run the same command again: it goes on where it stopped.")
UNANSWERED = N_("Stopped at the question; nothing was done.")


class Root(Group):
    """The program itself: a group whose commands are imported when they are called, so that help is quick.

    ``rooms`` maps a command's name to "module:attribute" and the msgid of its short help.
    """

    def __init__(self, *args: Any, rooms: Mapping[str, tuple[str, str]], **more: Any) -> None:  # noqa: ANN401  # Click's own
        super().__init__(*args, **more)
        self.rooms = rooms

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # Click's signature
        """Return the names in the order of the journey, not of the alphabet."""
        return list(self.rooms)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002  # Click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """Import the command; None where there is none of that name."""
        if cmd_name not in self.rooms:
            return None
        module, _, attribute = self.rooms[cmd_name][0].partition(":")
        found: click.Command = getattr(import_module(module), attribute)
        found.name = cmd_name
        if not found.help:
            found.help = self.rooms[cmd_name][1]
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # Click's signature
        """List the commands from the table alone."""
        import gettext as gnu

        gettext = words.active().gettext
        with formatter.section(gnu.gettext("Commands")):
            formatter.write_dl([(name, gettext(text)) for name, (_, text) in self.rooms.items()])

    def main(  # type: ignore[override]  # Click's overloads; this one always exits
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        **more: Any,  # noqa: ANN401  # Click's own
    ) -> NoReturn:
        """Run, and turn whatever goes wrong into one message and an exit code."""
        arguments = list(sys.argv[1:] if args is None else args)
        for stream in (sys.stdout, sys.stderr):
            if reconfigure := getattr(stream, "reconfigure", None):
                reconfigure(errors="replace")  # an old Windows console lacks some characters
        context = Context(arguments)
        more.pop("standalone_mode", None)
        sys.exit(self._run(context, arguments, prog_name or "outreach", more))

    def _run(  # noqa: PLR0911  # one way out per kind of trouble
        self, context: Context, arguments: list[str], prog_name: str, more: dict[str, Any]
    ) -> int:
        try:
            code = super().main(arguments, prog_name, standalone_mode=False, obj=context, **more)
        except OutreachError as error:
            return refusals.refuse(error, context.words, as_json=context.as_json, zone=context.zone)
        except click.ClickException as error:
            return refusals.wrong_use(error, as_json=context.as_json)
        except click.Abort as error:
            asked = not isinstance(error.__cause__, KeyboardInterrupt)
            context.note(UNANSWERED if asked else INTERRUPTED)
            return 1 if asked else EXIT_INTERRUPTED
        except OSError as error:
            if error.filename is None:
                return refusals.fault(error, context.words, context.folder, as_json=context.as_json)
            return refusals.refuse(
                refusals.UnusableFileError(path=error.filename, reason=error.strerror),
                context.words,
                as_json=context.as_json,
            )
        except Exception as error:  # noqa: BLE001  # the edge: nobody above would tell the user
            return refusals.fault(error, context.words, context.folder, as_json=context.as_json)
        finally:
            context.close()
        return code if isinstance(code, int) else 0
