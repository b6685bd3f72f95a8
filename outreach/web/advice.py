"""Advice of the rooms that names commands, and what a page says instead (see ``wordings``)."""

from collections.abc import Mapping

from outreach.errors import N_

PHRASES: Mapping[str, str] = {
    "“corrects” is not for the file: use “outreach batch correct”": N_(
        "“corrects” is not for the file: a correction begins on the page of the batch that it "
        "corrects"
    ),
    (
        "The mail server refuses to sign us in. Check the user and the password in [mail], and "
        "try “outreach mail test”, then resume the batch."
    ): N_(
        "The mail server refuses to sign us in. Ask whoever looks after the program to check the "
        "user and the password, then let the batch go on."
    ),
    (
        "Microsoft 365 has signing in for programs that send (SMTP AUTH) switched off for this "
        "mailbox. Ask the administrator to allow “Authenticated SMTP” for it in the Microsoft 365"
        " admin center (Users, Mail, Manage email apps), then try “outreach mail test”."
    ): N_(
        "Microsoft 365 has signing in for programs that send (SMTP AUTH) switched off for this "
        "mailbox. Ask the administrator to allow “Authenticated SMTP” for it in the Microsoft 365"
        " admin center (Users, Mail, Manage email apps), then let the batch go on."
    ),
    (
        "The account that signs in may not send as the address in [sender]. Ask the administrator"
        " for the right “Send as” on that mailbox, or sign in as that address itself; then try "
        "“outreach mail test”."
    ): N_(
        "The account that signs in may not send as the office’s address. Ask the administrator "
        "for the right “Send as” on that mailbox, then let the batch go on."
    ),
    (
        "The mail server does not take letters to others from us. Most often it wants us to sign "
        "in: give user and password in [mail], and try “outreach mail test”."
    ): N_(
        "The mail server does not take letters to others from us. Most often it wants us to sign "
        "in: ask whoever looks after the program, then let the batch go on."
    ),
    (
        "The mail server does not accept our sender’s address. Check [sender] address and [mail] "
        "bounce_address, and try “outreach mail test”."
    ): N_(
        "The mail server does not accept our sender’s address. Ask whoever looks after the "
        "program to check it, then let the batch go on."
    ),
    (
        "Letters refused one after the other: {count}. See why with “outreach report who”, then "
        "let the batch go on with “outreach batch resume”."
    ): N_(
        "Letters refused one after the other: {count}. Look why on “Who got what”, then let the "
        "batch go on."
    ),
    (
        "Of {left} letters that left, {bounced} bounced. See which with “outreach report who”; "
        "where the rest is good, let the batch go on with “outreach batch resume”."
    ): N_(
        "Of {left} letters that left, {bounced} bounced. Look which on “Who got what”; where the "
        "rest is good, let the batch go on."
    ),
    "Next: “outreach batch check {batch}”, then “outreach batch submit {batch}”.": N_(
        "Next: check its letters, then put it before a manager."
    ),
    "Next: a manager says “outreach batch approve {batch}”.": N_("Next: a manager approves it."),
    "Next: “outreach batch sign {batch}”.": N_("Next: it is signed."),
    "Next: “outreach batch send {batch}”, and “outreach batch print {batch}”.": N_(
        "Next: its e-mails are sent and its postal letters printed."
    ),
    "Next: “outreach batch send {batch}” goes on where it stopped.": N_(
        "Next: “Send the e-mails” goes on where it stopped."
    ),
    "It is paused; “outreach batch resume {batch}” lets it go on.": N_(
        "It is paused; “Let it go on” ends that."
    ),
    "It is finished; “outreach report who” shows who got what.": N_(
        "It is finished; “Who got what” shows its letters."
    ),
    (
        "{address} does not exist any more ({reason}). Other addresses of {contact}: {others}. "
        "Find out the good one, then send the letter again with “outreach batch resend”."
    ): N_(
        "{address} does not exist any more ({reason}). Other addresses of {contact}: {others}. "
        "Find out the good one, then send the letter again from its page."
    ),
    (
        "The letter to {contact} came back for now ({reason}). Send it again with “outreach batch"
        " resend”, or by post."
    ): N_(
        "The letter to {contact} came back for now ({reason}). Send it again from its page, or by"
        " post."
    ),
    (
        "{contact} answered, and the letter promised to them waits. Say what becomes of it with "
        "“outreach replies decide {number}”."
    ): N_(
        "{contact} answered, and the letter promised to them waits. Say on the page of the reply "
        "what becomes of it."
    ),
    (
        "{contact} was answered from the mailbox. If that kept what was promised, say so: "
        "“outreach replies decide {number} --as answered”."
    ): N_(
        "{contact} was answered from the mailbox. If that kept what was promised, say so on the "
        "page of the reply."
    ),
    "Take the name from “outreach letters filters”.": N_(
        "Choose the name from the list of fields."
    ),
    "the field “{name}” does not exist. “outreach letters filters” lists them.": N_(
        "the field “{name}” does not exist. Choose one from the list of fields."
    ),
    (
        "the enclosure “{title}” names cities, and nobody has released the list of who is "
        "proposed to whom. Look at it, then: outreach partners release"
    ): N_(
        "the enclosure “{title}” names cities, and nobody has released the list of who is "
        "proposed to whom. Look at it and release it first."
    ),
    (
        "the enclosure “{title}”: the released list proposes no city to {path}. Make a list with "
        "it (“outreach partners match SEGMENT”), or leave this recipient out."
    ): N_(
        "the enclosure “{title}”: the released list proposes no city to {path}. Make a list with "
        "it, or leave this recipient out."
    ),
    "there is no filter {name}. “outreach letters filters” lists them.": N_(
        "there is no filter {name}. Choose one from the list of fields."
    ),
    (
        "this person asked to be forgotten, and no list brings them back; for a successor make a "
        "card of their own: “outreach contacts add”"
    ): N_(
        "this person asked to be forgotten, and no list brings them back; for a successor make a "
        "card of their own, with “Add a contact”"
    ),
    (
        "No request waits under the number {number}. “outreach contacts privacy requests” lists"
        " them."
    ): N_("No request waits under the number {number}."),
    ("{path} is no backup made by “outreach db backup”."): N_(
        "{path} is no backup of this program."
    ),
    (
        "The database that was replaced cannot be read, so nobody knows which numbers were "
        "given since the backup. Look at the last letter that was signed, and say its number: "
        "--last {example}. Where none was given since: --last {now}."
    ): N_(
        "The database that was replaced cannot be read, so nobody knows which numbers were "
        "given since the backup. Look at the last letter that was signed, and say its number, "
        "such as {example}; where none was given since, {now}."
    ),
    (
        "This database was restored from a backup of {made_at}. Letters may have left and "
        "numbers may have been given since, so nothing is sent or numbered and no round is "
        "made. Next: “outreach db reconcile” compares it with what really left, then an "
        "administrator says “outreach db unlock --because REASON”."
    ): N_(
        "This database was restored from a backup of {made_at}. Letters may have left and "
        "numbers may have been given since, so nothing is sent or numbered. Ask whoever looks "
        "after the program to compare it with what really left; then it goes on."
    ),
    ("Compare first: “outreach db reconcile”. Then unlock."): N_(
        "Compare first with what really left, then unlock."
    ),
    ("Say why it may go on: --because REASON. It is kept in the journal."): N_(
        "Say why it may go on. It is kept in the journal."
    ),
    (
        "{count} letters left after the backup was made and are not written down here: whoever "
        "got them could get them twice. “outreach db reconcile” lists them; write them down "
        "with “outreach campaign record”, then reconcile again. Where that is not possible, say"
        " --anyway."
    ): N_(
        "{count} letters left after the backup was made and are not written down here: whoever "
        "got them could get them twice. Record them as letters that left beside the program, "
        "then compare again."
    ),
    ("The card of {contact} has no name. Put it in with “outreach contacts edit”."): N_(
        "The card of {contact} has no name. Put it in on the card."
    ),
    ("Say how {contact} agreed to be named, in a few words: --agreed."): N_(
        "Say how {contact} agreed to be named, in a few words."
    ),
    ("Now: “outreach db backup”, best onto another disk; every night, see docs/operating.md."): N_(
        "Ask whoever looks after the program to make one now, best onto another disk, and one every "
        "night."
    ),
    "Ask for a mailbox that is for the answers alone; see docs/mailbox.md.": N_(
        "Ask for a mailbox that is for the answers alone."
    ),
    "See why with “outreach batch list”; “outreach batch send” goes on.": N_(
        "Look at their batch on the page “Batches”: it says why, and goes on from there."
    ),
    "Look for them in the Sent folder, then settle them: “outreach batch resolve”.": N_(
        "Look for them in the Sent folder, then say on the page of the batch what you found."
    ),
    ("Start “outreach worker”, or “outreach round” now and then; see docs/operating.md."): N_(
        "Ask whoever looks after the program to let it work by itself, or send on the page of the "
        "batch."
    ),
    "Look at [mail], then “outreach mail test”.": N_(
        "Ask whoever looks after the program to check how it signs in to the mail server."
    ),
}
"""By the sentence itself: advice that is no error."""
