"""What a world is made of: one small table of numbers, and the variants of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["NOW", "VARIANTS", "World"]

NOW = 2026
"""The year in which the registers are read."""


@dataclass(frozen=True)
class World:
    """The numbers behind one world. Shares are in [0, 1]; all are judgement.

    Attributes
    ----------
    people_per_commune : int
        Registered people of one commune of after July 2025, which is two to five of the older ones.
    clan_village : float
        Share of communes in which about 60 % carry one of three family names.
    slips : float
        Multiplies the rate of every slip a clerk makes: of hand, ear, eye and row.
    ids : float
        Share of land rows whose office noted numbers; about a fifth of these lack one all the same.
    couples : float
        Share of land rows of married people in which both are named.
    moved : float
        Share of families that leave for another commune during their adult lives.
    addresses : bool
        Whether the land side has addresses and commune codes.
    dead_kept : float
        Share of those who died after 2016 that the population register still holds, with the date.
    outsiders : float
        Share of land rows whose owner lives in a city and belongs to no family of the population register.
    bodies : float
        Share of land rows of organisations and communities.
    relatives_known : float
        Share of citizens whose parents and spouse the population register names.
    """

    people_per_commune: int = 12_000
    clan_village: float = 0.6
    slips: float = 1.0
    ids: float = 0.42
    couples: float = 0.33
    moved: float = 0.53
    addresses: bool = True
    dead_kept: float = 0.7
    outsiders: float = 0.015
    bodies: float = 0.03
    relatives_known: float = 0.5


VARIANTS = {
    "plain": World(),
    "errors": World(slips=2.2),
    "dense": World(people_per_commune=31_000),
    "no_address": World(addresses=False),
    "no_ids": World(ids=0.0),
}
VARIANTS["hard"] = replace(VARIANTS["errors"], people_per_commune=31_000, moved=0.8, ids=0.2, relatives_known=0.1)
