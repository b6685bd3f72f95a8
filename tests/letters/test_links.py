import pytest

from outreach.letters import links
from outreach.letters.links import Answer, Trouble

PDF = "https://ville.fr/programme.pdf"
DRIVE = "https://drive.google.com/file/d/abc/view"


def code(url: str, answer: Answer, *, online: bool = True) -> str | None:
    found = links.verdict(url, answer, online=online)
    return found and found[0]


@pytest.mark.parametrize(
    ("url", "answer", "expected"),
    [
        (PDF, Answer(PDF, 200, "application/pdf"), None),
        (PDF, Answer(PDF, 200, "application/octet-stream"), None),
        (PDF, Answer(PDF, 200), None),
        (PDF, Answer(PDF, 200, "text/html"), "L115"),
        (PDF, Answer(PDF, 200, "image/png"), "L115"),
        ("https://ville.fr/", Answer("https://ville.fr/", 200, "text/html"), None),
        ("https://ville.fr/a.html", Answer("https://ville.fr/b", 200, "text/html"), None),
        ("https://ville.fr/a.jpg", Answer("https://ville.fr/a.webp", 200, "image/webp"), None),
        (PDF, Answer(PDF, 404, "text/html"), "L113"),
        (PDF, Answer(PDF, 403, "text/html"), "L113"),
        (PDF, Answer(PDF, 410), "L113"),
        (PDF, Answer(PDF, 401), "L114"),
        (DRIVE, Answer("https://accounts.google.com/v3/signin/identifier", 200), "L114"),
        (DRIVE, Answer("https://login.microsoftonline.com/common/oauth2", 200), "L114"),
        ("https://ville.fr/x", Answer("https://ville.fr/connexion?retour=x", 200), "L114"),
        ("https://ville.fr/x", Answer("https://ville.fr/x", 200, "text/html", True), "L114"),
        ("https://ville.fr/login", Answer("https://ville.fr/login", 200, "text/html"), None),
        (PDF, Answer(PDF, 503), "L116"),
        (PDF, Answer(PDF, 429), "L116"),
        (PDF, Answer(PDF, trouble=Trouble.NO_NETWORK), "L116"),
        (PDF, Answer(PDF, trouble=Trouble.TOO_SLOW), "L116"),
        (PDF, Answer(PDF, trouble=Trouble.CERTIFICATE), "L113"),
        (PDF, Answer(PDF, trouble=Trouble.ENDLESS), "L113"),
        (PDF, Answer(PDF, trouble=Trouble.PRIVATE), "L117"),
    ],
)
def test_what_a_stranger_finds_is_judged(url: str, answer: Answer, expected: str | None) -> None:
    assert code(url, answer) == expected


def test_an_unknown_name_is_a_dead_link_only_where_the_network_works() -> None:
    answer = Answer(PDF, trouble=Trouble.UNKNOWN_HOST)
    assert code(PDF, answer, online=True) == "L113"
    assert code(PDF, answer, online=False) == "L116"


@pytest.mark.parametrize("url", ["https://a.example/x", "mailto:a@b.fr", "#", "ftp://a.fr/x"])
def test_reserved_names_and_what_is_no_web_address_are_never_opened(url: str) -> None:
    assert not links.is_visited(url)
    assert links.is_visited("https://ville.fr/x")


def test_a_form_to_sign_in_is_told_from_a_page_that_also_has_one() -> None:
    field = '<input name="p" type="password">'
    assert links.signs_in(f"<title>Connexion – Extranet</title>{field}")
    assert links.signs_in(f"<TITLE>Iniciar sesión</TITLE>{field}")
    assert not links.signs_in(f"<title>Ville du Havre</title>{field}")
    assert not links.signs_in("<title>Connexion des réseaux de chaleur</title>")
