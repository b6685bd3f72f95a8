"""Wordings of machines and of people, in French, Spanish and English, on folded text.

Folded: lower case, no accents, plain quotes, single spaces (``decoding.fold``). A pattern here is
never proof by itself: ``automatic`` weighs it with headers and the rest of the text.
"""

import re
from typing import Final

from outreach.inbox.classifying import absences

SUBJECT_ABSENT: Final = re.compile(
    r"^(?:(?:re|rep|rv|tr|fwd?) ?: ?)*\W{0,2}(?:\[?(?:auto|automatique)\]?\W{1,3})?(?:"
    r"reponse (?:automatique|d'absence|auto)|message (?:automatique|d'absence)|avis d'absence"
    r"|notification d'absence|absence(?: (?:du bureau|de |jusqu|prolongee|du \d|temporaire)| ?:|$)|absente? "
    r"(?:du|jusqu|pour|en|:)|absente?$|en (?:conges?|vacances)|conges? |conges?$|hors du bureau|indisponib"
    r"|fermeture|repondeur"
    r"|respuestas? automatica|autorespuesta|auto-respuesta|mensaje automatico|fuera de (?:la )?oficina"
    r"|ausente|ausencia|aviso de ausencia|en vacaciones|vacaciones|estoy (?:fuera|de)|no disponible"
    r"|contestador"
    r"|auto(?:matic)?[- ]?(?:reply|response|responder)|auto ?: |out[- ]of[- ](?:the[- ])?office|ooo\b|away"
    r"|on (?:leave|vacation|holiday)|vacation|absence notification"
    r")"
)
SUBJECT_RECEIVED: Final = re.compile(
    r"^(?:(?:re|rep) ?: ?)*\W{0,2}(?:accuse (?:de|d') ?(?:reception|enregistrement)|a\.?r\.? (?:de|:)"
    r"|nous avons (?:bien )?recu|bien recu votre|votre (?:demande|message|courriel|mail|mel|courrier) (?:a (?:bien )?ete"
    r"|n°|no |est)|confirmation (?:de (?:reception|prise en compte)|d'enregistrement)|prise en compte"
    r"|reception de votre|acuse de recib|confirmacion de (?:recib|recepc)|hemos recibido|(?:solicitud|peticion|demande|requete) (?:registrada|radicada|recibida|enregistree|recue)|(?:su|tu) "
    r"(?:solicitud|mensaje|correo|peticion|pqrs\w*)|recibimos su|radicad[oa]|radicacion|notificacion de radica"
    r"|acknowledg|we (?:have )?received|thank you for (?:contacting|your (?:message|e?-?mail))|ticket|"
    r"\[?(?:ticket|case|incident|demande|caso)\W{0,3}\d+|gracias por (?:contactar|escribir|comunicar)"
    r"|your request)"
)
ABSENT: Final = re.compile(
    r"\b(?:je (?:suis|serai) (?:actuellement |absolument |momentanement |egalement |donc )?(?:absente?\b"
    r"|en (?:conges?|vacances|arret|deplacement|mission|formation|disponibilite|teletravail)|hors|indisponible"
    r"|a l'etranger|injoignable|dans l'impossibilite)"
    r"|(?:actuellement|momentanement) (?:absente?|en (?:conges?|vacances|deplacement|formation))"
    r"|(?:en mon|pendant mon|durant mon|en notre) absence|(?:absente?|absents) (?:du bureau|jusqu|du \d|du (?:"
    + absences.WEEKDAY
    + r"))|je (?:ne suis|ne serai) pas (?:au bureau|disponible|joignable|present)|mon retour|je ne pourrai"
    r" (?:vous )?(?:repondre|prendre connaissance)|en conge (?:maternite|paternite|parental|maladie)"
    r"|(?:la mairie|nos bureaux|nos services|le service|l'accueil)[^.]{0,60}(?:sera|seront|est|sont) fermee?s?"
    r"|n'a pas acces a (?:sa|ses) (?:messagerie|mail)|consulte(?:rai)? (?:pas |que rarement )"
    r"|(?:estoy|estare|me encuentro|me encontrare|estaremos) (?:actualmente |momentaneamente |temporalmente )?"
    r"(?:(?:por )?fuera|ausente|de vacaciones|en vacaciones|de (?:permiso|baja|licencia|viaje|comision)|en (?:licencia"
    r"|comision|permiso|periodo)|disfrutando|incapacitad|sin acceso)|(?:en|durante) mi ausencia"
    r"|(?:actualmente|temporalmente) (?:ausente|fuera|de vacaciones)|a mi regreso|no (?:estoy|estare|me encuentro)"
    r" (?:disponible|en la oficina|en mi)|fuera de (?:la )?oficina|periodo (?:de )?vacacion|de vacaciones (?:hasta"
    r"|del|desde)|(?:la alcaldia|nuestras oficinas|la oficina|nuestros despachos)[^.]{0,60}(?:cerrad|no (?:habra"
    r"|atender))|vacaciones colectivas|receso (?:de|laboral)|tendre acceso limitado"
    r"|i (?:am|will be|'m) (?:currently )?(?:out of|away|on (?:leave|holiday|vacation|annual|maternity|sick)"
    r"|travell?ing|absent|not in)|i'm (?:currently )?(?:out of|away|on)|out of (?:the )?office|on my return"
    r"|when i (?:return|get back|am back)|limited access to (?:my )?e?-?mail|(?:our )?offices? (?:is|are|will be)"
    r" closed)"
)
LEFT: Final = re.compile(
    r"(?:(?:je|il|elle|m\.|mme|madame|monsieur|cette personne|agent|collaborat\w+|titulaire)?[^.\n]{0,40}"
    r"(?:ne (?:fais|fait|font) plus partie|ne suis plus (?:en |affecte|au |a la |dans|joignable|votre)|pris d'autres fonctions|n'est plus en (?:poste|fonction)|ne travaille plus|n'exerce plus"
    r"|(?:ai?|ayant) (?:definitivement )?quitte (?:mes|ses|nos|la|le|les|l'|notre|ma)|n'occupe plus|ai? (?:fait valoir|pris)"
    r" (?:ses|sa|mes|ma|leurs) (?:droits?|retraite)|(?:suis|est) (?:desormais )?(?:parti\w*|admise?) (?:a|en) la? ?retraite"
    r"|n'est plus (?:affecte|employe|en charge|dans nos|au sein|joignable a cette)|a cesse ses fonctions"
    r"|a change de (?:service|poste|collectivite)|ai change de (?:service|poste|collectivite))"
    r"|(?:ya )?no (?:trabaj|labor|hago parte|hace parte|pertenec|ejerz|ejerc|ocup|presta)[^.\n]{0,60}"
    r"(?:entidad|alcaldia|administracion|institucion|cargo|gobernacion|empresa|dependencia|aqui|municipio"
    r"|equipo|servicio)|(?:mi|su) (?:vinculacion|contrato|periodo)[^.\n]{0,40}(?:termin|finaliz|culmin)|no (?:me encuentro|estoy|se encuentra|esta) (?:mas )?vinculad|desvinculad|ya no (?:trabaj|labor|hago|hace|forma|estoy|me encuentro)|(?:se )?(?:ha )?(?:retir\w+|desvincul\w+|"
    r"jubil\w+) (?:de|del) (?:la |el )?(?:entidad|alcaldia|cargo|servicio|administracion)"
    r"|(?:no longer|has left|have left) (?:work|with|employed|at|the|part of|here|in (?:this|the)|my|our))"
)
NEW_ADDRESS: Final = re.compile(
    r"(?:(?:mon|notre|cette) (?:ancienne )?adresse[^.\n]{0,60}(?:a change|n'est plus|sera supprimee|change|"
    r"est remplacee|desactivee)|(?:nouvelle adresse|nouveau courriel|nouvel e?-?mail|nouvelle boite)"
    r"|(?:mi|nuestr[oa]|este|esta) (?:correo|direccion|buzon)[^.\n]{0,60}(?:cambi|ya no|dejara|deshabilit|"
    r"desactiv)|(?:nuev[oa] (?:correo|direccion|e?-?mail|buzon))|(?:my|our) (?:new )?e?-?mail(?: address)? "
    r"(?:has changed|is now)|new e?-?mail address)"
)
RECEIVED: Final = re.compile(
    r"(?:accuse(?:r|ons|z)? (?:bonne )?(?:de )?reception|(?:votre|vos|ta) (?:message|courriel|mail|mel|demande|saisine|requete|dossier|formulaire"
    r"|courrier|e-?mail|envoi|correspondance)s?[^.\n]{0,60}(?:a|ont) (?:bien )?(?:ete )?(?:recu|enregistre|pris"
    r"|transmis|achemine|parvenu)|(?:est|sont) bien arrive|(?:nous|m')\s?(?:est|sont) (?:bien )?parvenu|(?:avons|ai) bien recu vo(?:tre|s)|bien (?:recu|reception|pris en compte)"
    r"|sera (?:traitee?|examinee?|transmis|etudiee?) (?:dans|par|au)|(?:dans les (?:meilleurs|plus brefs) delais)"
    r"|(?:ceci|ce message) (?:est|a ete) (?:un )?(?:message |genere |envoye )?automati|merci de ne pas (?:y )?"
    r"repondre|ne pas repondre a ce|nous vous remercions de (?:votre (?:message|courriel)|nous avoir)"
    r"|numero de (?:dossier|demande|suivi|ticket)|service d'accueil numerique"
    r"|(?:hemos|ha sido|he) (?:recibid|radicad)|recibimos su|(?:su|tu) (?:mensaje|correo|solicitud|peticion"
    r"|comunicacion|requerimiento|pqrs\w*)[^.\n]{0,60}(?:fue|ha sido|sera|quedo|se ha) (?:recib|radic|registr|"
    r"asignad|remitid|atendid|tramitad)|acus(?:e|amos|o) (?:de )?recib|numero de (?:radicad|caso|ticket|tramite)"
    r"|en el menor tiempo|(?:a la mayor|con la mayor) brevedad|mensaje (?:automatico|generado automatica)"
    r"|no respond(?:a|er) (?:a )?este|favor no responder|gracias por (?:comunicar|contactar|escribir)"
    r"|terminos de ley|le (?:daremos|sera dada) respuesta"
    r"|(?:have|has been|'ve) received (?:your)?|we received your|your (?:message|e?-?mail|request|enquiry)[^.\n]"
    r"{0,40}(?:has been|was|is) (?:received|registered|logged)|do not reply|automated (?:message|response)"
    r"|ticket (?:number|id|has been))"
)
MACHINE_SAYS: Final = re.compile(
    r"(?:reponse|message|courriel|e-?mail|mail|envoi|accuse de reception)s? (?:est |a ete |etait )?(?:un[e]? |envoye |"
    r"genere |emis )*automatique|automatiquement|ne pas (?:y )?repondre|boite (?:mail )?(?:n'est pas|non) "
    r"(?:consultee|relevee)|(?:mensaje|correo|respuesta) (?:generad[oa] |enviad[oa] |es )?(?:un[a]? )?(?:mensaje )?"
    r"automatic|automaticamente|generad[oa]s? por (?:el|nuestro|un) sistema|no (?:lo |la )?respond(?:a|er|as)|genere[e]? par (?:le|notre|un) systeme|favor no contestar|no (?:es )?monitoread"
    r"|do not reply|automated|automatically|auto-?generated|not monitored"
)
SAYS_OF_ITSELF: Final = re.compile(
    r"\b(?:ceci|cette|ce|cet|esto|este|esta|this)\b (?:est |es |is )?(?:une? |an? )?(?:message|reponse|courriel|e-?mail"
    r"|mail|envoi|mensaje|correo|respuesta|reply|response)?\b[^.]{0,40}\bautomat|ne pas (?:y )?repondre"
    r"|no (?:lo |la )?respond(?:a|er|as)|do not reply|not monitored|(?:genere|generad|envoye|enviad)\w* automat"
)
CHALLENGE: Final = re.compile(
    r"(?:mailinblack|mail in black|boxbe|spam ?arrest|bluebottle|spamenmoins|altospam|tmda|qurb|cleanmail"
    r"|sender (?:verification|confirmation|authenti)|challenge[- ]response)"
    r"|(?:vous (?:devez|etes invite a|pouvez) |pour )?(?:vous )?(?:authentifier|confirmer (?:votre|l') (?:envoi"
    r"|adresse|identite)|identifier comme expediteur)"
    r"|(?:votre|ce) (?:message|courriel|mail|e-?mail)[^.]{0,80}(?:en attente|retenu|bloque|mis en quarantaine"
    r"|stocke|sera (?:delivre|remis|distribue))[^.]{0,160}(?:cliqu|lien|confirm|authentif|valid|robot|captcha)"
    r"|(?:prouver|verifier|confirm\w+|attester)[^.]{0,60}(?:n'etes pas un robot|etes (?:bien )?(?:un humain|une"
    r" personne|l'expediteur))"
    r"|(?:demande|lien) d'(?:authentification|identification)"
    r"|(?:su|este) (?:mensaje|correo)[^.]{0,80}(?:retenid|en espera|pendiente|cuarentena|bloquead)[^.]{0,160}"
    r"(?:clic|enlace|confirm|verifi|robot|captcha|autenti)"
    r"|(?:demostrar|comprobar|verificar|confirm\w+)[^.]{0,60}(?:no es un robot|es (?:una persona|humano)"
    r"|su (?:direccion|identidad|envio))"
    r"|(?:your|this) (?:message|e?-?mail)[^.]{0,80}(?:held|on hold|waiting|quarantin|pending|not been delivered)"
    r"[^.]{0,160}(?:click|link|confirm|verif|human|captcha)"
    r"|(?:prove|verify|confirm)[^.]{0,60}(?:you are (?:a )?(?:human|person|not a robot|real)|that you sent"
    r"|you're (?:human|not))"
)
HELD: Final = re.compile(
    r"en attente|retenue?\b|bloquee?\b|quarantaine|suspens|retenid[oa]|en espera|pendiente|cuarentena|bloquead[oa]"
    r"|\bheld\b|on hold|waiting|quarantin"
)
PROOF: Final = re.compile(
    r"(?:valid|confirm|authentif|autentic|verifi|prouv|prove|comprob|demostr)\w*[^?!]{0,80}(?:expedit|adresse|identite"
    r"|envoi|humain|robot|personne|remitente|direccion|identidad|envio|human|sender|address|identity|e-?mail|message"
    r"|mensaje|correo)|captcha"
)
ACTS: Final = re.compile(
    r"cliqu|clic|click|https?://|captcha|repondre a ce (?:message|mail)|reply to this|responda a este"
)
LINK: Final = re.compile(r"https?://[^\s<>\"')\]]{4,500}")
ENGAGED: Final = re.compile(
    r"(?:interess|propos|souhait(?:ons|e|erions)|reunion|rendez-vous|rencontr|disponibilites|avec plaisir|"
    r"votre (?:courrier|lettre|proposition|invitation) (?:a retenu|du)|(?:j'|nous )(?:ai|avons) (?:bien )?(?:pris"
    r" connaissance|lu|transmis)|je (?:(?:le |la |les |lui |leur )?(?:transmet|remet|transfer|fais suivre)|vous (?:confirme|propose|transmets|prie))|en piece jointe|ci-joint"
    r"|(?:nous )?(?:pouvons|pourrons)|vous (?:recevoir|rencontrer)|quedamos|con (?:mucho )?gusto|propon(?:go|emos)|asistire|nos (?:gustaria|interesa)|proponemos|remito|adjunt|he (?:leido|trasladad|remitid)"
    r"|podemos|podriamos|we would|please find|looking forward to)"
)
ANOTHER: Final = re.compile(
    r"\b(?:maires?|alcald\w+|president\w*|monsieur|madame|m\.|mme|mr|senora?|dra?\.?|doctora?|director\w*"
    r"|directeur|directrice|gobernador\w*|prefet\w*|elue?s?|adjointe?|collegue|companer\w+|il|elle|mayor|he"
    r"|she|colleague|funcionari\w+|secretari\w+)\b[^.!?]{0,30}$"
)
NOBODY: Final = re.compile(
    r"^(?:no-?_?reply|ne-?pas-?repondre|nepasrepondre|no-?responde?r?a?|donotreply|do-not-reply|automate|robot)\b"
)
"""Senders that say themselves that nobody reads there."""
