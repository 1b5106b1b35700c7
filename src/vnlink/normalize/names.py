"""Plain names: a column of citizens' names to rows of syllable numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..schema import MAX_SYLLABLES
from .name_kernel import collect_names
from .tokens import Interner, text_chunks

__all__ = ["parse_name_column"]


def parse_name_column(names: Any, interner: Interner) -> tuple[NDArray[np.int32], NDArray[np.uint32]]:
    """Read a column in which every cell is one person's name, without titles or other words.

    Parameters
    ----------
    names : pyarrow.Array or anything :func:`vnlink.normalize.tokens.text_chunks` takes
        The names; nulls allowed.
    interner : Interner
        Words met so far; shared by both registers.

    Returns
    -------
    syllables : ndarray of int32, shape (n, MAX_SYLLABLES)
        Syllable numbers in ``interner.lexicon``, -1 where there is none.
    flags : ndarray of uint32, shape (n,)
        :class:`vnlink.schema.Flag` bits NAME_CUT, NAME_HAS_INITIAL, NAME_UNMARKED and NAME_ODD_CHARACTERS.

    Examples
    --------
    >>> interner = Interner()
    >>> syllables, flags = parse_name_column(["Lê Thị Hoà", "LÊ THỊ HÒA", None], interner)
    >>> interner.lexicon.render(syllables).to_pylist()
    ['Lê Thị Hòa', 'Lê Thị Hòa', None]
    """
    chunks = text_chunks(names)
    count = sum(len(chunk) for chunk in chunks)
    syllables = np.full((count, MAX_SYLLABLES), -1, dtype=np.int32)
    flags = np.zeros(count, dtype=np.uint32)
    first = 0
    for chunk in chunks:
        for stream in interner.read(chunk):
            last = first + len(stream.cut)
            collect_names(stream, interner.words, syllables[first:last], flags[first:last])
            first = last
    return syllables, flags
