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


def write_xlsx(rows: list[list[str]], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a workbook. Each cell is XML: `<v>1</v>` or `<is><t>x</t></is>`."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    cells = "".join(
        "<row>"
        + "".join(f'<c t="{"inlineStr" if "<t>" in cell else "n"}">{cell}</c>' for cell in row)
        + "</row>"
        for row in rows
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="Data" sheetId="1" r:id="r1"/>'
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
