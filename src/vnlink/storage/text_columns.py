"""Some columns of a text table whose header was found, of which every line has to be read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pv

from vnlink.storage.quotes import QuoteGuard
from vnlink.storage.utf8 import Utf8Stream

__all__ = ["read_text_columns"]


def read_text_columns(
    path: Path, encoding: str, delimiter: str, start: int, width: int, wanted: Iterable[int], nulls: list[str] | None = None
) -> tuple[dict[int, list[pa.Array]], list[int]]:
    """Read columns of a text table as text, by their positions; also give the numbers of the lines that could not be read.

    Parameters
    ----------
    path : Path
    encoding, delimiter : str
    start : int
        Bytes of the decoded text before the first record.
    width : int
        Columns of the table.
    wanted : iterable of int
    nulls : list of str, optional
        What an empty cell looks like; Arrow's own list when not given.
    """
    bad: list[int] = []

    def ragged(record: pv.InvalidRow) -> str:
        bad.append(record.number)
        return "skip"

    columns = list(dict.fromkeys(wanted))
    names = [str(at) for at in columns]
    with path.open("rb") as stream:
        text = Utf8Stream(stream, encoding)
        text.skip(start)
        try:
            table = pv.read_csv(
                pa.PythonFile(QuoteGuard(text, delimiter, width), mode="r"),
                read_options=pv.ReadOptions(use_threads=False, column_names=[str(at) for at in range(width)]),
                parse_options=pv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=ragged),
                convert_options=pv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    include_columns=names,
                    strings_can_be_null=True,
                    null_values=nulls,
                ),
            )
        except pa.ArrowInvalid:
            if not text.empty:
                raise
            return {at: [] for at in columns}, bad
    return {at: table[name].chunks for at, name in zip(columns, names, strict=True)}, bad
