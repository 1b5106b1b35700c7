"""Clerks' labels: what they say of whom, and which are refused."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from vnlink.errors import InputError
from vnlink.hashing import hash_column
from vnlink.labels import Labels, label_groups, resolve_labels
from vnlink.normalize.encode import RegisterReader
from vnlink.schema import Side

WHOLE = pa.int64()
OWNERS = ["Ông Lê Văn Đức và vợ là bà Nguyễn Thị Hòa", "Bà Trần Thị Tư", "Ông Phạm Văn Bảy"]


def encoded(reader, side, names):
    key = "land_user_id" if side is Side.LAND else "citizen_id"
    batch = pa.record_batch({key: pa.array([f"{side.value}-{i}" for i in range(len(names))]), "full_name": pa.array(names)})
    return reader.read([(batch, hash_column(batch.column(0)))], side)


@pytest.fixture(scope="module")
def registers():
    reader = RegisterReader()
    return (
        encoded(reader, Side.LAND, OWNERS),
        encoded(reader, Side.CITIZEN, ["Lê Văn Đức", "Nguyễn Thị Hòa", "Trần Thị Tư", "Phạm Văn Bảy"]),
    )


def table(*rows, numbers=WHOLE):
    """Labels given as (land row, person_no, citizen or None, status)."""
    land, number, citizen, status = zip(*rows, strict=True)
    return pa.table(
        {
            "land_user_id": [f"land-{i}" for i in land],
            "person_no": pa.array(number, numbers),
            "citizen_id": pa.array([None if i is None else f"citizen-{i}" for i in citizen], pa.string()),
            "status": status,
        }
    )


def test_labels_are_persons_and_citizens_by_number(registers):
    labels = resolve_labels(
        table((0, 2, 1, "full"), (1, None, 2, "partial"), (2, 1, None, "none"), (0, 1, 3, "none")), *registers
    )
    assert labels.person.tolist() == [0, 1, 2, 3]
    assert labels.citizen.tolist() == [3, 1, 2, -1]
    assert labels.right.tolist() == [False, True, True, False]


@pytest.mark.parametrize("number", [-255, -1, 0, 3, 256, 257, 258, 513, 2**40, 2**62])
def test_a_number_that_no_person_has_labels_nobody_else(registers, number):
    with pytest.raises(InputError, match="person_no") as caught:
        resolve_labels(table((0, number, 2, "full")), *registers)
    assert "1 row" in str(caught.value)


@pytest.mark.parametrize("number", ["LU-XYZ", "1.5", "", "9" * 40])
def test_a_number_that_is_none_is_refused_without_its_text(registers, number):
    with pytest.raises(InputError, match="whole number") as caught:
        resolve_labels(table((0, number, 2, "full"), numbers=pa.string()), *registers)
    assert not number or number not in str(caught.value)


def test_the_numbers_of_a_frame_with_gaps_are_whole_numbers(registers):
    labels = resolve_labels(table((0, 2.0, 1, "full"), (1, None, 2, "full"), numbers=pa.float64()), *registers)
    assert labels.person.tolist() == [1, 2]
    with pytest.raises(InputError, match="whole number"):
        resolve_labels(table((0, 1.5, 1, "full"), numbers=pa.float64()), *registers)


@pytest.mark.parametrize(
    "rows",
    [
        [(1, 1, 2, "full"), (1, 1, 3, "full")],
        [(1, 1, 2, "full"), (1, 1, 3, "partial")],
        [(1, 1, 2, "full"), (1, 1, None, "none")],
        [(1, 1, 2, "full"), (1, 1, 2, "none")],
        [(1, 1, 2, "none"), (1, 1, 2, "full"), (1, 1, 3, "full"), (1, 1, None, "none")],
    ],
)
def test_labels_that_contradict_each_other_are_refused_and_their_persons_counted(registers, rows):
    others = [(0, 1, 0, "full"), (0, 2, 1, "full")]
    with pytest.raises(InputError, match=r"contradict.*\(1 person\)"):
        resolve_labels(table(*others, *rows), *registers)
    again = [(0, 1, 0, "full"), (0, 1, 1, "full")]
    with pytest.raises(InputError, match=r"contradict.*\(2 persons\)"):
        resolve_labels(table(*again, *rows), *registers)


def test_labels_that_say_the_same_twice_or_more_are_one_label(registers):
    rows = [
        (1, 1, 2, "full"),
        (1, 1, 2, "partial"),
        (1, 1, 3, "none"),
        (2, 1, None, "none"),
        (2, 1, 3, "none"),
        (2, 1, None, "none"),
    ]
    labels = resolve_labels(table(*rows), *registers)
    assert list(zip(labels.person.tolist(), labels.citizen.tolist(), labels.full.tolist(), strict=True)) == [
        (2, 2, False),
        (2, 3, False),
        (3, -1, False),
        (3, 3, False),
    ]


def test_two_persons_may_be_one_citizen(registers):
    """A register may name one person twice."""
    assert len(resolve_labels(table((1, 1, 2, "full"), (2, 1, 2, "full")), *registers)) == 2


def test_a_file_that_is_not_there_is_called_labels(tmp_path, registers):
    with pytest.raises(InputError, match="the labels must be a file"):
        resolve_labels(tmp_path / "labels.csv", *registers)


def test_what_is_no_table_is_refused(registers):
    with pytest.raises(InputError, match="labels cannot be read as a table"):
        resolve_labels(42, *registers)


def test_a_column_that_is_no_text_is_refused(registers):
    labels = table((0, 1, 0, "full")).set_column(3, "status", pa.array([{"is": "full"}]))
    with pytest.raises(InputError, match="must be text"):
        resolve_labels(labels, *registers)


def test_full_and_partial_are_kept_apart_and_the_careful_clerk_counts(registers):
    labels = resolve_labels(table((0, 1, 0, "full"), (1, 1, 2, "partial"), (2, 1, 3, "full"), (2, 1, 3, "partial")), *registers)
    assert labels.full.tolist() == [True, False, False]


def grouped(person, citizen, household, commune):
    person, citizen = np.array(person), np.array(citizen)
    labels = Labels(person, citizen, citizen >= 0, np.zeros(len(person), bool))
    keys = np.arange(500, 600).astype(np.uint64)
    return label_groups(labels, np.array(household, np.uint64), keys, np.array(commune, np.uint64)).tolist()


def test_labels_of_one_land_user_or_citizen_are_held_out_together():
    assert grouped([0, 1, 2, 3], [5, 6, 6, -1], [40, 40, 30, 20], [1, 1, 1, 1]) == [1, 1, 1, 0]


def test_whole_communes_are_held_out_where_there_are_many():
    households = np.arange(100, 124)
    communes = np.arange(24) // 2 + 1
    found = grouped(np.arange(24), np.full(24, -1), households, communes)
    assert found == (np.arange(24) // 2).tolist()
    turned = grouped(np.arange(24)[::-1], np.full(24, -1), households, communes)
    assert turned == found[::-1]


def test_communes_that_citizens_join_into_few_groups_are_not_held_out_whole():
    """Ten communes and more, but citizens with land in two of them join these into nine groups."""
    communes = np.arange(24) // 2 + 1
    citizens = np.full(24, -1)
    citizens[[1, 2]], citizens[[5, 6]], citizens[[9, 10]] = 7, 8, 9
    found = grouped(np.arange(24), citizens, np.arange(100, 124), communes)
    assert len(set(found)) == 21
    assert found[1] == found[2] != found[3]


def test_communes_of_which_one_holds_more_than_a_fifth_of_the_labels_are_not_held_out_whole():
    households = np.arange(100, 150)
    even = np.arange(50) // 5 + 1
    assert len(set(grouped(np.arange(50), np.full(50, -1), households, even))) == 10
    one_large = np.where(np.arange(50) < 11, 1, np.arange(50))
    assert len(set(grouped(np.arange(50), np.full(50, -1), households, one_large))) == 50
    # Ten are a fifth.
    just = np.where(np.arange(50) < 10, 1, np.arange(50))
    assert len(set(grouped(np.arange(50), np.full(50, -1), households, just))) == 41


def test_an_empty_citizen_says_nobody_as_in_a_file(registers) -> None:  # type: ignore[no-untyped-def]
    empty = resolve_labels(table((1, 1, None, "none")), *registers)
    table_of = table((1, 1, None, "none"))
    blank = table_of.set_column(table_of.schema.get_field_index("citizen_id"), "citizen_id", pa.array([" "]))
    assert resolve_labels(blank, *registers).citizen.tolist() == empty.citizen.tolist() == [-1]


@pytest.mark.parametrize("labels", [[{"land_user_id": "a"}], [("a", "b")], 7])
def test_what_is_no_table_of_labels_is_refused(registers, labels) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match="cannot be read as a table"):
        resolve_labels(labels, *registers)
