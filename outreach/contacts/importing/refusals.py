"""Why a file as a whole is not imported."""

from outreach.errors import N_, OutreachError, WrongUseError


class UnreadableListError(OutreachError):
    """The bytes are no table that we read."""

    message = N_(
        "{path} is no list that can be read: {reason}. Save it as CSV, XLSX or ODS and try again."
    )


class HostileListError(OutreachError):
    """The file would take memory or time without end, or reaches for other files."""

    message = N_("{path} is refused, nothing was read: {reason}.")


class UnknownColumnsError(OutreachError):
    """No column says which organisation a line is about."""

    message = N_(
        "{path} has no column that names an organisation. Its columns: {columns}. Say which is "
        "which: --column “title=field”. Fields: {fields}."
    )


class UnknownFieldError(WrongUseError):
    """A mapping names a field that there is not."""

    message = N_("“{field}” is no field of a contact. Fields: {fields}.")


class UnknownColumnError(WrongUseError):
    """A mapping names a column that the file does not have."""

    message = N_("{path} has no column “{column}”. Its columns: {columns}.")


class UnknownMappingError(WrongUseError):
    """No mapping or preset of that name."""

    message = N_("There is no mapping “{name}”. Known: {known}.")
