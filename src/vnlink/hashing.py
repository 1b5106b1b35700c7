"""64-bit hashes of text: the same number in compiled code, in plain Python, in any process and on any machine.

Keys of the index, ties and samples are all taken from these, so no decision depends on the order in which rows or words were
met, or on Python's own ``hash``. The hash of a text is FNV-1a over its UTF-8 bytes [1]_, which needs no table and one
multiplication a byte, followed by the finaliser of SplitMix64 [2]_, because the low bits of FNV alone are too regular
for hash tables.

References
----------
.. [1] G. Fowler, L. C. Noll, K.-P. Vo, D. Eastlake, "The FNV Non-Cryptographic Hash Algorithm", IETF draft-eastlake-fnv.
.. [2] G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.kernels import kernel

__all__ = ["combine", "hash_bytes", "hash_column", "hash_text", "mix64", "shares", "spread"]

FNV_OFFSET = np.uint64(0xCBF29CE484222325)
FNV_PRIME = np.uint64(0x00000100000001B3)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_30, _27, _31 = np.uint64(30), np.uint64(27), np.uint64(31)
_MASK = (1 << 64) - 1


@kernel
def mix64(value: np.uint64) -> np.uint64:
    """Spread the bits of a 64-bit number (SplitMix64's finaliser): one-to-one, and 0 stays 0."""
    value = (value ^ (value >> _30)) * _MIX_1
    value = (value ^ (value >> _27)) * _MIX_2
    return value ^ (value >> _31)


@kernel
def combine(state: np.uint64, value: np.uint64) -> np.uint64:
    """Append ``value`` to the hash ``state`` of a sequence. Order matters: (a, b) and (b, a) differ."""
    return mix64((state + _GOLDEN) ^ mix64(value + _GOLDEN))


@kernel
def hash_bytes(data: NDArray[np.uint8], start: int, stop: int) -> np.uint64:
    """Hash of ``data[start:stop]``, equal to :func:`hash_text` of the text these bytes spell."""
    state = FNV_OFFSET
    for position in range(start, stop):
        state = (state ^ np.uint64(data[position])) * FNV_PRIME
    return mix64(state)


@kernel
def _hash_slices(data: NDArray[np.uint8], offsets: NDArray[np.int32], out: NDArray[np.uint64]) -> None:
    """Hash ``data[offsets[i]:offsets[i + 1]]`` into ``out[i]``."""
    for i in range(len(out)):
        out[i] = hash_bytes(data, offsets[i], offsets[i + 1])


def hash_column(text: pa.Array) -> NDArray[np.uint64]:
    """Hash every cell of a text column.

    Parameters
    ----------
    text : pyarrow.Array of string

    Returns
    -------
    ndarray of uint64, shape (len(text),)
        A missing cell hashes as empty text.

    Examples
    --------
    >>> [f"{value:016x}" for value in hash_column(pa.array(["00123", "00123", "123"]))]
    ['cf2a6f2c5fc73165', 'cf2a6f2c5fc73165', '18181277b641fb91']
    """
    if text.null_count:  # the bytes behind a null may be anything the producer left there
        text = pc.fill_null(text, "")
    out = np.empty(len(text), dtype=np.uint64)
    _, offsets, data = text.buffers()
    starts = (
        np.frombuffer(offsets, dtype=np.int32)[text.offset : text.offset + len(text) + 1] if offsets else np.zeros(1, np.int32)
    )
    letters = np.frombuffer(data, dtype=np.uint8) if data else np.empty(0, np.uint8)
    _hash_slices(letters, starts, out)
    return out


def hash_text(text: str) -> int:
    """Hash of a text's UTF-8 bytes, as a Python integer below 2**64.

    Unpaired surrogates have no UTF-8 form and count as a question mark.

    Examples
    --------
    >>> hex(hash_text("Hùng"))
    '0x74b1c1872e3cd8f4'
    """
    state = int(FNV_OFFSET)
    for byte in text.encode("utf-8", "replace"):
        state = ((state ^ byte) * int(FNV_PRIME)) & _MASK
    state = ((state ^ (state >> 30)) * int(_MIX_1)) & _MASK
    state = ((state ^ (state >> 27)) * int(_MIX_2)) & _MASK
    return state ^ (state >> 31)


def spread(keys: NDArray[np.uint64], seed: int) -> NDArray[np.uint64]:
    """Hash a column of keys once more, another way for each seed: what samples are drawn by, uint64[n]."""
    with np.errstate(over="ignore"):
        value = (keys ^ np.uint64(seed)) * np.uint64(0x9E3779B97F4A7C15)
        value = (value ^ (value >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        value ^= value >> np.uint64(32)
    return np.asarray(value)


def shares(keys: NDArray[np.uint64], seed: int) -> NDArray[np.float64]:
    """Numbers in [0, 1) that look random and depend on key and seed alone, float64[n]."""
    return np.asarray((spread(keys, seed) >> np.uint64(11)).astype(np.float64) * 2.0**-53)
