"""Sheets for clerks: CSV that spreadsheets open and save again in their own ways.

Written in UTF-8 with a byte order mark, without which spreadsheets show Vietnamese as rubble; read back with comma, semicolon
or tab, whatever the spreadsheet chose.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.errors import InputError, message
from vnlink.storage.publish import replace_file

__all__ = ["read_sheet", "write_sheet"]

_DELIMITERS = (",", ";", "\t")
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


def read_sheet(path: Path) -> tuple[NDArray[np.int64], list[str], list[str]]:
    """Read rows, answers and checks of a sheet.

    Returns
    -------
    int64[s], list of str, list of str
        Columns ``row``, ``answer`` and ``check``.

    Raises
    ------
    InputError
        The file cannot be read, a column is missing, or a row number is none.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise InputError(message("the sheet cannot be read", remedy="save it as CSV in UTF-8")) from None
    delimiter = max(_DELIMITERS, key=(lines[0] if lines else "").count)
    rows = list(csv.DictReader(lines, delimiter=delimiter))
    for column in ("row", "answer", "check"):
        if not rows or column not in rows[0]:
            raise InputError(
                message(
                    "a column of the sheet is missing",
                    column=column,
                    remedy="keep all columns of the sheet; draw an older one again",
                )
            )
    numbers = [(row["row"] or "").strip() for row in rows]
    bad = [i for i, number in enumerate(numbers) if not (number.isascii() and number.isdigit() and len(number) < 16)]
    if bad:
        what, remedy = "a row of the sheet must have its number", "restore the column row"
        raise InputError(message(what, column="row", count=len(bad), row=bad[0] + 1, remedy=remedy))
    answers, checks = ([row[column] or "" for row in rows] for column in ("answer", "check"))
    return np.array([int(number) for number in numbers], np.int64), answers, checks
