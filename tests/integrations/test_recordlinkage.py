"""vnlink's classes inside recordlinkage: its index, its comparisons, classifiers and measures take them as its own."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

rl = pytest.importorskip("recordlinkage", reason="the extra 'recordlinkage' is not installed (it needs pandas below 3)")

import pandas as pd  # noqa: E402

from vnlink.blocking.keys import KeyKind  # noqa: E402
from vnlink.compare.names import NameLevel  # noqa: E402
from vnlink.errors import InputError  # noqa: E402
from vnlink.integrations import recordlinkage as vn  # noqa: E402

OTHER = int(NameLevel.DIFFERENT)
BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "integrations" / "bench_recordlinkage.py"
PLACE = ["address", "commune_code", "commune_vintage"]

LEFT = pd.DataFrame(
    {"name": ["Lê Văn Hòa", "Trần Thị Na", None, "Lê Văn Hoa"], "born": ["5/11/1960", "1962", "1970", None]}, index=list("abcd")
)
RIGHT = pd.DataFrame({"name": ["LE VAN HOA", "Trần Thị Na"], "born": ["1960-11-05", "1962"]}, index=[10, 20])
FULL = pd.MultiIndex.from_product([LEFT.index, RIGHT.index])


@pytest.fixture(scope="module")
def sides(registers):
    return registers.land.to_pandas().set_index("land_user_id"), registers.citizens.to_pandas().set_index("citizen_id")


@pytest.fixture(scope="module")
def pairs(sides):
    indexer = rl.Index()
    indexer.add(vn.Candidates())
    return indexer.index(*sides)


def features():
    return [
        vn.Name("full_name", "full_name", owners=True, label="name"),
        vn.Birth("birth_date", "birth_date", label="birth"),
        vn.Sex("gender", "gender", label="sex"),
        vn.Number("id_number", ["personal_id", "old_id_number"], label="number"),
        vn.Place(PLACE, PLACE, label="place"),
    ]


def test_candidates_bring_nearly_all_true_pairs_of_the_registers_as_they_are(sides, pairs, registers):
    true = vn.true_links(registers.truth)
    assert pairs.names == ["land_user_id", "citizen_id"]
    assert pairs.is_unique
    assert len(pairs.intersection(true)) / len(true) > 0.98
    assert rl.reduction_ratio(pairs, *sides) > 0.95


def test_candidates_are_a_union_with_other_index_algorithms(sides, pairs):
    indexer = rl.Index()
    indexer.add([vn.Candidates(keys=["personal_id", KeyKind.OLD_ID]), rl.index.Block("full_name")])
    both = indexer.index(*sides)
    one = vn.Candidates(["personal_id", "old_id"]).index(*sides)
    assert 0 < len(one) < len(pairs)
    assert set(one) | set(rl.index.Block("full_name").index(*sides)) == set(both)


def test_the_same_name_is_found_also_within_one_frame():
    assert vn.SameName("name").index(LEFT, RIGHT).tolist() == [("a", 10), ("b", 20), ("d", 10)]
    assert vn.SameName("name").index(LEFT).tolist() == [("d", "a")]
    sound = pd.DataFrame({"name": ["Ngô Văn Sáu", "Ngô Văn Xáu"]})
    assert len(vn.SameName("name").index(sound)) == 0
    assert len(vn.SameName("name", by_sound=True).index(sound)) == 1


def test_candidates_of_one_frame_and_unknown_keys_are_errors(sides):
    with pytest.raises(InputError, match="one frame"):
        vn.Candidates().index(sides[0])
    with pytest.raises(InputError, match="personal_id"):
        vn.Candidates(["no such key"])


def test_labels_of_rows_may_be_numbers_and_ids_in_columns_are_left_alone(registers):
    land, citizens = registers.land.slice(0, 200).to_pandas(), registers.citizens.to_pandas()
    found = vn.Candidates().index(land, citizens)
    assert found.names == [None, None]
    assert found.get_level_values(0).max() < 200
    assert land.columns[0] == "land_user_id"
    assert land["land_user_id"].iloc[0].startswith("L")


def test_a_row_that_cannot_be_read_has_no_pair_and_moves_no_other():
    land = pd.DataFrame({"full_name": ["Lê\udc81", "Trần Thị Na"], "birth_date": ["1960"] * 2}, index=["x", "y"], dtype=object)
    citizens = pd.DataFrame({"full_name": ["Trần Thị Na"], "birth_date": ["1960"]}, index=["C"])
    assert vn.Candidates().index(land, citizens).tolist() == [("y", "C")]


@pytest.mark.parametrize("compare", [rl.Compare, vn.Compare])
def test_comparisons_give_a_column_each_and_the_levels_of_names(compare):
    both = compare([vn.Name("name", "name", label="n", give="level"), vn.Birth("born", "born", label="b")])
    table = both.compute(FULL, LEFT, RIGHT)
    assert table.index.equals(FULL)
    assert table["n"].tolist() == [2, OTHER, OTHER, 1, 0, 0, 2, OTHER]
    assert table["b"].tolist()[:4] == pytest.approx([1.0, 0.3, 0.3, 0.66], abs=0.1)
    assert table["b"].tolist()[6:] == [0.0, 0.0]


def test_a_threshold_makes_ones_and_zeros_and_a_missing_value_is_what_was_asked_for():
    table = vn.Compare([vn.Name("name", "name", threshold=0.85, missing_value=0.5)]).compute(FULL, LEFT, RIGHT)
    assert table[0].tolist() == [1.0, 0.0, 0.0, 1.0, 0.5, 0.5, 1.0, 0.0]
    bits = vn.Name("name", "name", give="bits").compute(FULL, LEFT, RIGHT)
    assert bits.tolist()[:2] == [12.5, -9.0]


def test_the_faster_compare_gives_the_same_as_that_of_recordlinkage(sides, pairs):
    ours, theirs = (compare(features()).compute(pairs, *sides) for compare in (vn.Compare, rl.Compare))
    pd.testing.assert_frame_equal(ours, theirs)


def test_everything_that_two_frames_hold_of_a_person_is_compared_in_one_line(sides, pairs):
    listed = vn.Compare(features()).compute(pairs, *sides)
    assert (
        vn.Compare.for_people(*sides)
        .compute(pairs, *sides)
        .equals(listed.rename(columns={"birth": "birth_date", "sex": "gender"}))
    )
    levels = vn.Compare.for_people(*sides, give="level").compute(pairs, *sides)
    assert (levels.dtypes == "int8").all()


def test_only_what_both_frames_hold_is_compared_and_vietnamese_headers_are_known():
    land = LEFT.rename(columns={"name": "Họ và tên", "born": "Ngày sinh"}).assign(**{"Địa chỉ": "Hà Nội"})
    citizens = RIGHT.rename(columns={"name": "Họ tên", "born": "Năm sinh"}).assign(**{"Số CCCD": None})
    found = vn.Compare.for_people(land, citizens).compute(FULL, land, citizens)
    assert found.columns.tolist() == ["name", "birth_date"]
    listed = vn.Compare([vn.Name("Họ và tên", "Họ tên", owners=True), vn.Birth("Ngày sinh", "Năm sinh")])
    assert found.to_numpy().tolist() == listed.compute(FULL, land, citizens).to_numpy().tolist()
    with pytest.raises(InputError, match="full_name"):
        vn.Compare.for_people(LEFT[["born"]], RIGHT)


def test_features_of_both_libraries_stand_in_one_compare(sides, pairs):
    for compare in (rl.Compare(features()[:2]), vn.Compare(features()[:2])):
        compare.string("full_name", "full_name", label="letters")
        table = compare.compute(pairs[:50], *sides)
        assert table.columns.tolist() == ["name", "birth", "letters"]


def test_pairs_in_any_order_and_often_are_compared_alone(sides, pairs):
    table = rl.Compare(features()).compute(pairs, *sides)
    some = pairs[::-7].append(pairs[:3])
    pd.testing.assert_frame_equal(rl.Compare(features()).compute(some, *sides), table.loc[some])
    pd.testing.assert_frame_equal(vn.Compare(features()).compute(some, *sides), table.loc[some])


def test_no_pairs_have_no_features(sides, pairs):
    assert len(vn.Compare(features()).compute(pairs[:0], *sides)) == 0


@pytest.mark.parametrize("compare", [rl.Compare, vn.Compare])
def test_pairs_of_records_that_are_not_there_are_an_error_as_always(compare):
    with pytest.raises(KeyError):
        compare([vn.Name("name", "name")]).compute(pd.MultiIndex.from_tuples([("a", 10), ("z", 10)]), LEFT, RIGHT)
    with pytest.raises(KeyError):
        compare([vn.Name("no such column", "name")]).compute(FULL, LEFT, RIGHT)


def test_duplicates_within_one_frame_are_compared_by_record():
    within = pd.MultiIndex.from_tuples([("d", "a"), ("b", "a")])
    for table in (
        compare([vn.Name("name", "name", give="level")]).compute(within, LEFT) for compare in (rl.Compare, vn.Compare)
    ):
        assert table[0].tolist() == [4, OTHER]
    assert vn.Name("name", "name", give="level").compute(within, LEFT).tolist() == [4, OTHER]


@pytest.mark.parametrize("kind", ["category", "string", "string[pyarrow]"])
def test_columns_of_any_kind_are_compared(kind):
    left = LEFT.astype({"name": kind})
    for compare in (rl.Compare, vn.Compare):
        table = compare([vn.Name("name", "name", give="level")]).compute(FULL, left, RIGHT)
        assert table[0].tolist() == [2, OTHER, OTHER, 1, 0, 0, 2, OTHER]


def test_parallel_work_gives_the_same(sides, pairs):
    few = pairs[:400]
    one, two = (rl.Compare(features(), n_jobs=jobs).compute(few, *sides) for jobs in (1, 2))
    pd.testing.assert_frame_equal(one, two)


@pytest.mark.parametrize("classifier", [rl.LogisticRegressionClassifier, rl.NaiveBayesClassifier, rl.SVMClassifier])
def test_supervised_classifiers_and_measures_take_the_features(classifier, sides, pairs, registers):
    table = vn.Compare(features()).compute(pairs, *sides)
    true = vn.true_links(registers.truth).intersection(pairs)
    options = {"binarize": 0.8} if classifier is rl.NaiveBayesClassifier else {}
    found = classifier(**options).fit_predict(table, true)
    assert rl.fscore(true, found) > 0.85
    assert rl.confusion_matrix(true, found, len(pairs)).sum() == len(pairs)


@pytest.mark.slow
def test_two_lines_of_a_notebook_make_it_better_and_comparisons_are_ten_times_faster():
    run = runpy.run_path(str(BENCHMARK))
    result = run["main"](["--citizens", "3000", "--land-users", "2000", "--pairs", "150000", "--repeat", "3"])
    states = result["notebook"]
    before, after = (states[name]["matches"] for name in ("recordlinkage alone", "two lines changed"))
    for way in ("sum above 2.0", "sum above 3.0", "ECM"):
        assert after[way]["f"] > 2 * before[way]["f"], way
    assert max(one["f"] for one in after.values()) > 2 * max(one["f"] for one in before.values())
    assert states["blocking and comparisons of vnlink"]["matches"]["sum above 3.0"]["f"] > 0.85
    assert result["speed"]["times_faster"]["jarowinkler"] > 5  # 20 where nothing else runs; this is a test, not the measurement
