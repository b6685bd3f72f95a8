"""Everything that is looked at before a letter leaves: one list, of which ``docs/checks.md`` is made.

An ``error`` blocks the batch until it is mended. A ``warning`` may be accepted with a reason.
"""

from collections.abc import Mapping

from outreach.errors import N_
from outreach.language import proofreading
from outreach.language.proofreading import Check

_FIELDS = (
    Check(
        "L101",
        "error",
        N_("a field that does not exist"),
        N_("The name of the field is misspelt, or no field has it."),
        N_("Take the name from “outreach letters filters”."),
        "{{ organisatoin }} → {{ organisation }}",
    ),
    Check(
        "L102",
        "error",
        N_("a field that has no value for this contact"),
        N_("The letter would be printed with a hole."),
        N_("Enter the value with the contact, or make the sentence depend on it in the letter."),
        "{% if contact.nom %}…{% endif %}",
    ),
    Check(
        "L103",
        "error",
        N_("a form of the language that cannot be decided"),
        N_("The data do not say which article a name takes; a guess could offend."),
        N_("Write the right forms in contacts/overrides, with their source."),
        "{{ organisation | de }}",
    ),
    Check(
        "L104",
        "error",
        N_("a personal field in a circular"),
        N_("A circular has one text, one number and one PDF for all its recipients."),
        N_(
            "Take the field out, or send the letter as “individual”, or say it in the cover e-mail."
        ),
        "{{ contact.nom }}",
    ),
    Check(
        "L105",
        "error",
        N_("a control or direction character in the data"),
        N_("Invisible characters can turn words around or break a letter."),
        N_("Type that entry of the contact anew."),
        "U+202E",
    ),
    Check(
        "L106",
        "error",
        N_("no addressee"),
        N_("A letter says to whom it is written."),
        N_(
            "Enter the contact’s function; for a circular, the “addressee” at the top of the letter."
        ),
        'addressee = ["Aux maires", "des communes de France"]',
    ),
)

_LINKS = (
    Check(
        "L110",
        "error",
        N_("a link that leads nowhere"),
        N_("The link has no address, or leads to a place inside the page."),
        N_("Write the address, or take the link out."),
        "[le document](#)",
    ),
    Check(
        "L111",
        "error",
        N_("a link to a reserved domain"),
        N_("Names such as example.com exist for examples only (RFC 2606, RFC 6761)."),
        N_("Write the real address."),
        "https://example.com/document.pdf",
    ),
    Check(
        "L112",
        "error",
        N_("a link that is no web or mail address"),
        N_("Who reads the letter elsewhere cannot follow it."),
        N_("Write it whole: https://… or mailto:…"),
        "document.pdf → https://ambassade.fr/document.pdf",
    ),
    Check(
        "L113",
        "error",
        N_("a link that a stranger cannot open"),
        N_("The page refuses who has no account, or is not there: everybody would see an error."),
        N_("Share the document with everyone, mend the address, or attach the document instead."),
        "403, 404",
    ),
    Check(
        "L114",
        "error",
        N_("a link behind a sign-in page"),
        N_("The recipients have no account there: they would be asked for a password."),
        N_("Share the document with “anyone with the link”, or attach it instead."),
        "https://drive.google.com/file/d/… → https://accounts.google.com/…",
    ),
    Check(
        "L115",
        "error",
        N_("a link that gives something else"),
        N_("The address promises a document, and the server gives a web page or another kind."),
        N_("Copy the document’s own address, or attach the document instead."),
        "https://…/programme.pdf → text/html",
    ),
    Check(
        "L116",
        "warning",
        N_("a link that could not be tried"),
        N_("There was no network, or the server was too slow or out of order."),
        N_("Check again later; or open it by hand on another machine and accept the warning."),
        "503",
    ),
    Check(
        "L117",
        "error",
        N_("a link into the office’s own network"),
        N_("Outside the office nobody reaches that machine."),
        N_("Put the document on a public address, or attach it instead."),
        "https://intranet/… → 10.0.0.12",
    ),
    Check(
        "L118",
        "warning",
        N_("more links than are opened"),
        N_("Each letter has links of its own; only some of them are tried."),
        N_("Open a few others by hand, then accept the warning."),
        "35 000",
    ),
)

_TWINS = (
    Check(
        "L120",
        "error",
        N_("a language twin that is missing"),
        N_("Some recipients read the other language."),
        N_("Write the other text beside this one."),
        "templates/letters/suivi/es.md",
    ),
    Check(
        "L121",
        "error",
        N_("a field that only one of the twins holds"),
        N_("The two texts of one letter say the same."),
        N_("Bring the field into the other text, or take it out of this one."),
        "{{ campagne.document.lien }}",
    ),
    Check(
        "L122",
        "error",
        N_("links that differ between the twins"),
        N_("The two texts of one letter lead to as many places."),
        N_("Compare the links of both texts."),
        "fr 2, es 1",
    ),
    Check(
        "L123",
        "error",
        N_("settings at the top that differ between the twins"),
        N_("One letter is of one kind, whatever its language."),
        N_("Write the same at the top of both texts."),
        'kind = "letter" / kind = "cover"',
    ),
    Check(
        "L124",
        "error",
        N_("sections that differ between the twins"),
        N_("The two texts of one letter have the same headings, lists and tables."),
        N_("Compare the two texts part by part."),
        "fr 2, es 1",
    ),
    Check(
        "L125",
        "error",
        N_("a text whose other language was changed"),
        N_("One of the two languages was written anew on its page; the other may say less now."),
        N_("Change the text on its page, or say there that it was read and is right."),
        "fr.md, es.md",
    ),
)

_FORM = (
    Check(
        "L130",
        "error",
        N_("a subject that is empty or too long"),
        N_("Mail programs cut long subjects; the register needs one."),
        N_("Write one short line."),
        'subject = ""',
    ),
    Check(
        "L131",
        "error",
        N_("an address that does not fit the window"),
        N_(
            "A line that the envelope hides does not arrive; print smaller than 9 points is unread."
        ),
        N_("Shorten the longest line of the contact’s address, or drop one."),
        "DIRECTION GÉNÉRALE ADJOINTE CHARGÉE DES RELATIONS INTERNATIONALES",
    ),
    Check(
        "L132",
        "warning",
        N_("a contact of unknown gender: both forms are printed"),
        N_("“Madame la Maire, Monsieur le Maire” is right, but less polite than the right one."),
        N_("Enter the gender with the contact, or accept that both are printed."),
        "Madame la Maire, Monsieur le Maire,",
    ),
    Check(
        "L133",
        "error",
        N_("a step that the campaign does not have"),
        N_("The letter depends on an earlier letter that this campaign never sends."),
        N_("Take the step’s name from the campaign file."),
        '{% if a_recu("jullet") %}',
    ),
    Check(
        "L134",
        "error",
        N_("a promise that the step does not declare"),
        N_("A promise without a due date is forgotten."),
        N_("Declare it in the campaign file with its delay, or take it out of the letter."),
        'promises = ["profils"]',
    ),
    Check(
        "L135",
        "error",
        N_("a character that the letters’ fonts do not have"),
        N_("The PDF would show an empty box, which PDF/A forbids."),
        N_("Write it in another way where it comes from: a Latin spelling, for example."),
        "漢",
    ),
    Check(
        "L136",
        "error",
        N_("a PDF that cannot be made"),
        N_("The letterhead or the letter cannot be laid out."),
        N_("Mend the place that is named."),
        "letter.typ:41",
    ),
    Check(
        "L140",
        "error",
        N_("an enclosed file that cannot travel"),
        N_("The file is not there, too large, or of a kind that servers refuse."),
        N_("Put the file where the campaign names it, as a PDF of a few megabytes."),
        "enclosures/{code}.pdf",
    ),
    Check(
        "L141",
        "warning",
        N_("an enclosed file that is not printed with the letter"),
        N_("Only PDF files are printed behind the letters that go by post."),
        N_("Print it and add it by hand, or enclose it as PDF."),
        "programme.docx",
    ),
    Check(
        "L142",
        "warning",
        N_("enclosures that the letter does not tell, or tells and does not have"),
        N_("Readers look for a document that is not there, or overlook one that is."),
        N_("Name every enclosure of the step in the letter; attach every one that it names."),
        "Vous trouverez ci-joint…",
    ),
)

_CONTACTS = (
    Check(
        "L150",
        "warning",
        N_("a contact that may no longer be written to"),
        N_("It asked not to be written to after the batch was prepared."),
        N_("Nothing is to be done: it is left out when the batch is signed. Accept the warning."),
        "FR:76351",
    ),
    Check(
        "L151",
        "error",
        N_("an address that no longer works"),
        N_("A letter came back from it, or it was taken away, after the batch was prepared."),
        N_("Cancel the batch and prepare it again: the contact gets the letter another way."),
        "FR:76351",
    ),
    Check(
        "L152",
        "error",
        N_("data that changed since the batch was prepared"),
        N_("The letter would go out with the former data; approval would refuse it."),
        N_("Cancel the batch and prepare it again: nobody loses their turn."),
        "FR:76351",
    ),
    Check(
        "L153",
        "warning",
        N_("a mandate that has ended"),
        N_("The person may no longer be in office."),
        N_("Look up who is in office now, and enter it with the contact."),
        "FR:76351",
    ),
    Check(
        "L160",
        "error",
        N_("a message that is too large"),
        N_("Many mail servers refuse messages above twenty megabytes."),
        N_("Make the enclosures smaller, or link to them instead."),
        "24 MB",
    ),
)

LETTERS: Mapping[str, Check] = {
    each.code: each for each in (*_FIELDS, *_LINKS, *_TWINS, *_FORM, *_CONTACTS)
}
"""What is looked for in letters, links and recipients."""

CHECKS: Mapping[str, Check] = {**LETTERS, **proofreading.CHECKS}
"""Every check there is, by code; codes are stable."""
