"""One register of text becomes encoded persons: its batches, the check of its ids, its progress."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.config import Normalize
from vnlink.errors import InputError, message
from vnlink.normalize.encode import EncodedRegister, RegisterReader
from vnlink.notes import note
from vnlink.schema import SEX_FEMALE, SEX_MALE, Side
from vnlink.storage.date_order import DATE_COLUMNS, AddedOrder, day_first
from vnlink.storage.keys import KeyCheck, filled_hashes
from vnlink.storage.tables import ROW, TableSource
from vnlink.unread import notes_of_values

__all__ = ["Timer", "gender_codes", "persons_expected", "read_register", "register_reader"]

_Batch = TypeVar("_Batch")
_SEXES = {"male": SEX_MALE, "female": SEX_FEMALE}
_PERSONS_A_ROW = 1.3
"""Persons of a land row, before any was read; couples are the most of those above one."""


def register_reader(settings: Normalize) -> RegisterReader:
    """Make a reader with the settings of a run."""
    return RegisterReader(gender_codes(settings), legacy_encodings=settings.legacy_encodings)


def gender_codes(settings: Normalize) -> dict[str, int] | None:
    """What the values of a sex column mean, as readers take it."""
    codes = settings.gender_codes
    return {text: _SEXES[sex] for text, sex in codes.items()} if codes else None


def persons_expected(rows: int, side: Side) -> int:
    """About how many persons so many rows of a register name."""
    return int(rows * _PERSONS_A_ROW) if side is Side.LAND else rows


def read_register(
    reader: RegisterReader,
    source: TableSource,
    vintage: str | None,
    *,
    batch_rows: int,
    new_folder: Callable[[], Path] | None = None,
    progress: Callable[[int, int], None] | None = None,
    parcels: list[NDArray[np.uint64]] | None = None,
    before: dict[str, dict[str, Any]] | None = None,
) -> EncodedRegister:
    """Read a register, and refuse it where its ids are no key; what a user should know of its columns is noted in ``source``.

    A column of dates that turns out to have been written month first is read again. Where its dates decide nothing they
    are read in the order of those of ``before``; what that rests on is kept in the ``counts`` of the register under "dates".

    Parameters
    ----------
    reader : RegisterReader
    source : TableSource
    vintage : {"old", "2025"}, optional
        Which list the commune codes are from; inferred when not given.
    batch_rows : int
    new_folder : callable, optional
        Makes an empty folder to keep the persons in; they are kept in memory when not given.
    progress : callable, optional
        Called as ``progress(rows done, rows)``.
    parcels : list of uint64[rows], optional
        Gets a hash of the parcel of each row, 0 where there is none.
    before : dict, optional
        As :meth:`~vnlink.normalize.encode.RegisterReader.read` takes it.

    Raises
    ------
    InputError
        Ids are missing or come more than once, the table cannot be read, or its dates show that those of ``before``, too few
        to prove it, were written month first and read day first.
    """
    dates = (before or {}).get("dates", {})
    with ThreadPoolExecutor(1) as pool:
        rows = _Rows(source, batch_rows, progress, parcels, pool, dates)
        expected = persons_expected(source.rows_expected(), source.side)
        try:
            register = reader.read(rows, source.side, vintage, new_folder, before, expected)
        except _MonthFirst as found:
            rows.month_first = found.proofs
            register = reader.read(rows, source.side, vintage, new_folder, before, expected)
    rows.check.finish(source, batch_rows)
    _check_orders(rows.orders, source.side)
    register.counts["dates"] = dates | {column: order.counts() for column, order in rows.orders.items()}
    source.found += [
        note("month_first", source.side, column=column, count=proofs) for column, proofs in rows.month_first.items()
    ]
    source.found += notes_of_values(register, source.side, rows.done, rows.filled)
    return register


def _check_orders(orders: dict[str, AddedOrder], side: Side) -> None:
    """Refuse rows with which the dates of the rows before them turn out to have been read the wrong way round."""
    for column, order in orders.items():
        if order.base_misread:
            what = "with these changes the dates of a column stand in another order than the base was read in"
            remedy = "make the index of the whole register anew"
            raise InputError(message(what, side=side, column=column, remedy=remedy))


class _MonthFirst(Exception):  # noqa: N818  # no error: the rows are read again
    """Columns of dates were written month first: column -> dates that prove it."""

    def __init__(self, proofs: dict[str, int]) -> None:
        super().__init__()
        self.proofs = proofs


class _Rows:
    """The rows of a register from the first one, however often they are asked for; keys are checked anew each time.

    Once the last row was given, the keys are sorted in ``pool``, beside what else is done with the rows.

    Attributes
    ----------
    month_first : dict of str to int
        Columns whose dates are turned round, with how many of them prove it: none where only the rows before do.
    orders : dict of str to AddedOrder
        What the dates of each column prove, beside those of the rows before; complete as ``filled``.
    filled : dict of str to int
        Cells that hold something, by column; complete after the last row, as ``done``, the rows.
    """

    def __init__(
        self,
        source: TableSource,
        batch_rows: int,
        progress: Callable[[int, int], None] | None,
        parcels: list[NDArray[np.uint64]] | None,
        pool: ThreadPoolExecutor,
        dates: dict[str, dict[str, int]],
    ) -> None:
        self._source, self._batch_rows, self._progress, self._parcels = source, batch_rows, progress, parcels
        self._pool, self._dates = pool, dates
        self.check = KeyCheck(source.side)
        self.month_first: dict[str, int] = {}
        self.orders: dict[str, AddedOrder] = {}
        self.filled: dict[str, int] = {}
        self.done = 0

    def __iter__(self) -> Iterator[tuple[pa.RecordBatch, NDArray[np.uint64]]]:
        check = self.check = KeyCheck(self._source.side)
        self.done = 0
        self.filled = {}
        if not self.month_first:  # else they were counted before the dates were turned
            columns = (column for column in DATE_COLUMNS if column in self._source.columns)
            self.orders = {column: AddedOrder(self._dates.get(column)) for column in columns}
        if self._parcels is not None:
            self._parcels.clear()  # where an old encoding was found the rows come again, from the first one
        for batch, keys in _ahead(self._with_keys(check)):
            yield batch, keys
            self.done += batch.num_rows
            if self._progress:
                self._progress(self.done, self._source.num_rows or self.done)
        proofs = {column: order.own.proofs for column, order in self.orders.items() if order.month_first}
        if proofs and not self.month_first:
            raise _MonthFirst(proofs)
        self._pool.submit(check.repeated)

    def _with_keys(self, check: KeyCheck) -> Iterator[tuple[pa.RecordBatch, NDArray[np.uint64]]]:
        """Give the batches with the hashes of their keys, and note their parcels, the order of dates, and what is filled."""
        for batch in self._source.batches(self._batch_rows):
            for column in batch.schema.names:
                if column != ROW:
                    self.filled[column] = self.filled.get(column, 0) + len(batch) - batch[column].null_count
            if not self.month_first:
                for column, order in self.orders.items():
                    order.own.add(batch[column])
            for column in self.month_first:
                batch = batch.set_column(batch.schema.get_field_index(column), column, day_first(batch[column]))
            if self._parcels is not None:
                held = "parcel_id" in batch.schema.names
                self._parcels.append(filled_hashes(batch["parcel_id"]) if held else np.zeros(batch.num_rows, np.uint64))
            yield batch, check.add(batch)


class Timer:
    """Measures the seconds spent in a stage."""

    def __init__(self, seconds: dict[str, float], stage: str) -> None:
        self._seconds, self._stage = seconds, stage

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        spent = time.perf_counter() - self._start
        self._seconds[self._stage] = round(self._seconds.get(self._stage, 0.0) + spent, 3)


def _ahead(batches: Iterator[_Batch]) -> Iterator[_Batch]:
    """Give what comes while the next is already being made."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(next, batches, None)
        while (batch := future.result()) is not None:
            future = pool.submit(next, batches, None)
            yield batch
