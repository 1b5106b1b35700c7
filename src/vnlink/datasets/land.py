"""The land register of a block, and the truth about it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.datasets import owners as owner_cells
from vnlink.datasets import papers
from vnlink.datasets.blocks import BlockOfPeople, Plan, scatter
from vnlink.datasets.cells import keys, land_addresses, put_date, put_number
from vnlink.datasets.columns import COMMUNE, HAMLET, STREET
from vnlink.datasets.owners import KINDS, Candidates, choose_owners, write_owners
from vnlink.datasets.papers import LandError, Records, record_owners
from vnlink.datasets.text import Style, strings
from vnlink.datasets.truth import judge
from vnlink.kernels import allocating

__all__ = ["LAND_SCHEMA", "TRUTH_SCHEMA", "land_tables"]

LAND_SCHEMA = pa.schema(
    [
        (name, pa.string())
        for name in (
            "land_user_id", "full_name", "birth_date", "gender", "id_number", "address", "commune_code", "commune_vintage",
            "parcel_id",
        )
    ]
)  # fmt: skip
TRUTH_SCHEMA = pa.schema(
    [
        ("land_user_id", pa.string()),
        ("person_no", pa.int32()),
        ("citizen_id", pa.string()),
        ("status", pa.string()),
        ("evidence", pa.string()),
        ("differs", pa.int8()),
        ("errors", pa.int32()),
        ("kind", pa.string()),
    ]
)
_STATUS = pa.array(["none", "partial", "full"])
_EVIDENCE = pa.array(["nobody", "name", "year", "full_date", "number"])
_MOVED, _UNMARKED = np.int32(LandError.MOVED), np.int32(LandError.UNMARKED)
_DETAILS, _BODY = KINDS.index("details"), KINDS.index("body")
_COUNT_ROW_DRAWS = 18
_PARCELS_PER_SHEET = 997
_THREE = np.int64(3)


@allocating
def _write_numbers(number, kind, width, count, u, worded, words):  # type: ignore[no-untyped-def]
    """Number cells: a list with one slot a person when anybody but the first has a number."""
    cells = np.full((number.shape[0], 28), -1, np.int32)
    for row in range(number.shape[0]):
        last = -1
        for k in range(count[row]):
            if number[row, k] >= 0:
                last = k
        at = np.int64(0)
        for k in range(last + 1):
            if k > 0:
                cells[row, at] = words.list_mark
                at += 1
            if number[row, k] < 0:
                continue
            if u[row, 0] < worded and u[row, 1] < 0.6:
                cells[row, at] = words.before_number[1 + int(u[row, 1] * 6.6) % 4]
                at += 1
            if kind[row, k] == 3:
                cells[row, at] = words.letters + number[row, k] % 26
                at += 1
            before = at
            at = put_number(cells, row, at, number[row, k], np.int64(width[row, k]), words)
            if u[row, 0] < worded and u[row, 1] >= 0.6:
                mark = words.space if u[row, 1] < 0.85 else words.dot
                size = at - before
                for j in range(size - 1, 0, -1):
                    cells[row, before + 2 * j] = cells[row, before + j]
                    cells[row, before + 2 * j - 1] = mark
                at = before + 2 * size - 1
    return cells


@allocating
def _write_births(birth, count, words):  # type: ignore[no-untyped-def]
    """Date cells, lists as in :func:`_write_numbers`."""
    cells = np.full((birth.shape[0], 22), -1, np.int32)
    for row in range(birth.shape[0]):
        last = -1
        for k in range(count[row]):
            if birth[row, k] > 0:
                last = k
        at = np.int64(0)
        for k in range(last + 1):
            if k > 0:
                cells[row, at] = words.list_mark
                at += 1
            if birth[row, k] > 0:
                at = put_date(cells, row, at, np.int64(birth[row, k]), words)
    return cells


@allocating
def _write_sexes(sex, count, words):  # type: ignore[no-untyped-def]
    """Sex cells, lists as in :func:`_write_numbers`."""
    cells = np.full((sex.shape[0], 5), -1, np.int32)
    for row in range(sex.shape[0]):
        last = -1
        for k in range(count[row]):
            if sex[row, k] > 0:
                last = k
        at = np.int64(0)
        for k in range(last + 1):
            if k > 0:
                cells[row, at] = words.list_mark
                at += 1
            if sex[row, k] > 0:
                cells[row, at] = words.male if sex[row, k] == 1 else words.female
                at += 1
    return cells


@allocating
def _write_parcels(count, sheet, words):  # type: ignore[no-untyped-def]
    """Parcel cells "sheet-parcel", unique within a block, int32 of shape (count, 5)."""
    cells = np.full((count, 5), -1, np.int32)
    for row in range(count):
        at = put_number(cells, row, np.int64(0), np.int64(sheet + row // _PARCELS_PER_SHEET), _THREE, words)
        cells[row, at] = words.key_letters[3]
        put_number(cells, row, at + 1, np.int64(1 + row * 618 % _PARCELS_PER_SHEET), _THREE, words)
    return cells


def _styles(u: NDArray[np.float64], rates: Any) -> NDArray[np.uint8]:
    """How each owner cell is written; ``u`` has six uniform numbers per row."""
    style = np.full(len(u), Style.PLAIN, dtype=np.uint8)
    for column, form, rate in (
        (0, Style.OTHER_TONE_STYLE, rates.tone_style),
        (1, Style.ETH, rates.eth),
        (2, Style.DECOMPOSED, rates.decomposed),
        (3, Style.UNMARKED, rates.unmarked),
    ):
        style[u[:, column] < rate] = form
    style += (u[:, 4] < rates.capitals).astype(np.uint8)
    return style


def _places(plan: Plan, home: NDArray[np.int32], u: NDArray[np.float64]) -> NDArray[np.int32]:
    """Place of the land: the owner's, for those who moved another one, mostly near."""
    count = len(plan.territory)
    step = 1 + (u[:, 1] * u[:, 1] * min(8, max(1, count - 1))).astype(np.int64)
    near = (home + np.where(u[:, 2] < 0.5, step, -step)) % count
    far = (u[:, 2].astype(np.float64) * count).astype(np.int64)
    moved = np.where(u[:, 3] < 0.7, near, far)
    return np.where(u[:, 0] < plan.rates.moved, moved, home).astype(np.int32)


def _choose(plan: Plan, made: BlockOfPeople, rng: np.random.Generator, count: int) -> tuple[NDArray[Any], ...]:
    """Owners, kinds, papers and the draws of the owner cells."""
    owners = np.full((count, 3), -1, dtype=np.int32)
    kind = np.zeros(count, dtype=np.int8)
    paper = np.arange(count, dtype=np.int32)
    draws = rng.random((count, owner_cells.COUNT_DRAWS))
    choose_owners(made.people, draws, *Candidates.of(made.people), plan.rate_record, owners, kind, paper)
    return owners, kind, paper, draws


def _record(
    plan: Plan, made: BlockOfPeople, rng: np.random.Generator, chosen: tuple[NDArray[Any], ...]
) -> tuple[Records, NDArray[np.uint8]]:
    """What the papers say, and which of them are old."""
    owners, kind, paper, _ = chosen
    records = Records.empty(len(owners))
    old_paper = (rng.random(len(owners)) < 0.5).astype(np.uint8)
    u = rng.random((len(owners), 3, papers.COUNT_DRAWS))
    held, spell = made.numbers, plan.spellings
    record_owners(
        owners, paper, old_paper, u, made.people, held.personal, held.old, held.superseded, plan.rate_record,
        plan.spelling_rates,
        spell.first, spell.ways, spell.other, plan.syllables, *records.arrays(),
    )  # fmt: skip
    details = kind == _DETAILS
    records.birth[details] = records.birth[details] // 10000 * 10000
    return records, old_paper


def land_tables(plan: Plan, block: int, made: BlockOfPeople) -> tuple[pa.Table, pa.Table]:
    """The block's land users and the truth about each of their persons, both in the same random order of land users."""
    start, end = plan.land_range(block)
    count, rng, words, text, rates = end - start, plan.stream(block, 3), plan.words, plan.text, plan.rates
    chosen = _choose(plan, made, rng, count)
    owners, kind, paper, draws = chosen
    records, _ = _record(plan, made, rng, chosen)
    u = rng.random((count, _COUNT_ROW_DRAWS))
    style = _styles(u[:, :5], rates)[paper]
    first = np.where(owners[:, 0] >= 0, owners[:, 0], (u[:, 5] * len(made.people)).astype(np.int64))
    home = made.people[first, COMMUNE]
    place = _places(plan, home, u[:, 6:10])
    body = kind == _BODY
    place[body] = home[body]
    records.errors[:] |= np.where((place != home) & ~body, _MOVED, 0)[:, None]
    records.errors[:] |= np.where(style >= Style.UNMARKED, _UNMARKED, 0)[:, None]
    judged = judge(
        owners, made.registered, records.name, records.birth, records.number, records.kind, records.sex,
        (style >= Style.UNMARKED).astype(np.uint8),
        made.name, made.birth, made.personal, made.old, made.sex, plan.spellings.same,
    )  # fmt: skip
    order = rng.permutation(count)
    key = scatter(np.arange(start, end, dtype=np.int64), plan.seed, 3)
    row_keys = keys(key, words.key_letters[2], words)
    owner_text = write_owners(
        made.people, owners, kind, paper, draws, records.name, records.birth, records.number, records.width,
        plan.territory.address[home, 0], plan.syllables, plan.surnames, plan.rate_record, plan.forms, words,
    )  # fmt: skip
    persons = (owners >= 0).sum(axis=1).astype(np.int64)
    shown = np.where(kind == _DETAILS, 0, persons)
    land = pa.Table.from_arrays(
        [
            strings(row_keys, text, order),
            strings(owner_text, text, order, style),
            strings(_write_births(records.birth, shown, words), text, order),
            strings(_write_sexes(records.sex, persons, words), text, order),
            strings(
                _write_numbers(records.number, records.kind, records.width, shown, u[:, 10:12], rates.id_words, words),
                text,
                order,
            ),
            *_address_columns(plan, made, u[:, 12:], place, first, order),
            strings(_write_parcels(count, block % 16 * 60, words), text, order),
        ],
        schema=LAND_SCHEMA,
    )
    return land, _truth_table(plan, made, row_keys, chosen, judged, records, order)


def _address_columns(
    plan: Plan,
    made: BlockOfPeople,
    u: NDArray[np.float64],
    place: NDArray[np.int32],
    owner: NDArray[np.int64],
    order: NDArray[np.int64],
) -> list[pa.StringArray]:
    """Address, commune code and its vintage."""
    rates, words, text, territory = plan.rates, plan.words, plan.text, plan.territory
    old_form = (u[:, 5] < rates.address_old).astype(np.uint8)
    household = made.people[owner][:, [HAMLET, STREET]]
    cells = land_addresses(place, household, old_form, u, plan.rate_record, territory.south, territory.address, words)
    code = np.where(old_form == 1, territory.old_code[place], territory.new_code[place]).astype(np.int64)
    missing = (u[:, 4] * 7.0) % 1.0 < rates.code_missing
    codes = np.full((len(place), 3), -1, dtype=np.int32)
    codes[:, 0] = words.two + code // 1000
    codes[:, 1] = words.three + code % 1000
    bare = (code < 10_000) & ((u[:, 4] * 31.0) % 1.0 < rates.code_zeros_lost) & (code >= 1000)
    codes[bare, 0] = words.one + code[bare] // 1000
    codes[missing] = -1
    vintage = np.where(missing, -1, np.where(old_form == 1, words.old, words.year_2025)).astype(np.int32)[:, None]
    return [strings(cells, text, order), strings(codes, text, order), strings(vintage, text, order)]


def _truth_table(
    plan: Plan, made: BlockOfPeople, row_keys: NDArray[np.int32], chosen: tuple[NDArray[Any], ...], judged:
    tuple[NDArray[np.int8], ...], records: Records, order: NDArray[np.int64],
) -> pa.Table:  # fmt: skip
    """One row for every person, and one with nobody for every body."""
    owners, kind, _, _ = chosen
    status, evidence, differs = judged
    present = owners >= 0
    present[kind == _BODY, 0] = True
    place, person = np.nonzero(present[order])
    row = order[place]
    owner = owners[row, person]
    key = np.where(owner >= 0, made.key[np.maximum(owner, 0)], -1)
    everything = np.arange(len(row))
    return pa.Table.from_arrays(
        [
            strings(row_keys, plan.text, row),
            pa.array(person.astype(np.int32) + 1),
            strings(keys(key, plan.words.key_letters[0], plan.words), plan.text, everything),
            _STATUS.take(pa.array(status[row, person])),
            _EVIDENCE.take(pa.array(evidence[row, person])),
            pa.array(differs[row, person]),
            pa.array(records.errors[row, person]),
            pa.array(KINDS).take(pa.array(kind[row])),
        ],
        schema=TRUTH_SCHEMA,
    )
