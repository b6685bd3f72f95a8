"""Opt-outs: a person asks for no more letters, in French, Spanish or English.

An offer in the sender's own small print ("pour vous désinscrire, cliquez ici") is no wish of theirs.
"""

import re

from outreach.inbox.classifying.bounces import ADDRESS
from outreach.inbox.decoding import fold
from outreach.inbox.kinds import Evidence, Kind, Reason, Verdict
from outreach.inbox.parsing import Parsed

MAX_WORDS = 4_000
COMMAND = re.compile(
    r"^\W*(?:stop(?: (?:mail|mails|e-?mails?|courriels?|pub|publicites?|svp|merci|por favor|please|all))*"
    r"|unsubscribe(?: me)?(?: please)?|desinscri(?:ption|re|vez[- ](?:moi|nous))(?: svp| merci)?"
    r"|(?:me |nous )?desabonn(?:ement|er|ez[- ](?:moi|nous))(?: svp| merci)?|desinscription"
    r"|(?:dar(?:me|nos) de )?bajas?(?: por favor)?|cancelar (?:la )?suscripcion|desuscrib\w+"
    r"|remove(?: me)?(?: please)?|opt[- ]?out|no mas correos(?: por favor)?)\W*$"
)
TOKEN = re.compile(r"\b[0-9a-v]{1,13}-[0-9a-v]{1,13}-[a-z2-7]{16}\b")
"""What List-Unsubscribe adds to the subject; ``matching`` reads it."""
LETTERS = (
    r"(?:e-?mails?|mails?|mels?|courriels?|courriers?|messages?|lettres?|sollicitations?|invitations?"
    r"|informations?|communications?|publicites?|envois?|newsletters?|relances?|correspondances?)"
)
CARTAS = (
    r"(?:correos?(?: electronicos?)?|mensajes?|e-?mails?|cartas?|comunicaciones|comunicados|invitaciones"
    r"|informacion(?:es)?|publicidad|boletines|notificaciones|envios|correspondencia)"
)
WISH = re.compile(
    r"(?:ne (?:souhait\w+|desir\w+|veu(?:x|t|lent)|voul\w+) (?:plus|pas) (?:du tout )?(?:etre "
    r"(?:destinataires?|contacte\w*|sollicite\w*|releance\w*|relance\w*|importune\w*|inscri\w+)"
    r"|(?:en |le |la |les )?recevoir (?:(?:de |d'|ces |ce |vos |votre |aucune? |ce type de |d'autres |a l'avenir )*"
    r"(?:type de )?" + LETTERS + r"|.{0,30}de votre part|quoi que ce soit))"
    r"|ne plus (?:recevoir|etre destinataires?) .{0,40}(?:" + LETTERS + r"|de votre part)"
    r"|(?:merci|priere|veuillez|vous demand\w+|prions|prie|souhait\w+|bien vouloir)[^.]{0,60}"
    r"(?:de |d')?ne plus (?:me|nous|lui|leur)? ?(?:les |l'|en )?(?:envoyer|adresser|ecrire|contacter|solliciter|"
    r"relancer|importuner|faire parvenir|transmettre)"
    r"|inutile de (?:nous|me|m') ?(?:relancer|recontacter|re-?ecrire|ecrire|solliciter)"
    r"|ne (?:m'|nous )(?:envoyez|ecrivez|adressez|contactez|sollicitez|relancez) plus"
    r"|cess(?:ez|er) (?:de (?:m'|nous |me |vous )?(?:envoyer|adresser|ecrire|solliciter|contacter|relancer"
    r"|importuner)|(?:vos|ces|tout) (?:envois?|" + LETTERS + r"))"
    r"|\b(?:me|nous|m'|la|l') ?(?:desinscrire|desabonner|radier|(?:retirer|supprimer|enlever|rayer|oter) de (?:la|vos"
    r"|votre|cette|toute))|(?:cette adresse|notre adresse|mon adresse|nos coordonnees|mes coordonnees|notre (?:commune|"
    r"collectivite|mairie)|mon nom) [^.]{0,30}(?:desinscri(?:re|te)|desabonn[e]|retire|supprim|enleve|raye|radi)"
    r"|(?:desinscri(?:re|vez)|desabonn(?:er|ez)|retir(?:er|ez)|supprim(?:er|ez)|enlev(?:er|ez)|ray(?:er|ez)|otez|oter"
    r"|radi(?:er|ez))[- ](?:moi|nous|mon|notre|nos|mes|cette|l'adresse|la (?:mairie|ville|commune)|ma|le nom)"
    r"[^.]{0,60}(?:liste|fichier|base|envoi|diffusion|adresse|destinataires|mailing|contacts|repertoire)"
    r"|(?:desinscri(?:re|vez)|desabonn(?:er|ez))[- ](?:moi|nous)"
    r"|(?:notre|ma|mon|la) (?:demande de )?(?:desinscription|desabonnement)[^.]{0,40}(?:liste|diffusion|envois?|svp|merci)"
    r"|demand\w+ (?:notre|ma|la) (?:desinscription|radiation|desabonnement)"
    r"|(?:dar(?:me|nos|nos) (?:de )?(?:la )?baja|de(?:me|nos|n)? de baja|soliciti?\w* (?:la |mi |nuestra )?baja"
    r"|(?:quiero|queremos|deseo|deseamos|quisiera\w*|solicito|solicitamos) (?:que )?(?:me |nos )?(?:ser )?(?:den|de|"
    r"darme|darnos|damos) de baja)"
    r"|no (?:deseo|deseamos|quiero|queremos|quisiera\w*|desean|desea) (?:seguir |volver a |continuar )?(?:recib\w+)"
    r" (?:mas |estos |este tipo de |sus |su |ningun\w* |otros? |mas de )*"
    + CARTAS
    + r"|no (?:deseo|deseamos|quiero|queremos) (?:que (?:me|nos) (?:sigan |vuelvan a )?(?:escrib|contact|envi|mand)"
    r"|ser contactad|seguir (?:siendo )?(?:recibiendo|contactad))"
    r"|(?:no|dejen de|deje de|dejar de|abstenga\w* de|paren de) (?:me |nos |volver a )?(?:escribir|enviar|mandar|"
    r"contactar|molestar|recibir)(?:me|nos|les)?\b[^.]{0,40}(?:" + CARTAS + r"|mas\b|por favor)"
    r"|no (?:se requiere|es necesario|hace falta) (?:seguir |continuar |volver a |que sigan )"
    r"(?:envi|mand|escrib|contact|insist)"
    r"|no (?:me|nos) (?:escriban?|envien?|manden?|contacten?|molesten?)\b"
    r"|(?:elimin(?:en|e|ar)|retir(?:en|e|ar)|borr(?:en|e|ar)|saqu(?:en|e)|sacar|quit(?:en|e|ar)|exclu(?:yan|ya|ir)|"
    r"suprim(?:an|a|ir))(?:me|nos)?\b[^.]{0,50}(?:lista|base de datos|correo|direccion|directorio|contactos|envios)"
    r"|(?:please )?(?:unsubscribe|remove) (?:me|us|my|our|this)|stop (?:sending|writing|e-?mailing|contacting)"
    r"|(?:do not|don't) (?:wish|want) to (?:receive|be contacted)|(?:no longer|not) wish to (?:receive|be contacted)"
    r"|take (?:me|us) off (?:your|this))"
)
OFFER = re.compile(
    r"\b(?:si |pour |afin de |if you |to |para |si usted |quienes |dans le cas ou |vous pouvez |puede |vous "
    r"(?:avez le droit|disposez)|you (?:can|may) )[^.]{0,25}$"
)
NEGATED = re.compile(
    r"(?:ne (?:pas|point) |surtout pas |no (?:quiero|queremos|deseamos|deseo) que )$"
)
DATA = re.compile(
    r"(?:(?:supprim\w+|effac\w+|suppression|effacement|opposition|oppos\w+|retir\w+)[^.]{0,80}"
    r"(?:donnees (?:personnelles|a caractere|me concernant)|mes donnees|nos donnees|traitement de (?:mes|nos)"
    r"|informations (?:personnelles|me concernant)|coordonnees personnelles)"
    r"|droit (?:d'opposition|a l'effacement|a l'oubli|de suppression)|article (?:17|21) du (?:rgpd|reglement)"
    r"|(?:elimin\w+|suprim\w+|borr\w+|supresion|eliminacion|revoc\w+|oposicion|opong\w+|cancelacion)[^.]{0,80}"
    r"(?:datos personales|mis datos|nuestros datos|tratamiento|habeas data)"
    r"|(?:derecho|ejercicio|ejerc\w+)[^.]{0,40}(?:habeas data|supresion|oposicion)"
    r"|(?:erase|delete|erasure)[^.]{0,60}(?:personal data|my data|my information)|object to the processing)"
)
ALL = re.compile(
    r"(?:aucune? (?:autre |nouveau |sorte de )?(?:"
    + LETTERS
    + r")|toute? (?:autre |nouvelle )?(?:"
    + LETTERS
    + r")|tous (?:les|vos) (?:"
    + LETTERS
    + r")|quel\w* que (?:soi|ce soi)|definitivement|toutes? (?:vos|les) "
    r"(?:listes?|bases?)|quoi que ce soit|plus (?:rien|du tout|jamais)|de (?:l'|votre )ambassade"
    r"|ningun\w* (?:tipo de |otro |otra )?(?:"
    + CARTAS
    + r")|todas? (?:sus|las|los) (?:listas?|bases?|"
    + CARTAS
    + r")|todos (?:sus|los) (?:"
    + CARTAS
    + r")|definitivamente|nunca mas|de (?:la|su) embajada"
    r"|any (?:more |further )?(?:e?-?mails?|messages?|letters?)|all (?:your )?(?:lists?|e?-?mails?))"
)


def judge(message: Parsed, new_text: str) -> Verdict | None:
    """Return the verdict on an opt-out, or None."""
    words = re.sub(r"\s+", " ", ADDRESS.sub("adresse", fold(new_text[:MAX_WORDS]))).strip()
    subject = re.sub(r"^(?:(?:re|rep|rv|tr|fwd?) ?: ?)*", "", fold(message.subject).strip())
    subject = TOKEN.sub("", subject)
    seen = _command(new_text, subject) or _wish(words)
    about_data = _unoffered(DATA, words)
    if not seen and not about_data:
        return None
    if about_data:
        reason = Reason.PERSONAL_DATA
    elif ALL.search(words):
        reason = Reason.EVERYTHING
    else:
        reason = Reason.THESE_LETTERS
    return Verdict(
        Kind.OPT_OUT,
        reason,
        original_message_id=message.answered_id,
        evidence=(Evidence("opt-out-words", (about_data or seen)[:200]),),
    )


def _command(text: str, subject: str) -> str:
    """“STOP” as the whole first line, or as the subject of a message that says nothing more."""
    lines = [line.strip() for line in fold(text).split("\n") if line.strip()]
    if lines and COMMAND.match(lines[0]):
        return lines[0]
    if COMMAND.match(subject) and len(lines) <= 6 and len(text) < 600:  # noqa: PLR2004
        return subject
    return ""


def _wish(words: str) -> str:
    return _unoffered(WISH, words)


def _unoffered(pattern: re.Pattern[str], words: str) -> str:
    for found in pattern.finditer(words):
        before = words[max(0, found.start() - 60) : found.start()]
        if not OFFER.search(before) and not NEGATED.search(before):
            return found[0]
    return ""
