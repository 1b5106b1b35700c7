"""Single cells in an old encoding, among rows that were typed in Unicode.

A clerk pastes a name out of an old document, or one row of an import goes wrong: then neither the column nor the commune is in
an old encoding (:mod:`vnlink.normalize.encodings` finds those, and is right to ask for several cells), but this one cell is.
It is believed by itself where three different words of it speak for one encoding, none against it, and fewer for every other
one. Two words are no proof ("Loïc Naïm"). VIQR, which is made of ASCII signs, is left out: "BA(CHET)" is no word in it. VISCII,
which offices of the country hardly used, is not read back either, and yields to TCVN3, whose bytes it shares, where both are
as likely.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .encoding_verdict import Judge
from .encodings import EncodingFinding, replaced
from .legacy_text import Encoding, decode_text

__all__ = ["LoneCells"]

_LEAST_WORDS = 3
_MOST_WORDS = 1 << 18
"""Words remembered, some 50 MiB: a column may hold any number of odd ones."""

_READ_BACK = (Encoding.TCVN3, Encoding.VNI, Encoding.UTF8_TWICE)


class LoneCells:
    """Reads back the cells of one column that are in an old encoding by themselves, and counts them.

    Parameters
    ----------
    column : str
        Name of the column, for the findings.

    Examples
    --------
    >>> lone = LoneCells("full_name")
    >>> names = pa.array(["Nguyễn Văn Đức", "TrÇn ThÞ B×nh", "Loïc"])
    >>> lone.decode(names, np.array([1, 2])).to_pylist()
    ['Nguyễn Văn Đức', 'Trần Thị Bình', 'Loïc']
    >>> [(finding.encoding, finding.rows_for) for finding in lone.report()]
    [(<Encoding.TCVN3: 'tcvn3'>, 1)]
    """

    def __init__(self, column: str) -> None:
        self._column = column
        self._judge = Judge()
        self._rows = 0
        self._found: Counter[Encoding] = Counter()

    def decode(self, cells: pa.Array, odd: NDArray[np.int64]) -> pa.Array:
        """Decode a batch.

        Parameters
        ----------
        cells : pyarrow.Array of text, shape (n,)
        odd : int64[k]
            Rows with characters that Vietnamese Unicode text does not have
            (:func:`~vnlink.normalize.encoding_kernels.scan_cells`).

        Returns
        -------
        pyarrow.Array
            Of the same type; the same object where nothing was decoded.
        """
        self._rows += len(cells) - cells.null_count
        if not len(odd):
            return cells
        if len(self._judge) > _MOST_WORDS:
            self._judge = Judge()
        texts = [str(text) for text in cells.take(pa.array(odd)).to_pylist()]
        found = [None if text.isascii() else self._encoding_of(text) for text in texts]
        taken = [i for i, encoding in enumerate(found) if encoding is not None]
        if not taken:
            return cells
        self._found.update(encoding for encoding in found if encoding is not None)
        mask = np.zeros(len(cells), np.bool_)
        mask[odd[taken]] = True
        decoded = [self._read(texts[i], encoding) for i in taken if (encoding := found[i]) is not None]
        return replaced(cells, pa.array(mask), pa.array(decoded, pa.string()))

    def _read(self, text: str, encoding: Encoding) -> str:
        """Word by word, for a title before a pasted name may have been typed; UTF-8 saved twice knows its own letters."""
        return decode_text(text, encoding) if encoding is Encoding.UTF8_TWICE else self._judge.decoded(text, encoding)

    def _encoding_of(self, text: str) -> Encoding | None:
        """The encoding that a cell is in without doubt."""
        said = {encoding: len(self._judge.words_for_only(text, encoding)) for encoding in (*_READ_BACK, Encoding.VISCII)}
        best = max(_READ_BACK, key=said.__getitem__)
        rivals = max(said[other] for other in _READ_BACK if other is not best)
        sure = said[best] >= _LEAST_WORDS and said[best] > rivals and said[best] >= said[Encoding.VISCII]
        return best if sure else None

    def report(self) -> list[EncodingFinding]:
        """What was found, by encoding."""
        return [
            EncodingFinding(self._column, None, encoding, False, self._found[encoding], self._rows)
            for encoding in Encoding
            if self._found[encoding]
        ]
