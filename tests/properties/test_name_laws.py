"""Laws that the reading of names and owner strings keeps for any text whatever.

In one sentence: any text is read, in bounded time, without an exception, into the same persons whatever its Unicode form.
"""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from vnlink import compare_names
from vnlink.normalize.lexicon import name_hash
from vnlink.normalize.names import normalize_name
from vnlink.normalize.no_name import says_no_name
from vnlink.normalize.owner_records import parse_owners
from vnlink.normalize.owners import parse_name_column, parse_owner_column
from vnlink.normalize.syllables import canonical_syllable, regional_form
from vnlink.normalize.text import drop_tone, fold, pieces_of
from vnlink.normalize.tokens import Interner
from vnlink.schema import MAX_SYLLABLES, OwnerKind

LETTERS = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
WORDS = (
    "Nguyễn Trần Lê Văn Thị Hoà An Năm Sinh Bà Ông Hộ Hồ vợ chồng là và cùng NGUYEN VAN ong ba ho vo la va sinh năm 1960 "
    "01/02/1960 CMND số 123456789 001234567890 ( ) (đã chết) tức , ; : - – . / + H'Hen Y Niê địa chỉ thôn xã UBND Chùa "
    "NULL nan NA không x thừa kế đại diện người chết mất gia đình tức: NguyễnVăn A\x81tức H ' K’ ? \u200b"
)
any_text = st.text(max_size=60)
vietnamese = st.text(alphabet=LETTERS + LETTERS.upper() + " '’.-", max_size=40)
owner_like = st.lists(st.sampled_from(WORDS.split()), max_size=14).map(" ".join)
texts = st.one_of(any_text, vietnamese, owner_like)


@given(texts)
def test_normalising_is_idempotent(text: str) -> None:
    once = normalize_name(text).text
    # "X (A)" is X with a second name, and X alone says that there is no name.
    assert says_no_name(once) or normalize_name(once).text == once


@given(texts)
def test_composed_and_decomposed_text_read_the_same(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert normalize_name(composed).text == normalize_name(decomposed).text
    assert parse_owners(composed) == parse_owners(decomposed)


@given(texts)
def test_a_name_with_a_letter_never_becomes_empty_but_where_it_says_that_there_is_none(text: str) -> None:
    if says_no_name(text):
        assert not normalize_name(text).text
    elif any(char.isalpha() for char in unicodedata.normalize("NFC", text)):
        name = normalize_name(text)
        assert name.text
        assert name.folded
        assert name.given


@given(vietnamese)
def test_case_does_not_matter(text: str) -> None:
    assert normalize_name(text.upper()).text == normalize_name(text.lower()).text


@given(texts)
def test_folding_is_idempotent_and_blind_to_tones(text: str) -> None:
    pieces, _ = pieces_of(text)
    for piece in pieces:
        assert fold(fold(piece)) == fold(piece)
        assert fold(drop_tone(piece)) == fold(piece)
        clean = canonical_syllable(piece)
        assert canonical_syllable(clean) == clean
        assert regional_form(clean) == regional_form(fold(clean))


@given(st.lists(texts, max_size=8))
def test_a_column_reads_as_its_cells_alone(column: list[str]) -> None:
    read = normalize_name(column).to_pylist()
    assert [row["text"] or "" for row in read] == [normalize_name(text).text for text in column]
    owners = parse_owners(column).to_pylist()
    assert [[person["name"] for person in row] for row in owners] == [
        [owner.name for owner in parse_owners(text)] for text in column
    ]


@given(st.lists(texts, max_size=8))
def test_every_row_has_an_entry_and_persons_are_numbered_in_order(column: list[str]) -> None:
    owners = parse_owner_column(column, Interner())
    assert len(owners.kind) == len(column)
    assert owners.syllables.shape == (len(owners.row), MAX_SYLLABLES)
    for row, kind in enumerate(owners.kind.tolist()):
        mine = owners.row == row
        assert owners.person_no[mine].tolist() == list(range(1, int(mine.sum()) + 1))
        named = (owners.syllables[mine] >= 0).any(axis=1)
        assert named.all() if kind == OwnerKind.PERSON else (not named.any() and mine.sum() == 1)
    assert (owners.row[1:] >= owners.row[:-1]).all()


@given(st.lists(vietnamese, min_size=1, max_size=6))
def test_hashes_do_not_depend_on_the_order_of_rows(column: list[str]) -> None:
    forth, back = Interner(), Interner()
    left, _ = parse_name_column(column, forth)
    right, _ = parse_name_column(column[::-1], back)
    assert name_hash(left, forth.lexicon.arrays()).tolist() == name_hash(right, back.lexicon.arrays()).tolist()[::-1]


@given(owner_like)
def test_syllables_of_persons_come_from_the_string(text: str) -> None:
    words = text.split()
    # A word alone may say that there is no name; behind another one it is a syllable.
    read = (normalize_name(f"Lê {word}" if says_no_name(word) else word).folded.split() for word in words)
    said = {part for parts in read for part in parts} if len(words) <= MAX_SYLLABLES else None
    for owner in parse_owners(text):
        if said is not None:
            assert set(normalize_name(owner.name).folded.split()) <= said


APOSTROPHES = "'’ʼ`´‘ʻ′"
GIVENS = "Hen Blơ Lan Brèm Wơn Yến Thiên Blơi Drơi Jăn Mơi Nga Thuyên Ngọc"
PIECES = "Nguyễn Nguyen Sa Rây Sarây H'Hen Hhen H Hen Tu An Tuan T. L ê Lê A Lăng Alăng Y Lan"
CLANS = ("Niê", "Mlô", "Kbuôr", "Ayun", "Niê Kđăm", "Rơ Mah")


@st.composite
def spellings_of_a_highland_name(draw: st.DrawFn) -> tuple[str, str]:
    """A name with a prefix as it is written in full, and with its apostrophe of another form, spaced, capital or lost."""
    prefix = draw(st.sampled_from(["H'", "K'", "Kr'", "Y ", "Ka "]))
    given_name, clan = draw(st.sampled_from(GIVENS.split())), draw(st.sampled_from(CLANS))
    mark = draw(st.sampled_from([*APOSTROPHES, "", " ", "-", ".", *(f"{one} " for one in APOSTROPHES), " '"]))
    bare = prefix.strip(" '")
    other = f"{bare}{mark}{given_name}"
    if not mark and draw(st.booleans()):
        other = other.capitalize()
    names = f"{prefix}{given_name} {clan}", f"{other} {clan}"
    return names if draw(st.booleans()) else (names[0].upper(), names[1].upper())


@given(spellings_of_a_highland_name())
def test_spellings_of_a_prefix_of_the_highlands_are_one_name_and_link_as_equal_ones(names: tuple[str, str]) -> None:
    for left, right in (names, names[::-1]):
        found = compare_names(left, right)
        assert (found.verdict, found.level, found.agrees) == ("same", "exact", True)
        assert compare_names([left], [right]).to_pylist() == ["exact"]
        assert not any(pair.kinds for pair in found.syllables)


@given(spellings_of_a_highland_name(), spellings_of_a_highland_name())
def test_the_spelling_of_a_prefix_changes_no_level_where_the_marks_are_lost(
    names: tuple[str, str], others: tuple[str, str]
) -> None:
    plain, written = fold(names[0].replace(" '", "'")), names[1]
    assert compare_names(plain, written).level == compare_names(written, plain).level
    assert compare_names(plain, written).level in ("exact", "unmarked")
    assert compare_names(names[0], others[0]).level == compare_names(others[0], names[0]).level


@given(
    st.lists(
        st.sampled_from(PIECES.split()),
        max_size=4,
    ),
    st.data(),
)
def test_names_that_a_clerk_calls_the_same_have_the_level_of_equal_names(words: list[str], data: st.DataObject) -> None:
    left = " ".join(words)
    right = left.replace(" ", "") if data.draw(st.booleans()) else " ".join(data.draw(st.permutations(words)))
    found = compare_names(left, right)
    assert (found.verdict == "same") <= found.agrees
    assert (found.level == "exact") <= (found.verdict == "same" or bool({"telex", "vni", "legacy"} & set(found.kinds)))
