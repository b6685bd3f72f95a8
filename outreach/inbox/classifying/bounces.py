"""Bounces and delays: RFC 3464 reports, and the many servers that write a letter instead."""

import re
from collections.abc import Iterator

from outreach.inbox.classifying import refusals
from outreach.inbox.decoding import fold
from outreach.inbox.kinds import Evidence, Failure, Kind, Permanence, Reason, Verdict
from outreach.inbox.parsing import Parsed, message_ids

ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.)+[A-Za-z][\w-]{1,62}")
GIVEN_UP = frozenset({"failed", "failure", "fail", "failedd"})
MAX_TEXT = 30_000
MAX_DIAGNOSTIC = 500

MACHINE = re.compile(
    r"^(?:mailer-?daemon|mail-?daemon|postmaster|mdaemon|mail-?delivery|mailer|majordomo|root"
    r"|microsoftexchange[0-9a-f]+|bounce[sd]?|no-?reply|mailsystem|mail\.?system|mailadmin|smtp)"
    r"(?:[+=_.-].*)?@|^mailer-?daemon$|^postmaster$",
)
MACHINE_NAME = re.compile(
    r"mail delivery (?:sub)?system|mailer.?daemon|mail delivery service|system administrator"
    r"|administrateur systeme|administrador del sistema|microsoft outlook|mail system|postmaster"
    r"|systeme de messagerie|sistema de correo|mail delivery|courier mail server|internet mail"
)
SUBJECT = re.compile(
    r"undeliver|delivery (?:status notification|failure|has failed|report|notification|problem)"
    r"|mail delivery (?:failed|failure|problem|error)|returned (?:mail|to sender)|failure notice"
    r"|delivery (?:failed|error)|failed (?:mail|delivery|message)|message (?:not delivered|undeliver)"
    r"|non ?delivery|nondeliverable|could not (?:be delivered|send message)|unable to deliver"
    r"|mail system error|bounced (?:mail|message)|message status - undeliverable|rejected"
    r"|non[ -]?(?:remis|distribu|delivre)|echec (?:de (?:la )?(?:remise|distribution|livraison|l'envoi)"
    r"|d'envoi|de l'acheminement|d'acheminement)|message (?:refuse|rejete|retourne|non)"
    r"|remise (?:impossible|echouee)|notification (?:d'etat de remise|de non[ -])|courrier (?:retourne"
    r"|non)|avis de non|retour (?:a l'expediteur|de courrier|d'un message)|impossible de remettre"
    r"|no (?:se (?:ha )?(?:pudo|puede|podido)|entreg)|(?:mensaje|correo) (?:no entregado|devuelto"
    r"|rechazado|rebotado)|error (?:de|en la|al) (?:entrega|envi)|fallo (?:de|en la|en el) (?:entrega|env)|aviso de (?:fallo|error|rebote)"
    r"|notificacion (?:de|del) (?:estado|error|no|fall)|devuelto|no (?:es posible|fue posible) entregar"
    r"|entrega (?:fallida|imposible)|rebote|imposible entregar"
)
LATE_SUBJECT = re.compile(
    r"delay|warning: (?:could not|message)|still (?:being )?(?:retried|trying)|deferred"
    r"|retard|differe|(?:en attente|temporisation) de (?:remise|distribution)"
    r"|retras|aplazad|demora|diferid|pendiente de entrega"
)
BODY = re.compile(
    r"(?:could ?n[o']t|cannot|can't|was not|wasn't|not|unable to|failed to|couldn't) (?:be )?"
    r"(?:delivered?|sent|reach)"
    r"|delivery (?:to (?:the following|these)|has failed|failed|of your message|attempt)"
    r"|permanent (?:fatal )?errors?|fatal errors|undeliverable|did not reach"
    r"|returned (?:to (?:you|sender)|below|message)|rejected your message|following address"
    r"|this is the (?:qmail|mail system|postfix|courier)|created automatically by mail delivery"
    r"|i'm (?:afraid|sorry) (?:i|to have to)"
    r"|n'ai (?:malheureusement )?pas pu (?:remettre|delivrer|distribuer|livrer|acheminer|envoyer|transmettre)|n'a (?:pas )?(?:pu|pas) (?:ete |etre )?(?:remis|delivre|distribue|achemine|envoye|transmis)"
    r"|n'ont pas (?:pu|recu)|non (?:remis|distribue|delivre)|echec de|impossible (?:de|d') "
    r"(?:remettre|delivrer|distribuer|livrer|acheminer|envoyer)|a ete (?:refuse|rejete|retourne)"
    r"|pas pu etre (?:remis|delivre|distribue|achemine|livre)|est (?:revenu|retourne)"
    r"|no (?:se )?(?:ha )?(?:podido|pudo|puede|fue posible|es posible|pudimos|hemos podido)"
    r" (?:ser )?(?:entreg|envi)|no (?:pude|pudo|pudimos|logre|se logro) entregar|no (?:ha sido|fue) entregad|(?:fue|ha sido) (?:rechazad|devuelt)"
    r"|no (?:ha )?(?:llegado|llego) a|error (?:al|de) (?:entreg|envi)"
)
STILL_TRYING = re.compile(
    r"(?:will|shall) (?:be retried|keep trying|continue (?:to try|trying)|try (?:again|to deliver)"
    r"|be tried|retry)|still (?:being )?(?:trying|retried|attempt|in the queue)|(?:do not|don't|no) need"
    r" to (?:resend|do anything)|not (?:yet )?been delivered|delivery attempts will continue"
    r"|only a warning|has(?: not|n't) been delivered (?:yet|to)|further attempts"
    r"|(?:nouvelles?|autres?) tentatives?|continuera|tentatives? (?:se poursuiv|vont)|sera retente"
    r"|pas encore (?:ete |pu )|inutile de (?:le |la )?renvoyer|simple avertissement"
    r"|(?:seguira|seguiremos|continuara|se seguira) (?:intentand|tratand)|(?:aun|todavia) no (?:se )?ha"
    r"|volver\w* a intentar|nuevos intentos|no (?:es necesario|hace falta) (?:que )?(?:lo )?reenv"
)
GAVE_UP = re.compile(
    r"giv(?:en|ing) up|(?:permanent|fatal) (?:error|failure)|no (?:further|more) attempts"
    r"|could not be delivered to (?:one|the)|aucune (?:nouvelle|autre) tentative|abandon"
    r"|no se (?:harán|haran) mas|retry time(?:out)? (?:not reached for any|exceeded)|has failed"
)
ORIGINAL = re.compile(
    r"^[-_=*\s]*(?:(?:this is a copy of|copy of) (?:the |your )?(?:message|original)"
    r"|below this line is a copy|original message(?: follows| headers)?|message (?:d'origine|original|"
    r"initial)|your (?:original )?message (?:follows|is (?:below|attached|included))|included (?:is|below)|en-?tetes? (?:de message )?d'origine"
    r"|message text follows|received:|return-path:|mensaje original|encabezados? (?:de mensaje )?original"
    r"|copie (?:de votre|du) message|copia del mensaje|unsent message|text of (?:the )?message"
    r"|transcript of message|contenu du message|headers? of the original).{0,120}$"
)


OUR_ID = re.compile(r"^[\s>]*message-id:\s*(<[^<>\s]+@[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
"""The Message-ID of a letter given back as text."""


def judge(message: Parsed) -> Verdict | None:
    """Return the verdict on a bounce, a delay or a delivery notice; None if it is none of them."""
    return _report(message) or _letter(message)


def _report(message: Parsed) -> Verdict | None:
    """Read the machine part of a report (RFC 3464), whatever the outer type claims."""
    report = next(
        (
            part.text
            for part in message.parts
            if not part.enclosed or message.media == "multipart/report"
            if part.media in {"message/delivery-status", "message/global-delivery-status"}
            or (part.media == "text/plain" and part.text.lstrip()[:13].lower() == "reporting-mta")
        ),
        "",
    )
    if not report.strip():
        return None
    told = message.text[:MAX_TEXT]
    failures: list[Failure] = []
    late: list[str] = []
    fine: list[str] = []
    for fields in _recipient_fields(report):
        action = fields.get("action", "").split(" ")[0].strip(";,").lower()
        status = refusals.status_in(fields.get("status", "")) or fields.get("status", "")[:9]
        address = _typed(fields.get("original-recipient", "")) or _typed(
            fields.get("final-recipient", "")
        )
        if action in {"delivered", "relayed", "expanded"} or (not action and status[:2] == "2."):
            fine.append(address)
        elif action == "delayed":
            late.append(address)
        elif action in GIVEN_UP or status[:1] in {"4", "5"} or action:
            diagnostic = fields.get("diagnostic-code", "")
            words = diagnostic.partition(";")[2].strip() or diagnostic
            if not _telling(words):
                words = f"{words} {_own_words(told)}".strip()
            failures.append(
                Failure(address, refusals.reason_of(words, status), status, words[:MAX_DIAGNOSTIC])
            )
    evidence = (Evidence("delivery-status", _short(report)),)
    if failures:
        return _bounced(message, failures, evidence)
    if late:
        return _with_original(message, Kind.DELAY, None, late, evidence)
    if fine:
        return _with_original(message, Kind.NOTICE, Reason.DELIVERED, fine, evidence)
    return None


def _letter(message: Parsed) -> Verdict | None:
    """Recognise a bounce that is only text, by who sends it, its subject and its words."""
    told = message.text[:MAX_TEXT] or message.part("text/plain")[:MAX_TEXT]
    subject = fold(message.subject)
    own = _own_words(told)
    words = re.sub(r"\s+", " ", fold(own))
    failed_header = message.first("x-failed-recipients")
    address = message.sender[1]
    daemon = bool(MACHINE.match(address))
    by_machine = daemon or bool(MACHINE_NAME.search(fold(message.sender[0])))
    no_return = _null_return_path(message)
    late = bool(LATE_SUBJECT.search(subject))
    by_subject = bool(SUBJECT.search(subject)) or late
    by_words = bool(BODY.search(words))
    reported = message.report_type == "delivery-status"
    telling = _telling(words)
    if not (
        failed_header
        or reported
        or (by_machine and (by_subject or by_words))
        or (daemon and (telling or OUR_ID.search(told)) and no_return)
        or (no_return and by_subject and (by_words or telling))
    ):
        return None
    recipients = _named(message, own, failed_header)
    evidence = tuple(
        Evidence(rule, seen)
        for rule, seen, holds in (
            ("x-failed-recipients", failed_header, bool(failed_header)),
            ("report-type", message.report_type, reported),
            ("machine-sender", address, by_machine),
            ("null-return-path", "<>", no_return),
            ("bounce-subject", message.subject, by_subject),
            ("bounce-words", _short(own), by_words),
        )
        if holds
    )
    trying = bool(STILL_TRYING.search(words)) and not GAVE_UP.search(words)
    if trying or (late and not GAVE_UP.search(words)):
        return _with_original(message, Kind.DELAY, None, recipients, evidence)
    status = refusals.status_in(own)
    reason = refusals.reason_of(own, status)
    failures = [
        Failure(recipient, reason, status, " ".join(own.split())[:MAX_DIAGNOSTIC])
        for recipient in recipients or [""]
    ]
    return _bounced(message, failures, evidence)


def _bounced(message: Parsed, failures: list[Failure], evidence: tuple[Evidence, ...]) -> Verdict:
    worst = next((one for one in failures if one.permanence is Permanence.HARD), failures[0])
    verdict = _with_original(
        message,
        Kind.BOUNCE,
        worst.reason,
        [one.recipient for one in failures],
        (*evidence, Evidence("server-words", worst.diagnostic or worst.status)),
    )
    return Verdict(
        kind=verdict.kind,
        reason=worst.reason,
        permanence=worst.permanence,
        recipients=verdict.recipients,
        original_message_id=verdict.original_message_id,
        failures=tuple(failures),
        evidence=verdict.evidence,
    )


def _with_original(
    message: Parsed,
    kind: Kind,
    reason: Reason | None,
    recipients: list[str],
    evidence: tuple[Evidence, ...],
) -> Verdict:
    return Verdict(
        kind=kind,
        reason=reason,
        recipients=tuple(dict.fromkeys(filter(None, recipients))),
        original_message_id=original_message_id(message),
        evidence=evidence,
    )


def original_message_id(message: Parsed) -> str | None:
    """Return the Message-ID of the letter that a report is about."""
    for headers in message.enclosed_headers:
        for name, value in headers:
            found = message_ids(value) if name == "message-id" else ()
            if found:
                return found[0]
    within = OUR_ID.search(message.text)
    if within:
        return within[1]
    return message.answered_id


def _recipient_fields(report: str) -> Iterator[dict[str, str]]:
    """Yield the fields of each recipient; blocks may lack the blank line between them."""
    fields: dict[str, str] = {}
    for line in re.sub(r"\n[ \t]+", " ", report).split("\n"):
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if not colon or " " in name:
            continue
        if name in fields and name in {"final-recipient", "action"}:
            yield fields
            fields = {}
        if name != "message-id":
            fields.setdefault(name, value.strip())
    if "action" in fields or "status" in fields or "final-recipient" in fields:
        yield fields


def _typed(value: str) -> str:
    """Return the address of ``rfc822; someone@town.example``."""
    found = ADDRESS.search(value.partition(";")[2] or value)
    return found[0].lower() if found else ""


def _telling(words: str) -> bool:
    folded = fold(words)
    return any(pattern.search(folded) for _, pattern in refusals.WORDS)


def _own_words(text: str) -> str:
    """Return what the server says, without the letter that it gives back."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if at and ORIGINAL.match(fold(line).strip()) and "".join(lines[:at]).strip():
            return "\n".join(lines[:at])
    return text


def _named(message: Parsed, own: str, failed_header: str) -> list[str]:
    if failed_header:
        return [found.lower() for found in ADDRESS.findall(failed_header)]
    ours = set(message.recipients) | {message.sender[1]}
    enclosed = [
        found.lower()
        for headers in message.enclosed_headers[:1]
        for name, value in headers
        if name == "to"
        for found in ADDRESS.findall(value)
    ]
    named = [found.lower().strip("'") for found in ADDRESS.findall(own)]
    told = [
        one
        for one in dict.fromkeys(named)
        if one not in ours and not MACHINE.match(one) and not one.startswith("postmaster@")
    ]
    both = [one for one in enclosed if one in told]
    return both or told[:1] or enclosed


def _null_return_path(message: Parsed) -> bool:
    return message.has("return-path") and message.first("return-path").replace(" ", "") == "<>"


def _short(text: str) -> str:
    return " ".join(text.split())[:200]
