"""What the sender wrote, apart from what is quoted, signed or printed under every message.

Mail programs mark the earlier message in HTML, or open it by a line ("Le 3 septembre 2025 à 10:12,
… a écrit :") or by a block of headers ("De : … Envoyé : …"). The first mark cuts. Lines with ``>``
are quoted wherever they stand, so that an answer written between them is kept.
"""

import re
from dataclasses import dataclass

from outreach.inbox import markup
from outreach.inbox.decoding import fold
from outreach.inbox.parsing import Parsed

MAX_LINES = 4_000
LOOK_AHEAD = 6
"""Lines that a folded opening line or a block of headers may take."""


@dataclass(frozen=True, slots=True)
class Split:
    """A body in two: what is new, and the earlier message below it."""

    new: str
    quoted: str


# On folded text: lower case, no accents, plain quotes.
OPENING = re.compile(
    r"^[\s>*_]*(?:"
    r"(?:le|en date du|am|on|el|em|il|a las|en) \S.{3,220}?"
    r"(?:a ecrit|ecrivait|ecrit|wrote|writes|escribio|escribia|escribe|ha escrito|escreveu|schrieb"
    r"|a envoye|envio lo siguiente)\s?:*\s*$"
    r"|\S.{3,160}? (?:a ecrit|escribio|wrote|ha escrito) ?(?:le|el|on) .{4,80}:\s*$"
    r"|\d{4}-\d\d-\d\d \d{1,2}:\d\d\b.{3,160}<?[^\s<>]+@[^\s<>]+>?.{0,30}:\s*$"
    r"|\S.{3,200} (?:a ecrit|escribio|wrote|ha escrito|ecrivait) ?:\s*$"
    r")"
)
SEPARATOR = re.compile(
    r"^[\s>*]*(?:"
    r"[-_=]{2,}\s*(?:message d'origine|message original|message initial|mensaje original"
    r"|original message|courrier original|message transfere|message reexpedie|mensaje reenviado"
    r"|forwarded message|forwarded by|original appointment|e-?mail d'origine|correo original"
    r"|message suivi|reply message|mail original|courriel original|correo reenviado)\b.{0,80}"
    r"|(?:debut du message (?:reexpedie|transfere)|inicio del mensaje reenviado"
    r"|begin forwarded message)\s?:?\s*"
    r")$"
)
RULE = re.compile(r"^[\s>]*[_\-=*]{10,}\s*$")
FIELD = re.compile(
    r"^[\s>*]*(?:(?P<who>de|from|von|expediteur|remitente)"
    r"|(?P<when>envoye(?: le)?|date|sent|enviado(?: el)?|fecha|gesendet|le)"
    r"|(?P<to>a|to|para|an|destinataires?|pour|destinatarios?)"
    r"|(?P<subject>objet|subject|asunto|sujet|betreff)"
    r"|(?P<copy>cc|copie(?: a)?|c\.c\.?|importance|importancia|con copia))\s?\*?\s?:"
)
RULES_AT_THE_END = re.compile(r"(?:\s*\n[ \t]*[-_=*]{3,}[ \t]*)+$|^[-_=*]{3,}$")
SIGNATURE = re.compile(r"^(?:-- ?|__|\u2014)$")
MOBILE = re.compile(
    r"^(?:envoye (?:de|depuis|a partir d)\W?.{2,60}|enviado (?:desde|de) .{2,60}"
    r"|sent from .{2,60}|sent via .{2,60}|(?:telecharge[rz]?|obtenir|obtenez|obtener|get|descargar) outlook .{0,60}|obtener outlook .{0,60}"
    r"|get outlook for .{0,40}|obtenez outlook .{0,40}|provenance : .{0,40}"
    r"|descargar outlook .{0,40})$"
)
SMALL_PRINT = re.compile(
    r"^\W*(?:"
    r"(?:avis de )?confidentialite\b|ce (?:message|courriel|courrier|mail|mel)\b.{0,120}"
    r"(?:confidentiel|destine exclusivement|exclusivement|usage exclusif|etablis? a l'intention)"
    r"|aviso (?:legal|de confidencialidad|de privacidad)|este (?:mensaje|correo|e-?mail)\b.{0,120}"
    r"(?:confidencial|destinatario|dirigido|uso exclusivo)"
    r"|la informacion contenida en este|le contenu de ce (?:message|courriel)"
    r"|this (?:e-?mail|message)\b.{0,120}(?:confidential|intended)|confidentiality notice|disclaimer"
    r"|pensez a l'environnement|antes de imprimir|avant d'imprimer|please consider the environment"
    r"|n'imprimez ce|imprima este|before printing|p avant d'imprimer"
    r"|(?:si|pour) (?:vous )?ne (?:souhaitez |voulez |desirez )?plus recevoir (?:nos|notre|la|cette)"
    r"|si (?:usted )?no desea (?:seguir )?recib|para (?:dejar de recibir|darse de baja)"
    r"|to unsubscribe|pour vous desinscrire|pour vous desabonner|se desinscrire|darse de baja"
    r"|l'integrite de ce message|sin virus\.|garanti sans virus|libre de virus|virus-free"
    r"|conformement (?:au|a la loi|aux?) .{0,60}(?:rgpd|reglement|informatique)"
    r"|en cumplimiento de la ley .{0,20}1581|de conformidad con la ley"
    r")"
)


def split(message: Parsed) -> Split:
    """Return the new text of a message and the rest of its body."""
    if message.html:
        marked = markup.as_text(message.html, marks=True)
        if markup.QUOTE_BEGINS in marked:
            above, _, below = marked.partition(markup.QUOTE_BEGINS)
            if above.strip():
                again = split_text(above)
                return Split(again.new, f"{again.quoted}\n{below}".strip())
    return split_text(message.text)


def split_text(text: str) -> Split:
    """Return the new text of a plain body and the rest."""
    lines = text.replace("\u00a0", " ").replace(markup.QUOTE_BEGINS, "").split("\n")[:MAX_LINES]
    folded = [fold(line).strip() for line in lines]
    new: list[str] = []
    quoted: list[str] = []
    at = 0
    while at < len(lines):
        if lines[at].lstrip().startswith(">"):
            quoted.append(lines[at])
            at += 1
        elif opens_quotation(folded, at):
            end = _end_of_quoted_block(lines, at)
            quoted += lines[at:end]
            at = end
        else:
            new.append(lines[at])
            at += 1
    return Split(_without_foot(new), "\n".join(quoted).strip())


def _end_of_quoted_block(lines: list[str], at: int) -> int:
    """Return where the quotation that opens at a line ends.

    All the rest, unless every line of it has ``>``: then people may have answered below it.
    """
    first = at + 1
    while first < len(lines) and first < at + 4 and not lines[first].lstrip().startswith(">"):
        first += 1  # the opening line may be folded, a blank line may follow
    if first >= len(lines) or not lines[first].lstrip().startswith(">"):
        return len(lines)
    end = first
    while end < len(lines) and (lines[end].lstrip().startswith(">") or not lines[end].strip()):
        end += 1
    return end


def opens_quotation(folded: list[str], at: int) -> bool:
    """Say whether an earlier message begins at that line (lines folded and stripped)."""
    line = folded[at]
    if not line:
        return False
    if SEPARATOR.match(line) or (RULE.match(line) and _is_header_block(folded, at + 1)):
        return True
    if _is_header_block(folded, at):
        return True
    joined = ""
    for following in folded[at : at + 4]:  # a long opening line is folded by the mail program
        if not following:
            break
        joined = f"{joined} {following}".strip()
        if OPENING.match(joined) and _speaks_of_a_message(joined):
            return True
    return False


def _speaks_of_a_message(line: str) -> bool:
    """Say whether a line names a date, an hour or an address: “Le maire a écrit :” does not."""
    return bool(re.search(r"\d{1,2}[:h.]\d\d|@|\d{4}|\d{1,2}[/.-]\d{1,2}", line))


def _is_header_block(folded: list[str], at: int) -> bool:
    """From, then date, addressee or subject within a few lines."""
    while at < len(folded) and not folded[at]:
        at += 1
    if at >= len(folded):
        return False
    first = FIELD.match(folded[at])
    if first is None or not (first["who"] or first["subject"] or first["when"]):
        return False
    kinds = set()
    for line in folded[at : at + LOOK_AHEAD]:
        found = FIELD.match(line)
        if found is not None:
            kinds.add(found.lastgroup)
    return "who" in kinds and len(kinds) >= 3  # noqa: PLR2004


def _without_foot(lines: list[str]) -> str:
    """Cut the signature, “sent from my phone” and the small print, if anything stands above."""
    for at, line in enumerate(lines):
        plain = fold(line).strip()
        if SIGNATURE.match(line.rstrip("\r")) or MOBILE.match(plain) or SMALL_PRINT.match(plain):
            if "".join(lines[:at]).strip():
                lines = lines[:at]
            break
    text = "\n".join(line.rstrip() for line in lines)
    return RULES_AT_THE_END.sub("", re.sub(r"\n{3,}", "\n\n", text).strip())
