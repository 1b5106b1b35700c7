"""The explanation of one land user: complete, adding up, and silent about the others."""

from __future__ import annotations

import pyarrow as pa
import pytest

from vnlink.errors import InputError
from vnlink.report.explain import contributions, explain
from vnlink.report.words import BEST_LEVEL, LEVEL_WORDS, level_words, reason_words
from vnlink.schema import LINKS_SCHEMA

FIELDS = {
    "name": {"levels": ["missing", "exact", "unmarked"], "weights_bits": [0.0, 9.5, 6.0]},
    "birth": {"levels": ["missing", "date", "year"], "weights_bits": [0.0, 14.0, 6.5]},
}
MODEL = {"fields": FIELDS, "thresholds": {}}


def links_of(*rows):
    return pa.Table.from_pylist([dict(zip(LINKS_SCHEMA.names, row, strict=True)) for row in rows], schema=LINKS_SCHEMA)


LINKS = links_of(
    ("u1", 1, "Nguyễn Văn Đức", "c1", "partial", 0.93, 3.7, 4.0, 0.8, ["name_unmarked", "birth_year"]),
    ("u1", 2, "Lê Thị Hoa", None, "none", None, None, None, None, ["no_candidate"]),
    ("u2", 1, "Trần Thị Lan", "c7", "full", 0.9999999, 23.0, None, 0.0, []),
)
CANDIDATES = pa.table(
    {
        "land_user_id": ["u1", "u1", "u2"],
        "person_no": [1, 1, 1],
        "rank": [1, 2, 1],
        "citizen_id": ["c1", "c2", "c7"],
        "probability": [0.93, 0.05, 0.9999999],
        "match_weight": [15.0, 11.0, 23.5],
        "level_name": pa.array(["unmarked", "unmarked", "exact"]).dictionary_encode(),
        "level_birth": ["year", "missing", "date"],
    }
)


def test_contributions_and_the_rest_add_up_to_the_match_weight():
    candidate = CANDIDATES.to_pylist()[0]
    parts = contributions(candidate, MODEL)
    assert parts == [("name", "unmarked", 6.0), ("birth", "year", 6.5)]
    text = explain(LINKS, CANDIDATES, MODEL, "u1")
    assert "+2.5  xuất phát" in text


def test_the_explanation_says_what_would_have_to_change():
    text = explain(LINKS, CANDIDATES, MODEL, "u1")
    assert "same letters, one side without any mark → giống cả dấu / same, marks included" in text
    assert "the same full date (+7.5 bit)" in text
    assert "an id number or a full date" in text
    assert "No candidate" in text


def test_weights_are_those_of_how_the_names_agree():
    birth = FIELDS["birth"] | {"weights_by_group": {"same": [0.0, 14.0, 6.5], "part": [0.0, 12.0, 5.5]}}
    groups = {"names": ["missing", "same", "part"], "of_level": [0, 1, 2]}
    model = {"fields": FIELDS | {"birth": birth}, "groups": groups}
    assert contributions({"level_name": "unmarked", "level_birth": "year"}, model)[1] == ("birth", "year", 5.5)
    assert contributions({"level_name": "exact", "level_birth": "year"}, model)[1] == ("birth", "year", 6.5)


def test_a_number_beside_another_name_has_weights_of_its_own():
    number = {"levels": ["missing", "equal", "different"], "weights_bits": [0.0, 20.0, -5.0]}
    birth = FIELDS["birth"] | {"weights_beside_number": [0.0, 0.5, -0.25]}
    name = {
        "levels": ["missing", "exact", "different"],
        "weights_bits": [0.0, 9.0, -9.0],
        "weights_beside_number": [0.0, 1.0, -7.0],
    }
    groups = {"names": ["missing", "same", "other"], "of_level": [0, 1, 2], "of_others": ["different"]}
    model = {"fields": {"name": name, "birth": birth, "personal_id": number}, "groups": groups}
    pair = {"level_name": "different", "level_birth": "date", "level_personal_id": "equal"}
    assert contributions(pair, model) == [("name", "different", -7.0), ("birth", "date", 0.5), ("personal_id", "equal", 20.0)]
    usual = FIELDS["birth"]["weights_bits"][1]
    for changed in ({"level_name": "exact"}, {"level_personal_id": "different"}):
        assert contributions(pair | changed, model)[1] == ("birth", "date", usual)


def test_a_full_link_needs_nothing_and_is_never_called_certain():
    text = explain(LINKS, CANDIDATES, MODEL, "u2")
    assert "Nothing is missing" in text
    assert "1 - 1.0e-07" in text
    assert "Lê Thị Hoa" not in text


def test_without_a_model_the_levels_are_still_named():
    assert "?" in explain(LINKS, CANDIDATES, None, "u1")


def test_an_unknown_land_user_is_an_error_that_does_not_repeat_it():
    with pytest.raises(InputError) as caught:
        explain(LINKS, CANDIDATES, MODEL, "Nguyễn Văn Đức")
    assert "Nguyễn" not in str(caught.value)


def test_every_level_of_the_built_in_fields_has_words_in_both_languages():
    from vnlink.compare.patterns import FIELDS as DECLARED

    for field in DECLARED:
        if field.name == "rarity":
            continue
        assert set(field.levels) == set(LEVEL_WORDS[field.name]), field.name
        # When and where the citizen was born are circumstances: there is nothing to ask for.
        assert field.name in ("generation", "origin") or BEST_LEVEL[field.name] in field.levels
        for level in field.levels:
            words = level_words(field.name, level)
            assert words.vi != words.en


def test_every_reason_code_has_words_in_both_languages():
    from vnlink.decide.reasons import CODES

    for code in (*CODES, "old_id_not_comparable", "birth_year_slip", "personal_id_near"):
        words = reason_words(code)
        assert words.vi != words.en, code


def test_a_code_without_words_is_shown_as_it_is():
    assert str(reason_words("phone_differs")) == "phone differs"
