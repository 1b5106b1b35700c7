"""The notes of a run (:mod:`vnlink.notes`) in words, for the terminal, the page, and a result in Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from vnlink.report.captions import CAPTIONS
from vnlink.report.language import ENGLISH, Language
from vnlink.report.tags import said
from vnlink.report.words import Words

__all__ = ["NOTE_WORDS", "note_lines", "note_words", "notes_section"]

NOTE_WORDS = {
    "columns_not_used": Words(
        "{side}: {count} cột không được dùng{headers}; nếu cần, gọi tên trong [columns.{table}] của tệp cấu hình",
        "{side}: columns not used: {count}{headers}; map those that are needed in [columns.{table}] of the configuration",
    ),
    "columns_without_header": Words(
        "{side}: {count} cột có dữ liệu nhưng không có tiêu đề nên không được dùng; hãy đặt tiêu đề",
        "{side}: columns that hold data without a header, and are not used: {count}; give them one",
    ),
    "headers_of_other_rows": Words(
        "{side}: {count} cột được đọc theo tiêu đề ở dòng trên hoặc dưới dòng tiêu đề chính{headers}; "
        "hãy kiểm tra đó không phải tựa bảng hay một bản ghi",
        "{side}: columns read by a header that stands above or below the row of the others: {count}{headers}; "
        "check that it is no title or record",
    ),
    "sheet_chosen": Words(
        "{side}: đã đọc trang tính thứ {sheet} trong {sheets} trang, trang duy nhất có đủ cột và dòng (trang ẩn chỉ xét sau)",
        "{side}: sheet {sheet} of {sheets} was read, the only one with the needed columns and rows (hidden ones come last)",
    ),
    "names_missing": Words(
        "{side}: {count} trong {cells} dòng không có họ tên; hãy kiểm tra cột {column}",
        "{side}: {count} of {cells} rows have no name; check the column {column}",
    ),
    "column_unreadable": Words(
        "{side}, cột {column}: {count} trong {cells} ô có dữ liệu không đọc được; {remedy}",
        "{side}, column {column}: {count} of {cells} filled cells could not be understood; {remedy}",
    ),
    "month_first": Words(
        "{side}, cột {column}: cả cột được đọc theo thứ tự tháng/ngày/năm; {count} ngày chỉ có thể viết như vậy, "
        "hoặc chỉ mục được cập nhật đã như vậy",
        "{side}, column {column}: the whole column was read month first; {count} of its dates can be nothing else, "
        "or those of the index that it updates",
    ),
    "place_from_rows": Words(
        "{side}: {count} chủ sử dụng không ghi địa chỉ được so theo xã của các dòng có mã liền kề",
        "{side}: {count} persons without a place are compared by the commune of the rows with neighbouring ids",
    ),
    "model_of_other_places": Words(
        "{side}: mô hình học từ nơi mà xã của các dòng liền kề được dùng nhiều hoặc ít hơn; nên học lại từ chính hai sổ này",
        "{side}: the model was learned where communes of rows beside were used more or less than here; rather learn one here",
    ),
    "personal_ids_repeated": Words(
        "{side}: khoảng {count} trong {cells} công dân có số định danh trùng với dòng khác; hãy bỏ các bản sao",
        "{side}: about {count} of {cells} citizens with a personal id share it with another row; remove the copies",
    ),
}
"""Code of a note -> what it says; the names in braces are entries of the note."""

_SIDES = {"land": Words("sổ đất", "land register"), "citizen": Words("dân cư", "population register")}

_AS_TEXT = Words(
    "định dạng cột là văn bản (text) rồi xuất lại: bảng tính đã làm tròn số",
    "format the column as text and export it again: a spreadsheet may have rounded the numbers",
)
_REMEDIES = {
    "birth_date": Words("viết ngày dạng dd/mm/yyyy rồi xuất lại", "write its dates as dd/mm/yyyy and export it again"),
    "gender": Words("khai mã trong [normalize.gender_codes]", "say what its codes mean in [normalize.gender_codes]"),
    "full_name": Words("kiểm tra cột này có phải họ tên không", "check that it is the column of names"),
}


def note_words(note: Mapping[str, Any], language: Language) -> str:
    """Say a note in one language; a code without words is said as it is.

    Examples
    --------
    >>> note_words({"code": "columns_without_header", "side": "land", "count": 2}, ENGLISH)
    'land register: columns that hold data without a header, and are not used: 2; give them one'
    """
    words = NOTE_WORDS.get(str(note["code"]))
    if words is None:
        return str(note["code"])
    told = {name: language.count(value) if isinstance(value, int) else value for name, value in note.items()}
    side, column = str(note["side"]), str(note.get("column", ""))
    told["side"], told["table"] = language.say(_SIDES.get(side, Words(side, side))), side
    told["remedy"] = language.say(_REMEDIES.get(column, _AS_TEXT))
    shown = note.get("headers") or []
    more = ", ..." if len(shown) < note.get("count", 0) else ""
    told["headers"] = f" ({', '.join(shown)}{more})" if shown else ""
    return (words.vi if language.code == "vi" else words.en).format(**told)


def note_lines(notes: Iterable[Mapping[str, Any]]) -> list[str]:
    """All notes in English, a line each."""
    return [note_words(note, ENGLISH) for note in notes]


def notes_section(notes: Iterable[Mapping[str, Any]], language: Language) -> str:
    """The notes as a section of the page; nothing where there are none."""
    lines = "".join(f"<li>{escape(note_words(note, language))}</li>" for note in notes)
    title = said(CAPTIONS["notes"].title, language)
    return f"<section><h2>{title}</h2><ul>{lines}</ul></section>" if lines else ""
