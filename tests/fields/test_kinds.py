"""The levels of the kinds of fields, and a declaration that says what is wrong with it."""

from __future__ import annotations

import jellyfish
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink import ConfigError
from vnlink.fields import Category, Code, Date, Declaration, Key, Name, Number, Text
from vnlink.fields.compare import levels_of, patterns
from vnlink.fields.encode import encode_registers, expected_others
from vnlink.fields.kinds import KINDS
from vnlink.fields.text_kernels import CLOSE, DIFFERENT, ONE_EDIT, SIMILAR, text_agreement


def level(kind, a, b):
    """Name of the level at which two values of a kind agree."""
    # A third row keeps a column of dates or numbers readable where the two values are not.
    filler = "2001-02-03" if isinstance(kind, Date) else "77"
    left = pa.table({"id": ["1", "2"], kind.column: [a, filler]})
    right = pa.table({"id": ["1", "2"], kind.column: [b, filler]})
    columns = encode_registers(Declaration("id", fields=[kind]), left, right).columns
    first = np.zeros(1, np.int32)
    return kind.levels[int(levels_of(patterns(columns, first, first), 0)[0])].name


@pytest.mark.parametrize(
    ("kind", "a", "b", "expected"),
    [
        (Text("x"), "Main Street", "MAIN  street.", "exact"),
        (Text("x"), "Main Street", "street main", "words"),
        (Text("x"), "Mainstreet", "Main Street", "words"),
        (Text("x"), "Main Street", "Main Strete", "one_edit"),
        (Text("x"), "Main Street", "Main Stre", "close"),
        (Text("x"), "Main Street", "Hill Road", "different"),
        (Text("x"), None, "Hill Road", "missing"),
        (Text("x"), "...", "Hill Road", "missing"),
        (Name("x"), "Trần Thị Hoa", "tran thi hoa", "exact"),
        (Name("x"), "J", "John", "initial"),
        (Name("x"), "Nguyen V An", "Nguyen Van An", "initial"),
        (Name("x"), "Smith", "Smyth", "one_edit"),
        (Name("x"), "Jo", "Jon", "one_edit"),
        (Name("x"), "Martha", "Bartholomew", "different"),
        (Code("x"), "12-345", "12345", "exact"),
        (Code("x"), "12345", "12354", "one_edit"),
        (Code("x"), "12345", "12999", "different"),
        (Code("x", prefix=2), "12345", "12999", "prefix"),
        (Code("x", prefix=4), "123", "129", "one_edit"),
        (Date("x"), "19650201", "1965-02-01", "exact"),
        (Date("x"), "1965", "01/02/1965", "part"),
        (Date("x"), "02/1965", "01/02/1965", "part"),
        (Date("x"), "02/01/1965", "01/02/1965", "swapped"),
        (Date("x"), "1965-02-01", "1966-02-01", "one_digit"),
        (Date("x"), "1965-02-01", "1956-02-01", "one_digit"),
        (Date("x"), "1965-02-01", "1979-02-01", "day_and_month"),
        (Date("x"), "1965-02-01", "1965-11-28", "year"),
        (Date("x"), "1965-02-01", "1978-11-28", "different"),
        (Date("x"), "19651399", "19651299", "one_digit"),
        (Date("x"), "unknown", "19651299", "missing"),
        (Number("x"), "12,0", "12", "exact"),
        (Number("x", near=0.5), "12.4", "12", "near"),
        (Number("x", near=0, near_share=0.1), "110", "100", "near"),
        (Number("x"), "1,234,567", "1234567", "exact"),
        (Number("x"), "12", "19", "different"),
        (Number("x"), "about 12", "19", "missing"),
        (Category("x"), "Male", "male", "exact"),
        (Category("x"), "Male", "Female", "different"),
    ],
)
def test_two_values_agree_at_the_level_that_the_documentation_says(kind, a, b, expected):
    assert level(kind, a, b) == expected
    assert level(kind, b, a) == expected


WORDS = st.text("abcd", min_size=1, max_size=9)


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=20))
def test_the_kernel_agrees_with_jellyfish_on_edits_and_on_jaro_winkler(pairs):
    texts = sorted({text for pair in pairs for text in pair})
    number = {text: i for i, text in enumerate(texts)}
    letters = np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32)
    starts = np.append(0, np.cumsum([len(text) for text in texts])).astype(np.int64)
    left, right = (np.array([number[pair[i]] for pair in pairs], np.int32) for i in range(2))
    own = np.arange(len(texts), dtype=np.int32)
    out, used = np.empty(len(pairs), np.uint8), np.zeros((2, 256), np.uint8)
    text_agreement(left, right, letters, starts, own, own, True, used[0], used[1], out)
    for (a, b), found in zip(pairs, out.tolist(), strict=True):
        edits = jellyfish.damerau_levenshtein_distance(a, b)
        begins = a.startswith(b) or b.startswith(a)
        alike = jellyfish.jaro_winkler_similarity(a, b)
        if a == b:
            assert found == 1
        elif edits == 1:
            assert found == ONE_EDIT or begins
        elif not begins and min(abs(alike - 0.8), abs(alike - 0.92)) > 1e-9:
            # jellyfish adds for a common beginning only above 0.7, where it could not reach 0.8 in any case ... or just so.
            jaro = jellyfish.jaro_similarity(a, b)
            expected = CLOSE if alike >= 0.92 else SIMILAR if alike >= 0.8 else DIFFERENT
            assert found == expected or jaro <= 0.7


@given(st.lists(st.integers(1, 6), min_size=1, max_size=200))
def test_further_bearers_of_a_value_are_never_more_than_were_seen_and_never_none(counts):
    others = expected_others(np.array(counts, np.int64))
    assert ((others > 0) & (others <= np.array(counts))).all()


def test_every_kind_has_its_levels_named_once_and_its_shares_add_up_to_one():
    for kind in KINDS.values():
        names = [one.name for one in kind.levels]
        assert names[:2] == ["missing", "exact"]
        assert names[-1] == "different"
        assert len(set(names)) == len(names)
        assert sum(one.share for one in kind.levels) == pytest.approx(1.0)
        assert {*kind.alike, *kind.agreeing} <= set(names)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Declaration("id", fields=[]), "1 to 12 fields"),
        (lambda: Declaration("id", fields=[Text(f"f{i}") for i in range(13)]), "1 to 12 fields"),
        (lambda: Declaration("id", fields=["name"]), "a list of fields"),
        (lambda: Declaration("id", fields=Text("a")), "a list of fields"),
        (lambda: Declaration("id", fields=[Text("a"), Name("a")]), "once"),
        (lambda: Declaration("", fields=[Text("a")]), "left_id"),
        (lambda: Declaration("id", 7, fields=[Text("a")]), "right_id"),
        (lambda: Declaration("id", fields=[Text("a")], blocking=["b"]), "names b, which is no field"),
        (lambda: Declaration("id", fields=[Text("a")], blocking="a"), "a list of keys"),
        (lambda: Declaration("id", fields=[Text("a")], blocking=[]), "1 to 64 keys"),
        (lambda: Declaration("id", fields=[Text("a")], blocking=[3]), "a list of keys"),
        (Key, "one or more fields"),
        (lambda: Key("a", "a"), "each once"),
        (lambda: Key("a", letters=-1), "letters"),
        (lambda: Text(3), "Text.column"),
        (lambda: Text("a", required="yes"), "Text.required"),
        (lambda: Code("a", prefix=1.5), "Code.prefix"),
        (lambda: Number("a", near=-1), "Number.near"),
        (lambda: Number("a", near_share=float("nan")), "Number.near_share"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused_in_words(make, words):
    with pytest.raises(ConfigError, match=words):
        make()


def test_a_declaration_is_the_same_after_a_round_trip_through_plain_data():
    fields = [Code("a", "b", prefix=3), Number("n", near_share=0.1, required=False), Date("d")]
    declaration = Declaration("l", "r", fields=fields, blocking=[Key("a", letters=4), ("n", "d")])
    assert Declaration.from_dict(declaration.as_dict()) == declaration
