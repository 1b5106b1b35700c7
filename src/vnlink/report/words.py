"""The codes that a result is written in, as a clerk says them: Vietnamese first, then English.

Codes are stable and are what files hold; these words may change. A code that is not here is shown as it is, so a new reason
or a field that the user declared needs no entry. ``<field>_<level>`` is put together from the words of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vnlink.schema import COMMUNE_REACHES, HAMLET_REACHES, RARITY_BEARERS, RARITY_LEVELS

__all__ = [
    "FIELD_WORDS",
    "LEVEL_WORDS",
    "REASON_WORDS",
    "STATUS_WORDS",
    "SWAP_WORDS",
    "Words",
    "field_words",
    "level_words",
    "reason_words",
]


class Words(NamedTuple):
    """One thing in both languages.

    Examples
    --------
    >>> str(Words("Họ tên", "Name"))
    'Họ tên / Name'
    """

    vi: str
    en: str

    def __str__(self) -> str:
        return self.vi if self.vi == self.en else f"{self.vi} / {self.en}"


STATUS_WORDS = {
    "full": Words("khớp hoàn toàn", "one citizen beyond reasonable doubt; what the land register holds agrees"),
    "partial": Words("khớp một phần", "a citizen is found, but something differs, is missing or is ambiguous"),
    "none": Words("chưa khớp", "nobody plausible, not a person, or too little to go by"),
}

FIELD_WORDS = {
    "name": Words("Họ tên", "Name"),
    "birth": Words("Ngày sinh", "Birth date"),
    "sex": Words("Giới tính", "Sex"),
    "id": Words("Số giấy tờ", "Id number"),
    "personal_id": Words("Số định danh", "Personal id"),
    "old_id": Words("Số CMND", "Old id"),
    "place": Words("Địa chỉ", "Place"),
    "partner": Words("Vợ/chồng", "Partner"),
    "origin": Words("Nguồn gốc", "Origin"),
    "generation": Words("Thế hệ", "Generation"),
    "rarity": Words("Độ hiếm của tên", "Rarity of the name"),
}

_SAME, _DIFFERENT, _MISSING = Words("giống nhau", "same"), Words("khác nhau", "different"), Words("không có", "missing")
_NUMBER = {
    "missing": _MISSING,
    "equal": _SAME,
    "near": Words("sai một chữ số", "one digit is off, or two are exchanged"),
    "different": _DIFFERENT,
}
_PERSONAL = {
    **_NUMBER,
    "different_fits": Words("khác số, nhưng đúng giới tính và năm sinh", "another number, whose sex and year fit"),
    "fits": Words("số đúng với giới tính và năm sinh", "no number to compare; sex and year in it fit"),
    "contradicts": Words("số trái với giới tính hoặc năm sinh", "no number to compare; sex or year in it do not fit"),
}


def _graded(place: str, reaches: Sequence[int], vi: str, en: str) -> dict[str, Words]:
    """Words of the levels of one place, by how much it tells: as much as a place of so many people (:mod:`vnlink.families`)."""
    words = {
        f"{place}_{reach}": Words(f"{vi}, như nơi dưới {reach:,} người", f"{en} (reach under {reach:,})") for reach in reaches
    }
    most = f"{reaches[-1]:,}"
    return words | {f"{place}_more": Words(f"{vi}, như nơi từ {most} người", f"{en} (reach {most} or more)")}


_BINARY = {"missing": _MISSING, "same": _SAME, "different": _DIFFERENT}

LEVEL_WORDS: dict[str, dict[str, Words]] = {
    "name": {
        "missing": _MISSING,
        "exact": Words("giống cả dấu", "same, marks included"),
        "unmarked": Words("một bên không dấu", "same letters, one side without any mark"),
        "mark_lost": Words("mất dấu ở một âm tiết", "a mark is missing"),
        "given_mark_lost": Words("mất dấu ở tên", "a mark of the given name is missing"),
        "marks_lost": Words("mất dấu ở nhiều âm tiết", "several marks are missing"),
        "asking_tones": Words("lẫn hỏi và ngã", "hỏi and ngã are mixed up"),
        "mark_differs": Words("khác dấu ở họ hoặc đệm", "a mark of the family or middle name differs"),
        "given_tone_differs": Words("tên khác thanh", "the given name has another tone"),
        "given_vowel_differs": Words("tên khác dấu nguyên âm", "the given name has another vowel mark"),
        "marks_differ": Words("nhiều âm tiết khác dấu", "marks differ in several syllables"),
        "regional": Words("khác theo phát âm vùng", "differs as regional speech does"),
        "doublet": Words("hai cách đọc của một tên", "two forms of one name, as Hoàng and Huỳnh"),
        "initials": Words("viết tắt", "initials that fit"),
        "initials_and_more": Words("viết tắt, và khác thêm", "initials that fit, and more differs"),
        "middle_missing": Words("thiếu chữ đệm", "a middle name is missing"),
        "middle_missing_and_more": Words("thiếu chữ đệm, và khác thêm", "a middle name is missing, and more differs"),
        "one_slip": Words("sai một ký tự ở họ hoặc đệm", "one slip of the hand in the family or middle name"),
        "given_slip": Words("sai một ký tự ở tên", "one slip of the hand in the given name"),
        "swapped": Words("đảo thứ tự", "the same syllables in another order"),
        "middle_differs": Words("khác chữ đệm", "the middle name differs"),
        "family_differs": Words("khác họ", "the family name differs"),
        "given_differs": Words("khác tên", "the given name differs"),
        "given_only": Words("chỉ giống tên", "only the given name agrees"),
        "different": _DIFFERENT,
    },
    "birth": {
        "missing": _MISSING,
        "date": Words("cùng ngày, tháng, năm", "the same full date"),
        "month": Words("cùng tháng, năm", "the same month and year"),
        "year": Words("cùng năm (chỉ có năm)", "the same year, all that one side has"),
        "default_day": Words("cùng năm, 01/01 mặc định", "the same year, 01/01 as a default"),
        "both_default": Words("cùng năm, cả hai bên 01/01", "the same year, 01/01 on both sides"),
        "finer_than_year": Words("cùng năm, công dân chỉ có năm", "the same year, of the citizen nothing else is known"),
        "finer_than_default": Words("cùng năm, công dân sinh 01/01", "the same year, 01/01 of the citizen"),
        "swapped": Words("đảo ngày và tháng", "day and month swapped"),
        "digit_slip": Words("sai một chữ số ngày hoặc tháng", "one digit of the day or the month differs"),
        "part_of_day": Words("cùng năm, cùng ngày hoặc tháng", "the same year, and the day or the month"),
        "year_only_agrees": Words("chỉ cùng năm", "only the year agrees"),
        "year_slip": Words("cùng ngày tháng, lệch một năm", "day and month agree, the year is one off"),
        "years_slip": Words("cùng ngày tháng, lệch hai, ba năm", "day and month agree, the year is two or three off"),
        "decade_slip": Words("cùng ngày tháng, lệch mười năm", "day and month agree, the year is ten off"),
        "day_agrees": Words("cùng ngày tháng, khác năm", "day and month agree, the year does not"),
        "near_year": Words("lệch một năm", "one year apart"),
        "near_years": Words("lệch hai, ba năm", "two or three years apart"),
        "decade_off": Words("lệch mười năm", "ten years apart"),
        "different_year": Words("khác năm", "another year"),
        "different_date": Words("khác ngày sinh", "another date"),
    },
    "generation": {
        "missing": _MISSING,
        "before_1940": Words("công dân sinh trước 1940", "the citizen was born before 1940"),
        **{
            f"born_{decade}s": Words(f"công dân sinh {decade}–{decade + 9}", f"the citizen was born in the {decade}s")
            for decade in range(1940, 2010, 10)
        },
        "since_2010": Words("công dân sinh từ 2010", "the citizen was born since 2010"),
        **{
            f"apart_{last}": Words(
                f"công dân sinh cách người cùng sử dụng {first}–{last} năm",
                f"the citizen was born {first} to {last} years from the other owner",
            )
            for first, last in ((0, 2), (3, 5), (6, 9), (10, 15), (16, 39))
        },
        "apart_more": Words(
            "công dân sinh cách người cùng sử dụng 40 năm trở lên",
            "the citizen was born 40 years or more from the other owner",
        ),
    },
    "sex": _BINARY,
    "personal_id": _PERSONAL,
    "old_id": _NUMBER,
    "id": _NUMBER,
    "partner": {
        "missing": _MISSING,
        "spouse": Words("đúng vợ/chồng", "the spouse is the other owner"),
        "other_spouse": Words("vợ/chồng là người khác", "the spouse is somebody else"),
        "household": Words("cùng hộ", "the other owner is in the household"),
        "spouse_and_household": Words("đúng vợ/chồng, cùng hộ", "the spouse is the other owner, in the household"),
        "other_spouse_but_household": Words("vợ/chồng khác, cùng hộ", "another spouse, but in the household"),
        "not_in_household": Words("không cùng hộ", "the other owner is not in the household"),
        "household_perhaps": Words("có thể cùng hộ", "somebody like the other owner is in the household"),
        "other_person": Words("là người cùng đứng tên", "the citizen bears the other owner's name"),
        "same_hamlet": Words("cùng thôn, tổ với người kia", "somebody like the other owner lives in the hamlet"),
        "same_commune": Words("cùng xã với người kia", "somebody like the other owner lives in the commune"),
        "not_in_commune": Words("không cùng xã với người kia", "nobody like the other owner is found in the commune"),
    },
    "place": {
        "missing": _MISSING,
        **_graded("hamlet", HAMLET_REACHES, "cùng thôn, tổ, đường", "the same hamlet or street"),
        **_graded("commune", COMMUNE_REACHES, "cùng xã", "the same commune"),
        "commune_among": Words("có thể cùng xã", "the same commune among several"),
        "other_locality": Words("cùng xã, khác thôn hoặc tổ", "the same commune, another hamlet"),
        "district": Words("cùng huyện cũ", "the same district of before 2025"),
        "province": Words("cùng tỉnh", "the same province"),
        "other": Words("nơi khác", "elsewhere"),
    },
    "origin": {
        "missing": _MISSING,
        "native_here": Words("cùng xã, sinh tại tỉnh đó", "the same commune, born in its province by the number"),
        "newcomer_here": Words("cùng xã, sinh ở tỉnh khác", "the same commune, born in another province by the number"),
        "native_near": Words("cùng tỉnh, sinh tại tỉnh đó", "the same province, born in it by the number"),
        "newcomer_near": Words("cùng tỉnh, sinh ở tỉnh khác", "the same province, born in another one by the number"),
        "native_away": Words(
            "ở tỉnh khác, sinh tại tỉnh có đất", "lives elsewhere, born in the land user's province by the number"
        ),
        "stranger": Words("ở tỉnh khác, sinh ở tỉnh khác", "lives elsewhere, born elsewhere by the number"),
    },
}

VERDICT_WORDS = {
    "same": Words("cùng một tên", "one name"),
    "maybe": Words("có thể là một tên", "may be one name"),
    "different": Words("hai tên khác nhau", "two names"),
}

PLACE_WORDS = {"family": Words("họ", "family"), "middle": Words("đệm", "middle"), "given": Words("tên", "given")}
"""Places of a syllable in a name."""

KIND_WORDS = {
    "form": Words("chỉ khác cách viết", "only the form differs"),
    "unmarked": Words("một bên viết không dấu", "one side is written without marks"),
    "mark_missing": Words("thiếu dấu", "a mark is missing"),
    "other_tone": Words("khác thanh", "another tone"),
    "other_vowel": Words("khác dấu nguyên âm hoặc đ", "another mark on a letter"),
    "regional": Words("khác theo phát âm vùng", "spelled as a region speaks"),
    "doublet": Words("hai dạng của một tên", "two forms of one name"),
    "initial": Words("viết tắt", "shortened"),
    "slip": Words("sai một ký tự", "a slip of the hand"),
    "telex": Words("còn phím gõ Telex", "keys of Telex are left"),
    "vni": Words("còn phím gõ VNI", "keys of VNI are left"),
    "legacy": Words("bảng mã cũ", "a legacy encoding"),
    "middle_dropped": Words("thiếu chữ đệm", "a middle name is left out"),
    "middle_changed": Words("khác chữ đệm", "another middle name"),
    "swapped": Words("đảo thứ tự", "another order"),
    "alias": Words("tên gọi khác", "a second name"),
    "family_changed": Words("khác họ", "another family name"),
    "given_changed": Words("khác tên", "another given name"),
    "different": Words("khác ở nhiều chỗ", "different in several places"),
    "missing": Words("thiếu tên", "there is no name to compare"),
}
"""Kinds of difference of two names, see :func:`vnlink.compare_names`."""

SWAP_WORDS = {
    "family": Words("họ đứng ở chỗ khác", "the family name in another place"),
    "given": Words("đổi chỗ chữ đệm và tên", "middle and given name exchanged"),
    "middle": Words("đảo thứ tự chữ đệm", "middle names in another order"),
}
"""What "swapped" is called where the syllables of these places moved, the first of them that did."""

KEY_WORDS = {
    "personal_id": Words("số định danh", "personal id"),
    "old_id": Words("số CMND", "old id"),
    "name": Words("họ tên", "name"),
    "name_year": Words("họ tên, năm sinh", "name and birth year"),
    "name_year_province": Words("họ tên, năm sinh, tỉnh", "name, birth year and province"),
    "name_commune": Words("họ tên, xã", "name and commune"),
    "name_day": Words("họ tên, ngày và tháng sinh", "name, day and month of birth"),
    "ends_date": Words("họ, tên, ngày sinh", "family name, given name and birth date"),
    "date_commune": Words("ngày sinh, xã", "birth date and commune"),
    "given_year_commune": Words("tên, năm sinh, xã", "given name, birth year and commune"),
    "front_year_commune": Words("họ đệm, năm sinh, xã", "family and middle names, birth year and commune"),
    "couple": Words("họ tên vợ và chồng", "names of a couple"),
    "ends_commune": Words("họ, tên, xã", "family name, given name and commune"),
    "name_province": Words("họ tên, tỉnh", "name and province"),
    "ends_year": Words("họ, tên, năm sinh", "family name, given name and birth year"),
    "rest_year": Words("tên đệm và tên, năm sinh", "middle and given names, birth year"),
}
"""Kinds of blocking key (:class:`vnlink.blocking.keys.KeyKind`)."""

JOINED_WORDS = {
    "place": {
        "hamlet": Words("cùng thôn, tổ, đường", "the same hamlet or street"),
        "commune": Words("cùng xã", "the same commune"),
    }
}
"""Levels whose grades are taken together, as drift does."""

BEST_LEVEL = {
    "name": "exact",
    "birth": "date",
    "sex": "same",
    "personal_id": "equal",
    "old_id": "equal",
    "place": "hamlet_64",
    "partner": "spouse_and_household",
}
"""The level of each built-in field that leaves nothing to ask."""

REASON_WORDS = {
    "organisation": Words("tổ chức", "an organisation"),
    "community": Words("cộng đồng dân cư", "a community"),
    "religious_body": Words("cơ sở tôn giáo", "a religious body"),
    "state_body": Words("cơ quan nhà nước, đất công", "a state body, or public land"),
    "unreadable_name": Words("không đọc được tên", "no readable name"),
    "no_candidate": Words("không có ai cùng thông tin", "no citizen shares any usable evidence"),
    "nobody_plausible": Words("không ai đủ giống", "nobody fits well enough"),
    "too_many_namesakes": Words("quá nhiều người trùng thông tin", "several citizens fit as well"),
    "short_list": Words("một trong vài người", "one of a few citizens, none likely alone"),
    "below_threshold": Words("khớp nhưng chưa đủ chắc chắn", "everything agrees, but not surely enough"),
    "learned_partial": Words("cán bộ đã xếp các cặp như vậy là khớp một phần", "clerks called pairs like this one partial"),
    "no_strong_evidence": Words("không có số giấy tờ hoặc đủ ngày sinh trùng", "no number and no full birth date agrees"),
    "deceased": Words("chủ sử dụng đã chết", "the land user is dead"),
    "citizen_deceased": Words("công dân đã mất", "the citizen has died"),
    "citizen_twice": Words("công dân có hai hồ sơ dân cư", "the citizen has two records"),
    "taken_by_another": Words("công dân đã khớp với người khác", "the citizen is given to another person of the same group"),
    "place_differs": Words("địa chỉ khác xã", "the addresses are in different communes"),
    "place_from_rows": Words("địa chỉ suy từ các thửa liền kề", "the commune is that of the rows beside"),
    "other_rows_support": Words("các thửa khác cũng dẫn đến công dân này", "other rows lead to this citizen too"),
    "other_rows_doubt": Words(
        "các thửa khác cùng dẫn đến công dân này mà không chắc", "other rows lead to this citizen, unsurely"
    ),
}

_ONE_OTHER = RARITY_BEARERS.index(1.0)
_NOT_COMPARABLE = "not_comparable"


def field_words(name: str) -> Words:
    """Name a field.

    >>> field_words("birth").vi
    'Ngày sinh'
    """
    plain = name.replace("_", " ")
    return FIELD_WORDS.get(name, Words(plain, plain))


def level_words(field: str, level: str) -> Words:
    """Name a level of a field.

    >>> level_words("birth", "swapped").en, level_words("rarity", "r12").en
    ('day and month swapped', 'another of this name in every 2 registers')
    >>> level_words("place", "commune").vi, level_words("seat", "commune").vi
    ('cùng xã', 'commune')
    """
    if level == _NOT_COMPARABLE:
        return Words("dân cư không có", "not in the population register")
    if field == "rarity" and level in RARITY_LEVELS:
        return _rarity_words(RARITY_LEVELS.index(level))
    plain = level.replace("_", " ")
    known = LEVEL_WORDS.get(field, {}) | JOINED_WORDS.get(field, {})
    return known.get(level, Words(plain, plain))


def _rarity_words(level: int) -> Words:
    """Say how many others of a name are to be expected.

    >>> _rarity_words(4).en, _rarity_words(14).en, _rarity_words(26).vi
    ('another of this name in every 32 registers', 'another of this name', 'thêm khoảng 64 người cùng tên')
    """
    if level >= len(RARITY_BEARERS):
        expected = 2.0 ** (2 * (level - len(RARITY_BEARERS)) - 9)
        if expected < 1.0:
            one_in = round(1.0 / expected)
            return Words(f"không ai có tên này, tên hiếm (1/{one_in})", f"nobody bears this name, a rare one (1 in {one_in})")
        count = f"{round(expected):,}"
        return Words(
            f"không ai có tên này, dù lẽ ra có khoảng {count}", f"nobody bears this name, though {count} would be expected"
        )
    bearers = RARITY_BEARERS[level]
    if level < _ONE_OTHER - 1:
        one_in = round(1.0 / bearers)
        return Words(f"cứ {one_in} sổ dân cư mới thêm 1 người cùng tên", f"another of this name in every {one_in} registers")
    if level <= _ONE_OTHER + 1:
        return Words("thêm khoảng 1 người cùng tên", "another of this name")
    count = f"{round(bearers):,}"
    return Words(f"thêm khoảng {count} người cùng tên", f"about {count} others of this name")


def reason_words(code: str) -> Words:
    """Say a reason: its own words, or those of the field and the level it is made of.

    >>> reason_words("birth_missing").en
    'Birth date: missing'
    """
    if code in REASON_WORDS:
        return REASON_WORDS[code]
    for field in sorted(FIELD_WORDS, key=len, reverse=True):
        if code.startswith(field + "_"):
            level = level_words(field, code[len(field) + 1 :])
            name = FIELD_WORDS[field]
            return Words(f"{name.vi}: {level.vi}", f"{name.en}: {level.en}")
    plain = code.replace("_", " ")
    return Words(plain, plain)
