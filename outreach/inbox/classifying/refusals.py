"""Why a server refused: its words first, then its enhanced status, then its digits.

Servers put the wrong digit often enough (552 for a full mailbox, 550 for greylisting, 5.7.1 for an
unknown user) that the words decide where they are plain. Statuses: RFC 3463 and its registry;
Exchange's own (5.1.10, 5.4.310, ...) as its vendor documents them.
"""

import re

from outreach.inbox.decoding import fold
from outreach.inbox.kinds import Reason

STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
REPLY_CODE = re.compile(r"(?<![\d.-])([45]\d\d)(?=[ \-,:;#)\]]|$)(?!-?\d)", re.MULTILINE)

# In order: the first that fits decides. On folded text.
WORDS: tuple[tuple[Reason, re.Pattern[str]], ...] = tuple(
    (reason, re.compile("|".join(patterns)))
    for reason, patterns in (
        (
            Reason.GREYLISTED,
            (
                r"gr[ea]y-?list",
                r"liste grise",
                r"listas? gris",
                r"try again (?:in|after) \d+ (?:seconds|minutes)",
            ),
        ),
        (
            Reason.MAILBOX_FULL,
            (
                (
                    r"(?:mail ?box|inbox|mailfolder|maildir|user|account|folder)\W.{0,40}\b(?:is |are )?"
                    r"(?:full|over ?quota|exceed)"
                ),
                r"mailbox_?full",
                r"over ?quota",
                r"depass\w* .{0,30}(?:quota|capacite|espace)",
                r"quota (?:was |has been |is )?(?:exceed|depass|full|reached|atteint)",
                r"exceed\w* .{0,40}(?:quota|storage|mailbox size|space)",
                r"out of (?:storage|disk) ?(?:space)?",
                r"insufficient (?:disk|mailbox|storage) ?(?:space|quota)?",
                r"not enough (?:storage|disk) space",
                r"\bquotaexceeded",
                (
                    r"boites? (?:aux lettres|de reception|mail|e-?mail|postale)?.{0,60}\b"
                    r"(?:est )?(?:pleines?|satur)"
                ),
                r"(?:quota|espace de stockage|capacite).{0,60}(?:depass|atteint|insuffisant|satur)",
                r"(?:buzon|bandeja|casilla|cuenta).{0,60}(?:llen[oa]|sin espacio|excedid|superad)",
                (
                    r"(?:cuota|espacio|almacenamiento|capacidad).{0,60}"
                    r"(?:excedid|super|agotad|insuficiente)"
                ),
                r"ha excedido .{0,30}(?:cuota|espacio|limite de almacenamiento)",
            ),
        ),
        (
            Reason.TOO_LARGE,
            (
                r"(?:message|mail|size|attachment|header)s? .{0,50}(?:too (?:large|big)|exceeds)",
                r"(?:exceeds|larger than) .{0,40}(?:size|maximum|limit)",
                r"max(?:imum)? (?:message|mail) ?size",
                r"message is larger than",
                r"message size exceeds",
                r"trop (?:volumineu|gros|lourd|grand)",
                r"(?:taille|volume).{0,60}(?:depass|maximal|superieure)",
                r"demasiado (?:grande|pesado)",
                r"(?:super|exced)\w* .{0,20}(?:tamano|peso)",
                r"(?:tamano|peso).{0,60}(?:exced|super|maximo)",
            ),
        ),
        (
            Reason.LOOP,
            (
                r"too many hops",
                r"mail (?:loop|forwarding loop)",
                r"loops? back to (?:itself|myself)",
                r"hop count exceeded",
                r"routing loop",
                r"boucle de (?:message|routage|courrier)",
                r"bucle de (?:correo|enrutamiento)",
            ),
        ),
        (
            Reason.NO_DOMAIN,
            (
                r"host(?: or domain name| name)? (?:lookup failed|not found|unknown)",
                r"domain (?:name )?(?:not found|does ?n[o']t exist|is not (?:valid|hosted)|unknown)",
                r"(?:unknown|invalid|no such|nonexistent|non-existent|unrouteable) (?:mail )?domain",
                r"(?:domain|host) .{0,80}(?:does not exist|does not appear to be registered|not registered|was not found|could ?n[o']t be found)",
                r"no (?:mx|mail server|such domain|route to host could be found for domain)",
                r"nxdomain",
                r"dns(?: domain)? .{0,60}(?:does not exist|no such|nxdomain)",
                r"name service error .{0,80}(?:host not found|type=(?:mx|a|aaaa)[^.]{0,30}no data)",
                r"all relevant mx records point to non-existent hosts",
                r"infodomainnonexistent",
                r"bad destination (?:system|host)",
                r"null ?mx",
                r"domain .{0,60}(?:does ?n[o']t|not) accept (?:e?-?mail|messages)",
                r"couldn't find any host",
                r"(?:nom de )?domaine.{0,60}(?:n'existe pas|inconnu|introuvable|invalide|errone)",
                (
                    r"(?:el |este )?dominio.{0,60}(?:no existe|desconocido|no (?:fue|se ha) encontrad"
                    r"|invalido)"
                ),
                r"no se (?:ha )?encontr\w+ el dominio",
            ),
        ),
        (
            Reason.MOVED,
            (
                r"(?:user|recipient|mailbox|has) .{0,30}moved (?:to|, )",
                r"address (?:has )?changed",
                r"(?:user not local|551[ -]).{0,60}(?:try|please forward)",
                r"a change d'adresse",
                r"nouvelle adresse (?:est|:)",
                r"ha cambiado de (?:direccion|correo)",
            ),
        ),
        (
            Reason.DISABLED,
            (
                (
                    r"(?:mailbox|account|user|recipient|address|e-?mail).{0,60}\b(?:is |has been |was )?"
                    r"(?:disabled|deactivated|de-activated|inactive|suspended|closed|discontinued"
                    r"|no longer (?:active|available|in use|valid|exists?|accept))"
                ),
                r"(?:disabled|inactive|suspended) (?:recipient|mailbox|user|account)",
                r"account (?:that you tried to reach )?is disabled",
                r"not (?:an )?active (?:mailbox|account|user)",
                (
                    r"(?:boites?|comptes?|adresses?|utilisateur).{0,60}(?:desactive|inacti[fv]|suspendu"
                    r"|ferme|cloture|n'est plus (?:active|utilise|valide|en service)"
                    r"|n'existe plus|supprime)"
                ),
                (
                    r"(?:cuenta|buzon|direccion|usuario|correo).{0,60}(?:desactivad|inactiv|suspendid"
                    r"|cerrad|deshabilitad|inhabilitad|ya no (?:existe|esta)|eliminad|dad[oa] de baja)"
                ),
            ),
        ),
        (
            Reason.SPAM,
            (
                r"\bspam\b",
                r"\bspamhaus|\bdnsbl\b|\brbl\b|barracudacentral|blocklist|black-?list|spamcop",
                r"\bblocked using\b",
                r"junk ?mail",
                r"unsolicited",
                r"\bbulk e?-?mail",
                r"(?:poor|bad|low) reputation|reputation (?:of|score)",
                r"identifie comme (?:spam|indesirable)|courrier indesirable|\bpourriel",
                r"correo no deseado|lista negra|liste noire",
                r"content (?:is )?(?:rejected|refused|blocked)",
                r"virus",
                r"mail rejete|\bofr_50\d",
            ),
        ),
        (
            Reason.NO_MAILBOX,
            (
                (
                    r"(?:user|recipient|mailbox|address|account|alias|destinatary)s?\b.{0,60}"
                    r"(?:unknown|not found|does ?n[o']t (?:exist|have)|do(?:es)? not exist|not exist"
                    r"|invalid|not valid|not listed|could ?n[o']t be found|not recogni[sz]ed"
                    r"|was(?:n't| not) found|isn't (?:found|valid))"
                ),
                (
                    r"(?:unknown|no such|invalid|nonexistent|non-existent|unrouteable|bad|not a valid) "
                    r"(?:local )?(?:user|recipient|mailbox|address|account|person|alias|destination)"
                ),
                r"(?:no|not a) (?:mailbox|user|account|one) (?:here|by that name|found)",
                r"doesn't have (?:a|an) .{0,60}(?:account|mailbox)",
                r"no mailbox (?:here )?by that name",
                r"recipnotfound|resolver\.adr\.(?:ex)?recip(?:ient)?notfound|nosuchuser",
                r"address rejected",
                r"recipient rejected",
                r"not our customer",
                r"email account that you tried to reach does not exist",
                (
                    r"(?:adresse|destinataire|utilisateur|boite|compte|recipiendaire)s?\b.{0,80}"
                    r"(?:n'existe(?:nt)? pas|inconnue?s?\b|introuvable|invalide|inexistante?|erronee?"
                    r"|n'a pas (?:ete )?(?:pu etre )?trouve|non valide|incorrecte?|n'est pas valide)"
                ),
                r"n'(?:existe|existent) pas (?:chez|sur|dans|a)",
                r"aucun (?:destinataire|utilisateur|compte)",
                (
                    r"(?:direccion|destinatari[oa]|usuari[oa]|buzon|cuenta|casilla)s?\b.{0,80}"
                    r"(?:no (?:existe|se (?:ha |pudo )?encontr|fue encontrad|es valid|valid)"
                    r"|desconocid|inexistente|invalid|incorrect|erronea)"
                ),
                (
                    r"no (?:existe|se encontro|se ha encontrado|hay) (?:el |la |ningun[ao]? )?"
                    r"(?:usuario|cuenta|buzon|direccion|destinatario)"
                ),
                r"550 (?:requested action not taken: )?mailbox unavailable",
                r"requested action not taken: mailbox unavailable",
                r"undeliverable address",
                r"no longer (?:works|employed)",
            ),
        ),
        (
            Reason.POLICY,
            (
                r"relay(?:ing)? (?:access )?(?:denied|not permitted|prohibited)|unable to relay",
                r"\bdmarc\b|\bspf\b|\bdkim\b|unauthenticated|authentication (?:required|check)",
                r"sender (?:address )?(?:rejected|denied|not authori)",
                r"(?:not|n't) (?:authori[sz]ed|allowed|permitted|accept) .{0,40}(?:send|mail|message)",
                r"permission to (?:post|send)|access denied|not permitted|policy|prohibited|administratively|rejected by (?:user|rule)",
                r"only accepts? (?:mail|messages) from",
                r"restricted|reverse dns|ptr record|helo",
                r"rate limit|too many (?:connections|messages|recipients)|throttl|sending limit",
                r"not accept(?:ing)? (?:mail|messages) from",
                r"refuse[e]? par (?:la politique|une regle|l'administrateur)|politique de securite",
                r"n'etes pas autorise|n'est pas autorise|acces refuse",
                r"politicas?\b|no (?:esta|tiene) (?:autorizad|permi)|rechazad[oa] por el administrador",
                r"block(?:ed|ing)",
            ),
        ),
        (
            Reason.UNREACHABLE,
            (
                r"connection (?:timed out|refused|reset|dropped|lost|with .{0,60}timed out)",
                r"(?:connect|conversation|lost connection) (?:to|with)",
                r"could not (?:connect|deliver .{0,40}within)|unable to connect|no route to host",
                r"(?:retry|delivery) time(?:out)? (?:exceeded|expired|not reached)|message expired",
                r"(?:delivery|message) .{0,30}expired|too (?:long|old)|in (?:the )?queue too long",
                (
                    r"(?:temporar|try again|service (?:not |un)available|server busy"
                    r"|server error|try later|deferred|unavailable)"
                ),
                r"not (?:currently )?responding|did not respond|network (?:is )?unreachable",
                r"delai (?:d'attente )?(?:depasse|expire)|connexion (?:refusee|impossible|interrompue)",
                r"ne repond pas|temporairement|momentanement|serveur (?:injoignable|indisponible)",
                (
                    r"tiempo de espera|conexion (?:rechazada|fallida|agotada)|no responde"
                    r"|temporal(?:mente)?|servidor no disponible|caduc|expirad"
                ),
                r"host .{0,60}is down|system not accepting|lookup .{0,30}deferral",
            ),
        ),
    )
)

STATUSES: dict[str, Reason] = {
    "1.0": Reason.NO_MAILBOX,
    "1.1": Reason.NO_MAILBOX,
    "1.2": Reason.NO_DOMAIN,
    "1.3": Reason.NO_MAILBOX,
    "1.4": Reason.NO_MAILBOX,
    "1.5": Reason.UNKNOWN,
    "1.6": Reason.MOVED,
    "1.7": Reason.POLICY,
    "1.8": Reason.POLICY,
    "1.10": Reason.NO_DOMAIN,  # RFC 7505, null MX; Exchange says recipient not found: hard too
    "2.0": Reason.UNKNOWN,
    "2.1": Reason.DISABLED,
    "2.2": Reason.MAILBOX_FULL,
    "2.3": Reason.TOO_LARGE,
    "2.4": Reason.UNREACHABLE,
    "3.1": Reason.UNREACHABLE,
    "3.2": Reason.UNREACHABLE,
    "3.4": Reason.TOO_LARGE,
    "4.1": Reason.UNREACHABLE,
    "4.2": Reason.UNREACHABLE,
    "4.3": Reason.UNREACHABLE,
    "4.4": Reason.NO_DOMAIN,
    "4.6": Reason.LOOP,
    "4.7": Reason.UNREACHABLE,
    "4.14": Reason.LOOP,
    "4.310": Reason.NO_DOMAIN,
    "4.312": Reason.UNREACHABLE,
    "4.316": Reason.UNREACHABLE,
    "6": Reason.POLICY,
    "7": Reason.POLICY,
}
TEMPORARY = {
    Reason.NO_MAILBOX: Reason.UNREACHABLE,
    Reason.NO_DOMAIN: Reason.UNREACHABLE,
    Reason.DISABLED: Reason.UNREACHABLE,
    Reason.MOVED: Reason.UNREACHABLE,
}
"""What a hard reason from a status means under a 4: servers that could not tell yet."""


def reason_of(diagnostic: str, status: str = "") -> Reason:
    """Return why, from a server's words and its status (``5.1.1``)."""
    words = re.sub(r"\bn (?=est|existe|a )", "n'", fold(diagnostic))  # apostrophes get lost
    inner = STATUS.search(words)
    if (not status or status.endswith(".0.0")) and inner is not None:
        status = inner[0]
    by_words = next((reason for reason, pattern in WORDS if pattern.search(words)), None)
    by_status = _of_status(status)
    temporary = status.startswith("4") or (not status and _first_digit(words) == "4")
    if by_words is None:
        reason = by_status
        if reason is None and not temporary and re.search(r"\b55[03]\b", words):
            reason = Reason.UNKNOWN
    elif by_words in {Reason.POLICY, Reason.UNREACHABLE} and by_status is not None:
        # "550 5.1.1 ... access denied", "5.4.1 ... temporarily": vague words, plain status.
        reason = by_status if by_status is not Reason.POLICY else by_words
    else:
        reason = by_words
    if reason is None:
        return Reason.UNREACHABLE if temporary else Reason.UNKNOWN
    if temporary and status.startswith("4") and reason in TEMPORARY:
        # 4.x.x: not even the server that says "unknown user" is sure of it.
        return TEMPORARY[reason]
    return reason


def status_in(text: str) -> str:
    """Return the first enhanced status of a failure in a text, or an empty string."""
    found = next((match for match in STATUS.finditer(text) if match[1] != "2"), None)
    return found[0] if found else ""


def _of_status(status: str) -> Reason | None:
    _, _, detail = status.partition(".")
    return STATUSES.get(detail) or STATUSES.get(detail.partition(".")[0])


def _first_digit(words: str) -> str:
    found = REPLY_CODE.search(words)
    return found[1][0] if found else ""
