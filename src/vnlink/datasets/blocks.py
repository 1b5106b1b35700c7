"""One block of a synthetic register: 16,384 citizens, the people around them, and their land.

A block is the unit of repeatability: it has its own random streams, made from the seed and the block's number, and refers to
nothing in another block. Any cutting of a register into chunks therefore gives the same rows, and blocks may be made in any
order.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.datasets import households, identifiers
from vnlink.datasets.cells import Words, citizen_addresses, dates, keys, names, numbers, sexes
from vnlink.datasets.columns import (
    BIRTH,
    COMMUNE,
    DEAD_KEPT,
    DEATH,
    FATHER,
    HOUSEHOLD,
    MOTHER,
    N_COLUMNS,
    NAME,
    NAME_WIDTH,
    REGISTER,
    SEX,
    SPOUSE,
    YEAR,
)  # fmt: skip
from vnlink.datasets.households import FamilyRates, grow_households
from vnlink.datasets.identifiers import Issuer, Numbers
from vnlink.datasets.names import NameTables, SpellingTables, name_people
from vnlink.datasets.owners import Forms
from vnlink.datasets.settings import ErrorRates, Population
from vnlink.datasets.spellings import Spelling
from vnlink.datasets.territory import Territory
from vnlink.datasets.text import Pieces, TextTable, strings

__all__ = ["BLOCK_SIZE", "CITIZEN_SCHEMA", "BlockOfPeople", "Plan", "citizen_table", "make_people", "scatter"]

BLOCK_SIZE = 16_384
"""Citizens of a block. Part of the format of a seed: another size makes another register."""

_KEY_SPACE = 1_000_000_000
_KEY_STEP = 387_420_489
"""3 ** 18, prime to ten: multiplying by it scatters running numbers over the nine-digit keys without ever giving one twice."""

CITIZEN_SCHEMA = pa.schema(
    [
        (name, pa.string())
        for name in (
            "citizen_id", "full_name", "birth_date", "gender", "personal_id", "old_id_number", "address", "commune_code",
            "commune_vintage",
            "household_id", "spouse_name", "father_name", "mother_name", "death_date",
        )
    ]
)  # fmt: skip


def scatter(values: NDArray[np.int64], seed: int, salt: int) -> NDArray[np.int64]:
    """Turn running numbers below 10**9 into scattered nine-digit numbers, one to one."""
    return (values * _KEY_STEP + (seed * 7_919 + salt * 104_729 + 271_828_182) % _KEY_SPACE) % _KEY_SPACE


def _head_ages() -> NDArray[np.int64]:
    """Ages of heads of household in 256 slots: most are 30 to 60."""
    ages = np.arange(22, 95)
    weights = np.interp(ages, [22, 30, 40, 50, 60, 70, 80, 94], [1.0, 14.0, 24.0, 20.0, 15.0, 10.0, 5.0, 0.4])
    slots = np.searchsorted(np.cumsum(weights) / weights.sum(), (np.arange(256) + 0.5) / 256)
    return ages[slots].astype(np.int64)


@dataclass(frozen=True)
class Plan:
    """Everything that all blocks share, made once from the sizes, the seed and the settings."""

    citizens: int
    land_users: int
    seed: int
    population: Population
    rates: ErrorRates
    families: FamilyRates
    rate_record: Any
    spelling_rates: NDArray[np.float64]
    tables: NameTables
    spellings: SpellingTables
    words: Words
    forms: Forms
    syllables: NDArray[np.int32]
    surnames: NDArray[np.int32]
    territory: Territory
    issuer: Issuer
    text: TextTable

    @classmethod
    def make(cls, citizens: int, land_users: int, seed: int, rates: ErrorRates, population: Population) -> Plan:
        """Read the tables, choose the territory, spell every syllable."""
        pieces = Pieces()
        words = Words.build(pieces)
        first_syllable = len(pieces)
        tables = NameTables.load(pieces)
        syllables = np.arange(first_syllable, len(pieces), dtype=np.int32)
        spellings = SpellingTables.build(pieces)
        forms = Forms.load(pieces)
        territory = Territory.build(citizens, population, seed, tables, pieces)
        given = np.unique(tables.given[tables.given[:, 1] < 0, 0])
        families = FamilyRates(
            population.children,
            population.three_generations,
            population.single,
            population.emigrated,
            population.dead_kept,
            _head_ages(),
        )
        return cls(
            citizens=citizens,
            land_users=land_users,
            seed=seed,
            population=population,
            rates=rates,
            families=families,
            rate_record=_rate_record(rates),
            spelling_rates=_spelling_rates(rates),
            tables=tables,
            spellings=spellings,
            words=words,
            forms=forms,
            syllables=given[np.isin(given, syllables)].astype(np.int32),
            surnames=tables.surname[:40, 0].copy(),
            territory=territory,
            issuer=Issuer(territory, BLOCK_SIZE),
            text=TextTable(pieces),
        )

    @property
    def count_blocks(self) -> int:
        """Number of blocks, at least one."""
        return max(1, -(-self.citizens // BLOCK_SIZE))

    def citizen_range(self, block: int) -> tuple[int, int]:
        """First citizen of a block and the first of the next."""
        return min(self.citizens, block * BLOCK_SIZE), min(self.citizens, (block + 1) * BLOCK_SIZE)

    def land_range(self, block: int) -> tuple[int, int]:
        """First land user of a block and the first of the next: as many as its share of the citizens."""
        start, end = self.citizen_range(block)
        whole = max(1, self.citizens)
        return self.land_users * start // whole, self.land_users * end // whole

    def stream(self, block: int, purpose: int) -> np.random.Generator:
        """The random stream of a block for one purpose."""
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.seed, 2, purpose, block])))


def _rate_record(rates: ErrorRates) -> Any:
    """The rates as one NumPy record, which kernels read by name."""
    layout = [(one.name, np.float64) for one in fields(ErrorRates)]
    return np.rec.array([astuple(rates)], dtype=layout)[0]


def _spelling_rates(rates: ErrorRates) -> NDArray[np.float64]:
    """Rates of the other spellings in the order of Spelling; tone style is a matter of the whole cell and not among them."""
    found = np.zeros(len(Spelling))
    for kind in Spelling:
        if kind is not Spelling.OTHER_TONE_STYLE:
            found[kind] = rates.other_apostrophe if kind is Spelling.APOSTROPHE else getattr(rates, kind.name.lower())
    return found


@dataclass(frozen=True)
class BlockOfPeople:
    """People of a block with what the population register holds about them.

    Attributes
    ----------
    people : ndarray of int32, shape (n, N_COLUMNS)
    numbers : Numbers
        The true ones.
    registered : ndarray of bool, shape (n,)
    name : ndarray of int32, shape (n, NAME_WIDTH)
    birth, sex : ndarray of int32 and int8
    personal, old : ndarray of int64
        As the register holds them, -1 for nothing.
    key : ndarray of int64
        Digits of the citizen's id, -1 outside the register.
    """

    people: NDArray[np.int32]
    numbers: Numbers
    registered: NDArray[np.bool_]
    name: NDArray[np.int32]
    birth: NDArray[np.int32]
    sex: NDArray[np.int8]
    personal: NDArray[np.int64]
    old: NDArray[np.int64]
    key: NDArray[np.int64]


def make_people(plan: Plan, block: int) -> BlockOfPeople:
    """Grow the households of a block, name everybody, issue numbers, and enter them into the register."""
    start, end = plan.citizen_range(block)
    rng, population, place = plan.stream(block, 1), plan.population, plan.territory
    people = np.zeros((int(1.4 * (end - start)) + 256, N_COLUMNS), dtype=np.int32)
    draws = rng.random((len(people), households.COUNT_DRAWS))
    count = grow_households(people, draws, end - start, start, place.first, place.people, place.people_share, plan.families)
    people = people[:count]
    commune = people[:, COMMUNE]
    name_draws = rng.random((count, 8))
    name_people(people, count, name_draws, place.clans[commune], place.south[commune], plan.tables)
    numbers_of = plan.issuer.issue(people, rng.random((count, identifiers.COUNT_DRAWS)), block, start)
    registered = people[:, REGISTER] <= DEAD_KEPT
    u = rng.random((count, 6))
    year_only = (people[:, YEAR] < 1960) & (u[:, 0] < population.year_only)
    return BlockOfPeople(
        people=people,
        numbers=numbers_of,
        registered=registered,
        name=_recorded_names(plan, people, u[:, 4:]),
        birth=np.where(year_only, people[:, YEAR] * 10000, people[:, BIRTH]).astype(np.int32),
        sex=np.where(u[:, 1] < population.sex, people[:, SEX] + 1, 0).astype(np.int8),
        personal=np.where(u[:, 2] < population.personal_id, numbers_of.personal, -1),
        old=np.where(u[:, 3] < population.old_id, numbers_of.old, -1),
        key=np.where(registered, scatter(start + np.cumsum(registered) - 1, plan.seed, 1), -1),
    )


def _recorded_names(plan: Plan, people: NDArray[np.int32], u: NDArray[np.float64]) -> NDArray[np.int32]:
    """Names as the population register has them: a few with a mark lost or a wrong tone in the last syllable."""
    recorded = people[:, NAME : NAME + NAME_WIDTH].copy()
    rows = np.flatnonzero(u[:, 0] < plan.population.name_error)
    kind = np.where(u[rows, 1] < 0.5, Spelling.MARK_LOST, Spelling.WRONG_TONE)
    last = (recorded[rows] >= 0).sum(axis=1) - 1
    piece = recorded[rows, last]
    table = plan.spellings
    recorded[rows, last] = np.where(
        table.ways[kind, piece] > 0, table.other[np.minimum(table.first[kind, piece], len(table.other) - 1)], piece
    )
    return recorded


def citizen_table(plan: Plan, block: int, made: BlockOfPeople) -> pa.Table:
    """The block's rows of the population register, in random order."""
    rng, population, people, words, text = plan.stream(block, 2), plan.population, made.people, plan.words, plan.text
    rows = rng.permutation(np.flatnonzero(made.registered))
    count = len(people)
    u = rng.random((6, count))
    everybody = np.arange(count, dtype=np.int32)
    place = people[:, COMMUNE]

    def relative(column: int, share: float, draws: NDArray[np.float64]) -> pa.StringArray:
        index = np.where(draws < share, people[:, column], -1)
        return strings(names(people, NAME, NAME_WIDTH, index, words.space), text, rows)

    household = np.where(
        u[1] < population.household_id, scatter(block * BLOCK_SIZE + people[:, HOUSEHOLD].astype(np.int64), plan.seed, 2), -1
    )
    present = np.full((count, 1), 0, dtype=np.int32)
    return pa.Table.from_arrays(
        [
            strings(keys(made.key, words.key_letters[0], words), text, rows),
            strings(names(made.name, 0, NAME_WIDTH, everybody, words.space), text, rows),
            strings(dates(made.birth, words), text, rows),
            strings(sexes(made.sex, words), text, rows),
            strings(numbers(made.personal, 12, words), text, rows),
            strings(numbers(made.old, 9, words), text, rows),
            strings(citizen_addresses(people, u[0], plan.territory.south, plan.territory.address, words), text, rows),
            strings(numbers(plan.territory.new_code[place].astype(np.int64), 5, words), text, rows),
            strings(present + words.year_2025, text, rows),
            strings(keys(household, words.key_letters[1], words), text, rows),
            relative(SPOUSE, population.spouse_name, u[2]),
            relative(FATHER, population.father_name, u[3]),
            relative(MOTHER, population.mother_name, u[4]),
            strings(dates(np.where(people[:, REGISTER] == DEAD_KEPT, people[:, DEATH], 0), words), text, rows),
        ],
        schema=CITIZEN_SCHEMA,
    )
