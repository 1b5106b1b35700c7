"""Text tables: CSV and TSV as offices export them.

Delimiter, header and encoding are found in the first 256 KiB: the delimiter among ``, ; tab |`` is the one with which a row
of the first 30 holds the required headers; a first line ``sep=;`` (Excel's) says it outright; a byte order mark is passed
over, and UTF-16 with one is converted on the way. Everything is read as text: a number is its digits as they stand.

What cannot be read goes aside, the rest is used:

* a line with more or fewer cells than the header, ``ragged_line``. Such a record that spans several lines counts as one row
  per line;
* a line with a quotation mark that opens a cell and was not meant to, ``open_quote`` (:mod:`vnlink.storage.quotes`): the lines
  after it are rows again;
* a cell with bytes that are not UTF-8, ``undecodable_bytes``: usually lines pasted in from a file in another encoding.

Lines without anything are no rows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
from numpy.typing import NDArray

from vnlink.errors import InputError, message
from vnlink.schema import Side
from vnlink.storage.digests import sha256_of
from vnlink.storage.header_rows import HEADER_WITHIN, find_header
from vnlink.storage.headers import HeaderMap, recognise
from vnlink.storage.quarantine import OPEN_QUOTE, RAGGED_LINE, UNDECODABLE_BYTES, Quarantine
from vnlink.storage.quotes import OPEN_LINE, QuoteGuard
from vnlink.storage.tables import RawColumns, TableSource
from vnlink.storage.utf8 import Utf8Stream, encoding_of, holds_mark

__all__ = ["DELIMITERS", "CsvSource", "Layout", "find_layout", "open_csv", "records_of"]

DELIMITERS = (",", ";", "\t", "|")
_HEAD_BYTES = 1 << 18
_ROWS_READ = HEADER_WITHIN + 2
"""A header in the last of the rows may have two more below it."""

_BLOCK_BYTES = 1 << 23
"""Bytes parsed at a time. A record has to fit: 8 MiB is far beyond any row."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a text table is laid out.

    Attributes
    ----------
    delimiter : str
    headers : tuple of str
    start : int
        Where the first record after the header begins, in bytes of the text as UTF-8, the byte order mark not counted.
    borrowed : frozenset of int
        Positions whose header stands above the row of the required columns.
    rows : int
        How many rows the header takes; none of them is a record.
    """

    delimiter: str
    headers: tuple[str, ...]
    start: int
    borrowed: frozenset[int] = field(default=frozenset(), repr=False)
    rows: int = field(default=1, repr=False)


class _Counted:
    """The lines of a text, counting the bytes of those that were taken."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.taken = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.taken += len(line.encode("utf-8"))
            yield line


def records_of(text: str, delimiter: str) -> Iterator[tuple[list[str], int]]:
    """The first records of a text with the position after each; a text that this delimiter cannot parse has none."""
    lines = _Counted(text)
    reader = csv.reader(lines, delimiter=delimiter)
    for _ in range(_ROWS_READ):
        try:
            cells = next(reader)
        except (StopIteration, csv.Error):
            return
        yield [cell.strip() for cell in cells], lines.taken


def find_layout(text: str, side: Side, columns: Mapping[str, str], shared: Mapping[str, str]) -> Layout:
    r"""Find delimiter and header in the beginning of a text.

    Where no delimiter shows the required headers, the one that cuts the first line into most cells is taken: the caller's
    error then names the headers.

    Examples
    --------
    >>> find_layout("sep=;\r\nMã chủ;Họ tên\r\n1;Lê Văn Đức", Side.LAND, {}, {})
    Layout(delimiter=';', headers=('Mã chủ', 'Họ tên'), start=28)
    """
    candidates: tuple[str, ...] = DELIMITERS
    skipped = 0
    first_line = text.split("\n", 1)[0].strip().strip('"').lower()
    if first_line.startswith("sep=") and len(first_line) <= 5:
        candidates = (first_line[4:] or "\t",)  # the tab was stripped
        skipped = len(text.split("\n", 1)[0].encode("utf-8")) + 1
        text = text.partition("\n")[2]
    guesses: list[Layout] = []
    for delimiter in candidates:
        records = list(records_of(text, delimiter))
        found = find_header([cells for cells, _ in records], side, columns, shared)
        if found is not None:
            start = skipped + records[found.end - 1][1]
            return Layout(delimiter, found.headers, start, found.borrowed, found.rows)
        guesses += [Layout(delimiter, tuple(cells), skipped + end) for cells, end in records if any(cells)][:1]
    return max(guesses, key=lambda layout: len(layout.headers), default=Layout(candidates[0], (), skipped))


_SHORT_ROW = 48
"""Bytes of a row that has little more than a name and an id."""


class _Ragged:
    """Takes the records with a wrong number of cells while Arrow parses, and keeps the count of rows.

    Arrow numbers records from 1, blank lines apart, ragged ones counted.
    """

    def __init__(self, aside: Quarantine) -> None:
        self._aside = aside
        self._numbers: list[int] = []
        self._lines: list[int] = []  # of each; 0: its line had a quote that was not meant
        self._taken = 0  # records given out as rows so far
        self._passed = 0  # ragged records before those
        self._extra = 0  # rows that they count for beyond one each

    def __call__(self, record: pc.InvalidRow) -> str:
        lines = 0 if record.text == OPEN_LINE else max(1, sum(1 for line in record.text.splitlines() if line.strip()))
        self._numbers.append(record.number)
        self._lines.append(lines)
        return "skip"

    def rows(self, count: int) -> NDArray[np.int64]:
        """Row numbers of the next ``count`` good records; the ragged ones among them go aside."""
        rows = np.empty(count, dtype=np.int64)
        filled = 0
        while filled < count:
            # Good records run up to the next ragged one; the record after the last good one has this number, from 1:
            number = self._taken + self._passed + 1
            if self._passed < len(self._numbers) and self._numbers[self._passed] == number:
                self._set_aside(number)
                continue
            until = self._numbers[self._passed] if self._passed < len(self._numbers) else number + count - filled
            run = min(count - filled, until - number)
            first = number - 1 + self._extra
            rows[filled : filled + run] = np.arange(first, first + run)
            filled += run
            self._taken += run
        return rows

    def finish(self) -> None:
        """Set aside what is ragged after the last good record."""
        while self._passed < len(self._numbers):
            self._set_aside(self._numbers[self._passed])

    def _set_aside(self, number: int) -> None:
        lines = self._lines[self._passed]
        first = number - 1 + self._extra
        self._aside.add(list(range(first, first + max(1, lines))), RAGGED_LINE if lines else OPEN_QUOTE)
        self._extra += max(1, lines) - 1
        self._passed += 1


class CsvSource(TableSource):
    """A text table on disk."""

    kind = "csv"

    def __init__(self, path: Path, header: HeaderMap, layout: Layout, encoding: str) -> None:
        super().__init__(header, name=path.name, borrowed=layout.borrowed)
        self._path = path
        self._layout = layout
        self._encoding = encoding

    def rows_expected(self) -> int:
        """Return how many rows there are, or how many short ones would fill the file."""
        return self.num_rows or self._path.stat().st_size // _SHORT_ROW + 1

    def _open(self, stream: BinaryIO, ragged: _Ragged) -> tuple[Utf8Stream, pc.CSVStreamingReader | None]:
        text = Utf8Stream(stream, self._encoding)
        text.skip(self._layout.start)
        names = [str(position) for position in range(len(self._layout.headers))]
        needed = [str(position) for position in [*self.header.positions, *self.header.blank]]
        try:
            reader = pc.open_csv(
                pa.PythonFile(QuoteGuard(text, self._layout.delimiter, len(names)), mode="r"),
                # One thread: only then does Arrow number the records it refuses.
                read_options=pc.ReadOptions(use_threads=False, block_size=_BLOCK_BYTES, column_names=names),
                parse_options=pc.ParseOptions(
                    delimiter=self._layout.delimiter, newlines_in_values=True, invalid_row_handler=ragged
                ),
                convert_options=pc.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    include_columns=needed,
                    strings_can_be_null=True,
                    null_values=[""],
                ),
            )
        except pa.ArrowInvalid:
            if text.empty:
                return text, None
            raise
        return text, reader

    def _raw(self, batch_rows: int, aside: Quarantine) -> Iterator[RawColumns]:
        ragged = _Ragged(aside)
        given = 0
        try:
            with self._path.open("rb") as stream:
                text, reader = self._open(stream, ragged)
                for block in reader or ():
                    self._look_at_blank(block.columns[len(self.header.positions) :])
                    needed = block.select(range(len(self.header.positions)))
                    for start in range(0, block.num_rows, batch_rows):
                        part = needed.slice(start, batch_rows)
                        rows = ragged.rows(part.num_rows)
                        given = int(rows[-1]) + 1
                        yield self._without_marked(rows, part, aside) if text.marked else (rows, part.columns)
            ragged.finish()
        except pa.ArrowInvalid:
            raise self._damaged(given) from None
        except OSError as error:
            what, remedy = f"the file {self._path.name} cannot be read to its end", f"the system says: {error.strerror}"
            raise InputError(message(what, side=self.side, remedy=remedy)) from None

    @staticmethod
    def _without_marked(rows: NDArray[np.int64], part: pa.RecordBatch, aside: Quarantine) -> RawColumns:
        """Set aside the rows in which a needed cell was not text."""
        bad = np.logical_or.reduce([holds_mark(column) for column in part.columns])
        aside.add(rows[bad], UNDECODABLE_BYTES)
        return rows[~bad], part.filter(pa.array(~bad)).columns

    def place_of(self, row: int) -> str | None:
        """See :meth:`TableSource.place_of`; the file is read once more, record by record, up to this row."""
        with self._path.open("rb") as stream:
            text = Utf8Stream(stream, self._encoding)
            above = text.read(self._layout.start)
            guard = QuoteGuard(text, self._layout.delimiter, len(self._layout.headers))
            lines = len(above.splitlines())
            records = csv.reader((line.decode("utf-8") for line in _lines_of(guard)), delimiter=self._layout.delimiter)
            begun = passed = 0
            try:
                for cells in records:
                    good = len(cells) == len(self._layout.headers)
                    passed += 0 if not cells else 1 if good else records.line_num - begun
                    if passed > row:
                        return f"line {lines + begun + 1:,} of the file"
                    begun = records.line_num
            except csv.Error:  # a cell beyond what the module of Python takes
                pass
        return None

    def _damaged(self, given: int) -> InputError:
        what = f"the file {self._path.name} cannot be cut into rows after the row given"
        remedy = "look for a line of several megabytes after that row, or export the table as XLSX"
        return InputError(message(what, side=self.side, row=given, remedy=remedy))

    def digest(self) -> str:
        """The sha256 of the file."""
        return sha256_of(self._path)

    def describe(self) -> dict[str, object]:
        """What the manifest says: also delimiter and encoding."""
        told = {"delimiter": self._layout.delimiter, "encoding": self._encoding, "header_rows": self._layout.rows}
        return super().describe() | told


def _lines_of(stream: io.RawIOBase) -> Iterator[bytes]:
    """The lines of a stream with their ends."""
    rest = b""
    while chunk := stream.read(_HEAD_BYTES):
        *whole, rest = (rest + chunk).splitlines(keepends=True)
        yield from whole
    if rest:
        yield rest


def open_csv(path: Path, side: Side, columns: Mapping[str, str], shared: Mapping[str, str]) -> CsvSource:
    """Open a text table; see :func:`vnlink.storage.sources.open_source`."""
    with path.open("rb") as stream:
        encoding = encoding_of(stream.read(4))
        stream.seek(0)
        head = Utf8Stream(stream, encoding)
        text = head.read(_HEAD_BYTES).decode("utf-8", errors="ignore")  # the cut may go through a letter
    layout = find_layout(text, side, columns, shared)
    if any(holds_mark(pa.array(layout.headers, pa.string()))):
        what = f"the headers of {path.name} must be UTF-8 text and are in another encoding"
        raise InputError(message(what, side=side, remedy='save the file as "CSV UTF-8", or as XLSX'))
    source = CsvSource(path, recognise(layout.headers, side, columns, shared), layout, encoding)
    if len(text) < _HEAD_BYTES // 4 and not text.encode("utf-8")[layout.start :].strip():
        raise source._nothing(0)  # the one wording of an empty table
    return source
