"""``outreach serve``: the pages, for the browser on this machine."""

import webbrowser

from outreach.cli import frame
from outreach.errors import N_, OutreachError

HOST = "127.0.0.1"
PORT = 8025


class NoPagesError(OutreachError):
    """The extra is not installed."""

    message = N_("The pages need one more package. Install it with: pip install “outreach[web]”.")


@frame.command(
    help=N_(
        "Show the pages in the browser of this machine, and only there: campaigns, who got what, "
        "each letter as it left. Reading only. Stop it with Ctrl-C."
    )
)
@frame.option(
    "--port", type=int, default=PORT, show_default=True, help=N_("The port to answer on.")
)
@frame.option("--no-browser", is_flag=True, help=N_("Print the link and open no browser."))
@frame.pass_office
def serve(context: frame.Context, port: int, no_browser: bool) -> None:
    """Serve the pages until stopped."""
    try:
        import uvicorn

        from outreach.web import app as web
    except ImportError as error:
        raise NoPagesError from error
    application = web.make(context.app)
    link = f"http://{HOST}:{port}/open/{application.state.key}"
    context.say(N_("Open this link (it holds the key to your pages): {link}"), link=link)
    if not no_browser:
        webbrowser.open(link)
    uvicorn.run(application, host=HOST, port=port, log_level="warning")
