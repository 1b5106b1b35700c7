"""The table of distinct syllables: text on one side, small integers and 64-bit hashes on the other.

A syllable number is given in order of first meeting, so it differs between runs and means nothing outside its table. Whatever
must be stable (keys, ties) is made of the hashes, which depend on the text alone. Both registers of a run share one
table, so that equal numbers are equal syllables. About 1,500 syllables make up nearly all names, so the columns stay in
the processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.hashing import combine, hash_text
from vnlink.kernels import allocating, inner, kernel
from vnlink.schema import LexiconArrays

from .phonotactics import may_be_syllable
from .syllables import canonical_syllable, doublet_of, is_initial, letter_shapes, regional_form, tone_of
from .text import drop_tone, fold, pieces_of, title_case

__all__ = ["Form", "Lexicon", "name_hash", "sequence_hash"]

_FIRST_ROOM = 4096
_NO_NAME = np.uint64(0)
_ONE = np.uint64(1)
_WORD = 8


class Form(IntEnum):
    """How a name is written out: for people, without tones, or as plain lower-case letters."""

    TEXT = 0
    TONELESS = 1
    FOLDED = 2


def _empty_arrays(room: int) -> LexiconArrays:
    """Columns with ``room`` zeroed entries."""
    return LexiconArrays(
        fold_hash=np.zeros(room, dtype=np.uint64),
        regional_hash=np.zeros(room, dtype=np.uint64),
        tone=np.zeros(room, dtype=np.uint8),
        shapes=np.zeros(room, dtype=np.uint16),
        doublet=np.zeros(room, dtype=np.uint8),
        packed=np.zeros(room, dtype=np.uint64),
        length=np.zeros(room, dtype=np.uint8),
        is_initial=np.zeros(room, dtype=np.uint8),
        is_built=np.zeros(room, dtype=np.uint8),
        fold_id=np.zeros(room, dtype=np.int32),
    )


class _Spellings:
    """UTF-8 of every syllable in one form, end to end, as the render kernel reads it."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.bytes = bytearray()
        self.ends = [0]

    def append(self, text: str) -> None:
        self.texts.append(text)
        self.bytes += text.encode("utf-8", "replace")
        self.ends.append(len(self.bytes))


class Lexicon:
    """Growing table of distinct normalised syllables.

    Examples
    --------
    >>> lexicon = Lexicon()
    >>> number = lexicon.intern("HUỲNH")
    >>> lexicon.text(number), lexicon.intern("hùynh") == number
    ('huỳnh', True)
    >>> int(lexicon.arrays().tone[number])
    1
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._texts: list[str] = []
        self._folds: dict[str, int] = {}  # folded form: the first syllable that has it
        self._columns = _empty_arrays(_FIRST_ROOM)
        self._spellings = {form: _Spellings() for form in Form}
        self._frozen: dict[Form, tuple[NDArray[np.uint8], NDArray[np.int64]]] = {}
        self._frozen_heads: dict[Form, NDArray[np.uint64]] = {}

    def __len__(self) -> int:
        return len(self._texts)

    def __repr__(self) -> str:
        return f"Lexicon({len(self)} syllables)"

    def texts(self) -> list[str]:
        """All syllables in the order of their numbers."""
        return list(self._texts)

    def text(self, number: int) -> str:
        """Canonical lower-case spelling of a syllable number."""
        return self._texts[number]

    def spelling(self, number: int, form: Form) -> str:
        """A syllable as :meth:`render` writes it."""
        return self._spellings[form].texts[number]

    def intern(self, text: str) -> int:
        """Number of a syllable, which is normalised first and entered if it is new.

        Parameters
        ----------
        text : str
            One syllable in any case and Unicode form. Of a word that falls into several only the first counts.

        Returns
        -------
        int
            The syllable's number, or -1 when the text has no letter.
        """
        number = self._numbers.get(text)
        if number is not None:
            return number
        pieces, _ = pieces_of(text)
        return self.intern_clean(canonical_syllable(pieces[0])) if pieces else -1

    def intern_clean(self, text: str) -> int:
        """Number of a syllable that is already in its canonical spelling."""
        number = self._numbers.get(text)
        return self._enter(text) if number is None else number

    def arrays(self) -> LexiconArrays:
        """The columns as they stand now. Views: take them again after more syllables were interned."""
        count = len(self)
        return LexiconArrays._make(column[:count] for column in self._columns)

    def render(
        self,
        syllables: NDArray[np.int32],
        form: Form = Form.TEXT,
        span: tuple[NDArray[np.uint8], NDArray[np.uint8]] | None = None,
    ) -> pa.Array:
        """Write names out as text.

        Parameters
        ----------
        syllables : ndarray of int32, shape (n, k)
            Syllable numbers, -1 where there is none.
        form : Form
            Title case for people ("Nguyễn Văn Hùng", "H'Hen Niê"), or lower case without tones or without marks.
        span : two ndarrays of uint8, shape (n,), optional
            First syllable to write of each row, and the one before which to stop; all of them when not given.

        Returns
        -------
        pyarrow.StringArray
            One name a row, null where a row has no syllable; a LargeStringArray above 2 GiB of text.

        Examples
        --------
        >>> lexicon = Lexicon()
        >>> row = [[lexicon.intern("nguyễn"), lexicon.intern("hùng"), -1]]
        >>> lexicon.render(np.array(row, dtype=np.int32)).to_pylist()
        ['Nguyễn Hùng']
        """
        spelled, ends = self._frozen_spellings(form)
        offsets = np.empty(len(syllables) + 1, dtype=np.int64)
        rows = np.ascontiguousarray(syllables, dtype=np.int32)
        first, last = span or (np.zeros(len(rows), np.uint8), np.full(len(rows), rows.shape[1], np.uint8))
        measure_names(rows, first, last, spelled, ends, offsets)
        data = np.empty(offsets[-1] + 2 * _WORD, dtype=np.uint8)
        write_names(rows, first, last, spelled, ends, self._heads(form), offsets, data)
        present = offsets[1:] > offsets[:-1]
        small = offsets[-1] < 2**31
        buffers = [
            None if present.all() else pa.py_buffer(np.packbits(present, bitorder="little")),
            pa.py_buffer(offsets.astype(np.int32) if small else offsets),
            pa.py_buffer(data[: offsets[-1]]),
        ]
        return pa.Array.from_buffers(pa.string() if small else pa.large_string(), len(rows), buffers)

    def _frozen_spellings(self, form: Form) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """The spellings of one form as arrays, made again only after the table grew."""
        frozen = self._frozen.get(form)
        if frozen is None or len(frozen[1]) != len(self) + 1:
            table = self._spellings[form]
            data = np.frombuffer(bytes(table.bytes) or b" ", dtype=np.uint8)
            frozen = self._frozen[form] = (data, np.array(table.ends, dtype=np.int64))
        return frozen

    def _heads(self, form: Form) -> NDArray[np.uint64]:
        """The first sixteen bytes of every spelling as two numbers, made again only after the table grew."""
        heads = self._frozen_heads.get(form)
        if heads is None or len(heads) != len(self):
            data, ends = self._frozen_spellings(form)
            places = ends[:-1, None] + np.arange(2 * _WORD)
            padded = np.where(places < ends[1:, None], np.append(data, np.zeros(2 * _WORD, np.uint8))[places], np.uint8(0))
            heads = self._frozen_heads[form] = np.ascontiguousarray(padded).view("<u8").astype(np.uint64)
        return heads

    def _enter(self, text: str) -> int:
        """Add a canonical syllable and fill its columns."""
        number = len(self._texts)
        if number == len(self._columns.tone):
            self._grow()
        folded = fold(text)
        toneless = drop_tone(text)
        columns = self._columns
        columns.tone[number] = tone_of(text)
        columns.shapes[number] = letter_shapes(toneless)
        columns.doublet[number] = doublet_of(text)
        columns.is_initial[number] = is_initial(text)
        columns.is_built[number] = may_be_syllable(text)
        self._enter_fold(number, folded)
        self._spellings[Form.TEXT].append(title_case(text))
        self._spellings[Form.TONELESS].append(toneless)
        self._spellings[Form.FOLDED].append(folded)
        self._texts.append(text)
        self._numbers[text] = number
        return number

    def _enter_fold(self, number: int, folded: str) -> None:
        """Fill the columns that the folded form alone decides, once for the three or so syllables that share it."""
        columns = self._columns
        first = self._folds.setdefault(folded, number)
        if first == number:
            columns.fold_hash[number] = hash_text(folded)
            columns.regional_hash[number] = hash_text(regional_form(folded))
            columns.packed[number] = int.from_bytes(folded.encode("ascii", "replace")[:8], "little")
            columns.length[number] = min(len(folded), 255)
            columns.fold_id[number] = len(self._folds) - 1
        else:
            for column in (columns.fold_hash, columns.regional_hash, columns.packed, columns.length, columns.fold_id):
                column[number] = column[first]

    def _grow(self) -> None:
        """Double the room of every column."""
        wider = _empty_arrays(2 * len(self._columns.tone))
        columns: Iterator[tuple[NDArray[Any], NDArray[Any]]] = zip(self._columns, wider, strict=True)
        for old, new in columns:
            new[: len(old)] = old
        self._columns = wider


@kernel
def measure_names(
    rows: NDArray[np.int32],
    first: NDArray[np.uint8],
    last: NDArray[np.uint8],
    spelled: NDArray[np.uint8],
    ends: NDArray[np.int64],
    offsets: NDArray[np.int64],
) -> None:
    """Byte offsets of the names that :func:`write_names` will write. No space follows a prefix that ends in an apostrophe."""
    offsets[0] = 0
    for row in range(rows.shape[0]):
        size = np.int64(0)
        space = np.int64(0)
        for column in range(first[row], last[row]):
            number = rows[row, column]
            if number >= 0:
                size += space + ends[number + 1] - ends[number]
                space = np.int64(spelled[ends[number + 1] - 1] != 39)
        offsets[row + 1] = offsets[row] + size


@inner
def _write_word(data: NDArray[np.uint8], place: int, word: np.uint64) -> None:
    """Write the eight bytes of a number, the lowest first: one instruction, once it is compiled."""
    for byte in range(_WORD):
        data[place + byte] = np.uint8((word >> np.uint64(8 * byte)) & np.uint64(0xFF))


@kernel
def write_names(
    rows: NDArray[np.int32],
    first: NDArray[np.uint8],
    last: NDArray[np.uint8],
    spelled: NDArray[np.uint8],
    ends: NDArray[np.int64],
    heads: NDArray[np.uint64],
    offsets: NDArray[np.int64],
    data: NDArray[np.uint8],
) -> None:
    """Write the syllables of each row into ``data``, parted by spaces.

    A spelling is written eight bytes at a time, whatever its length, and what is too much is written over by the next one: a
    loop that ends after another number of bytes each time costs twice as much. So ``data`` has sixteen bytes to spare.
    """
    for row in range(rows.shape[0]):
        place = offsets[row]
        space = False
        for column in range(first[row], last[row]):
            number = rows[row, column]
            if number < 0:
                continue
            if space:
                data[place] = 32
                place += 1
            size = ends[number + 1] - ends[number]
            _write_word(data, place, heads[number, 0])
            if size > _WORD:
                _write_word(data, place + _WORD, heads[number, 1])
            for at in range(2 * _WORD, size):
                data[place + at] = spelled[ends[number] + at]
            place += size
            space = spelled[ends[number + 1] - 1] != 39


@allocating
def sequence_hash(syllables: NDArray[np.int32], hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Order-sensitive hash of each row of syllable numbers, by any column of hashes; 0 for a row without syllables."""
    out = np.zeros(syllables.shape[0], dtype=np.uint64)
    for row in range(syllables.shape[0]):
        state = _NO_NAME
        for column in range(syllables.shape[1]):
            number = syllables[row, column]
            if number >= 0:
                state = combine(state, hashes[number])
                if state == _NO_NAME:
                    state = _ONE
        out[row] = state
    return out


def name_hash(syllables: NDArray[np.int32], arrays: LexiconArrays) -> NDArray[np.uint64]:
    """Hash of the folded name, stable between runs.

    Parameters
    ----------
    syllables : ndarray of int32, shape (n, k)
        Syllable numbers, -1 where there is none.
    arrays : LexiconArrays
        Columns of the table that numbered them.

    Returns
    -------
    ndarray of uint64, shape (n,)
        0 for a row without syllables, never 0 otherwise.

    Examples
    --------
    >>> lexicon = Lexicon()
    >>> names = (("lê", "hòa"), ("le", "hoa"))
    >>> rows = np.array([[lexicon.intern(syllable) for syllable in name] for name in names], np.int32)
    >>> left, right = name_hash(rows, lexicon.arrays())
    >>> bool(left == right)
    True
    """
    return sequence_hash(np.ascontiguousarray(syllables, dtype=np.int32), arrays.fold_hash)
