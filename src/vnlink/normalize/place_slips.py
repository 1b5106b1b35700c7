"""One slip of the hand in the name of a place: which names are one letter away, and which of them is nearest with its marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from jellyfish import damerau_levenshtein_distance

from vnlink.normalize.place_names import bare_name, marked_key

__all__ = ["MIN_SLIP", "SlipFinder", "marked_distance"]

MIN_SLIP = 4
"""Shortest key in which one wrong letter is forgiven: below it too many names are one letter apart ("Hà", "An")."""

_MAX_SLIP = 24
"""Longest key in which one is looked for; the longest name has 21 letters."""

_MAX_SLIPS = 1 << 16
"""Names with a wrong letter that are remembered."""

_MAX_NAMES = 3
"""Most names one slip away; with more the name is anyone's."""


class SlipFinder:
    """Finds names that differ from a key by one letter wrong, missing, too many, or two swapped; remembers what it found."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, tuple[int, ...], tuple[int, ...], str], tuple[str, ...]] = {}

    def close(
        self, what: str, first: tuple[int, ...], second: tuple[int, ...], key: str, nearby: Callable[[], Iterable[str]]
    ) -> tuple[str, ...]:
        """Names one slip away from a key, sorted; three at most, else none.

        Parameters
        ----------
        what, first, second
            Where the names are from; with the key, what an answer is remembered by.
        key : str
            A folded name. Numbers have no slips.
        nearby : callable
            Gives the folded names to look among.
        """
        memo = (what, first, second, key)
        close = self._found.get(memo)
        if close is None:
            close = ()
            if MIN_SLIP <= len(key) <= _MAX_SLIP and not any(letter.isdigit() for letter in key):
                half = len(key) // 2
                head, tail = key[: half - 1], key[1 - half :]
                # One slip leaves the first or the last half of the name as it was, give or take its own place.
                likely = {
                    name
                    for name in nearby()
                    if abs(len(name) - len(key)) < 2 and (name.startswith(head) or name.endswith(tail))
                }
                close = tuple(sorted(name for name in likely if damerau_levenshtein_distance(name, key) == 1))
            if len(self._found) >= _MAX_SLIPS:
                self._found.clear()
            close = self._found[memo] = close if len(close) <= _MAX_NAMES else ()
        return close


def marked_distance(name: str, words: Sequence[str]) -> int:
    """Least Damerau-Levenshtein distance of a name with its marks from as many neighbouring words of a text.

    Parameters
    ----------
    name : str
        Full name of a unit.
    words : sequence of str
        Words as :func:`~vnlink.normalize.place_names.marked_key` gives them.

    Examples
    --------
    >>> [marked_distance(name, marked_key("Xã Lộc Bìn").split()) for name in ("Xã Lộc Bình", "Xã Lộc Bổn")]
    [1, 2]
    """
    own = marked_key(bare_name(name)[1])
    count = own.count(" ") + 1
    windows = range(max(1, len(words) - count + 1))
    return min(damerau_levenshtein_distance(" ".join(words[at : at + count]), own) for at in windows)
