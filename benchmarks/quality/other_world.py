"""Registers of a second, quite different invented world, for measuring a linker that was not tuned to it.

    python benchmarks/quality/other_world.py --variant plain --citizens 200000 --land-users 150000 --seed 5 --out DIR

Writes land.parquet, citizens.parquet and truth.parquet; link and judge them as any registers:

    vnlink link DIR/land.parquet DIR/citizens.parquet --out RUN && vnlink evaluate RUN DIR/truth.parquet

The variants are in ``otherworld/parameters.py``; what the world is like, in the docstrings of that folder.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from otherworld.families import make_people
from otherworld.land import land_tables
from otherworld.parameters import VARIANTS, World
from otherworld.population import population_table


def make_registers(world: World, citizens: int, land_users: int, seed: int) -> dict[str, pa.Table]:
    """Make the three tables; the same arguments give the same tables in every process."""
    people = make_people(world, citizens, seed)
    population = population_table(people, world, random.Random(f"population {seed}"))
    land, truth = land_tables(people, world, land_users, random.Random(f"land {seed}"))
    return {"citizens": population, "land": land, "truth": truth}


def main(arguments: list[str] | None = None) -> dict[str, pa.Table]:
    """Read the options, make one world and write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--variant", choices=sorted(VARIANTS), default="plain")
    parser.add_argument("--citizens", type=int, default=200_000)
    parser.add_argument("--land-users", type=int, default=150_000)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    tables = make_registers(VARIANTS[options.variant], options.citizens, options.land_users, options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        pq.write_table(table, options.out / f"{name}.parquet")
    print(f"{options.out}: " + ", ".join(f"{table.num_rows:,} rows of {name}" for name, table in tables.items()))
    return tables


if __name__ == "__main__":
    main()
