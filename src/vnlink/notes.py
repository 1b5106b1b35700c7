"""What a user should know of a register that was read: short notes of a code and counts, for the manifest and for people.

A note holds no value of a record. Headers are told only where their row is surely one of headers, and only those that look
like one: short, and without long numbers. :mod:`vnlink.report.note_words` says them in words.

============================  ==============================================================================================
``columns_not_used``          columns with a header that nothing is read from: ``count``, and ``headers`` as far as shown
``columns_without_header``    columns that hold data and have no header: ``count``
``headers_of_other_rows``     columns that are used by a header above or below the row of the others: ``count``, ``headers``
``sheet_chosen``              the ``sheet`` (from 1) of ``sheets`` that was read and not called for by its name: the only one
                              with the needed columns and rows, where hidden ones count only if no other has them
``names_missing``             ``count`` of ``cells`` rows have no name
``column_unreadable``         of a ``column`` that is used ``count`` of ``cells`` cells that hold something were not understood
``month_first``               a ``column`` of dates was read month first: ``count`` of them cannot be anything else
``place_from_rows``           ``count`` persons whose rows tell no place are compared by the commune of the rows beside them
``model_of_other_places``     the model was learned where more or fewer persons had such a commune, or one of another kind
``personal_ids_repeated``     ``count`` of ``cells`` citizens with a personal id share it with another row, about
============================  ==============================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from vnlink.schema import Side

__all__ = ["HEADERS_SHOWN", "Note", "note", "notes_within", "shown_headers"]

Note = dict[str, Any]

HEADERS_SHOWN = 12
_LONGEST = 40
_LONG_NUMBER = re.compile(r"\d{4}")


def note(code: str, side: Side, **told: Any) -> Note:
    """Make a note.

    Examples
    --------
    >>> note("columns_without_header", Side.LAND, count=2)
    {'code': 'columns_without_header', 'side': 'land', 'count': 2}
    """
    return {"code": code, "side": side.value, **told}


def shown_headers(headers: Iterable[str]) -> list[str]:
    """Those of some headers that a note may show, on one line each; the first few.

    Examples
    --------
    >>> shown_headers(["Ghi chú", "NamSinh", "001060000001"])
    ['Ghi chú', 'NamSinh']
    """
    lines = (" ".join(header.split()) for header in headers)
    return [line for line in lines if line and len(line) <= _LONGEST and not _LONG_NUMBER.search(line)][:HEADERS_SHOWN]


def notes_within(described: Mapping[str, Any]) -> list[Note]:
    """The notes in what a manifest says of a table: its own, or those of what an index was made from.

    Examples
    --------
    >>> rows = {"notes": [note("names_missing", Side.CITIZEN, count=30, cells=40)]}
    >>> [one["code"] for one in notes_within({"kind": "index", "made_from": {"rows": rows, "base": None}})]
    ['names_missing']
    """
    sources = (one for one in (described.get("made_from") or {}).values() if one)
    return [*described.get("notes", ()), *(told for one in sources for told in notes_within(one))]
