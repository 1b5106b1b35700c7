"""Rows of text become persons: what a cell says reaches the person it is about, and batches leave no trace."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.hashing import hash_column
from vnlink.normalize.encode import RegisterReader
from vnlink.schema import SEX_FEMALE, SEX_MALE, SEX_MISSING, Flag, OwnerKind, People, Side

COUPLE = "Ông Lê Văn Đức và vợ là bà Nguyễn Thị Hòa"


def encoded(side=Side.LAND, *, reader=None, size=1000, codes=None, **columns):
    """Encode a table given as columns, in batches of ``size`` rows."""
    rows = len(next(iter(columns.values())))
    key = "land_user_id" if side is Side.LAND else "citizen_id"
    columns = {key: [f"{key}{i}" for i in range(rows)]} | columns
    table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    batches = [(batch, hash_column(batch.column(key))) for batch in table.to_batches(max_chunksize=size)]
    return (reader or RegisterReader(codes)).read(batches, side)


def citizens(**columns):
    return encoded(Side.CITIZEN, **columns)


def as_lists(people):
    return {name: getattr(people, name).tolist() for name in People.__slots__}


# Persons of an owner string


def written(register):
    """What stands where nobody is named, by the number of the person."""
    return dict(zip(register.not_persons.at.tolist(), register.not_persons.texts.to_pylist(), strict=True))


def test_a_land_user_of_two_persons_is_two_rows_of_one_household():
    people = encoded(full_name=[COUPLE, "Bà Trần Thị Tư"]).people
    assert people.row.tolist() == [0, 0, 1]
    assert people.person_no.tolist() == [1, 2, 1]
    assert people.household[0] == people.household[1] != 0
    assert people.household[2] == 0, "alone: nobody to be found beside"


def test_a_citizen_is_one_row_with_the_household_of_the_register():
    people = citizens(full_name=["Lê Văn Đức", "Nguyễn Thị Hòa", "Lê Văn An"], household_id=["H1", "H1", None]).people
    assert people.person_no.tolist() == [1, 1, 1]
    assert people.household[0] == people.household[1] != 0
    assert people.household[2] == 0


@pytest.mark.parametrize(
    ("cell", "births"),
    [
        ("01/02/1965; 03/04/1967", [19650201, 19670403]),
        ("1965;1967", [19650000, 19670000]),
        ("; 1967", [0, 19670000]),
        ("1965;", [19650000, 0]),
        ("1965", [19650000, 0]),
        (None, [0, 0]),
    ],
)
def test_the_birth_dates_of_a_cell_go_to_the_persons_in_their_order(cell, births):
    assert encoded(full_name=[COUPLE], birth_date=[cell]).people.birth.tolist() == births


@pytest.mark.parametrize(
    ("cell", "personal", "old"),
    [
        ("001065012345; 242438306", [1065012345, -1], [-1, 242438306]),
        ("; 242438306", [-1, -1], [-1, 242438306]),
        ("242438306", [-1, -1], [242438306, -1]),
        ("242438306; 001165012345;", [-1, 1165012345], [242438306, -1]),
    ],
)
def test_the_numbers_of_a_cell_go_to_the_persons_in_their_order(cell, personal, old):
    people = encoded(full_name=[COUPLE], id_number=[cell]).people
    assert people.personal_id.tolist() == personal
    assert people.old_id.tolist() == old


def test_several_numbers_of_one_person_are_several_papers():
    people = encoded(full_name=["Ông Lê Văn Đức"], id_number=["242438306; 001065012345"]).people
    assert (people.old_id.tolist(), people.personal_id.tolist()) == ([242438306], [1065012345])


def test_the_list_of_sexes_goes_to_the_persons_in_their_order():
    names = ["Lê Văn Đức và Nguyễn Thị Hòa", "Trần An"]
    assert encoded(full_name=names, gender=["Nữ; Nam", "Nam"]).people.sex.tolist() == [SEX_FEMALE, SEX_MALE, SEX_MALE]


def test_the_sex_of_a_title_is_used_where_the_column_has_none():
    names = ["Ông Lê Văn Đức", "Bà Nguyễn Thị Hòa", "Ông Trần An", "Trần An"]
    people = encoded(full_name=names, gender=[None, None, "Nữ", None]).people
    assert people.sex.tolist() == [SEX_MALE, SEX_FEMALE, SEX_FEMALE, SEX_MISSING]
    assert encoded(full_name=names).people.sex.tolist() == [SEX_MALE, SEX_FEMALE, SEX_MALE, SEX_MISSING]


def test_what_the_owner_string_says_is_used_where_the_cells_are_empty():
    name = ["Ông Lê Văn Đức, sinh năm 1965, CMND số 242438306"]
    inside = encoded(full_name=name).people
    assert (inside.birth.tolist(), inside.old_id.tolist()) == ([19650000], [242438306])
    beside = encoded(full_name=name, birth_date=["01/02/1966"], id_number=["242438307"]).people
    assert (beside.birth.tolist(), beside.old_id.tolist()) == ([19660201], [242438307])


def test_a_row_without_a_person_is_one_entry_and_keeps_its_words():
    register = encoded(full_name=["UBND xã Hòa Bình", None, "Ông Lê Văn Đức", "???"])
    assert register.people.kind.tolist() == [
        OwnerKind.STATE,
        OwnerKind.UNREADABLE,
        OwnerKind.PERSON,
        OwnerKind.UNREADABLE,
    ]
    assert written(register) == {0: "UBND xã Hòa Bình", 1: "", 3: "???"}
    assert (register.people.syllables[[0, 1, 3], 0] == -1).all()


EVERYTHING = {
    "full_name": ["UBND xã Hòa Bình", None, "???", "Ông Lê Văn Đức"],
    "birth_date": ["01/02/1965"] * 4,
    "gender": ["Nam"] * 4,
    "id_number": ["001065012345; 242438306"] * 4,
    "address": ["Thôn Vạn Phúc Hạ, xã Tiên Phương, huyện Chương Mỹ, TP. Hà Nội"] * 4,
}


def test_a_land_row_without_a_person_has_nothing_by_which_a_citizen_is_found():
    register = encoded(**EVERYTHING)
    people = register.people
    for column in (people.birth, people.sex, people.place, people.locality, people.partner, people.household):
        assert column[:3].tolist() == [0, 0, 0]
    assert people.personal_id[:3].tolist() == people.old_id[:3].tolist() == [-1, -1, -1]
    assert (people.birth[3], people.sex[3], people.personal_id[3]) == (19650201, SEX_MALE, 1065012345)
    assert people.place[3] != 0 != people.locality[3]


def test_the_place_of_a_row_without_a_person_is_kept_for_the_report():
    register = encoded(**EVERYTHING)
    assert register.place.tolist() == [register.people.place[3]] * 4


def test_a_citizen_without_a_readable_name_keeps_its_numbers():
    people = citizens(full_name=[None, "???"], personal_id=["001065012345"] * 2, birth_date=["01/02/1965"] * 2).people
    assert people.kind.tolist() == [OwnerKind.UNREADABLE] * 2
    assert people.personal_id.tolist() == [1065012345] * 2
    assert people.birth.tolist() == [19650201] * 2


# Couples


def test_the_persons_of_a_couple_know_each_others_name():
    reader = RegisterReader()
    land = encoded(reader=reader, full_name=[COUPLE]).people
    people = encoded(
        Side.CITIZEN, reader=reader, full_name=["Lê Văn Đức", "Nguyễn Thị Hòa"], spouse_name=["Nguyễn Thị Hòa", "Lê Văn Đức"]
    ).people
    assert land.partner.tolist() == people.partner.tolist()
    assert land.partner[0] != land.partner[1]


def test_the_name_of_a_spouse_is_compared_without_its_marks():
    people = citizens(full_name=["A"] * 3, spouse_name=["Nguyễn Thị Hòa", "NGUYEN THI HOA", "Nguyễn Thị Huệ"]).people
    assert people.partner[0] == people.partner[1] != people.partner[2]


def test_there_is_no_partner_of_one_person_or_of_three():
    three = "Ông Lê Văn Đức, bà Nguyễn Thị Hòa, ông Lê Văn An"
    people = encoded(full_name=["Ông Lê Văn Đức", three]).people
    assert people.row.tolist() == [0, 1, 1, 1]
    assert people.partner.tolist() == [0, 0, 0, 0]
    assert len(set(people.household[1:].tolist())) == 1
    assert citizens(full_name=["Lê Văn Đức"], spouse_name=[None]).people.partner.tolist() == [0]


# One dictionary for both sides


def test_equal_names_and_addresses_have_equal_numbers_on_both_sides():
    reader = RegisterReader()
    address = "Thôn 3, xã Tiên Phương, huyện Chương Mỹ, thành phố Hà Nội"
    land = encoded(reader=reader, full_name=["Hộ bà NGUYỄN THỊ HOÀ"], address=[address]).people
    other = encoded(Side.CITIZEN, reader=reader, full_name=["Nguyễn Thị Hòa"], address=[address]).people
    assert np.array_equal(land.syllables, other.syllables)
    assert land.place.tolist() == other.place.tolist() != [0]
    assert reader.render(land.syllables).to_pylist() == ["Nguyễn Thị Hòa"]


def test_without_an_address_the_place_is_unknown():
    assert encoded(full_name=["Lê Văn Đức"]).people.place.tolist() == [0]
    assert encoded(full_name=["Lê Văn Đức"], address=[None]).people.place.tolist() == [0]


def test_the_codes_of_places_are_null_where_nothing_is_known():
    reader = RegisterReader()
    addresses = ["xã Tiên Phương, huyện Chương Mỹ, thành phố Hà Nội", None, "Paris"]
    people = encoded(reader=reader, full_name=["A"] * 3, address=addresses).people
    communes, provinces = (codes.to_pylist() for codes in reader.place_codes(people.place))
    assert (communes[1:], provinces[0], provinces[1]) == ([None, None], "01", None)


# What needs the whole column


@pytest.mark.parametrize(
    ("cells", "sexes"),
    [
        (["1", "1", "2", "1"], [SEX_MALE, SEX_MALE, SEX_FEMALE, SEX_MALE]),
        (["1", "1", "0", "1"], [SEX_MALE, SEX_MALE, SEX_FEMALE, SEX_MALE]),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 10])
def test_codes_of_the_sex_are_understood_by_the_whole_column_however_it_is_cut(cells, sexes, size):
    assert encoded(full_name=["Trần An"] * 4, gender=cells, size=size).people.sex.tolist() == sexes


def test_configured_codes_of_the_sex_go_first():
    codes = {"7": SEX_FEMALE, "8": SEX_MALE}
    assert encoded(full_name=["Trần An"] * 2, gender=["7", "8"], codes=codes).people.sex.tolist() == [SEX_FEMALE, SEX_MALE]


def test_columns_are_those_that_hold_a_value():
    register = encoded(full_name=["Lê Văn Đức"] * 2, birth_date=[None, "1965"], gender=[None, None])
    assert register.columns == {"land_user_id", "full_name", "birth_date"}


def test_flags_are_counted():
    register = encoded(full_name=["Ông Lê Văn Đức (đã chết)", "Lê Văn An"], birth_date=["32/13/1965", "không rõ ngày"])
    assert register.flags[Flag.DECEASED.name.lower()] == 1
    assert register.flags[Flag.DATE_UNREADABLE.name.lower()] == 2


# Keys and batches


def test_every_person_has_a_key_of_its_own_that_order_does_not_change():
    columns = {"land_user_id": ["X1", "X2"], "full_name": [COUPLE, "Bà Trần Thị Tư"]}
    people = encoded(**columns).people
    assert len(set(people.key.tolist())) == 3
    turned = encoded(**{name: values[::-1] for name, values in columns.items()}).people
    assert sorted(turned.key.tolist()) == sorted(people.key.tolist())
    assert turned.key[0] == people.key[2]


ROWS = st.fixed_dictionaries(
    {
        "full_name": st.sampled_from([COUPLE, "Bà Trần Thị Tư", "UBND xã Hòa Bình", "Hộ ông Lê Văn An", "???", None]),
        "birth_date": st.sampled_from(["1965; 1967", "01/02/1960", "xyz", None]),
        "gender": st.sampled_from(["1", "2", "1;2", None]),
        "id_number": st.sampled_from(["242438306", "001065012345; 242438306", "12", None]),
        "address": st.sampled_from(["xã Tiên Phương, huyện Chương Mỹ, Hà Nội", "Thôn 3", None]),
        "commune_code": st.sampled_from(["10042", "123", None]),
    }
)


@given(st.lists(ROWS, min_size=1, max_size=12), st.integers(1, 12))
def test_batches_leave_no_trace(rows, size):
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    whole, cut = encoded(**columns), encoded(**columns, size=size)
    assert as_lists(whole.people) == as_lists(cut.people)
    assert whole.ids.to_pylist() == cut.ids.to_pylist()
    assert (written(whole), whole.columns, whole.flags, whole.vintage) == (
        written(cut),
        cut.columns,
        cut.flags,
        cut.vintage,
    )


@given(st.lists(ROWS, min_size=1, max_size=12))
def test_every_row_is_there_and_its_persons_count_from_one(rows):
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    people = encoded(**columns).people
    assert sorted(set(people.row.tolist())) == list(range(len(rows)))
    assert (np.diff(people.row) >= 0).all()
    first = np.append(True, np.diff(people.row) > 0)
    assert (people.person_no[first] == 1).all()
    assert (np.diff(people.person_no.astype(int))[~first[1:]] == 1).all()
    assert all(len(getattr(people, name)) == len(people) for name in People.__slots__)
    assert people.birth.dtype == people.place.dtype == np.int32
    assert people.key.dtype == people.household.dtype == people.partner.dtype == np.uint64


# Old encodings


class Rows(list):
    """Batches that count how often they are asked for."""

    read = 0

    def __iter__(self):
        self.read += 1
        return super().__iter__()


OLD = ["NguyÔn V¨n §øc", "TrÇn ThÞ B×nh", "Lª V¨n Hïng", "Ph¹m ThÞ Hoµ", "Vò §×nh S¬n"]
NEW = ["Nguyễn Văn Đức", "Trần Thị Bình", "Lê Văn Hùng", "Phạm Thị Hòa", "Vũ Đình Sơn"]


def batches_of(names, **columns):
    columns = {"citizen_id": [str(i) for i in range(len(names))], "full_name": names} | columns
    batch = pa.record_batch({name: pa.array(values, pa.string()) for name, values in columns.items()})
    return Rows((part, hash_column(part.column("citizen_id"))) for part in (batch.slice(0, 3), batch.slice(3)))


def test_a_register_in_good_order_is_read_once_and_one_in_an_old_encoding_three_times():
    for names, times in ((NEW, 1), (OLD, 3)):
        rows, reader = batches_of(names), RegisterReader()
        register = reader.read(rows, Side.CITIZEN)
        assert rows.read == times
        assert reader.render(register.people.syllables).to_pylist() == NEW
        assert register.people.flags.tolist() == [Flag.ENCODING_REPAIRED * (times == 3)] * 5


def test_a_poor_column_follows_the_name_and_a_spouse_speaks_for_herself():
    rows = batches_of(OLD, gender=["Nam", "N÷", "Nam", "N÷", "Nam"], spouse_name=OLD[::-1])
    people = RegisterReader().read(rows, Side.CITIZEN).people
    expected = RegisterReader().read(batches_of(NEW, gender=list("MFMFM"), spouse_name=NEW[::-1]), Side.CITIZEN).people
    assert people.sex.tolist() == expected.sex.tolist()
    assert people.partner.tolist() == expected.partner.tolist()


def test_what_stands_in_the_column_of_codes_and_is_no_code_is_not_reported():
    rows = batches_of([*OLD, *NEW, *NEW], commune_code=["Lê Thị Kín"] * 5 + ["00001"] * 10)
    found = RegisterReader().read(rows, Side.CITIZEN).encodings
    assert [(one["commune"], one["encoding"], one["rows"]) for one in found] == [("no code", "tcvn3", 5)]


def test_text_is_left_as_it_is_where_the_reader_is_told_so():
    reader = RegisterReader(legacy_encodings=False)
    rows = batches_of(OLD)
    assert reader.read(rows, Side.CITIZEN).encodings == []
    assert rows.read == 1
