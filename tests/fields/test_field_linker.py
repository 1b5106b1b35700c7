"""Any two registers, declared: what is linked, what is told, and what is refused."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from vnlink import ConfigError, InputError, LinkResult, ModelError, StorageError
from vnlink.classify.prior import BELIEVED_PAIRS
from vnlink.fields import Category, Code, Date, Declaration, FieldLinker, Key, Name, Number, Text
from vnlink.fields.encode import _encode
from vnlink.fields.linker import FieldResult

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks" / "quality"))
from households import Rates, households

FIELDS = [
    Name("family"),
    Name("given"),
    Date("born"),
    Category("sex"),
    Text("street"),
    Text("town"),
    Code("postcode"),
    Code("phone"),
]
PEOPLE = Declaration("nr", fields=FIELDS)


@pytest.fixture(scope="module")
def made():
    return households(1_500, 11)


@pytest.fixture(scope="module")
def linked(made):
    left, right, _ = made
    return FieldLinker(PEOPLE).link(left, right)


def measured(result, truth):
    rows = [row for row in result.links.to_pylist() if row["right_id"] and row["probability"] >= 0.5]
    right = sum(truth.get(row["left_id"]) == row["right_id"] for row in rows)
    return right / len(rows), right / len(truth)


def test_people_are_found_without_labels_and_absent_ones_are_not_mistaken_for_relatives(linked, made):
    precision, recall = measured(linked, made[2])
    assert precision > 0.99
    assert recall > 0.93


def test_relatives_do_not_teach_wrongly_even_where_most_people_are_absent():
    left, right, truth = households(3_000, 12, Rates(absent=0.6))
    result = FieldLinker(PEOPLE).link(left, right)
    precision, recall = measured(result, truth)
    assert precision > 0.98
    assert recall > 0.85
    assert abs(result.manifest["present"] - len(truth) / left.num_rows) < 0.08


def test_full_links_are_right_and_all_their_fields_agree(linked, made):
    full = [row for row in linked.links.to_pylist() if row["status"] == "full"]
    assert len(full) > 300
    assert all(made[2].get(row["left_id"]) == row["right_id"] for row in full)
    assert all(row["reasons"] == [] for row in full)


def test_every_left_row_has_one_row_in_input_order_and_the_tables_have_their_columns(linked, made):
    assert linked.links["left_id"].to_pylist() == made[0]["nr"].to_pylist()
    columns = ["left_id", "right_id", "status", "probability", "log_odds", "margin", "namesakes", "reasons"]
    assert linked.links.schema.names == columns
    assert {f"level_{field.column}" for field in FIELDS} <= set(linked.candidates.schema.names)
    assert linked.summary()["left_rows"] == made[0].num_rows
    assert "rows" in repr(linked)


def test_what_the_fields_add_is_the_weight_of_a_candidate(linked, made):
    table = linked.candidates
    parts = sum(np.asarray(table[f"bits_{name}"]) for name in [*(field.column for field in FIELDS), "relations"])
    guess = np.asarray(table["match_weight"]) - parts
    np.testing.assert_allclose(guess, -np.log2(made[1].num_rows), atol=1e-3)


def test_an_explanation_names_the_candidates_and_an_unknown_row_is_refused_without_its_id(linked, made):
    row = next(row for row in linked.links.to_pylist() if row["right_id"])
    text = linked.explain(row["left_id"])
    assert row["right_id"] in text
    assert "family: " in text
    with pytest.raises(InputError) as caught:
        linked.explain("SECRET")
    assert "SECRET" not in str(caught.value)


def test_rows_in_another_order_give_the_same_decisions(linked, made):
    rng = np.random.default_rng(2)
    left, right = (table.take(pa.array(rng.permutation(table.num_rows))) for table in made[:2])
    again = FieldLinker(PEOPLE).link(left, right)
    by_id = {row["left_id"]: row for row in again.links.to_pylist()}
    assert all(by_id[row["left_id"]] == row for row in linked.links.to_pylist())


def test_a_saved_model_gives_the_same_links_and_a_damaged_one_is_refused(made, tmp_path):
    left, right, _ = made
    linker = FieldLinker(PEOPLE).fit(left, right)
    linker.save(tmp_path / "model.json")
    loaded = FieldLinker.load(tmp_path / "model.json")
    assert loaded.declaration == PEOPLE
    assert loaded.link(left, right).links.equals(linker.link(left, right).links)
    data = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    for name, wrong in (
        ("present", 2.0),
        ("version", 9),
        ("fields", []),
        ("declaration", {}),
        ("relations", [{"shared": [99]}]),
        ("learned_from", {"right_pairs": "many"}),
        ("learned_from", {"right_pairs": -1}),
        ("learned_from", {"right_pairs": float("nan")}),
        ("learned_from", {"right_pairs": 10**400}),
        ("learned_from", []),
    ):
        (tmp_path / "damaged.json").write_text(json.dumps(data | {name: wrong}), encoding="utf-8")
        with pytest.raises(ModelError):
            FieldLinker.load(tmp_path / "damaged.json")


def test_a_shown_probability_leaves_one_in_the_right_pairs_learned_from_and_believed_to_nobody(linked, made):
    pairs = linked.manifest["learned_from"]["right_pairs"]
    assert abs(pairs - len(made[2])) < 0.1 * len(made[2])
    doubt = 1.0 / (pairs + BELIEVED_PAIRS)
    rows = [row for row in linked.links.to_pylist() if row["probability"] is not None]
    for row in rows:
        assert row["probability"] == pytest.approx((1.0 - doubt) / (1.0 + 2.0 ** -row["log_odds"]), rel=1e-9)
    assert max(row["probability"] for row in rows) <= 1.0 - doubt
    best = {row["left_id"]: row["probability"] for row in linked.candidates.to_pylist() if row["rank"] == 1}
    assert best == {row["left_id"]: row["probability"] for row in rows}


@pytest.mark.parametrize("one_to_one", [False, True])
def test_what_is_decided_does_not_depend_on_the_share_of_doubt(made, one_to_one):
    left, right, _ = made
    linker = FieldLinker(PEOPLE, one_to_one=one_to_one).fit(left, right)
    sure = linker.link(left, right)
    linker.model_.report["right_pairs"] = 0
    unsure = linker.link(left, right)
    shown = ["probability"]
    assert unsure.links.drop_columns(shown).equals(sure.links.drop_columns(shown))
    assert unsure.candidates.drop_columns(shown).equals(sure.candidates.drop_columns(shown))
    less, more = (np.asarray(pc.drop_null(one.links["probability"])) for one in (unsure, sure))
    assert (less < more).all()
    assert (np.argsort(less, kind="stable") == np.argsort(more, kind="stable")).all()


def test_a_full_link_may_ask_for_more_than_a_shown_probability_can_reach(made):
    left, right, _ = made
    links = FieldLinker(PEOPLE, probability_full=1.0 - 1e-6).link(left, right).links
    full = links.filter(pc.equal(links["status"], "full"))
    assert full.num_rows > 100
    assert pc.max(full["probability"]).as_py() < 1.0 - 1e-6


def test_a_model_saved_without_its_right_pairs_loads_and_leaves_the_doubt_of_what_was_believed(made, tmp_path):
    left, right, _ = made
    linker = FieldLinker(PEOPLE).fit(left, right)
    linker.save(tmp_path / "model.json")
    data = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    del data["learned_from"]["right_pairs"]
    (tmp_path / "older.json").write_text(json.dumps(data), encoding="utf-8")
    older = FieldLinker.load(tmp_path / "older.json")
    assert older.model_.doubt == 1.0 / BELIEVED_PAIRS > linker.model_.doubt
    links = older.link(left, right).links
    assert links.drop_columns(["probability"]).equals(linker.link(left, right).links.drop_columns(["probability"]))
    assert pc.max(links["probability"]).as_py() <= 1.0 - 1.0 / BELIEVED_PAIRS


def test_one_to_one_gives_no_right_row_twice(made):
    left, right, _ = made
    result = FieldLinker(PEOPLE, one_to_one=True).link(left, right)
    given = [row for row in result.links["right_id"].to_pylist() if row]
    assert len(set(given)) == len(given)
    assert "taken_by_another" in {code for codes in result.links["reasons"].to_pylist() for code in codes}


def test_files_and_frames_give_the_same_links(linked, made, tmp_path):
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    left, right, _ = made
    pq.write_table(left, tmp_path / "left.parquet")
    pyarrow.csv.write_csv(right, tmp_path / "right.csv")
    assert FieldLinker(PEOPLE).link(tmp_path / "left.parquet", tmp_path / "right.csv").links.equals(linked.links)
    assert FieldLinker(PEOPLE).link(pandas.DataFrame(left.to_pydict()), polars.DataFrame(right)).links.equals(linked.links)


def test_declared_keys_are_used_and_no_others(made):
    left, right, _ = made
    keys = ["phone", ("family", "born"), Key("given", "street", letters=3)]
    result = FieldLinker(Declaration("nr", fields=FIELDS, blocking=keys)).link(left, right)
    assert result.manifest["keys"] == ["Key('phone')", "Key('family', 'born')", "Key('given', 'street', letters=3)"]


def test_agreeing_on_a_rare_value_says_more_than_on_a_common_one():
    names = ["smith"] * 60 + [f"name{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(60)]
    right = pa.table({"id": [f"R{i}" for i in range(120)], "name": names, "n": [str(i % 7) for i in range(120)]})
    left = pa.table({"id": ["a", "b"], "name": ["smith", "nameaa"], "n": ["1", "1"]})
    result = FieldLinker(Declaration("id", fields=[Name("name"), Category("n")])).link(left, right)
    bits = {row["left_id"]: row["bits_name"] for row in result.candidates.to_pylist() if row["rank"] == 1}
    assert bits["b"] > bits["a"] + 3


def test_another_header_on_the_right_and_a_field_that_is_not_required():
    left = pa.table({"a": ["1", "2"], "name": ["ann lee", "bob ray"], "age": [30, 40]})
    right = pa.table({"b": ["x", "y"], "nom": ["ann lee", "bob ray"], "years": [31, 40]})
    declaration = Declaration("a", "b", fields=[Name("name", "nom"), Number("age", "years", required=False)])
    links = FieldLinker(declaration, probability_full=0.51).link(left, right).links.to_pylist()
    assert [row["right_id"] for row in links] == ["x", "y"]
    assert links[0]["status"] == "full"


TABLE = {"id": ["1", "2"], "name": ["a", "b"], "born": ["1960", "1970"]}
ONE = Declaration("id", fields=[Name("name"), Date("born")])


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (TABLE | {"id": ["1", "1"]}, "come again .left table, column id, 1 row, row 2"),
        (TABLE | {"id": ["1", None]}, "have none .left table, column id, 1 row, row 2"),
        ({"id": ["1"], "name": ["a"]}, "declared column born is required"),
        (TABLE | {"name": [["a"], ["b"]]}, "column name must hold text"),
        (TABLE | {"born": ["x", "y"]}, "none of its values can be read"),
        ({"id": [], "name": [], "born": []}, "has rows|must have rows"),
    ],
)
def test_a_table_that_does_not_fit_its_declaration_is_refused_in_words(left, words):
    right = pa.table(TABLE if left.get("born") != ["x", "y"] else left)
    with pytest.raises(InputError, match=words):
        FieldLinker(ONE).link(pa.table(left), right)


@pytest.mark.parametrize("data", [7, "no-such-file.parquet", [1, 2]])
def test_what_is_no_table_is_refused(data):
    with pytest.raises(InputError):
        FieldLinker(ONE).link(data, pa.table(TABLE))


def test_fields_that_are_too_common_for_any_key_are_refused_and_small_tables_need_none():
    few = pa.table({"id": [str(i) for i in range(30)], "sex": ["m", "f"] * 15})
    many = pa.table({"id": [str(i) for i in range(3_000)], "sex": ["m", "f"] * 1_500})
    declaration = Declaration("id", fields=[Category("sex")])
    assert FieldLinker(declaration).link(few, few).manifest["keys"] in ([], ["Key('sex')"])
    with pytest.raises(InputError, match="declare blocking"):
        FieldLinker(declaration).link(many, many)


@pytest.mark.parametrize(
    "settings", [{"top_k": 0}, {"one_to_one": "yes"}, {"probability_full": 1.0}, {"probability_partial": 0.9999}]
)
def test_a_setting_out_of_range_is_a_configuration_error(settings):
    with pytest.raises(ConfigError):
        FieldLinker(ONE, **settings).link(pa.table(TABLE), pa.table(TABLE))


def test_a_model_is_saved_only_after_fit_and_settings_have_names(tmp_path):
    with pytest.raises(InputError, match="no model"):
        FieldLinker(ONE).save(tmp_path / "m.json")
    with pytest.raises(InputError, match=r"top_kk is no setting of FieldLinker: did you mean top_k\."):
        FieldLinker(ONE).set_params(top_kk=1)
    assert FieldLinker(ONE).set_params(top_k=5).get_params()["top_k"] == 5


def test_a_model_takes_the_place_of_a_model_of_declared_fields_and_of_no_other_file(tmp_path):
    linker = FieldLinker(ONE).fit(pa.table(TABLE), pa.table(TABLE))
    place = tmp_path / "members.csv"
    place.write_text("id,name\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"members\.csv is there already and is no model of vnlink"):
        linker.save(place)
    assert place.read_text(encoding="utf-8") == "id,name\n"
    linker.save(tmp_path / "m.json")
    linker.save(tmp_path / "m.json")
    linker.save(place, overwrite=True)
    assert place.read_bytes() == (tmp_path / "m.json").read_bytes()


def test_ids_that_are_the_index_of_a_frame_are_found():
    names = [f"{given} {family}" for given in ("Anna", "Otto", "Ida") for family in ("Berg", "Lind", "Holm")]
    left = pd.DataFrame({"card": [f"K{i}" for i in range(9)], "name": names})
    right = pd.DataFrame({"member": [f"M{i}" for i in range(9)], "name": names[::-1]})
    people = Declaration(left_id="card", right_id="member", fields=[Name("name")])
    plain = FieldLinker(people).link(left, right).links
    assert FieldLinker(people).link(left.set_index("card"), right.set_index("member")).links.equals(plain)


def test_two_names_that_are_not_known_do_not_agree():
    column = _encode(Name("name"), pa.array(["NULL", "không", "Lê Thị Na"]), pa.array(["NULL", "nan", "Lê Thị Na"]))
    assert column.left.tolist() == column.right.tolist() == [-1, -1, 0]


@pytest.mark.parametrize("kind", [Code("phone"), Category("phone"), Number("phone")])
def test_a_number_that_a_frame_made_a_decimal_is_the_same_number(kind):
    column = _encode(kind, pa.array(["900000997.0", "12.50", " 7.00 "]), pa.array(["900000997", "1250", "7"]))
    assert column.left[0] == column.right[0] >= 0
    assert column.left[2] == column.right[2] >= 0
    assert isinstance(kind, Code) or column.left[1] != column.right[1]


def test_a_result_of_declared_fields_is_written_and_read_back(tmp_path):
    table = pa.table({"id": ["a", "b", "c"], "name": ["Lê Thị Na", "Trần Văn Đức", "Vũ Thị Hoa"]})
    result = FieldLinker(Declaration(left_id="id", fields=[Name("name")])).link(table, table)
    folder = result.write(tmp_path / "run")
    again = FieldResult.load(folder, verify=True)
    assert (again.links, again.candidates, again.quarantine) == (result.links, result.candidates, result.quarantine)
    assert again.summary() == result.summary()
    assert repr(again) == repr(result)
    assert again.explain("a") == result.explain("a")
    with pytest.raises(StorageError, match=r"holds an earlier result of declared fields.*\(overwrite=True\)"):
        result.write(folder)
    again.write(folder, overwrite=True)
    with pytest.raises(StorageError):
        LinkResult.load(folder)
    with pytest.raises(StorageError, match="must be a finished result of declared fields of vnlink and is none"):
        FieldResult.load(tmp_path)
    (folder / "links.parquet").write_bytes(b"")
    with pytest.raises(StorageError, match=r"links\.parquet"):
        FieldResult.load(folder)


def test_an_explanation_of_declared_fields_is_in_the_language_that_was_asked_for():
    table = pa.table({"id": ["a", "b", "c"], "name": ["Lê Thị Na", "Trần Văn Đức", "Vũ Thị Hoa"]})
    result = FieldLinker(Declaration(left_id="id", fields=[Name("name")])).link(table, table)
    both, vietnamese, english = (str(result.explain("a", language=one)) for one in (None, "vi", "en"))
    assert "đoán mò" in vietnamese
    assert "blind guess" in english
    assert "blind guess" not in vietnamese
    assert "đoán mò" not in english
    assert "đoán mò trong mọi dòng bên phải / a blind guess among all right rows" in both
