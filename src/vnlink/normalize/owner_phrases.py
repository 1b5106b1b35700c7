"""Compiled part of reading owner strings, first of all: the phrases of the table that begin at the words of a row.

The words of a row are looked at from the last to the first, so that what follows each is known by then. Of the six tokens of a
row three begin a phrase of the table on average, but hardly one of these phrases stands there: so the next word is asked first,
by a bit. That took the reading of a row from 450 to 330 ns.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import inner, kernel

from .owner_state import (
    T_ALONE,
    T_BITS,
    T_CODE,
    T_COUNT,
    T_NEXT,
    T_PERSON,
    T_RUN,
    T_SIZE,
    T_UNMARKED,
    T_VALUE,
    T_WORD,
    is_short_number,
)
from .owner_words import PHRASE_FOLDED, PHRASE_LEAST, PHRASE_SIZE, PHRASE_SPELLED, PHRASE_UNMARKED, PHRASE_WORD, Word
from .token_kernel import BLANKS, CLOSE, COLON, COMMA, DASH, DIGITS, DOT, NEWLINE, OPEN, SEMICOLON, SPACED_DASH, TAB
from .tokens import HIGHLAND_LETTERS, WORD_BITS, WORD_COUNT, WORD_FOLDED, WORD_SPELLED, Bit

__all__ = ["prepare_row", "put_in_order", "settle_gaps"]

_FEMALE, _HOUSEHOLD = int(Word.TITLE_FEMALE), int(Word.HOUSEHOLD)
_MALE_WEAK, _FEMALE_WEAK = int(Word.TITLE_MALE_WEAK), int(Word.TITLE_FEMALE_WEAK)
_WIFE, _HUSBAND, _IS, _AND_DOUBTFUL = int(Word.WIFE), int(Word.HUSBAND), int(Word.IS), int(Word.AND_DOUBTFUL)
_LONGEST_BROKEN = 3
"""Words of a name before the last, which stands on a line of its own."""

_NAME, _GROUP, _ORGANISATION, _MALE, _TITLE_COUPLE, _AND = (
    int(Word.NAME), int(Word.GROUP), int(Word.ORGANISATION), int(Word.TITLE_MALE), int(Word.TITLE_COUPLE), int(Word.AND)
)  # fmt: skip
_MARKED, _LETTER, _MIDDLE, _SURNAME, _HIGHLAND = Bit.MARKED, Bit.LETTER, Bit.MIDDLE, Bit.SURNAME, Bit.HIGHLAND
_SMALL = Bit.SMALL
_H, _K, _Y = HIGHLAND_LETTERS


@inner
def _longest_phrase(
    codes: NDArray[np.int32],
    place: int,
    dot: int,
    stop: int,
    words: NDArray[np.int32],
    table: NDArray[np.int16],
    begin: int,
    end: int,
    total: int,
) -> int:
    """The first of the phrases ``begin`` to ``end`` that stands at ``place``, in a row of ``total`` words; -1 if none does."""
    after = 0
    if place + dot + 1 < stop and codes[place + dot + 1] >= 0:
        after = words[codes[place + dot + 1], WORD_FOLDED]
    for phrase in range(begin, end):
        size = np.int64(table[phrase, PHRASE_SIZE])  # in plain Python a place plus an int16 would be one
        if size > 1 and (after == 0 or table[phrase, PHRASE_FOLDED + 1] != after):
            continue
        least = table[phrase, PHRASE_LEAST]
        if place + size + (dot if size > 1 else 0) > stop or least > total or (least == 0 and size != total):
            continue
        step = 0
        while step < size:
            token = codes[place + step + (dot if step > 0 else 0)]
            if token < 0:
                break
            if words[token, WORD_SPELLED] != table[phrase, PHRASE_SPELLED + step]:
                marked = (words[token, WORD_BITS] & _MARKED) != 0
                if marked or not table[phrase, PHRASE_UNMARKED]:
                    break
                if words[token, WORD_FOLDED] != table[phrase, PHRASE_FOLDED + step]:
                    break
            step += 1
        if step == size:
            return phrase
    return -1


@inner
def _without_marks(codes: NDArray[np.int32], place: int, stop: int, words: NDArray[np.int32]) -> bool:
    """Whether none of the words from ``place`` to ``stop`` has a diacritic."""
    marked = 0
    for position in range(place, stop):
        if codes[position] >= 0:
            marked |= words[codes[position], WORD_BITS] & _MARKED
    return marked == 0


@inner
def _is_spelled(
    codes: NDArray[np.int32], place: int, dot: int, words: NDArray[np.int32], table: NDArray[np.int16], phrase: int
) -> bool:
    """Whether every word of a phrase that was found stands there with its marks, ``dot`` tokens behind the first."""
    for step in range(table[phrase, PHRASE_SIZE]):
        if words[codes[place + step + (dot if step > 0 else 0)], WORD_SPELLED] != table[phrase, PHRASE_SPELLED + step]:
            return False
    return True


@inner
def _enter_phrase(
    codes: NDArray[np.int32],
    place: int,
    dot: int,
    words: NDArray[np.int32],
    table: NDArray[np.int16],
    phrase: int,
    tokens: NDArray[np.int64],
    at: int,
) -> None:
    """Note at a token the phrase that begins there; a body's name only where no mark is lost and others kept."""
    if table[phrase, PHRASE_SIZE] == 1:
        dot = 0
    tokens[at, T_WORD] = table[phrase, PHRASE_WORD]
    tokens[at, T_SIZE] = table[phrase, PHRASE_SIZE] + dot
    tokens[at, T_ALONE] = table[phrase, PHRASE_LEAST] == 0
    tokens[at, T_UNMARKED] = _without_marks(codes, place, place + tokens[at, T_SIZE], words)
    # "Văn Phong" is no "Văn phòng" and "Phan Viện" no "Phân viện": where some marks stand, none are lost.
    body = table[phrase, PHRASE_WORD] > _GROUP and not tokens[at, T_UNMARKED]
    if body and not _is_spelled(codes, place, dot, words, table, phrase):
        tokens[at, T_WORD] = 0


@inner
def _is_third_child(tokens: NDArray[np.int64], at: int, stop: int) -> bool:
    """Whether "Ông Ba" is a man called Ba, not "ông bà" with a lost mark: the other word has its mark, and no name follows."""
    if tokens[at, T_SIZE] != 2 or tokens[at, T_UNMARKED] or (tokens[at + 1, T_BITS] & _MARKED) != 0:
        return False
    if at + 2 >= stop or tokens[at + 2, T_WORD] == _AND:
        return True
    return tokens[at + 2, T_CODE] < 0 and tokens[at + 2, T_CODE] != COLON


@inner
def _is_given_here(
    codes: NDArray[np.int32],
    start: int,
    place: int,
    words: NDArray[np.int32],
    first: NDArray[np.int32],
    table: NDArray[np.int16],
    singles: NDArray[np.int32],
    tokens: NDArray[np.int64],
    stop: int,
) -> bool:
    """Whether "Ông Giáo" is a man called so, and no title: no name with a common family name stands behind it."""
    title = _word_alone(codes, place, words, first, table, singles)
    if title != _MALE and title != _FEMALE:
        return False
    if _word_alone(codes, place + 1, words, first, table, singles) != _NAME:
        return False
    after = place - start + 2
    if after + 1 >= stop or tokens[after, T_CODE] < 0 or tokens[after + 1, T_CODE] < 0:
        return True
    return (tokens[after, T_BITS] & _SURNAME) == 0


@inner
def _is_title_here(
    codes: NDArray[np.int32],
    start: int,
    place: int,
    words: NDArray[np.int32],
    first: NDArray[np.int32],
    table: NDArray[np.int16],
    singles: NDArray[np.int32],
    tokens: NDArray[np.int64],
    stop: int,
) -> bool:
    """Whether "Bà Nhà", "Ông Xã" is a title and a name and no spouse: the second word has a capital, or nobody was named.

    A small letter shows the spouse, or a whole name behind it ("BÀ XÃ LÊ THỊ HOA"), but not before "Văn" or "Thị".
    """
    title = _word_alone(codes, place, words, first, table, singles)
    if title != _MALE and title != _FEMALE:
        return False
    at = place - start
    after = at + tokens[at, T_SIZE]
    named = after < stop and tokens[after, T_CODE] >= 0
    if at == 0 or (named and (tokens[after, T_BITS] & _MIDDLE) != 0):
        return True
    whole = named and after + 1 < stop and tokens[after + 1, T_CODE] >= 0 and (tokens[after, T_BITS] & _SURNAME) != 0
    whole = whole and (tokens[after + 1, T_BITS] & _MIDDLE) != 0
    return not whole and (tokens[at + 1, T_BITS] & _SMALL) == 0


@inner
def _joins_prefix(codes: NDArray[np.int32], place: int, start: int, words: NDArray[np.int32]) -> bool:
    """Whether a dash stands behind a prefix of the highlands: "Y-Jôn Mlô", "Y- Jôn Mlô" is one name, "Lê Thị Y - Lê An" two."""
    if place == start or codes[place - 1] < 0:
        return False
    bits = words[codes[place - 1], WORD_BITS]
    letter = bits // _LETTER
    if (bits & _MARKED) != 0 or (letter != _Y and letter != _H and letter != _K):  # "Lê Ý-Lê An"
        return False
    before = words[codes[place - 2], WORD_BITS] if place - 1 > start and codes[place - 2] >= 0 else 0
    return codes[place] == DASH or (before & _MIDDLE) == 0


@inner
def _word_alone(
    codes: NDArray[np.int32],
    place: int,
    words: NDArray[np.int32],
    first: NDArray[np.int32],
    table: NDArray[np.int16],
    singles: NDArray[np.int32],
) -> int | np.int64:
    """What the table says of the word at ``place`` by itself."""
    group = words[codes[place], WORD_FOLDED]
    for phrase in range(singles[group], first[group + 1]):
        spelled = words[codes[place], WORD_SPELLED] == table[phrase, PHRASE_SPELLED]
        unmarked = table[phrase, PHRASE_UNMARKED] and (words[codes[place], WORD_BITS] & _MARKED) == 0
        if (spelled or unmarked) and table[phrase, PHRASE_LEAST] > 0:
            return np.int64(table[phrase, PHRASE_WORD])
    return _NAME


@inner
def _announces(
    codes: NDArray[np.int32],
    start: int,
    end: int,
    words: NDArray[np.int32],
    first: NDArray[np.int32],
    table: NDArray[np.int16],
    singles: NDArray[np.int32],
) -> bool:
    """Whether a line that ends before ``end`` ends in a title, a household or a spouse, and a colon or not: a name follows."""
    place = end - 1
    if place > start and (codes[place] == COLON or codes[place] == DOT):
        place -= 1
    if codes[place] < 0:
        return False
    word = _word_alone(codes, place, words, first, table, singles)
    if place < end - 1 and codes[end - 1] == DOT:
        return word == _MALE_WEAK or word == _FEMALE_WEAK  # "B. / Võ Thị Sáu"
    spouse = (word == _WIFE or word == _HUSBAND) and place < end - 1
    if word != _MALE and word != _FEMALE and word != _HOUSEHOLD and not spouse:
        return False
    if place == start or codes[place - 1] < 0:
        return True
    before = _word_alone(codes, place - 1, words, first, table, singles)  # "Hộ ông", but not "Lê Thị Bà"
    return before == _HOUSEHOLD or before == _AND or place < end - 1


@inner
def _is_wrapped(
    codes: NDArray[np.int32],
    place: int,
    start: int,
    stop: int,
    words: NDArray[np.int32],
    first: NDArray[np.int32],
    table: NDArray[np.int16],
    singles: NDArray[np.int32],
    tokens: NDArray[np.int64],
) -> bool:
    """Whether a line ends within a name, because the cell was narrow: "Nguyễn Văn / Nhơn", "Ông: / Lê Văn A".

    One word that ends the row is the rest of a short name before it; a line that ends in a title, "Văn" or "Thị" goes on, and
    so does a family name before them.
    """
    at = place - start
    if place + 1 >= stop or codes[place + 1] < 0:
        return place + 1 < stop and codes[place + 1] == NEWLINE and tokens[at + 1, T_CODE] == DOT
    end = place
    while end > start and codes[end - 1] == NEWLINE:
        end -= 1
    if end == start:
        return False
    if _announces(codes, start, end, words, first, table, singles):
        return True
    if codes[end - 1] == DOT and end - 1 > start:
        end -= 1  # "Trương T. / Bình"
    if codes[end - 1] < 0:
        return False
    size = 0
    titled = False
    while size < _LONGEST_BROKEN + 1 and not titled and end - size > start and codes[end - 1 - size] >= 0:
        before = _word_alone(codes, end - 1 - size, words, first, table, singles)
        titled = size > 0 and (before == _MALE or before == _FEMALE or before == _HOUSEHOLD or before == _IS)
        size += not titled
    word, bits = tokens[at + 1, T_WORD], tokens[at + 1, T_BITS]
    if (bits & _HIGHLAND) != 0 or bits // _LETTER == _Y or (word != _NAME and word < _ORGANISATION):
        return False
    ends = words[codes[end - 1], WORD_BITS]
    if (ends & _MIDDLE) != 0 and (bits & _SURNAME) == 0 and size > 1:
        return True  # "Lưu Văn / Tân và bà ...", but not "Lưu Quốc Văn / Lê Thị Tân"
    inside = words[codes[end - 2], WORD_BITS] if size > 1 else 0
    if (ends & _SURNAME) != 0 and (bits & _MIDDLE) != 0 and (inside & _MIDDLE) == 0:
        return True  # "Phạm / Văn Hiền, ...", but not "Vũ Văn Viên / Văn Thanh Hiền"
    if size == 1 and (ends & _SURNAME) != 0 and (bits & _SURNAME) == 0 and word == _NAME and tokens[at + 1, T_RUN] >= 2:
        return titled or end - 1 == start  # "Ông Trần / Hữu Quyền"
    last = place + 2 == stop or codes[place + 2] == OPEN or codes[place + 2] == CLOSE
    short = size > 1 or (titled and (ends & _SURNAME) != 0)  # "Ông Trần / Muối", but not "Hoa / Lan"
    return last and short and size <= _LONGEST_BROKEN and (word == _NAME or size == 2)  # "Nguyễn Đình / Trường"


@inner
def _in_bracket(codes: NDArray[np.int32], start: int, end: int) -> bool:
    """Whether a bracket is open behind ``codes[start:end]``."""
    for place in range(end - 1, start - 1, -1):
        if codes[place] == OPEN or codes[place] == CLOSE:
            return bool(codes[place] == OPEN)
    return False


@inner
def _parts_columns(
    codes: NDArray[np.int32],
    start: int,
    end: int,
    place: int,
    stop: int,
    words: NDArray[np.int32],
    first: NDArray[np.int32],
    table: NDArray[np.int16],
    singles: NDArray[np.int32],
) -> bool:
    """Whether a tab or several blanks at ``place`` stand between two persons; what is before them is ``codes[start:end]``.

    A name of two words or more ends before them, or a title and a name, and a title or a whole name with a common family name
    follows. Blanks alone are often a slip, so behind them it is a title, or "Văn" or "Thị" must be its second word.
    """
    if codes[place] != TAB and _in_bracket(codes, start, end):
        return False
    if end - start < 2 or codes[end - 2] < 0 or codes[end - 1] < 0 or (words[codes[end - 1], WORD_BITS] & _MIDDLE) != 0:
        return False
    if place + 2 >= stop or codes[place + 1] < 0 or codes[place + 2] < 0:
        return False
    title = _word_alone(codes, place + 1, words, first, table, singles)
    if title == _MALE or title == _FEMALE:
        before = _word_alone(codes, end - 2, words, first, table, singles)
        given = _word_alone(codes, end - 1, words, first, table, singles) == _NAME
        family = (words[codes[end - 1], WORD_BITS] & _SURNAME) != 0
        if given and (before == _MALE or before == _FEMALE) and (codes[place] == TAB or not family):
            return True  # "Ông Tám <tab> Bà Hoa"
    for before in (end - 1, end - 2):
        word = _word_alone(codes, before, words, first, table, singles)
        if word != _NAME and (before == end - 1 or word <= _AND_DOUBTFUL):
            return False  # "Hộ gia đình  ông ...", "Ông Tám  Lê"
    if title == _MALE or title == _FEMALE:
        return True
    if (words[codes[place + 1], WORD_BITS] & _SURNAME) == 0:
        return False
    return bool(codes[place] == TAB or (words[codes[place + 2], WORD_BITS] & _MIDDLE) != 0)


@kernel
def settle_gaps(
    codes: NDArray[np.int32],
    values: NDArray[np.int64],
    ends: NDArray[np.int64],
    words: NDArray[np.int32],
    first: NDArray[np.int32],
    table: NDArray[np.int16],
    singles: NDArray[np.int32],
) -> None:
    """Make a semicolon of each tab or run of blanks that parts two persons, and leave the others out, in place.

    Parameters
    ----------
    codes, values, ends
        A chunk's tokens, as :class:`vnlink.normalize.token_kernel.Stream`.
    words : ndarray of int32
        Word table of the interner.
    first, table, singles
        As :class:`vnlink.normalize.owner_words.Phrases`.
    """
    gaps = 0
    for place in range(len(codes)):
        gaps += codes[place] == TAB or codes[place] == BLANKS
    if gaps == 0:
        return
    count = start = np.int64(0)
    for row in range(len(ends) - 1):
        stop = ends[row + 1]
        begin = count
        for place in range(start, stop):
            code = codes[place]
            if code == TAB or code == BLANKS:
                if not _parts_columns(codes, begin, count, place, stop, words, first, table, singles):
                    continue
                code = np.int32(SEMICOLON)
            codes[count] = code
            values[count] = values[place]
            count += 1
        start = stop
        ends[row + 1] = count


@inner
def put_in_order(
    codes: NDArray[np.int32],
    start: int,
    stop: int,
    words: NDArray[np.int32],
    first: NDArray[np.int32],
    table: NDArray[np.int16],
    singles: NDArray[np.int32],
) -> None:
    """Bring a given name that stands before the rest, as in a list by given names, behind it: "Vinh, Nguyễn Văn".

    Only "Văn" or "Thị" at the end tells it, which nobody's name ends in.
    """
    if stop - start != 4 or codes[start + 1] != COMMA or codes[start] < 0 or codes[start + 2] < 0 or codes[start + 3] < 0:
        return
    given, family, middle = codes[start], codes[start + 2], codes[start + 3]
    if words[given, WORD_COUNT] != 1 or words[given, WORD_BITS] >= _LETTER:
        return
    if _word_alone(codes, start, words, first, table, singles) != _NAME:
        return
    if (words[family, WORD_BITS] & _SURNAME) != 0 and (words[middle, WORD_BITS] & _MIDDLE) != 0:
        codes[start], codes[start + 1], codes[start + 2], codes[start + 3] = family, middle, given, np.int32(DOT)


@inner
def prepare_row(
    codes: NDArray[np.int32],
    values: NDArray[np.int64],
    start: int,
    stop: int,
    words: NDArray[np.int32],
    first: NDArray[np.int32],
    table: NDArray[np.int16],
    seconds: NDArray[np.int64],
    singles: NDArray[np.int32],
    tokens: NDArray[np.int64],
) -> None:
    """Fill ``tokens`` for ``codes[start:stop]``, from the end: what a word is, which phrase it begins, what follows it."""
    total = 0
    for place in range(start, stop):
        total += codes[place] >= 0
    if total == 1 and stop - start > 1 and codes[start] >= 0 and is_short_number(codes[start + 1]):
        total = 2  # "Thôn 3" is as much as "Thôn Ba"
    next_word = -1
    run = 0
    after = behind = 0  # folded words of the next token and of the one behind it, 0 where they are none
    for place in range(stop - 1, start - 1, -1):
        code = codes[place]
        at = place - start
        group = 0
        if code == NEWLINE and _is_wrapped(codes, place, start, stop, words, first, table, singles, tokens):
            code = DOT  # which parts nothing
        tokens[at, T_CODE] = code
        tokens[at, T_PERSON] = -1
        tokens[at, T_WORD] = 0
        tokens[at, T_ALONE] = 0
        if code < 0:
            tokens[at, T_VALUE] = values[place]
            dash = code == DASH or code == SPACED_DASH
            if code != DOT and not (dash and _joins_prefix(codes, place, start, words)):
                run = 0
            if code == SEMICOLON or code == NEWLINE or code <= DIGITS:
                next_word = -1
        else:
            next_word = at
            bits = words[code, WORD_BITS]
            group = words[code, WORD_FOLDED]
            tokens[at, T_COUNT] = words[code, WORD_COUNT]
            tokens[at, T_BITS] = bits
            tokens[at, T_SIZE] = 1
            run += min(words[code, WORD_COUNT], 1)
            # A single letter with a dot may begin a phrase: "C.ty".
            dot = 1 if bits >= _LETTER and place + 1 < stop and codes[place + 1] == DOT else 0
            longer = (seconds[group] >> ((behind if dot else after) & 63)) & 1
            begin, end = first[group] if longer else singles[group], first[group + 1]
            if begin < end:
                phrase = _longest_phrase(codes, place, dot, stop, words, table, begin, end, total)
                if phrase >= 0:
                    _enter_phrase(codes, place, dot, words, table, phrase, tokens, at)
                    spouse = (tokens[at, T_WORD] == _WIFE or tokens[at, T_WORD] == _HUSBAND) and tokens[at, T_SIZE] > 1
                    if spouse and _is_title_here(codes, start, place, words, first, table, singles, tokens, stop - start):
                        tokens[at, T_WORD] = _word_alone(codes, place, words, first, table, singles)
                        tokens[at, T_SIZE] = 1
                    called = (tokens[at, T_WORD] == _MALE or tokens[at, T_WORD] == _FEMALE) and tokens[at, T_SIZE] == 2
                    if called and _is_given_here(codes, start, place, words, first, table, singles, tokens, stop - start):
                        tokens[at, T_SIZE] = 1
                    if tokens[at, T_WORD] == _TITLE_COUPLE and _is_third_child(tokens, at, stop - start):
                        tokens[at, T_WORD] = _MALE
                        tokens[at, T_SIZE] = 1
        behind = after
        after = group
        tokens[at, T_NEXT] = next_word
        tokens[at, T_RUN] = run
