"""Whole synthetic registers: in memory, or written to a folder of any size in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from vnlink.datasets.blocks import BLOCK_SIZE, CITIZEN_SCHEMA, Plan, citizen_table, make_people
from vnlink.datasets.land import LAND_SCHEMA, TRUTH_SCHEMA, land_tables
from vnlink.datasets.settings import ErrorRates, Population, resolve
from vnlink.errors import InputError, StorageError, message
from vnlink.storage.publish import refuse_to_replace

__all__ = ["Registers", "is_register", "iter_registers", "synthesize", "write_registers"]

_DEFAULT_CHUNK_ROWS = 16 * BLOCK_SIZE
_LARGEST = 999_999_999
_REPEATED = {
    "address", "birth_date", "commune_code", "commune_vintage", "evidence", "father_name", "gender", "kind", "mother_name",
    "spouse_name", "status",
}  # fmt: skip
"""Columns worth a dictionary; trying one for the others (names, numbers, keys) cost a sixth of the writing time."""


_MARK = {"vnlink": "synthetic register"}
"""Stands in the footer of each file. What reads the file and writes it again, changed or not, leaves it out."""


class Registers(NamedTuple):
    """The two registers and the truth about them.

    Attributes
    ----------
    citizens, land, truth : pyarrow.Table
    """

    citizens: pa.Table
    land: pa.Table
    truth: pa.Table


def _check(citizens: int, land_users: int, seed: int) -> None:
    for name, value, least in (("citizens", citizens, 1), ("land_users", land_users, 0), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _LARGEST:
            text = f"{name} must be a whole number from {least:,} to {_LARGEST:,}"
            raise InputError(message(text, remedy="give another number", found=type(value)))


def _join(tables: list[Registers]) -> Registers:
    return Registers(*(pa.concat_tables(column) for column in zip(*tables, strict=True)))


def iter_registers(
    citizens: int,
    land_users: int,
    seed: int = 0,
    preset: str | ErrorRates = "raw",
    *,
    population: Population | None = None,
    chunk_rows: int = _DEFAULT_CHUNK_ROWS,
) -> Iterator[Registers]:
    """Yield synthetic registers chunk by chunk.

    The rows do not depend on ``chunk_rows``; each chunk is a whole number of blocks of 16,384 citizens with the land of their
    families.

    Parameters
    ----------
    citizens, land_users : int
        Exact numbers of rows of the two registers, up to 999,999,999.
    seed : int
        The same seed, sizes and settings give the same rows.
    preset : {"raw", "clean"} or ErrorRates
    population : Population, optional
    chunk_rows : int
        About how many citizens to hold at a time.

    Yields
    ------
    Registers
    """
    _check(citizens, land_users, seed)
    plan = Plan.make(citizens, land_users, seed, resolve(preset), population or Population())
    held: list[Registers] = []
    for block in range(plan.count_blocks):
        made = make_people(plan, block)
        held.append(Registers(citizen_table(plan, block, made), *land_tables(plan, block, made)))
        if len(held) * BLOCK_SIZE >= chunk_rows:
            yield _join(held)
            held = []
    if held:
        yield _join(held)


def synthesize(
    citizens: int,
    land_users: int,
    seed: int = 0,
    preset: str | ErrorRates = "raw",
    out: str | Path | None = None,
    *,
    population: Population | None = None,
) -> Registers:
    """Make a population register, a land register and the truth about them, in memory.

    Parameters
    ----------
    citizens, land_users, seed, preset, population
        As in :func:`iter_registers`.
    out : path, optional
        Folder to write the three files to as well.

    Examples
    --------
    >>> made = synthesize(citizens=500, land_users=200, seed=7)
    >>> made.citizens.num_rows, made.land.num_rows, made.truth.num_rows >= 200
    (500, 200, True)
    >>> made == synthesize(citizens=500, land_users=200, seed=7)
    True
    """
    if out is not None:
        write_registers(out, citizens, land_users, seed, preset, population=population)
    return _join(list(iter_registers(citizens, land_users, seed, preset, population=population)))


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    repeated = [name for name in schema.names if name in _REPEATED]
    writer = pq.ParquetWriter(
        path, schema, compression="zstd", compression_level=1, use_dictionary=repeated, write_statistics=False
    )
    writer.add_key_value_metadata(_MARK)
    return writer


def is_register(path: Path) -> bool:
    """Whether a file was written by :func:`write_registers`, and by nothing after it."""
    try:
        found = pq.read_metadata(path).metadata or {}
    except (OSError, pa.ArrowException):
        return False
    return all(found.get(key.encode()) == value.encode() for key, value in _MARK.items())


def write_registers(
    out_dir: str | Path,
    citizens: int,
    land_users: int,
    seed: int = 0,
    preset: str | ErrorRates = "raw",
    *,
    population: Population | None = None,
    chunk_rows: int = _DEFAULT_CHUNK_ROWS,
    overwrite: bool = False,
) -> Path:
    """Write ``citizens.parquet``, ``land.parquet`` and ``truth.parquet`` (zstd), a chunk at a time.

    Each file gets its final name only when it is complete.

    Parameters
    ----------
    out_dir : path
        Folder, made when it does not exist. Synthetic registers that it holds are replaced.
    citizens, land_users, seed, preset, population, chunk_rows
        As in :func:`iter_registers`.
    overwrite : bool
        Whether files of these names that are no synthetic registers may be replaced too.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        A number is out of range, or a file of another kind stands there: nothing was touched.
    StorageError
        The files could not be written.
    """
    folder = Path(out_dir)
    _check(citizens, land_users, seed)
    schemas = {"citizens": CITIZEN_SCHEMA, "land": LAND_SCHEMA, "truth": TRUTH_SCHEMA}
    for name in schemas:
        refuse_to_replace(folder / f"{name}.parquet", "synthetic register", is_register, overwrite=overwrite)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            writers = {
                name: stack.enter_context(_writer(folder / f".{name}.parquet.part", schema)) for name, schema in schemas.items()
            }
            for chunk in iter_registers(citizens, land_users, seed, preset, population=population, chunk_rows=chunk_rows):
                for name, table in chunk._asdict().items():
                    writers[name].write_table(table)
        for name in schemas:
            (folder / f".{name}.parquet.part").replace(folder / f"{name}.parquet")
    except OSError as error:
        raise StorageError(
            message("the synthetic registers could not be written", remedy="check the folder and its free space")
        ) from error
    return folder
