"""Sheets for clerks: CSV that spreadsheets open and save again in their own ways.

Written in UTF-8 with a byte order mark, without which spreadsheets show Vietnamese as rubble; :mod:`vnlink.storage.decisions`
reads them back in whatever format the spreadsheet chose.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyarrow as pa

from vnlink.errors import InputError, message
from vnlink.storage.publish import replace_file

__all__ = ["write_sheet"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _cell(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else "" if value is None else value


def write_sheet(sheet: pa.Table, path: Path) -> None:
    """Write a sheet as CSV.

    Raises
    ------
    InputError
        The file is there already: it may hold answers.
    """
    if path.exists():
        raise InputError(message("the sheet is there already and may hold answers", remedy="give another file with --out"))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(sheet.column_names)
    writer.writerows([_cell(value) for value in row] for row in zip(*sheet.to_pydict().values(), strict=True))
    with replace_file(path) as partial:
        partial.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
