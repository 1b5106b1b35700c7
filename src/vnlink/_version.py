"""The version, alone in a module so that it can be had without loading anything."""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
