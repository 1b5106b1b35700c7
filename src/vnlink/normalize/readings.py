"""What a written name can be read as: itself, and what somebody may have meant.

Keys of an input method, a legacy encoding and a second name are never rewritten silently: they are further readings of a text,
each with its kind, for whoever compares two names.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Reading", "readings_of"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text; ``kinds`` says how (telex, vni, legacy, alias), nothing for the text itself."""

    text: str
    kinds: tuple[str, ...] = ()


def readings_of(text: str) -> list[Reading]:
    """List the readings of a text, the text itself first."""
    return [Reading(text)]
