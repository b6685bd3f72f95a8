"""LibreOffice's own mail merge of the letter of ``benchmarks/pdf.py``: run by the Python that has UNO.

A Writer document with database fields, rows in a CSV file, one plain PDF per row (no PDF/A, no
tags: what its mail merge makes by itself). Prints the seconds a letter takes, the start of the
program left out.

Usage: python3 office_merge.py LETTER.json ROWS ROUNDS FOLDER
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.text.ControlCharacter import PARAGRAPH_BREAK

FILE, TABLE = 2, 0  # com.sun.star.text.MailMergeType, com.sun.star.sdb.CommandType
PORT = 2083
PAUSES = 120
SOURCE = "rows"


def given(name: str, value: object) -> Any:  # noqa: ANN401  # UNO has no types
    """Return a property."""
    one = PropertyValue()
    one.Name, one.Value = name, value
    return one


def connected() -> Any:  # noqa: ANN401  # UNO has no types
    """Return the context of the running office, once it listens."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    url = f"uno:socket,host=127.0.0.1,port={PORT};urp;StarOffice.ComponentContext"
    for _ in range(PAUSES):
        try:
            return resolver.resolve(url)
        except Exception:  # noqa: BLE001  # not there yet, in several ways
            time.sleep(0.5)
    raise SystemExit("LibreOffice does not start")


def registered(context: Any, folder: Path) -> None:  # noqa: ANN401
    """Make the folder of CSV files a data source."""
    sources = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.sdb.DatabaseContext", context
    )
    source = sources.createInstance()
    source.URL = f"sdbc:flat:{folder.as_uri()}"
    source.Info = (
        given("Extension", "csv"),
        given("FieldDelimiter", ","),
        given("CharSet", "UTF-8"),
    )
    source.DatabaseDocument.storeAsURL((folder / "rows.odb").as_uri(), ())
    sources.registerObject(SOURCE, source)


def letter(desktop: Any, words: dict[str, Any], target: Path) -> None:  # noqa: ANN401
    """Write the letter with its fields."""
    document = desktop.loadComponentFromURL(
        "private:factory/swriter", "_blank", 0, (given("Hidden", True),)
    )
    text = document.Text
    end = text.createTextCursor()

    def line(content: str) -> None:
        text.insertString(end, content, False)
        text.insertControlCharacter(end, PARAGRAPH_BREAK, False)

    line(words["office"])
    for column in words["columns"]:
        master = document.createInstance("com.sun.star.text.FieldMaster.Database")
        master.DataBaseName, master.DataTableName = SOURCE, "letters"
        master.DataColumnName = column
        field = document.createInstance("com.sun.star.text.TextField.Database")
        field.attachTextFieldMaster(master)
        text.insertTextContent(end, field, False)
        text.insertControlCharacter(end, PARAGRAPH_BREAK, False)
    for paragraph in words["paragraphs"]:
        line(paragraph)
    table = document.createInstance("com.sun.star.text.TextTable")
    table.initialize(len(words["rows"]), 2)
    text.insertTextContent(end, table, False)
    for number, row in enumerate(words["rows"], start=1):
        for column, cell in zip("AB", row, strict=True):
            table.getCellByName(f"{column}{number}").setString(cell)
    for paragraph in words["ending"]:
        line(paragraph)
    document.storeAsURL(target.as_uri(), ())
    document.close(True)


def main() -> None:
    """Merge the rows a few times."""
    words = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    rows, rounds, folder = int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    data, out = folder / "data", folder / "out"
    data.mkdir()
    out.mkdir()
    table = [",".join(words["columns"])]
    table += [",".join(f"{cell} {number}" for cell in words["cells"]) for number in range(rows)]
    (data / "letters.csv").write_text("\n".join(table) + "\n", "utf-8")
    office = subprocess.Popen(
        [
            "soffice",
            "--headless",
            "--norestore",
            "--nologo",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            f"--accept=socket,host=127.0.0.1,port={PORT};urp;",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        context = connected()
        manager = context.ServiceManager
        registered(context, data)
        desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        letter(desktop, words, folder / "letter.odt")
        for turn in range(rounds + 1):
            merge = manager.createInstanceWithContext("com.sun.star.text.MailMerge", context)
            merge.DataSourceName, merge.CommandType, merge.Command = SOURCE, TABLE, "letters"
            merge.DocumentURL = (folder / "letter.odt").as_uri()
            merge.OutputType, merge.OutputURL = FILE, out.as_uri()
            merge.FileNamePrefix, merge.SaveFilter = f"letter-{turn}-", "writer_pdf_Export"
            started = time.perf_counter()
            merge.execute(())
            spent = time.perf_counter() - started
            made = len(list(out.glob(f"letter-{turn}-*.pdf")))
            if made != rows:
                raise SystemExit(f"{made} PDFs of {rows} letters")
            if turn:  # the first round warms it up
                print(spent / rows)
    finally:
        office.terminate()
        office.wait(20)


if __name__ == "__main__":
    main()
