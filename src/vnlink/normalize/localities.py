"""The part of an address below the commune: hamlet, quarter, street and house.

Where a commune has 31,000 people and a name one or two bearers, the hamlet tells them apart. Hamlets are in no official list,
so they are compared as texts: folded, with the common words and abbreviations made one, as a 24-bit hash. Only what begins as
such a part does counts ("Thôn 3", "Xóm Đình", "TDP số 5", "Số 12 đường Lê Lợi", "12/5 Lê Lợi"); the first part of an address
that begins with its commune is none.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.hashing import hash_bytes, hash_text
from vnlink.kernels import kernel
from vnlink.normalize.cells import string_buffers
from vnlink.normalize.numbering import Numbering
from vnlink.normalize.place_names import fold_place

__all__ = ["LocalityReader", "locality_key"]

_BITS = 24
_MAX_HEAD_BYTES = 200
_MAX_HEADS = 1 << 21
"""Distinct first parts remembered between batches; then the memory starts anew, the result is the same."""

_MOST_KNOWN = 1 << 14
"""First parts of single addresses that are remembered as they are written."""

_SAME = (
    (r"to dan pho|to dp|tdp|to nhan dan", "to"),
    (r"khu pho|kp", "kp"),
    (r"thon xom", "thon"),
    (r"\b0+(?=[0-9])", ""),
)
_WORDS = (
    "thon xom ap ban buon lang to kp khu khoi khom so doi soc plei phum duong pho ngo hem kiet ngach to tieu cum lo chung "
    "can nha bon lung pum nam"
)
_FIRST_WORDS = frozenset(_WORDS.split())
_NOISE = frozenset({"so", "duong", "nha", "pho"})


def locality_key(head: str) -> str:
    """Fold the first part of an address, or return "" when it is no hamlet, street or house.

    Examples
    --------
    >>> locality_key("Tổ dân phố số 05"), locality_key("TDP 5"), locality_key("Xã Cẩm Sơn")
    ('to 5', 'to 5', '')
    >>> locality_key("Số 12 đường Lê Lợi") == locality_key("12 Lê Lợi")
    True
    """
    folded = fold_place(head)
    for pattern, word in _SAME:
        folded = re.sub(pattern, word, folded)
    words = folded.replace("-", " ").replace(",", " ").split()
    if not words or not (words[0] in _FIRST_WORDS or words[0][0].isdigit()):
        return ""
    kept = [word for word in words if word not in _NOISE]
    return " ".join(kept)


@kernel
def _hash_heads(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    size: int,
    ends: NDArray[np.int64],
    hashes: NDArray[np.uint64],
) -> None:
    """Find and hash what stands before the first comma of every cell; the hash is 0 where there is no comma."""
    for row in range(len(valid)):
        hashes[row] = 0
        if not valid[row]:
            continue
        start, stop = offsets[row], min(offsets[row + 1], offsets[row] + size)
        at = start
        while at < stop and data[at] != 44:
            at += 1
        if at < stop:
            ends[row] = at
            hashes[row] = hash_bytes(data, start, at) | np.uint64(1)


class LocalityReader:
    """Read columns of addresses to numbers of hamlets and streets.

    Examples
    --------
    >>> one, other = LocalityReader().read(pa.array(["Thôn 3, Xã Cẩm Sơn, Tỉnh Hà Tĩnh", "thôn 03, X. Cẩm Sơn, H. Cẩm Xuyên"]))
    >>> bool(one == other)
    True
    """

    def __init__(self) -> None:
        self._numbering = Numbering()
        self._keys = np.zeros(1, np.int32)
        self._of_heads: dict[bytes, int] = {}

    def read(self, column: pa.Array) -> NDArray[np.int32]:
        """Return a hash of each address's part below the commune, int32[n] of at most 24 bits, 0 where there is none."""
        buffers = string_buffers(column)
        ends = np.zeros(len(buffers.valid), np.int64)
        hashes = np.zeros(len(buffers.valid), np.uint64)
        if self._numbering.count > _MAX_HEADS:
            self._numbering.clear()
            self._keys = self._keys[:1]
        _hash_heads(*buffers, _MAX_HEAD_BYTES, ends, hashes)
        numbers, fresh = self._numbering.number(hashes)
        found = np.zeros(len(fresh), np.int32)
        for at, row in enumerate(fresh.tolist()):
            found[at] = _number_of(buffers.data[buffers.offsets[row] : ends[row]].tobytes())
        self._keys = np.concatenate((self._keys, found))
        return self._keys[numbers]

    def read_one(self, address: str) -> int:
        """Return what :meth:`read` does, for one address that is not empty."""
        head, comma, _ = address.encode()[:_MAX_HEAD_BYTES].partition(b",")
        if not comma:
            return 0
        known = self._of_heads.get(head)
        if known is None:
            if len(self._of_heads) >= _MOST_KNOWN:
                self._of_heads.clear()
            known = self._of_heads[head] = _number_of(head)
        return known


def _number_of(head: bytes) -> int:
    key = locality_key(head.decode("utf-8", "replace"))
    return 1 + hash_text(key) % ((1 << _BITS) - 1) if key else 0
