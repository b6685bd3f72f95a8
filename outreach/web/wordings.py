"""What a page says where a room speaks of a command: the same advice, in the words of the pages.

The rooms tell people what to type; nobody types on a page. Whatever a reader is told passes through
here. ``tests/web/test_wordings.py`` looks for sentences that name a command and have no other words.
"""

from collections.abc import Mapping

from outreach.accounts.users import LastAdministratorError, NotAllowedError, UnknownUserError
from outreach.campaigns.course import RestingError
from outreach.campaigns.enrolments import ManyRecipientsError, NotStartedError
from outreach.campaigns.promises import (
    NotPromisedByStepError,
    PromiseDateError,
    UnknownPromiseError,
)
from outreach.contacts.directory import UnknownContactError
from outreach.contacts.editing import ContactExistsError, UnknownOrganisationError
from outreach.contacts.importing.refusals import UnknownColumnsError
from outreach.contacts.importing.runs import UnknownLineError
from outreach.contacts.importing.undoing import UnknownImportError
from outreach.contacts.segments import SegmentExistsError
from outreach.dispatch.annulments import NotProposedError, ReasonMissingError, UnknownNumberError
from outreach.dispatch.approval import ChangedError, OwnBatchError
from outreach.dispatch.batches import UnknownBatchError
from outreach.dispatch.credentials import NotConnectedError
from outreach.dispatch.external import NotRecordedError, UnknownCodesError
from outreach.dispatch.formerbook import NoNumberColumnError, RefusedLinesError
from outreach.dispatch.halting import OpenPromisesError
from outreach.dispatch.homes import AdoptReasonError, NotAtHomeError
from outreach.dispatch.lots import UnknownLotError
from outreach.dispatch.pace.runs import AlreadySendingError
from outreach.dispatch.pace.schedules import StaleError, TooLateError
from outreach.dispatch.paper import NothingToPrintError
from outreach.dispatch.preapprovals import (
    PreapprovalLimitsError,
    PreapprovalNumbersError,
    PreapprovalOwnError,
)
from outreach.dispatch.register import NumbersNeededError, OwnBookError
from outreach.dispatch.rehearsals import NoSuchTestLetterError
from outreach.dispatch.resending import ByHandError, NothingToResendError
from outreach.dispatch.retouching import NoSuchLetterError, OtherLetterError, SharedTextError
from outreach.dispatch.sequels import CorrectedAlreadyError, SameNumberError
from outreach.dispatch.settling import ReasonNeededError
from outreach.dispatch.signing import SignatureMissingError
from outreach.dispatch.through import NobodyThroughError
from outreach.dispatch.warnings import NewWarningsError, UnacceptedError, UnreasonedError
from outreach.errors import N_, OutreachError
from outreach.inbox.deciding import UnknownArrivalError, WithoutMessageError
from outreach.inbox.learning import UnplacedError
from outreach.inbox.nextactions import UnknownTaskError
from outreach.partners.assignment import NoCandidatesError
from outreach.partners.pairs import UnknownPlaceError
from outreach.partners.projectforms import UnreadableFormError
from outreach.partners.projects import UnknownProjectError, UntranslatedError
from outreach.partners.proposals import NoListError
from outreach.reports.reading import ErasedAddresseeError
from outreach.web.advice import PHRASES

ERRORS: Mapping[type[OutreachError], str] = {
    LastAdministratorError: N_(
        "“{name}” is the only administrator. Make somebody else one first, on the page “People”."
    ),
    NotAllowedError: N_(
        "“{name}” works here as: {role}. This needs: {needed}, or above. Ask a colleague who may."
    ),
    UnknownUserError: N_(
        "Nobody called “{name}” works in this office. Known: {known}. An administrator adds "
        "people on the page “People”."
    ),
    RestingError: N_("The campaign {name} rests since it was paused. Let it go on from its page."),
    ManyRecipientsError: N_(
        "This audience counts {count} contacts, above this office’s limit of {limit}. If all of "
        "them are meant, an administrator types the count in the form."
    ),
    NotStartedError: N_("The campaign {name} is not started. Start it from its page."),
    NotPromisedByStepError: N_(
        "Promise {number} was made to one contact alone; choose no contact."
    ),
    PromiseDateError: N_(
        "The letters of step {step} promise something, and nobody has said for when: {names}. "
        "Choose the day in the form."
    ),
    UnknownPromiseError: N_("No promise has the number {number}. The list of promises shows them."),
    UnknownContactError: N_(
        "No contact has the code “{code}”. Near it: {near}. The page “Contacts” finds contacts by"
        " name."
    ),
    ContactExistsError: N_(
        "There is a contact {code} already. Change its card, or give the new contact at "
        "{organisation} an ending of its own, such as dgs."
    ),
    UnknownOrganisationError: N_(
        "No organisation has the code “{code}”. The page “Contacts” finds organisations by name; "
        "official codes look like FR:76351 or CO:73001."
    ),
    UnknownColumnsError: N_(
        "{path} has no column that names an organisation. Its columns: {columns}. Say below which"
        " is which."
    ),
    UnknownLineError: N_("No line waits under the number {row}. The page of imports lists them."),
    UnknownImportError: N_("There is no import {run}. The page of imports lists them."),
    SegmentExistsError: N_("There is a list “{name}” already. Give this one another title."),
    NotProposedError: N_(
        "Nobody proposed to annul {reference}, or it is annulled already. Propose it first, with "
        "the reason."
    ),
    ReasonMissingError: N_("A number is annulled with a written reason."),
    UnknownNumberError: N_("No letter bears {reference}. The register shows the numbers."),
    ChangedError: N_(
        "Batch {batch} is no longer what was submitted: {changes}. Cancel it and prepare it again."
    ),
    OwnBatchError: N_(
        "“{name}” submitted batch {batch} and cannot approve it alone. Ask another manager; an "
        "administrator may do both with a reason, which stays on the batch."
    ),
    UnknownBatchError: N_("There is no batch {batch}. The page “Batches” shows those there are."),
    NotConnectedError: N_(
        "We are not signed in at the mail server: {words} Ask whoever looks after the program to "
        "connect it again."
    ),
    NotRecordedError: N_(
        "Batch {batch} was sent by the program: what left cannot be taken back. Only letters that"
        " were recorded as having left beside it can."
    ),
    UnknownCodesError: N_(
        "{path} names {count} codes that are no contacts of this office: {codes}. Nothing was "
        "recorded. The page “Contacts” finds the right codes."
    ),
    NoNumberColumnError: N_(
        "{path} has no column with the numbers. Its titles: {columns}. Say which is which."
    ),
    RefusedLinesError: N_(
        "{count} lines cannot be taken over; nothing was written. Mend the file, or leave them "
        "out for good: what is taken over is never changed afterwards."
    ),
    OpenPromisesError: N_(
        "The campaign {name} still owes what it promised: {promises}. Keep it, or withdraw it "
        "with a reason, then end the campaign."
    ),
    AdoptReasonError: N_("Say why this is the office now. It is kept in the journal."),
    NotAtHomeError: N_(
        "This database belongs to {machine}, folder {folder}. Here it is a copy, or the office "
        "has moved: if both went on, letters would leave twice and numbers be given twice. Ask "
        "whoever looks after the program to say where the office is."
    ),
    UnknownLotError: N_(
        "Batch {batch} has no lot {lot}. Its page “On paper” shows those that were printed."
    ),
    AlreadySendingError: N_(
        "Batch {batch} is being sent already, by {actor} since {since}. Its page shows how far it"
        " is; “Pause” holds it."
    ),
    StaleError: N_(
        "Batch {batch} was to go on at {due} and is so late that it does not leave by itself. "
        "Look whether its letters still hold; then press “Send the e-mails”."
    ),
    TooLateError: N_(
        "Batch {batch} is leaving already, so its sending cannot be taken back. “Pause” holds the"
        " letters that have not left."
    ),
    NothingToPrintError: N_(
        "Batch {batch} has no letter waiting to be printed. What was printed before is printed "
        "again from its page “On paper”."
    ),
    PreapprovalLimitsError: N_(
        "Say at least one letter, and a day that is not past: {at_most} letters until {until} "
        "allow nothing."
    ),
    PreapprovalNumbersError: N_(
        "The numbers of this office come from its official book, so a person signs each batch with "
        "them. Leave the mandate empty: the letters are approved beforehand and then wait for "
        "their signature."
    ),
    PreapprovalOwnError: N_(
        "{set_by} approved them beforehand and makes this round too. Let somebody else make the "
        "rounds, or approve the batch by hand."
    ),
    NumbersNeededError: N_(
        "This office copies its numbers from the official book: {needed} are needed, {given} were"
        " given. Write them one after another, for instance {example}, or {example}..{last}."
    ),
    OwnBookError: N_(
        "This office’s register issues its own numbers; leave the field for numbers empty."
    ),
    NoSuchTestLetterError: N_(
        "Batch {batch} has no letter to {contacts}. Its page shows who is in it."
    ),
    ByHandError: N_(
        "This office lays its letters ready for a person to send: forward the letter from the "
        "mail program instead, and record it as a letter that left beside the program."
    ),
    NothingToResendError: N_(
        "Batch {batch} has no e-mail to {contact} that can be sent again: only what left by "
        "e-mail, or was refused, is kept byte for byte. If it perhaps left, first say what you "
        "found; a letter by post is printed again from the page “On paper”."
    ),
    NoSuchLetterError: N_("{contact} has no letter in batch {batch}. Its page shows who is in it."),
    OtherLetterError: N_(
        "{path} is not the document of this letter. Press “Take it to Word”, change its text and "
        "bring that file back."
    ),
    SharedTextError: N_(
        "The letter to {contact} is a circular: its text is everyone’s. Change the letter "
        "“{letter}” itself."
    ),
    CorrectedAlreadyError: N_(
        "Everyone of batch {batch} has the erratum “{letter}” already, sent or prepared. For "
        "another correction, write another letter."
    ),
    SameNumberError: N_(
        "Batch {batch} adds recipients to a circular that is signed and numbered; it needs no "
        "number and no scan."
    ),
    ReasonNeededError: N_("Write why: it is kept with the letter."),
    SignatureMissingError: N_(
        "Say how it is signed: write the words of the recorded mandate, or bring the signed "
        "letter as PDF."
    ),
    NobodyThroughError: N_(
        "No member of {association} is known who has not the letter of its own. Import its "
        "members as a list first."
    ),
    NewWarningsError: N_(
        "Batch {batch} now has warnings that it had not when it was submitted: {codes}. Send it "
        "back with a comment, so that they can be mended or accepted."
    ),
    UnacceptedError: N_(
        "Batch {batch} has warnings that nobody accepted: {codes}. Check the letters, then mend "
        "each or accept it with a reason."
    ),
    UnreasonedError: N_("Write why {codes} may stand. The reason stays on the batch."),
    UnknownArrivalError: N_(
        "Nothing that came back has the number {number}. The page “Replies” shows what did."
    ),
    WithoutMessageError: N_(
        "{number} was written down by hand. Take it back, then write it down again."
    ),
    UnplacedError: N_("Nobody has said yet whom {number} is about. Say it on its page first."),
    UnknownTaskError: N_(
        "No task to do has the number {task}. The page “Replies” shows what is to be done."
    ),
    NoCandidatesError: N_(
        "There is no Colombian city to propose. Ask whoever looks after the program to load them."
    ),
    UnknownPlaceError: N_("No organisation has the code “{code}”. The page “Contacts” finds it."),
    UnreadableFormError: N_(
        "{path} is not the form for projects, or is damaged: {reason}. Ask the city to fill in "
        "the right-hand column only."
    ),
    UnknownProjectError: N_("No project has the number {number}."),
    UntranslatedError: N_(
        "Project {number} has no {missing}. Both letters tell it: add the words in both languages."
    ),
    NoListError: N_(
        "There is no list of proposals yet. Ask whoever looks after the program to make one."
    ),
    ErasedAddresseeError: N_(
        "{contact} was erased. Registered letters stay in the book, but only those whom the "
        "office named for it may read them."
    ),
}
"""By the error; it keeps its values."""

OF_ERRORS: Mapping[str, str] = {kind.message: words for kind, words in ERRORS.items()}


def on_a_page(message: str) -> str:
    """Return the msgid that a page shows instead of ``message``; itself where it names no command."""
    return OF_ERRORS.get(message) or PHRASES.get(message) or message
