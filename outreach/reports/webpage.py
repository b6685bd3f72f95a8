"""A report as one HTML file: pictures and style inside, nothing fetched, fit to print."""

from markupsafe import Markup

from outreach.errors import N_
from outreach.reports.documents import Document, Figure, Picture, Table, Tongue, shown

_STYLE = Markup(
    "body{font:16px/1.5 'Noto Sans',system-ui,sans-serif;color:#1c1c1e;max-width:60rem;"
    "margin:2rem auto;padding:0 1rem}"
    "h1,h2{color:#003893;line-height:1.25}h1{margin:.2rem 0}header{border-bottom:2px solid #003893}"
    ".figures{display:flex;flex-wrap:wrap;gap:1rem;padding:0;list-style:none}"
    ".figures li{flex:1 1 9rem;border-left:4px solid #003893;background:#f4f5f7;padding:.6rem}"
    ".figures b{display:block;font-size:1.7rem}small{color:#4a4d52;display:block}"
    "svg{max-width:46rem;width:100%;height:auto}figure{margin:0}"
    "table{border-collapse:collapse;width:100%}th{border-bottom:2px solid #003893;text-align:left}"
    "td{border-bottom:1px solid #c9ced6}th,td{padding:.3rem .5rem;vertical-align:top}"
    ".n{text-align:right;white-space:nowrap}.scroll{overflow-x:auto}"
    "@media print{body{margin:0;font-size:11px}section{break-inside:avoid}}"
)


def page(document: Document, tongue: Tongue) -> bytes:
    """Return the file, in UTF-8."""
    return (
        Markup(
            '<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            "<title>{title}</title><style>{style}</style></head><body><header><p>{office}</p>"
            "<h1>{title}</h1><p>{subtitle}</p></header><main>{lines}{figures}{parts}</main>"
            "</body></html>\n"
        )
        .format(
            language=tongue.language,
            style=_STYLE,
            title=document.title,
            office=document.office,
            subtitle=document.subtitle,
            lines=Markup("").join(Markup("<p>{}</p>").format(line) for line in document.lines),
            figures=_figures(document, tongue),
            parts=Markup("").join(
                _picture(part, tongue) if isinstance(part, Picture) else _section(part, tongue)
                for part in document.parts
            ),
        )
        .encode()
    )


def _figures(document: Document, tongue: Tongue) -> Markup:
    if not document.figures:
        return Markup("")

    def one(each: Figure) -> Markup:
        return Markup("<li><b>{}</b>{}<small>{}</small></li>").format(
            tongue.number(each.value), each.label, each.note
        )

    return Markup('<ul class="figures">{}</ul>').format(
        Markup("").join(one(each) for each in document.figures)
    )


def _picture(part: Picture, tongue: Tongue) -> Markup:
    return Markup(
        "<section><h2>{}</h2><figure>{}</figure><details><summary>{}</summary>{}</details></section>"
    ).format(
        part.title,
        Markup(part.svg),  # noqa: S704  # made by outreach.pictures, which escapes what it is given
        tongue.gettext(N_("The same in figures")),
        _table(part.data, tongue),
    )


def _section(part: Table, tongue: Tongue) -> Markup:
    return Markup("<section><h2>{}</h2>{}</section>").format(part.title, _table(part, tongue))


def _table(table: Table, tongue: Tongue) -> Markup:
    if not table.rows:
        return Markup("<p>{}</p>").format(table.empty)
    kinds = [Markup(' class="n"') if column.figures else "" for column in table.columns]
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(kind, column.title)
        for kind, column in zip(kinds, table.columns, strict=True)
    )
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup("<td{}>{}</td>").format(kind, shown(cell, tongue))
                for kind, cell in zip(kinds, row, strict=True)
            )
        )
        for row in table.rows
    )
    return Markup(
        '<div class="scroll"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    ).format(head, body)
