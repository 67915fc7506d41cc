"""Reads a table and says what was found, for the tests of the reader."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from learn.csv_input import LIMITS
from learn.table import Table, read_table


def read(file: Path, content: str | bytes) -> Table:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(file, LIMITS)


def kinds(table: Table) -> dict[str, str]:
    return {column.name: column.kind for column in table.columns}


def slugs(table: Table) -> list[str]:
    return [each["slug"] for each in table.warnings.to_json()]


def text(table: Table) -> str:
    return " ".join(each["text"] for each in table.warnings.to_json())


def write_xlsx(
    rows: list[list[str]], compression: int = zipfile.ZIP_DEFLATED, *, hidden: bool = False
) -> bytes:
    """Return a workbook. Each cell is XML: `<v>1</v>`, `<is><t>x</t></is>` or a whole `<c>…</c>`.

    Its second sheet is the same; `hidden` hides the first.
    """
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    state = " state='hidden'" if hidden else ""
    cells = "".join("<row>" + "".join(map(_write_cell, row)) + "</row>" for row in rows)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        f'<sheet name="Data" sheetId="1"{state} r:id="r1"/>'
        '<sheet name="More" sheetId="2" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", compression) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return body.getvalue()


def _write_cell(cell: str) -> str:
    if cell.startswith("<c "):
        return cell
    return f'<c t="{"inlineStr" if "<t>" in cell else "n"}">{cell}</c>'
