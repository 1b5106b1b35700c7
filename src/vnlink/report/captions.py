"""Titles, notes, axes and column heads of reports and pictures, in Vietnamese and English.

``{0}``, ``{1}`` stand for numbers that are already written in the language. What codes of files are called (statuses, fields,
levels, reasons) is in :mod:`vnlink.report.words`.
"""

from __future__ import annotations

from typing import NamedTuple

from vnlink.report.words import Words

__all__ = [
    "CAPTIONS",
    "CAUSE_WORDS",
    "DRIFT_FIELDS",
    "DRIFT_SENTENCES",
    "DRIFT_WORDS",
    "FACT_WORDS",
    "GROUPING_WORDS",
    "HEADS",
    "LEARNED_WORDS",
    "STATUS_SHORT",
    "STRANDS",
    "Caption",
    "group_words",
]


class Caption(NamedTuple):
    """Title and note of a section or picture, and what its axes are called."""

    title: Words
    note: Words
    x: Words = Words("", "")
    y: Words = Words("", "")


_PERSONS = Words("Số người", "Persons")

CAPTIONS = {
    "page": Caption(
        Words("Kết quả đối chiếu", "Linkage result"),
        Words(
            "{0} người sử dụng đất, {1} cá nhân được đối chiếu với {2} công dân.",
            "{0} land users, {1} persons compared with {2} citizens.",
        ),
    ),
    "losses": Caption(
        Words("Vì sao chưa khớp hoàn toàn", "Where links were lost"),
        Words(
            "Mỗi người được tính một lần, theo nguyên nhân đầu tiên.",
            "Each person is counted once, by the first cause.",
        ),
        _PERSONS,
    ),
    "true_losses": Caption(
        Words("Công dân đúng đi đâu", "What became of the right citizen"),
        Words(
            "Những người mà kết quả đúng có công dân trong dữ liệu dân cư.",
            "Persons whose citizen, by the truth, is in the population register.",
        ),
        _PERSONS,
    ),
    "reasons": Caption(
        Words("Lý do", "Reasons"), Words("Một người có thể có nhiều lý do.", "A person may have several reasons.")
    ),
    "scores": Caption(
        Words("Mức chắc chắn", "How sure the decisions are"),
        Words(
            "Số người theo log-odds của ứng viên tốt nhất; thêm một bit là chắc chắn gấp đôi. Hai đầu gồm cả phần nằm ngoài.",
            "Persons by the log-odds of the best candidate; each bit doubles the odds. The ends hold what lies beyond.",
        ),
        Words("log-odds (bit)", "log-odds (bits)"),
        _PERSONS,
    ),
    "reliability": Caption(
        Words("Xác suất có đáng tin không", "Are the probabilities to be trusted"),
        Words(
            "Tỷ lệ sai mà xác suất hứa (ngang) và tỷ lệ sai tìm thấy (dọc) khi giấu số giấy tờ; vạch là khoảng tin cậy 95%. "
            "Dưới đường chéo: tốt hơn đã hứa. Trên đường đứt: sai quá hai lần đã hứa.",
            "The share of wrong links that the probabilities promise (across) and that was found (up) with numbers hidden; "
            "lines are 95 % intervals. Below the diagonal is better than promised; above the dashes is more than twice as "
            "wrong.",
        ),
        Words("tỷ lệ sai đã hứa", "wrong links promised"),
        Words("tỷ lệ sai tìm thấy", "wrong links found"),
    ),
    "precision_recall": Caption(
        Words("Đúng và đủ theo ngưỡng", "Precision and recall by threshold"),
        Words(
            "Chỉ nhận liên kết chắc hơn thì đúng nhiều hơn nhưng tìm được ít hơn; vạch là khoảng tin cậy 95%.",
            "Taking only surer links makes more of them right and finds fewer; lines are 95 % intervals.",
        ),
        Words("tìm được (recall)", "recall"),
        Words("đúng (precision)", "precision"),
    ),
    "audit": Caption(
        Words("Tự kiểm tra", "Audit"),
        Words(
            "Người được số giấy tờ xác nhận, tìm lại khi giấu số. Chỉ đúng cho những người như họ. "
            "{0} người ({1} công dân); {2} người bị rút công dân đúng ra; bỏ {3} người có thông tin trái với số.",
            "Persons confirmed by their number, linked again with it hidden. It holds for persons like them. "
            "{0} persons ({1} citizens); of {2} the right citizen was taken away; {3} whose record disputes the number are "
            "left out.",
        ),
    ),
    "promise": Caption(
        Words("Lời hứa về khớp hoàn toàn", "The promise about full links"),
        Words(
            "Hứa không quá {0} liên kết hoàn toàn bị sai, với độ tin cậy {1}, tính theo công dân.",
            "Promised: at most {0} of the full links are wrong, with confidence {1}, counted by citizens.",
        ),
    ),
    "labels": Caption(
        Words("Học từ quyết định của cán bộ", "Learned from clerks' decisions"),
        Words(
            "Kiểm tra trên những quyết định để dành, không dùng để học.",
            "Measured on decisions that were held out of learning.",
        ),
    ),
    "drift": Caption(
        Words("Dữ liệu có khác nơi học không", "How far this register is from where the model was learned"),
        Words(
            "Khoảng cách Jensen–Shannon (bit) giữa các liên kết chắc chắn của hai nơi; 0 là như nhau.",
            "Jensen-Shannon divergence, in bits, between the confident links of both; 0 is no difference.",
        ),
    ),
    "by_province": Caption(Words("Theo tỉnh", "By province"), Words("", "")),
    "by_commune": Caption(Words("Theo xã", "By commune"), Words("", "")),
    "weights": Caption(
        Words("Trọng số", "What agreement is worth"),
        Words(
            "Mức giống làm tăng (xanh, sang phải) hay giảm (cam, sang trái) khả năng là cùng một người, tính bằng bit, "
            "khi họ tên giống nhau. Họ tên giống nhau đáng bao nhiêu còn tùy có bao nhiêu người mang tên đó, và đã tính ở điểm "
            "xuất phát.",
            "How much each level speaks for (blue, to the right) or against (orange, to the left) the same person, in bits, "
            "where the names agree. What an agreeing name is worth depends on how many bear it, and is part of the start.",
        ),
        Words("bit", "bits"),
    ),
    "waterfall": Caption(
        Words("Vì sao có điểm này", "How the score comes about"),
        Words("Mỗi bit tăng gấp đôi khả năng là cùng một người.", "Each bit doubles the odds of one person."),
        Words("bit", "bits"),
    ),
    "keys": Caption(
        Words("Khóa không dùng", "Keys not used"),
        Words(
            "Khóa mà quá nhiều công dân có chung thì bỏ qua; khóa hẹp hơn thay chỗ của nó.",
            "Keys that too many citizens share are left out; finer ones are in their place.",
        ),
    ),
    "encodings": Caption(
        Words("Bảng mã cũ", "Old encodings"),
        Words(
            "Chữ trong bảng mã cũ đã được đọc lại; từng xã ghi trong manifest.json.",
            "Text in an old encoding was read back; each commune is named in manifest.json.",
        ),
    ),
    "notes": Caption(Words("Lưu ý về dữ liệu", "Notes on the registers"), Words("", "")),
    "facts": Caption(Words("Số liệu", "Figures of the run"), Words("", "")),
}

STATUS_SHORT = {
    "full": Words("khớp hoàn toàn", "full"),
    "partial": Words("khớp một phần", "partial"),
    "none": Words("chưa khớp", "none"),
}

CAUSE_WORDS = {
    "full": Words("khớp hoàn toàn", "linked in full"),
    "not_a_person": Words("không phải cá nhân", "the owner is no person"),
    "unreadable": Words("không đọc được tên", "no readable name"),
    "no_candidate": Words("không có ứng viên nào", "no candidate was found"),
    "namesakes": Words("nhiều người giống như nhau", "several citizens fit as well"),
    "taken": Words("công dân đã khớp với người khác", "the citizen is given to another person"),
    "nobody_fits": Words("có ứng viên, không ai đủ giống", "candidates, but none fits well enough"),
    "differs": Words("có thông tin khác nhau", "something differs"),
    "not_held": Words("một bên thiếu thông tin để so", "one side does not hold what must agree"),
    "little_evidence": Words("không có số giấy tờ hay đủ ngày sinh trùng", "no number and no full birth date agrees"),
    "not_sure": Words("khớp nhưng chưa đủ chắc", "all agrees, but not surely enough"),
    "clerks": Words("cán bộ xếp các cặp như vậy là một phần", "clerks called such pairs partial"),
    "other": Words("lý do khác", "other reasons"),
    "found": Words("tìm được đúng người", "found"),
    "another": Words("chọn người khác dù có công dân đúng", "another was preferred, the right one was a candidate"),
    "too_little": Words("đúng là ứng viên, nhưng chưa đủ chắc", "a candidate, but nobody was sure enough"),
    "not_kept": Words("không nằm trong các ứng viên được giữ", "not among the candidates kept"),
}

HEADS = {
    "status": Words("Kết quả", "Status"),
    "cause": Words("Nguyên nhân", "Cause"),
    "reason": Words("Lý do", "Reason"),
    "persons": _PERSONS,
    "citizens": Words("Số công dân", "Citizens"),
    "share": Words("Tỷ lệ", "Share"),
    "code": Words("Mã", "Code"),
    "place": Words("Nơi", "Place"),
    "field": Words("Trường", "Field"),
    "level": Words("Mức giống", "Agreement"),
    "bits": Words("bit", "bits"),
    "probability": Words("Xác suất", "Probability"),
    "at_least": Words("Từ xác suất", "Probability from"),
    "promised_wrong": Words("Sai đã hứa", "Wrong, promised"),
    "found_wrong": Words("Sai tìm thấy", "Wrong, found"),
    "interval": Words("Khoảng 95%", "95 % interval"),
    "precision": Words("Đúng", "Precision"),
    "precision_full": Words("Đúng, khớp hoàn toàn", "Precision of full"),
    "recall": Words("Tìm được", "Recall"),
    "measure": Words("Thước đo", "Measure"),
    "as_they_are": Words("Như mẫu", "As they are"),
    "as_without_number": Words("Ước cho người không có số", "As persons without a number"),
    "truth_said": Words("Cán bộ nói ↓ / máy nói →", "Clerks say ↓ / the model →"),
    "log_loss": Words("Log-loss", "Log-loss"),
    "log_loss_same": Words("Log-loss, có phải một người", "Log-loss, one person or not"),
    "verdict": Words("Nhận xét", "Verdict"),
    "most_moved": Words("Mức đổi nhiều nhất", "Level that moved most"),
    "expected": Words("Nơi học", "Where learned"),
    "seen": Words("Ở đây", "Here"),
    "key": Words("Khóa", "Key"),
    "keys": Words("Số khóa", "Keys"),
    "pairs": Words("Số cặp bỏ qua", "Pairs left out"),
    "register": Words("Dữ liệu", "Register"),
    "column": Words("Cột", "Column"),
    "encoding": Words("Bảng mã", "Encoding"),
    "communes": Words("Số xã", "Communes"),
    "rows": Words("Số dòng", "Rows"),
    "item": Words("Mục", "Item"),
    "value": Words("Giá trị", "Value"),
    "threshold": Words("Ngưỡng (bit)", "Threshold (bits)"),
    "most_wrong": Words("Sai nhiều nhất", "Wrong at most"),
    "start": Words("xuất phát: đoán mò", "the start: a blind guess"),
    "total": Words("tổng cộng", "match weight"),
}

STRANDS = {
    "numbers": Words("Bảng số", "The numbers"),
    "not_known": Words("không rõ", "not known"),
    "whole_column": Words("cả cột", "whole column"),
    "more_places": Words("Còn {0} nơi khác trong summary.json.", "{0} more are in summary.json."),
    "more_reasons": Words("Còn {0} lý do khác trong summary.json.", "{0} more reasons are in summary.json."),
    "error": Words("Sai số hiệu chỉnh trung bình từ 0,5 trở lên: {0}.", "Expected calibration error from 0.5 on: {0}."),
    "learned_from_them": Words(
        "Mô hình đã học từ những người này nên kết quả hơi lạc quan.",
        "The model has learned from these persons, so the figures are a little too favourable.",
    ),
    "covered": Words(
        "Ước cho người không có số: mẫu có bằng chứng như {0} trong số họ.",
        "As persons without a number: the sample has the evidence of {0} of them.",
    ),
    "estimate_of_audit": Words(
        "Trên dữ liệu biết trước kết quả, ước lượng này lệch đến 2 điểm (đúng) và 4 điểm (tìm được), thường là lạc quan; "
        "khoảng tin cậy chỉ tính mẫu. Muốn chắc hơn, hãy để cán bộ trả lời một phiếu:",
        "An estimate: on registers whose truth is known it was off by up to 2 points of precision and 4 of recall, mostly too "
        "favourable, and its interval is of the sample alone. Where more is needed, let clerks answer a sheet:",
    ),
    "unread": Words(
        "{0} dòng không đọc được, không tính ở trên (quarantine.parquet).",
        "{0} rows could not be read and are not among them (quarantine.parquet).",
    ),
    "page_without_citizens": Words(
        "{0} người sử dụng đất, {1} cá nhân được đối chiếu với dữ liệu dân cư.",
        "{0} land users, {1} persons compared with the population register.",
    ),
    "foot": Words(
        "Trang này chỉ có số đếm, không có dữ liệu của người nào; không tải gì từ mạng.",
        "This page holds counts only, no data of any person, and loads nothing from a network.",
    ),
    "diagonal": Words("đúng như đã hứa", "as promised"),
    "twice": Words("sai gấp đôi đã hứa", "twice as wrong as promised"),
    "found_wrong": Words("tìm thấy, với khoảng 95%", "found, with its 95 % interval"),
    "none_wrong": Words("không thấy ai sai", "none found wrong"),
    "threshold_full": Words("ngưỡng hoàn toàn {0}", "full from {0}"),
    "threshold_full_with_id": Words("hoàn toàn, có số {0}", "full, with a number, from {0}"),
    "threshold_full_without_id": Words("hoàn toàn, không số {0}", "full, no number, from {0}"),
    "threshold_partial": Words("một phần {0}", "partial from {0}"),
    "promised": Words("hứa được", "promised"),
    "not_promised": Words("không đủ chứng cứ để hứa", "not proved, so not promised"),
    "with_id": Words("có số giấy tờ trùng", "with an agreeing number"),
    "without_id": Words("không có số giấy tờ trùng", "without an agreeing number"),
    "labels_given": Words(
        "{0} quyết định: {1} hoàn toàn, {2} một phần, {3} không phải.",
        "{0} decisions: {1} full, {2} partial, {3} none.",
    ),
    "correction_taken": Words("Trọng số được sửa theo quyết định.", "The weights were corrected by them."),
    "correction_not_taken": Words(
        "Trọng số giữ nguyên: quyết định để dành không chứng minh sửa là tốt hơn.",
        "The weights stay as they were: decisions held out do not prove a correction better.",
    ),
    "without_labels": Words("Không dùng quyết định", "Without the decisions"),
    "with_labels": Words("Có dùng quyết định", "With the decisions"),
    "persons_of": Words("{0}: {1} người", "{0}: {1} persons"),
}

DRIFT_WORDS = {
    "as expected": Words("như nơi học", "as expected"),
    "moved": Words("có khác", "moved"),
    "far off": Words("khác xa", "far off"),
    "too few to say": Words("quá ít để nói", "too few to say"),
}

DRIFT_SENTENCES = {
    "far off": Words(
        "Dữ liệu này khác xa nơi mô hình được học. Nên học lại từ chính dữ liệu này, hoặc học tiếp từ mô hình này (--adapt).",
        "This register is far from the one that the model was learned on. "
        "Learn a model from this register, or let this one adapt (--adapt).",
    ),
    "too few to say": Words(
        "Quá ít liên kết chắc chắn để so với nơi mô hình được học.",
        "There are too few confident links to compare this register with the one that the model was learned on.",
    ),
    "moved": Words(
        "Dữ liệu này hơi khác nơi mô hình được học.",
        "This register differs somewhat from the one that the model was learned on.",
    ),
    "as expected": Words(
        "Dữ liệu này giống nơi mô hình được học.", "This register looks like the one that the model was learned on."
    ),
}
"""What a register's drift means, by the worst verdict on any of its fields; the worst first."""

DRIFT_FIELDS = {
    "person_evidence": Words("Thông tin có trong sổ", "Evidence held"),
    "person_cohort": Words("Năm sinh", "Cohort"),
    "person_found": Words("Tìm được chắc chắn", "Found for sure"),
}

GROUPING_WORDS = {
    "province": Words("Theo tỉnh", "By province"),
    "sex": Words("Theo giới tính", "By sex"),
    "cohort": Words("Theo năm sinh", "By cohort"),
    "evidence": Words("Theo thông tin có được", "By the evidence held"),
}

_GROUPS = {
    "male": Words("nam", "male"),
    "female": Words("nữ", "female"),
    "not known": Words("không rõ", "not known"),
    "name only": Words("chỉ có tên", "name only"),
    "name and place": Words("tên và địa chỉ", "name and place"),
    "name and year of birth": Words("tên và năm sinh", "name and year of birth"),
    "name, year of birth and place": Words("tên, năm sinh và địa chỉ", "name, year of birth and place"),
    "name and full birth date": Words("tên và đủ ngày sinh", "name and full birth date"),
    "name, full birth date and place": Words("tên, đủ ngày sinh và địa chỉ", "name, full birth date and place"),
}

_SIDES = {"land": Words("đất đai", "land"), "citizen": Words("dân cư", "population")}


def group_words(name: str) -> Words:
    """Name a group of an audit, or a side.

    >>> group_words("1950s").vi, group_words("female").vi, group_words("91").en
    ('1950–1959', 'nữ', '91')
    """
    if name in _GROUPS or name in _SIDES:
        return {**_GROUPS, **_SIDES}[name]
    if len(name) == 5 and name.endswith("s") and name[:4].isdecimal():
        return Words(f"{name[:4]}–{name[:3]}9", name)
    return Words(name, name)


LEARNED_WORDS = {
    "sampled_persons": Words("số người được xem", "persons looked at"),
    "sampled_pairs": Words("số cặp được xem", "pairs looked at"),
    "anchors": Words("số người được số giấy tờ xác nhận", "persons confirmed by a number"),
    "wrong_number_share": Words("tỷ lệ số giấy tờ của người khác", "share of numbers that are somebody else's"),
    "confirmed_by_date": Words("số người được ngày sinh đầy đủ xác nhận", "persons confirmed by a whole birth date"),
    "namesake_pairs": Words("số cặp trùng tên, khác người", "pairs of namesakes who are two persons"),
    "random_pairs": Words("số cặp ngẫu nhiên", "random pairs"),
    "held_out": Words("một nửa công dân không dùng để học", "half of the citizens kept out of learning"),
    "left_rows": Words("số dòng bên trái", "left rows"),
    "candidate_pairs": Words("số cặp ứng viên", "candidate pairs"),
    "right_pairs": Words("số cặp được coi là đúng", "pairs taken for right"),
}
"""What the report of a model counts."""

FACT_WORDS = {
    "land_users": Words("người sử dụng đất", "land users"),
    "land_persons": Words("cá nhân được đối chiếu", "land persons"),
    "citizens": Words("công dân", "citizens"),
    "pairs": Words("cặp được so sánh", "pairs compared"),
    "land_quarantined": Words("dòng sổ đất không đọc được", "land rows that could not be read"),
    "citizens_quarantined": Words("dòng dân cư không đọc được", "citizen rows that could not be read"),
    "log_odds_full": Words("ngưỡng hoàn toàn (bit)", "full from (bits)"),
    "log_odds_full_without_id": Words("ngưỡng hoàn toàn, không có số (bit)", "full without a number from (bits)"),
    "probability_partial": Words("ngưỡng một phần (xác suất)", "partial from (probability)"),
    "short_list": Words("danh sách ngắn, nhiều nhất", "short list, at most"),
}
"""Counts and thresholds of a run."""
