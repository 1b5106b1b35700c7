"""Columns of text to streams of tokens, and what each distinct word means.

The bytes are walked by :mod:`vnlink.normalize.token_kernel`; a word that was not met before comes here once, is
normalised, and gets its syllable numbers and its place among the words of owner strings. After that nothing touches a string.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.errors import InputError, message
from vnlink.schema import MAX_SYLLABLES

from .cell_length import MAX_CELL_BYTES
from .cells import any_column, as_text
from .lexicon import Lexicon
from .no_name import says_no_name, without_no_names
from .owner_words import owner_words
from .phonotactics import is_syllable
from .seams import pieces_at_seams
from .syllables import canonical_syllable, is_initial
from .text import drop_tone, fold, has_marks, is_plain
from .token_kernel import Stream, TokenTable, tokenize

__all__ = [
    "ALIAS_SYLLABLE",
    "CHUNK_ROWS",
    "HIGHLAND_LETTERS",
    "WORD_BITS",
    "WORD_COUNT",
    "WORD_FOLDED",
    "WORD_SPELLED",
    "WORD_SYLLABLES",
    "Bit",
    "Interner",
    "scalar_interner",
    "text_chunks",
]

HIGHLAND_LETTERS = tuple(ord(letter) - ord("a") + 1 for letter in "hky")
"""Numbers of the letters that stand alone before names of the highlands: H Bla, K Wen, Y Dhun."""

CHUNK_ROWS = 32_768
"""Rows read at a time: their tokens stay in the second-level cache between the walk and the grammar."""

_FIRST_WORDS = 8192
_STREAM_ROOM = CHUNK_ROWS * 24 + MAX_CELL_BYTES + 1


_ALIAS, ALIAS_SYLLABLE = "tức", 0
"""The word that a second name follows, and its number: every lexicon begins with it, so that kernels know it."""


class Bit:
    """Bits of the column WORD_BITS.

    MIDDLE is "Văn" or "Thị", after which a given name must stand, WOMAN is "Thị" alone; BROKEN is a word that cannot end as
    it does ("Nh", "Phươ"), or a hamlet's letters and number ("T5"); SMALL is a word that begins with a small letter; HIGHLAND
    is a prefix of the highlands, or a word that begins with one ("H'", "H'Bla", "HBla", "Hbla"); CALLED begins what somebody
    is called at home ("Út Lúa", "Tà Kha"); KHMER is a family name of the Khmer, or their word for a grandparent; FATHER is
    the Ê Đê "Ama"; a word of a single letter has the letter's number (a = 1) times LETTER.
    """

    MARKED = 1
    INITIAL = 2
    ODD = 4
    SURNAME = 8
    CUT = 16
    MIDDLE = 32
    WOMAN = 64
    BROKEN = 128
    SMALL = 256
    HIGHLAND = 512
    CALLED = 1024
    KHMER = 2048
    FATHER = 4096
    LETTER = 8192


WORD_COUNT, WORD_BITS, WORD_SPELLED, WORD_FOLDED, WORD_SYLLABLES = range(5)
"""Columns of the word table, an int32 matrix of shape (words, WORD_WIDTH), one row per distinct word, that fills one
line of the cache: how many syllables it has, its bits (:class:`Bit`), its numbers among the words of owner strings by
spelling and by folded form (0: none), and from the last column on its syllable numbers."""

WORD_WIDTH = WORD_SYLLABLES + MAX_SYLLABLES
_LARGE = pa.large_string()


def _token_table(words: int, pool: int) -> TokenTable:
    """An empty hash table with room for so many words and bytes; ``words`` is a power of two."""
    return TokenTable(
        np.full(4 * words, -1, dtype=np.int32),
        np.zeros(words, dtype=np.uint64),
        np.zeros(words, dtype=np.int64),
        np.zeros(words, dtype=np.int32),
        np.zeros(pool, dtype=np.uint8),
        np.zeros(2, dtype=np.int64),
    )


def text_chunks(column: Any) -> list[pa.LargeStringArray]:
    """Any column of text as Arrow arrays of large_string without nulls (a null is an empty text).

    Parameters
    ----------
    column : pyarrow.Array, pyarrow.ChunkedArray, object with the Arrow C stream or array interface, or sequence of str
    or None     String, large string, string view, dictionary and null types are taken; numbers are read as their text.

    Raises
    ------
    InputError
        The column holds something that has no text, such as lists or structures.
    """
    array = any_column(column)
    if isinstance(column, Sequence) and not (pa.types.is_string(array.type) or pa.types.is_null(array.type)):
        raise InputError(message("a list of names must hold text", remedy="convert it to text"))
    chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
    try:
        texts = map(as_text, chunks)
        chunks = [text if text.type == _LARGE else text.cast(_LARGE) for text in texts]
    except (pa.ArrowException, InputError):  # bytes that are no text, lists; their words may quote them
        raise InputError(message("a column of names must be text", found=type(array), remedy="convert it to text")) from None
    return [pc.fill_null(chunk, "") if chunk.null_count else chunk for chunk in chunks]


def _buffers(chunk: pa.LargeStringArray) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Offsets of the rows of a chunk (a slice too) and the bytes that they point into; no copy."""
    _, offsets, data = chunk.buffers()
    if len(chunk) == 0 or offsets is None:
        return np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.uint8)
    starts = np.frombuffer(offsets, dtype=np.int64)[chunk.offset : chunk.offset + len(chunk) + 1]
    empty = data is None or data.size == 0
    return starts, np.zeros(1, dtype=np.uint8) if empty else np.frombuffer(data, dtype=np.uint8)


class Interner:
    """The words and syllables met so far, shared by both registers so that equal numbers mean equal text.

    Not safe for use by several threads at a time.

    Examples
    --------
    >>> interner = Interner()
    >>> for stream in interner.read(["Trần Thị Bình", "TRẦN THỊ BÌNH"]):
    ...     words = [stream.codes[a:b] for a, b in zip(stream.ends, stream.ends[1:])]
    >>> first, second = (interner.words[row, WORD_SYLLABLES].tolist() for row in words)
    >>> first == second
    True
    """

    def __init__(self) -> None:
        self.lexicon = Lexicon()
        self.lexicon.intern_clean(_ALIAS)
        self.words = np.zeros((_FIRST_WORDS, WORD_WIDTH), dtype=np.int32)
        self._table = _token_table(_FIRST_WORDS, _FIRST_WORDS * 16)
        self._learned = 0
        self._plain: dict[str, int] = {}
        self._room: NDArray[np.int64] | None = None
        self._stream = Stream(
            np.empty(_STREAM_ROOM, dtype=np.int32),
            np.zeros(_STREAM_ROOM, dtype=np.int64),
            np.zeros(CHUNK_ROWS + 1, dtype=np.int64),
            np.zeros(CHUNK_ROWS, dtype=np.uint8),
        )

    def __len__(self) -> int:
        return self._learned

    def __repr__(self) -> str:
        return f"Interner({len(self)} words, {len(self.lexicon)} syllables)"

    def room_for_tokens(self, width: int) -> NDArray[np.int64]:
        """Room for what a grammar notes of each token of the longest cell, int64[tokens, width]; the same at each call."""
        if self._room is None or self._room.shape[1] != width:
            self._room = np.zeros((MAX_CELL_BYTES + 1, width), dtype=np.int64)
        return self._room

    def read(self, column: Any) -> Iterator[Stream]:
        """Tokens of a column, at most :data:`CHUNK_ROWS` rows at a time, in order.

        A stream is valid until the next one is asked for: its arrays are used again. All its words are known to
        :attr:`words`. A cell that says that there is no name ("NULL") has no tokens.
        """
        for chunk in text_chunks(column):
            yield from self.read_buffers(*_buffers(without_no_names(chunk)))

    def read_buffers(self, offsets: NDArray[np.int64], data: NDArray[np.uint8]) -> Iterator[Stream]:
        """As :meth:`read`, for the offsets and bytes of an Arrow column."""
        first, rows = 0, len(offsets) - 1
        while first < rows:
            reached = tokenize(offsets, data, first, min(first + CHUNK_ROWS, rows), self._table, self._stream)
            self._learn()
            if reached > first:
                count = reached - first
                codes, values, ends, cut = self._stream
                tokens = ends[count]
                yield Stream(codes[:tokens], values[:tokens], ends[: count + 1], cut[:count])
            if reached < rows:
                self._make_room()
            first = reached

    def read_text(self, text: str) -> Stream:
        """Tokens of one text, valid until the next reading."""
        if says_no_name(text):
            text = ""
        # Bytes that may be written to, as those of a column: kernels are compiled for one kind.
        data = np.frombuffer(bytearray(text.encode("utf-8", "replace") or b" "), dtype=np.uint8)
        offsets = np.array([0, len(data)], dtype=np.int64)
        reached = tokenize(offsets, data, 0, 1, self._table, self._stream)
        if not reached:
            return next(self.read_buffers(offsets, data))
        self._learn()
        codes, values, ends, cut = self._stream
        tokens = ends[1]
        return Stream(codes[:tokens], values[:tokens], ends[:2], cut[:1])

    def _make_room(self) -> None:
        """Double whatever may be too small for the next row."""
        count, used = self._table.counters.tolist()
        room, pool = len(self._table.starts), len(self._table.pool)
        if count + MAX_CELL_BYTES > room or used + MAX_CELL_BYTES > pool:
            self._grow(2 * room if count + MAX_CELL_BYTES > room else room, 2 * pool)

    def _grow(self, room: int, pool: int) -> None:
        """Move to larger tables."""
        old, count = self._table, self._learned
        new = _token_table(room, pool)
        for name in ("hashes", "starts", "sizes"):
            getattr(new, name)[:count] = getattr(old, name)[:count]
        new.pool[: old.counters[1]] = old.pool[: old.counters[1]]
        new.counters[:] = old.counters
        mask = len(new.slots) - 1
        slots = new.slots
        for number, key in enumerate(new.hashes[:count].tolist()):
            slot = key & mask
            while slots[slot] >= 0:
                slot = (slot + 1) & mask
            slots[slot] = number
        self._table = new
        if room > len(self.words):
            words = np.zeros((room, WORD_WIDTH), dtype=np.int32)
            words[:count] = self.words[:count]
            self.words = words

    def _learn(self) -> None:
        """Normalise the words that are new since the last time; a second spelling of one plain word has its row copied."""
        table, first, count = self._table, self._learned, int(self._table.counters[0])
        if count == first:
            return
        pool, start = table.pool[int(table.starts[first]) : int(table.counters[1])].tobytes(), 0
        copies: list[int] = []
        sources: list[int] = []
        small: list[int] = []
        for number, size in enumerate(table.sizes[first:count].tolist(), first):
            raw = pool[start : start + size].decode("utf-8", "replace")
            start += size
            small.append(Bit.SMALL * raw[0].islower())
            source = self._plain.get(raw.lower()) if raw.istitle() or raw.isupper() or raw.islower() else None
            if source is None:
                source = self._describe(number, raw)
            if source != number:
                copies.append(number)
                sources.append(source)
        self.words[copies] = self.words[sources]
        # The same word in capitals and in small letters shares all but this.
        self.words[first:count, WORD_BITS] = (self.words[first:count, WORD_BITS] & ~Bit.SMALL) | small
        self._learned = count

    def _describe(self, number: int, raw: str) -> int:
        """Enter one word: its syllables, its bits and its numbers among the words of owner strings.

        The number of a word with the same entry, which is not written then; else ``number``.
        """
        eight, strokes = _is_eight_for_b(raw), raw.startswith("\\/")  # "8ùi", "\\/ăn"
        word = "B" + raw[1:] if eight else ("V" + raw[2:] if strokes else raw)
        pieces, odd = ([word.lower()], False) if _is_word_of_keys(word) else pieces_at_seams(word)
        odd = odd or eight or strokes
        if len(pieces) == 1 and not odd and is_plain(pieces[0]):
            known = self._plain.setdefault(pieces[0], number)
            if known != number:
                return known
        bits = Bit.ODD if odd else 0
        if len(pieces) > MAX_SYLLABLES:
            pieces = pieces[:2] + pieces[2 - MAX_SYLLABLES :]
            bits |= Bit.CUT
        clean = [canonical_syllable(piece) for piece in pieces]
        entry = self.words[number]
        for place, syllable in enumerate(clean):
            entry[WORD_SYLLABLES + place] = self.lexicon.intern_clean(syllable)
            bits |= Bit.MARKED * has_marks(syllable) | Bit.INITIAL * is_initial(syllable)
        if len(clean) == 1:
            table = owner_words()
            folded = fold(clean[0])
            bits |= _bits_of_word(clean[0], folded)
            entry[WORD_SPELLED] = table.spelled.get(clean[0], 0)
            entry[WORD_FOLDED] = table.folded.get(folded, 0)
            if clean[0] in table.surnames or (clean[0].isascii() and folded in table.surnames_folded):
                bits |= Bit.SURNAME
        elif len(clean) == 2 and clean[0] in _GLUED_PREFIXES:
            bits |= Bit.HIGHLAND
        entry[WORD_COUNT] = len(clean)
        entry[WORD_BITS] = bits
        return number


def _is_eight_for_b(raw: str) -> bool:
    """Whether a word's "8" was read for "B" ("8ùi"); it is a number before a word of owner strings or a capital ("8Ông")."""
    capital = raw[1:2].isupper() and raw[2:3].islower()
    return raw[0] == "8" and len(raw) > 1 and not capital and raw[1:].lower() not in owner_words().spelled


def _is_word_of_keys(word: str) -> bool:
    """Whether a word is one of owner strings as keys leave it that type marks, in whatever case: "HOoj" is no "H" and "Ooj"."""
    return word.lower() in _KEYED_WORDS


def _bits_of_word(word: str, folded: str) -> int:
    """Bits that help the grammar of owner strings to tell names from other words."""
    if len(word) == 1:
        return Bit.LETTER * (ord(folded) - ord("a") + 1) if len(folded) == 1 and "a" <= folded <= "z" else 0
    if word in _MIDDLE_NAMES:
        return Bit.MIDDLE | Bit.WOMAN * (folded == "thi")
    broken = word.isalpha() and (
        _VOWELS.isdisjoint(folded) or (drop_tone(word).endswith(_OPEN_RIMES) and not is_syllable(word))
    )
    if word in _GLUED_PREFIXES and word.endswith("'"):
        return Bit.HIGHLAND
    broken = broken or _HAMLET.fullmatch(word) is not None
    glued = folded[:1] == "h" and folded[1:2] in _CONSONANTS and not _VOWELS.isdisjoint(folded)
    told = Bit.CALLED * (word in _CALLED) | Bit.KHMER * (word in _KHMER) | Bit.FATHER * (word == "ama")
    return Bit.BROKEN * broken | Bit.HIGHLAND * glued | told


_VOWELS = frozenset("aeiouy")
_CONSONANTS = frozenset("bcdghjklmnpqrstvwxz")
_HAMLET = re.compile(r"[^\W\d_]{1,2}[1-9][0-9]?")
"""Letters and number of a hamlet: "T5", "Th12"."""

_GLUED_PREFIXES = frozenset({"h'", "k'", "hr'", "kr'", "y", "ka"})
_MIDDLE_NAMES = frozenset({"văn", "thị", "van", "thi"})
_KEYED_WORDS = frozenset({"hooj", "oong", "baf", "vaf", "vowj", "laf"})
_CALLED = frozenset({"hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "út", "cả", "tà", "yeay", "ama", "ami"})
"""Places among brothers and sisters, and words of the Khmer and Ê Đê for whose grandparent or parent somebody is."""

_KHMER = frozenset({"danh", "thạch", "thach", "kim", "sơn", "son", "kiên", "kien", "lâm", "lam", "châu", "chau", "tà", "yeay"})
"""Family names of the Khmer, among whom Thị and a given name are a woman's whole name; and their words for grandparents."""

_OPEN_RIMES = ("ươ", "uô", "yê", "uâ")
"""Vowels that no syllable ends in: where one does, its end is missing."""

_MAX_SCALAR_WORDS = 200_000
_scalar: list[Interner] = []


def scalar_interner() -> Interner:
    """The interner that single texts are read with; begun afresh before it holds more than 200,000 distinct words."""
    if not _scalar or len(_scalar[0]) > _MAX_SCALAR_WORDS:
        _scalar[:] = [Interner()]
    return _scalar[0]
