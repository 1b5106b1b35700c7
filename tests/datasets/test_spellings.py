"""Other spellings of a syllable."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.datasets.names import read_table
from vnlink.datasets.spellings import (
    SPELLINGS,
    Spelling,
    abbreviation,
    canonical,
    i_or_y,
    misplaced_tone,
    other_tone_style,
    regional,
    without_marks,
)

SYLLABLES = sorted({part for row in read_table("given_names.csv") for part in row["name"].split()})
SAME_NAME = (Spelling.OTHER_TONE_STYLE, Spelling.MISPLACED_TONE, Spelling.I_OR_Y)


@given(st.sampled_from(SYLLABLES), st.sampled_from(list(Spelling)))
def test_every_spelling_differs_from_the_syllable_and_is_composed(syllable: str, kind: Spelling) -> None:
    for found in SPELLINGS[kind](syllable):
        assert found != syllable
        assert unicodedata.is_normalized("NFC", found)


@given(st.sampled_from(SYLLABLES), st.sampled_from(list(Spelling)))
def test_only_tone_placement_and_i_or_y_keep_the_name(syllable: str, kind: Spelling) -> None:
    for found in SPELLINGS[kind](syllable):
        assert (canonical(found) == canonical(syllable)) == (kind in SAME_NAME)


@given(st.sampled_from(SYLLABLES))
def test_the_canonical_form_does_not_depend_on_case_or_unicode_form(syllable: str) -> None:
    assert canonical(syllable.upper()) == canonical(unicodedata.normalize("NFD", syllable)) == canonical(syllable)


@given(st.sampled_from(SYLLABLES))
def test_a_lost_or_wrong_mark_keeps_the_letters(syllable: str) -> None:
    for kind in (Spelling.WRONG_TONE, Spelling.WRONG_VOWEL, Spelling.MARK_LOST):
        assert all(without_marks(found) == without_marks(syllable) for found in SPELLINGS[kind](syllable))


@pytest.mark.parametrize(
    ("spell", "syllable", "expected"),
    [
        (other_tone_style, "Thúy", "Thuý"),
        (other_tone_style, "Khỏe", "Khoẻ"),
        (misplaced_tone, "Toàn", "Tòan"),
        (i_or_y, "Lý", "Lí"),
        (i_or_y, "Quý", "Quí"),
        (regional, "Huỳnh", "Hoàng"),
        (regional, "Sang", "Xang"),
        (abbreviation, "Thị", "T."),
    ],
)
def test_known_spellings(spell: object, syllable: str, expected: str) -> None:
    assert callable(spell)
    assert expected in spell(syllable)


@pytest.mark.parametrize("syllable", ["Quý", "Minh", "Hoàng", "Mai"])
def test_syllables_without_a_choice_have_no_other_tone_style(syllable: str) -> None:
    assert other_tone_style(syllable) == []
