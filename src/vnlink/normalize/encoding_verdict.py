"""What cells say about the encoding they are in: the words, the count of them, and the verdict.

The rule is that of :mod:`vnlink.normalize.encodings`, which holds columns and groups of rows; here is one heap of cells.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import NamedTuple

from .legacy_text import Encoding, decode_text, fits
from .phonotactics import is_syllable

__all__ = ["Judge", "Tally", "Verdict", "beyond_chance", "verdict_of"]

LEAST_WORDS, LEAST_CELLS_AMONG_UNICODE = 3, 10
"""Different words that must speak for an encoding; distinct cells where most rows were typed in Unicode, which must hold twice
as many different words."""

LEAST_ALONE = 2
"""Distinct cells that speak for the encoding and not for the next one."""

FEWEST_CELLS = 4
"""Fewer cells are never beyond chance, all of them speaking: most communes of a clean register have none or one that is odd."""

ONE_IN_BY_CHANCE, ONE_IN_ALLOWED = 20, 100_000
WHOLE_AT_LEAST = 9
"""Rows that speak for the encoding per row typed in Unicode, for all cells to be decoded."""

_WORDS = re.compile(r"[^\s!-@\[-`{-\x7f]+", re.ASCII)
"""What stands between ASCII blanks, signs and digits. Control characters are letters in VISCII."""

_VIQR_WORDS = re.compile(r"[^\s,;:/\-\"\d\[\]{}<>_=&%#@!|\\)]+", re.ASCII)
_EDGES = "(“”‘’–—…«»•"
_VIQR_POINTS = "(.?'`"


_TYPED = frozenset(("bà", "và", "là"))
"""Words between names that stand in Unicode and would be syllables nobody is called by in TCVN3 (Bổ, vổ, lổ)."""


class Judge:
    """What words and cells say for each encoding; every distinct word is looked at once."""

    def __init__(self) -> None:
        self._words: dict[tuple[str, Encoding], int] = {}

    def __len__(self) -> int:
        """How many words it remembers, once for each encoding."""
        return len(self._words)

    def _word(self, word: str, encoding: Encoding) -> int:
        """1 where the word speaks for the encoding, -1 where it speaks against it, 0 where it says nothing."""
        raw = word.strip(_EDGES)
        if encoding is Encoding.VIQR:
            raw = raw.rstrip(_VIQR_POINTS) if raw.isascii() else raw
            stands = is_syllable(raw.lower())
        else:
            stands = not raw.isascii() and is_syllable(unicodedata.normalize("NFC", raw).lower())
        decoded = decode_text(word, encoding).strip(_EDGES)
        if encoding is Encoding.VIQR:
            decoded = decoded.rstrip(_VIQR_POINTS)
        if decoded == raw:
            return 0 if raw.isascii() or stands else -1
        if len(decoded) < 2:
            return 0  # an initial
        if not fits(word, encoding) or not is_syllable(decoded.lower()):
            return -1
        return 0 if stands else 1

    def _said(self, cell: str, encoding: Encoding) -> tuple[set[str], int]:
        """The different words that speak for the encoding, and how many speak against it."""
        words = (_VIQR_WORDS if encoding is Encoding.VIQR else _WORDS).findall(cell)
        speaking: set[str] = set()
        against = 0
        for word in words:
            key = (word, encoding)
            said = self._words.get(key)
            if said is None:
                said = self._words[key] = self._word(word, encoding)
            if said > 0:
                speaking.add(word)
            against += said < 0
        return speaking, against

    def words_for(self, cell: str, encoding: Encoding) -> set[str]:
        """The words by which a cell speaks for the encoding; none where too many speak against it."""
        speaking, against = self._said(cell, encoding)
        return speaking if 4 * against <= len(speaking) else set()

    def decoded(self, cell: str, encoding: Encoding) -> str:
        """A cell that speaks for the encoding, read back but for the words that were typed: "Bà TrÇn ThÞ B×nh"."""

        def read(found: re.Match[str]) -> str:
            return found[0] if found[0].lower() in _TYPED else decode_text(found[0], encoding)

        return _WORDS.sub(read, cell)

    def words_for_only(self, cell: str, encoding: Encoding) -> set[str]:
        """The words by which a cell speaks for the encoding; none where a single one speaks against it."""
        speaking, against = self._said(cell, encoding)
        return set() if against else speaking


class Tally:
    """Rows counted, and the distinct odd cells with the lowest hashes."""

    def __init__(self, kept: int) -> None:
        self.rows = self.typed = self.odd = 0
        self._kept = kept
        self.limit = (1 << 64) - 1
        self.cells: dict[int, list[int | str]] = {}

    def count(self, rows: int, typed: int) -> None:
        """Add rows with a value, and those among them that were typed in Unicode."""
        self.rows += rows
        self.typed += typed

    def add(self, key: int, count: int, text: str) -> None:
        """Count a distinct odd cell; the caller leaves out those with a hash above :attr:`limit`."""
        self.cells[key] = [count, text]
        if len(self.cells) > 2 * self._kept:
            self.settle()

    def settle(self) -> None:
        """Let go of all cells but the kept ones. Nothing that is let go could come back: the limit only falls."""
        if len(self.cells) > self._kept:
            keys = sorted(self.cells)[: self._kept]
            self.cells = {key: self.cells[key] for key in keys}
            self.limit = keys[-1]


class _Said(NamedTuple):
    """What speaks for an encoding: the keys of the cells, the words, and the number of rows."""

    encoding: Encoding
    keys: set[int]
    words: set[str]
    rows: int

    @classmethod
    def of(cls, tally: Tally, judge: Judge, encoding: Encoding) -> _Said:
        """Ask every cell of a tally."""
        keys, words, rows = set(), set(), 0
        for key, (count, text) in tally.cells.items():
            spoken = judge.words_for(str(text), encoding)
            if spoken:
                keys.add(key)
                words |= spoken
                rows += int(count)
        return cls(encoding, keys, words, rows)


class Verdict(NamedTuple):
    """What the cells of a tally say: an encoding or None, and whether all cells are in it."""

    encoding: Encoding | None
    whole: bool
    rows_for: int


def beyond_chance(successes: int, trials: int) -> bool:
    """Whether so many successes of a chance of one in twenty come with less than one in 100,000; in whole numbers."""
    rest = ONE_IN_BY_CHANCE - 1
    if successes * ONE_IN_BY_CHANCE <= trials:
        return False
    term = math.comb(trials, successes) * rest ** (trials - successes)
    total = 0
    for count in range(successes, min(trials, successes + 40) + 1):
        total += term
        term = term * (trials - count) // ((count + 1) * rest)
    return total * ONE_IN_ALLOWED < ONE_IN_BY_CHANCE**trials


def verdict_of(tally: Tally, judge: Judge) -> Verdict:
    """Weigh the cells of a tally by the rule that the module describes."""
    tally.settle()
    nothing = Verdict(None, False, 0)
    if len(tally.cells) < FEWEST_CELLS:
        return nothing
    rows = sum(int(count) for count, _ in tally.cells.values())
    said = sorted((_Said.of(tally, judge, encoding) for encoding in Encoding), key=lambda one: one.rows, reverse=True)
    (encoding, keys, words, rows_for), runner_up = said[0], said[1]
    cells = len(keys)
    if len(words) < LEAST_WORDS or 2 * rows_for <= rows or not beyond_chance(cells, len(tally.cells)):
        return nothing
    alone = len(keys - runner_up.keys)
    if alone < LEAST_ALONE or 4 * len(runner_up.keys - keys) > alone:
        return nothing
    estimate = rows_for if rows == tally.odd else tally.odd * rows_for // rows
    whole = estimate >= WHOLE_AT_LEAST * tally.typed
    if not whole and (cells < LEAST_CELLS_AMONG_UNICODE or len(words) < 2 * LEAST_WORDS or 5 * rows_for < 4 * rows):
        return nothing
    return Verdict(encoding, whole, estimate)
