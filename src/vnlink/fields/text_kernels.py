"""How two texts agree, letter by letter: one edit, beginnings of words, Jaro-Winkler similarity.

Texts are code points in one array, text t in ``letters[starts[t]:starts[t + 1]]``. References: Damerau 1964 (the four single
slips); Jaro 1989; Winkler 1990 (common beginnings of up to four letters count more).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import inner, kernel

__all__ = ["CLOSE", "DIFFERENT", "INITIAL", "ONE_EDIT", "SCRATCH", "SIMILAR", "WORDS", "text_agreement"]

WORDS, INITIAL, ONE_EDIT, CLOSE, SIMILAR, DIFFERENT = 2, 3, 4, 5, 6, 7
"""What :func:`text_agreement` writes, beside 0 (missing) and 1 (exact)."""

SCRATCH = 256
"""Letters compared of one text, and length of the scratch arrays; a longer text is compared by its beginning."""

_SPACE = np.uint32(32)


@inner
def one_edit(letters, a, a_end, b, b_end):  # type: ignore[no-untyped-def]
    """Whether one letter replaced, added or removed, or two neighbours swapped, make one text of the other."""
    while a < a_end and b < b_end and letters[a] == letters[b]:
        a += 1
        b += 1
    while a < a_end and b < b_end and letters[a_end - 1] == letters[b_end - 1]:
        a_end -= 1
        b_end -= 1
    left, right = a_end - a, b_end - b
    if left <= 1 and right <= 1:
        return left + right > 0
    return left == 2 and right == 2 and letters[a] == letters[b + 1] and letters[a + 1] == letters[b]


@inner
def words_begin(letters, a, a_end, b, b_end):  # type: ignore[no-untyped-def]
    """Whether the texts have as many words, and of every two words one begins the other."""
    while a < a_end and b < b_end:
        if letters[a] != letters[b]:
            return False
        while a < a_end and b < b_end and letters[a] == letters[b] and letters[a] != _SPACE:
            a += 1
            b += 1
        if a < a_end and letters[a] != _SPACE and b < b_end and letters[b] != _SPACE:
            return False
        while a < a_end and letters[a] != _SPACE:
            a += 1
        while b < b_end and letters[b] != _SPACE:
            b += 1
        if (a < a_end) != (b < b_end):
            return False
        a += 1
        b += 1
    return a >= a_end and b >= b_end


@inner
def jaro_winkler(letters, a, a_end, b, b_end, used_a, used_b):  # type: ignore[no-untyped-def]
    """Jaro-Winkler similarity, 0 to 1, with the usual tenth for each of up to four common first letters."""
    size_a, size_b = min(a_end - a, SCRATCH), min(b_end - b, SCRATCH)
    if size_a == 0 or size_b == 0:
        return 0.0
    reach = max(max(size_a, size_b) // 2 - 1, 0)
    for i in range(size_a):
        used_a[i] = 0
    for j in range(size_b):
        used_b[j] = 0
    common = 0
    for i in range(size_a):
        for j in range(max(0, i - reach), min(size_b, i + reach + 1)):
            if used_b[j] == 0 and letters[a + i] == letters[b + j]:
                used_a[i] = used_b[j] = 1
                common += 1
                break
    if common == 0:
        return 0.0
    crossed = j = 0
    for i in range(size_a):
        if used_a[i]:
            while used_b[j] == 0:
                j += 1
            crossed += letters[a + i] != letters[b + j]
            j += 1
    jaro = (common / size_a + common / size_b + (common - crossed // 2) / common) / 3.0
    begin = 0
    while begin < min(4, size_a, size_b) and letters[a + begin] == letters[b + begin]:
        begin += 1
    return jaro + 0.1 * begin * (1.0 - jaro)


@kernel
def text_agreement(
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    letters: NDArray[np.uint32],
    starts: NDArray[np.int64],
    words: NDArray[np.int32],
    solid: NDArray[np.int32],
    initials: bool,
    used_a: NDArray[np.uint8],
    used_b: NDArray[np.uint8],
    out: NDArray[np.uint8],
) -> None:
    """Compare the texts ``left[i]`` and ``right[i]`` into ``out[i]``.

    ``words`` and ``solid`` may be empty (codes); beginnings of words are told from other differences with ``initials``.
    """
    for i in range(len(out)):
        s, t = left[i], right[i]
        if s < 0 or t < 0:
            out[i] = 0
            continue
        if s == t:
            out[i] = 1
            continue
        a, a_end, b, b_end = starts[s], starts[s + 1], starts[t], starts[t + 1]
        if len(words) and (words[s] == words[t] or solid[s] == solid[t]):
            out[i] = WORDS
        elif one_edit(letters, a, a_end, b, b_end):
            out[i] = ONE_EDIT
            if initials and min(a_end - a, b_end - b) == 1 and words_begin(letters, a, a_end, b, b_end):
                out[i] = INITIAL
        elif len(words) == 0:
            out[i] = DIFFERENT
        elif initials and words_begin(letters, a, a_end, b, b_end):
            out[i] = INITIAL
        else:
            alike = jaro_winkler(letters, a, a_end, b, b_end, used_a, used_b)
            out[i] = CLOSE if alike >= 0.92 else SIMILAR if alike >= 0.8 else DIFFERENT
