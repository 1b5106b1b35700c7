"""What a run needs of memory, and how it is made to fit.

Three things grow with the registers: the persons of both sides, what is kept of each citizen for random access, and the index
and the candidates of the land persons. Where all of them fit, all are in memory. Where they do not, the persons go to files,
which are read in order, and the land side is taken in parts, each with a sweep over the population of its own. A result does
not depend on it, only the time does.

The figures per person are those of a run over 61.7 million land users and 100 million citizens (``benchmarks/national.py``),
rounded up.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path

from vnlink.errors import ResourceError, message
from vnlink.persons import BYTES_PER_PERSON

__all__ = ["MemoryPlan", "machine_memory"]

_PROGRAM = 1200 << 20
"""The program, its tables, batches on their way, and the learning, whose sample is bounded."""

_CITIZEN = 16 + 12
"""Two hashes of each citizen, and a third while the households are sorted; later, where that was, sums and marks of what
land users say of it."""

_ROW_READ = 48
"""Each row while a register is read: its key until all are checked, its sex until the column is understood, and what the
allocator keeps between them."""

_CITIZEN_ID = 24
_LAND_PERSON = 4
"""Circumstances and sex codes of each land person, and what it says of its best candidate."""

_PART_PERSON = 380
"""Index and candidates of each land person of a part, and the pairs that its households bring."""

_RANKED_PERSON = 136
"""Of that, what is still there while a part is decided: a row of candidates and the rarity of the name."""

_DECIDING = 2 << 30
"""Blocks of persons and their rows of both tables while a part is decided; some 1.5 GiB with two blocks."""

_LEAST_PART = 1 << 18
"""Land persons of a part that a run must be able to take: with fewer it would sweep the population over and over."""

_BETWEEN = 0.05
"""Share of all of it that one heap keeps between its pieces, where all is in memory (:func:`vnlink.process.share_one_heap`)."""

_SHARE = 0.75
"""Of the machine's memory, where no limit is given."""


_KEY_INDEX = 470
"""Each citizen while the keys of an index are sorted (``vnlink index``), which is done in memory."""

_CONTAINER = Path("/sys/fs/cgroup/memory.max")
"""What a container may use, where the run is in one: a number or "max"."""


def machine_memory() -> int | None:
    """Bytes of memory that this machine or container has, None where the system does not say."""
    try:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None
    try:
        allowed = int(_CONTAINER.read_text(encoding="ascii"))
    except (OSError, ValueError):  # not in a container, or in one without a limit
        return memory
    return min(memory, allowed)


def _limit(asked: int | None) -> int | None:
    """Bytes that a run may use: what was asked for, or a share of the machine's."""
    memory = machine_memory() if asked is None else None
    return asked if memory is None else int(memory * _SHARE)


def _refusal(limit: int, least: int, citizens: int) -> ResourceError:
    needed = math.ceil(least / (1 << 20))
    what = f"{limit / (1 << 20):,.0f} MiB of memory are too little for {citizens:,} citizens"
    return ResourceError(message(what, remedy=f"allow at least {needed:,} MiB (--memory {needed}MiB)"))


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """How a run fits into its memory.

    Attributes
    ----------
    in_files : bool
        Whether persons are kept in files.
    limit : int, optional
        Bytes; None without a limit.
    """

    in_files: bool
    limit: int | None

    @classmethod
    def of(cls, land_persons: int, citizens: int, limit: int | None) -> MemoryPlan:
        """Plan a run over about so many persons.

        Parameters
        ----------
        land_persons, citizens : int
        limit : int, optional
            Bytes that the run may use; three quarters of the machine's memory when not given.

        Raises
        ------
        ResourceError
            The limit is too low for any plan; the message says how much is needed.

        Examples
        --------
        >>> MemoryPlan.of(100_000, 1_000_000, 4 << 30).in_files
        False
        >>> plan = MemoryPlan.of(77_000_000, 100_000_000, 16 << 30)
        >>> plan.in_files, plan.parts(77_000_000, 100_000_000)
        (True, 3)
        """
        limit = _limit(limit)
        if limit is None:
            return cls(False, None)
        whole = BYTES_PER_PERSON * (land_persons + citizens) + (_CITIZEN + _CITIZEN_ID) * citizens
        whole += (_PART_PERSON + _LAND_PERSON) * land_persons + _PROGRAM
        plan = cls((1.0 + _BETWEEN) * whole > limit, limit)
        if plan.in_files:
            plan.parts(land_persons, citizens)
        return plan

    @classmethod
    def of_index(cls, citizens: int, limit: int | None) -> MemoryPlan:
        """Plan the index of a population, whose keys are sorted in memory while the citizens may be in files.

        Raises
        ------
        ResourceError
            The keys do not fit; the message says how much is needed.
        """
        limit = _limit(limit)
        least = _PROGRAM + _KEY_INDEX * citizens
        if limit is not None and limit < least:
            raise _refusal(limit, least, citizens)
        return cls(limit is not None and limit < least + (BYTES_PER_PERSON + _CITIZEN + _CITIZEN_ID) * citizens, limit)

    def room_beside(self, persons: int, land_persons: int, citizens: int, size: int) -> bool:
        """Whether ``size`` bytes more fit while a part of ``persons`` is decided.

        Examples
        --------
        >>> plan = MemoryPlan.of(77_000_000, 100_000_000, 18 << 30)
        >>> plan.room_beside(39_000_000, 77_000_000, 100_000_000, 2 << 30)
        True
        >>> plan.room_beside(39_000_000, 77_000_000, 100_000_000, 8 << 30)
        False
        """
        if self.limit is None:
            return True
        held = _PROGRAM + _DECIDING + _CITIZEN * citizens + _LAND_PERSON * land_persons + _RANKED_PERSON * persons
        if not self.in_files:
            held += BYTES_PER_PERSON * (land_persons + citizens) + _CITIZEN_ID * citizens
        return held + size <= self.limit

    def parts(self, land_persons: int, citizens: int) -> int:
        """Into how many parts the land side is cut."""
        if not self.in_files or self.limit is None:
            return 1
        held = _PROGRAM + _CITIZEN * citizens + _LAND_PERSON * land_persons
        least = held + min(_LEAST_PART, max(land_persons, 1)) * _PART_PERSON
        least = max(least, _PROGRAM + _ROW_READ * max(land_persons, citizens))
        if self.limit < least:
            raise _refusal(self.limit, least, citizens)
        room = self.limit - held
        return max(1, math.ceil(land_persons * _PART_PERSON / room))
