"""Synthetic registers: a population with families, a land register about it with every error that land registers have, and the
truth.

1. :mod:`~vnlink.datasets.territory` chooses communes; :mod:`~vnlink.datasets.households` fills them with families,
   :mod:`~vnlink.datasets.names` and :mod:`~vnlink.datasets.identifiers` give people names and numbers.
2. :mod:`~vnlink.datasets.owners` draws who owns land and writes the owner cell; :mod:`~vnlink.datasets.papers` lets errors
   happen to what was recorded, by the rates of :mod:`~vnlink.datasets.settings`.
3. :mod:`~vnlink.datasets.truth` compares what both registers hold and says what a perfect clerk would decide.
4. :mod:`~vnlink.datasets.registers` puts blocks of 16,384 citizens behind each other, in memory or on disk.

All is decided on small integers; :mod:`~vnlink.datasets.text` writes the bytes at the end.
"""

from vnlink.datasets.papers import LandError
from vnlink.datasets.registers import Registers, iter_registers, synthesize, write_registers
from vnlink.datasets.settings import CLEAN, PRESETS, RAW, ErrorRates, Population

__all__ = [
    "CLEAN",
    "PRESETS",
    "RAW",
    "ErrorRates",
    "LandError",
    "Population",
    "Registers",
    "iter_registers",
    "synthesize",
    "write_registers",
]
