"""Old encodings in a column of names or addresses: found by counting, said, and read back.

Somebody saved the bytes of an old encoding as if they were Latin letters: "NguyÔn V¨n §øc" for Nguyễn Văn Đức. One such cell
proves nothing ("José", "Loïc" and a slip of the keyboard look alike), but a column, or the rows of one commune, does:

1. :func:`~vnlink.normalize.encoding_kernels.scan_cells` leaves out every cell that is plain or was typed in Unicode; of the odd
   ones the :data:`KEPT` with the lowest hashes are kept, each distinct cell once with its number of rows. That is a sample
   which depends neither on the order of the rows nor on how they were cut into batches.
2. A cell *speaks for* an encoding when words that cannot be Vietnamese syllables as they stand are syllables once they are
   decoded, and at most one word in five speaks against it (:class:`~vnlink.normalize.encoding_verdict.Judge`).
3. The cells of a column, and of each group of its rows, give a verdict (:func:`~vnlink.normalize.encoding_verdict.verdict_of`).

The verdict is a test, not a share alone. Of cells in no old encoding at most one in twenty speaks for a given one by chance
(of 318 European names that were tried, five do for VNI, "Loïc" among them, and none for the others). So an encoding is found
where the distinct odd cells that speak for it would be that many by such chance with a probability below one in a hundred
thousand: four of four, five of seven, six of eleven. They must hold three different words that speak, for one foreign name
repeated is one observation; they must be most of the odd rows; and at least two of them must speak for no other encoding, four
times as many as speak for the next one alone ("Vån" is Văn in VISCII and could be Vồn in TCVN3; the soft hyphen that VISCII has
for ễ could not).

Whether all cells are decoded then, or only those that speak, depends on what else is there. Where nine rows in ten of those
that tell anything are in the encoding, all cells are: "Lín" alone may be a name, but among such rows it is "Lớn". Among rows
that were typed in Unicode (a register kept on for years) only the cells that speak are decoded, and the evidence asked for is
twice as much. A cell with a letter that no old encoding shows is never touched.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .cells import StringBuffers, string_buffers
from .encoding_kernels import ODD, SAMPLED_BYTES, count_groups, hash_rows, scan_cells
from .encoding_verdict import Judge, Tally, Verdict, verdict_of
from .legacy_text import Encoding, decode_column, decode_distinct, decode_text

__all__ = [
    "Encoding",
    "EncodingEvidence",
    "EncodingFinding",
    "EncodingPlan",
    "decode_column",
    "decode_text",
    "odd_rows",
    "replaced",
]

KEPT, KEPT_OF_GROUP = 2048, 64
"""Distinct odd cells examined of a column and of a group of its rows: for all communes of the country a few hundred MiB."""


class EncodingFinding(NamedTuple):
    """Where an old encoding was found: names and counts, never a value.

    ``group`` is None for a whole column. ``whole`` says whether all cells are decoded or only those that speak for it.
    ``rows_for`` counts the rows that do (estimated from the sample where there are more distinct cells than it holds), ``rows``
    all rows with a value.
    """

    column: str
    group: str | None
    encoding: Encoding
    whole: bool
    rows_for: int
    rows: int


def _coded(groups: pa.Array | pa.ChunkedArray) -> tuple[NDArray[np.int64], list[str]]:
    """A number for each row's group and the groups' names; "" stands for rows without one."""
    array = groups.combine_chunks() if isinstance(groups, pa.ChunkedArray) else groups
    coded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    names = [*(name or "" for name in coded.dictionary.to_pylist()), ""]
    return np.asarray(pc.fill_null(coded.indices.cast(pa.int64()), len(names) - 1)), names


class EncodingEvidence:
    """Counts what the cells of a column say about their encoding, batch by batch.

    Parameters
    ----------
    column : str
        Name of the column, for the findings.

    Examples
    --------
    >>> evidence = EncodingEvidence("full_name")
    >>> names = pa.array(["NguyÔn V¨n §øc", "TrÇn ThÞ B×nh", "Lª V¨n Hïng", "Ph¹m ThÞ Hoµ", "Vò §×nh S¬n"])
    >>> evidence.add(names)
    >>> plan = evidence.plan()
    >>> plan.decode(names).to_pylist()[:2]
    ['Nguyễn Văn Đức', 'Trần Thị Bình']
    >>> plan.report()
    [EncodingFinding(column='full_name', group=None, encoding=<Encoding.TCVN3: 'tcvn3'>, whole=True, rows_for=5, rows=5)]
    """

    def __init__(self, column: str = "") -> None:
        self._column = column
        self._whole = Tally(KEPT)
        self._groups: dict[str, Tally] = {}
        self._judge = Judge()

    def __repr__(self) -> str:
        return f"EncodingEvidence({self._column!r}, rows={self._whole.rows}, odd={self._whole.odd})"

    def add(self, cells: pa.Array | pa.ChunkedArray, groups: pa.Array | pa.ChunkedArray | None = None) -> None:
        """Count a batch.

        Parameters
        ----------
        cells : pyarrow.Array or ChunkedArray of text, shape (n,)
        groups : pyarrow.Array or ChunkedArray of text, shape (n,), optional
            What each row belongs to (its commune). A dictionary array spares the encoding.
        """
        buffers, kinds, odd, hashes = self._scanned(cells)
        if groups is None:
            return
        codes, names = _coded(groups)
        tallies = self._tallies(names)
        by_group = np.zeros((len(names), 2), np.int64)
        count_groups(buffers.offsets, kinds, codes, by_group)
        for tally, (rows, typed) in zip(tallies, by_group.tolist(), strict=True):
            tally.count(rows, typed)
        self._keep(tallies, codes[odd], odd, hashes, buffers)

    def glance(self, cells: pa.Array | pa.ChunkedArray, groups: pa.Array | pa.ChunkedArray | None = None) -> NDArray[np.int64]:
        """Count a batch as :meth:`add` does, but of the groups the odd rows alone: enough for :attr:`suspicious`.

        Of a register in good order nearly no row is odd, so this costs what the walk over the bytes does. Returns the odd rows.
        """
        buffers, _, odd, hashes = self._scanned(cells)
        if groups is not None and len(odd):
            codes, names = _coded(groups.take(pa.array(odd)))
            self._keep(self._tallies(names), codes, odd, hashes, buffers)
        return odd

    @property
    def suspicious(self) -> bool:
        """Whether an old encoding may be found once the other rows of the groups are counted too; False means that none is.

        Rows typed in Unicode only ever speak against one, so a group that has no verdict without them has none with them.
        """
        if verdict_of(self._whole, self._judge).encoding is not None:
            return True
        return any(verdict_of(tally, self._judge).encoding is not None for tally in self._groups.values())

    def _scanned(
        self, cells: pa.Array | pa.ChunkedArray
    ) -> tuple[StringBuffers, NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint64]]:
        """Look at a batch and enter it for the column: its bytes, what each cell is, the odd rows and their hashes."""
        buffers = string_buffers(cells)
        kinds, counts = np.zeros(len(buffers.valid), np.uint8), np.zeros(2, np.int64)
        scan_cells(buffers.data, buffers.offsets, kinds, counts)
        odd = np.flatnonzero(kinds == ODD)
        hashes = np.empty(len(odd), np.uint64)
        if len(odd):
            hash_rows(buffers.data, buffers.offsets, odd, hashes)
        self._whole.count(*counts.tolist())
        self._keep([self._whole], np.zeros(len(odd), np.int64), odd, hashes, buffers)
        return buffers, kinds, odd, hashes

    def _tallies(self, names: list[str]) -> list[Tally]:
        return [self._groups.setdefault(name, Tally(KEPT_OF_GROUP)) for name in names]

    @staticmethod
    def _keep(
        tallies: list[Tally],
        codes: NDArray[np.int64],
        odd: NDArray[np.int64],
        hashes: NDArray[np.uint64],
        buffers: StringBuffers,
    ) -> None:
        """Enter the odd rows: count them, and keep the distinct ones below the limit of their tally."""
        if not len(odd):
            return
        for code, rows in enumerate(np.bincount(codes, minlength=len(tallies)).tolist()):
            tallies[code].odd += rows
        low = hashes <= np.array([tally.limit for tally in tallies], np.uint64)[codes]
        codes, odd, hashes = codes[low], odd[low], hashes[low]
        order = np.lexsort((hashes, codes))
        codes, odd, hashes = codes[order], odd[order], hashes[order]
        new = np.append(True, (codes[1:] != codes[:-1]) | (hashes[1:] != hashes[:-1]))[: len(odd)]
        starts = np.flatnonzero(new)
        sizes = np.diff(np.append(starts, len(odd)))
        rows = zip(codes[starts].tolist(), hashes[starts].tolist(), odd[starts].tolist(), sizes.tolist(), strict=True)
        for code, key, row, count in rows:
            tally = tallies[code]
            entry = tally.cells.get(key)
            if entry is not None:
                entry[0] = int(entry[0]) + count
            elif key <= tally.limit:
                first = int(buffers.offsets[row])
                last = min(int(buffers.offsets[row + 1]), first + SAMPLED_BYTES)
                tally.add(key, count, buffers.data[first:last].tobytes().decode("utf-8", "replace"))

    def plan(self) -> EncodingPlan:
        """What to decode, by the evidence so far."""
        judge = self._judge
        column = verdict_of(self._whole, judge)
        groups: dict[str, Verdict] = {}
        found: list[EncodingFinding] = []
        if self._whole.odd:
            for name in sorted(self._groups):
                groups[name] = verdict = self._of_group(self._groups[name], column, judge)
                if verdict.encoding is not None and not self._same(verdict, column):
                    rows = self._groups[name].rows
                    found.append(EncodingFinding(self._column, name, verdict.encoding, verdict.whole, verdict.rows_for, rows))
        if column.encoding is not None and (not groups or column.whole):
            found.insert(
                0, EncodingFinding(self._column, None, column.encoding, column.whole, column.rows_for, self._whole.rows)
            )
        return EncodingPlan(column, groups, found, judge)

    @staticmethod
    def _same(verdict: Verdict, column: Verdict) -> bool:
        return column.whole and verdict.whole and verdict.encoding is column.encoding

    @staticmethod
    def _of_group(tally: Tally, column: Verdict, judge: Judge) -> Verdict:
        """A group's own verdict where it has one; else that of a column which is in one encoding throughout.

        Rows typed in Unicode that outnumber the odd ones are a verdict too: such a group is left alone.
        """
        own = verdict_of(tally, judge) if tally.odd else Verdict(None, False, 0)
        if own.encoding is not None:
            return own
        return column if column.whole and tally.typed <= tally.odd else Verdict(None, False, 0)


class EncodingPlan:
    """What to decode of a column; made by :meth:`EncodingEvidence.plan`."""

    def __init__(self, column: Verdict, groups: dict[str, Verdict], found: Iterable[EncodingFinding], judge: Judge) -> None:
        self._column = column
        # Without their counts, so that all groups that are to be read in one way are read together.
        self._groups = {name: verdict._replace(rows_for=0) for name, verdict in groups.items() if verdict.encoding is not None}
        self._grouped = bool(groups)
        self._found = list(found)
        self._judge = judge

    def __repr__(self) -> str:
        return f"EncodingPlan({self._found!r})"

    @property
    def is_trivial(self) -> bool:
        """Whether there is nothing to decode."""
        return not self._found

    def report(self) -> list[EncodingFinding]:
        """What was found: the column first, then its groups in the order of their names."""
        return list(self._found)

    def decode(
        self, cells: pa.Array | pa.ChunkedArray, groups: pa.Array | pa.ChunkedArray | None = None
    ) -> pa.Array | pa.ChunkedArray:
        """Decode a batch.

        Parameters
        ----------
        cells, groups
            As :meth:`EncodingEvidence.add` took them.

        Returns
        -------
        pyarrow.Array or ChunkedArray
            Of the same type; the same object where there is nothing to do.
        """
        if self.is_trivial:
            return cells
        if groups is None or not self._grouped:
            return self._decoded(cells, self._column) if self._column.whole or not self._grouped else cells
        codes, names = _coded(groups)
        verdicts = [self._groups.get(name) for name in names]
        done = cells
        for verdict in sorted({verdict for verdict in verdicts if verdict is not None}):
            mask = pa.array(np.array([one == verdict for one in verdicts])[codes])
            part = self._decoded(done.filter(mask), verdict)
            done = replaced(done, mask, part)
        return done

    def _decoded(self, cells: pa.Array | pa.ChunkedArray, verdict: Verdict) -> pa.Array | pa.ChunkedArray:
        encoding, judge = verdict.encoding, self._judge
        if encoding is None:
            return cells
        if verdict.whole:
            return decode_column(cells, encoding)
        return decode_distinct(cells, lambda text: decode_text(text, encoding) if judge.words_for(text, encoding) else text)


def odd_rows(cells: pa.Array | pa.ChunkedArray) -> NDArray[np.int64]:
    """Rows with characters that Vietnamese Unicode text does not have, int64[k]."""
    buffers = string_buffers(cells)
    kinds = np.zeros(len(buffers.valid), np.uint8)
    scan_cells(buffers.data, buffers.offsets, kinds, np.zeros(2, np.int64))
    return np.flatnonzero(kinds == ODD)


def replaced(cells: pa.Array | pa.ChunkedArray, mask: pa.Array, part: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Put the cells of ``part`` where ``mask`` says."""
    kind = cells.type
    plain = pa.large_string()
    whole = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
    part = part.combine_chunks() if isinstance(part, pa.ChunkedArray) else part
    done = pc.replace_with_mask(whole.cast(plain), mask, part.cast(plain))
    done = done.dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else done.cast(kind)
    return pa.chunked_array([done], kind) if isinstance(cells, pa.ChunkedArray) else done
