"""Decisions to people: measures against a truth, the summary of a run, its report, and why one person was decided so.

* :mod:`~vnlink.report.measures`: links and truth -> precision, recall, intervals, the three-class table;
* :mod:`~vnlink.report.summary`: links -> the counts and shares of ``summary.json``;
* :mod:`~vnlink.report.html`: summary, manifest and model -> ``report.html``;
* :mod:`~vnlink.report.text`: the same for a terminal;
* :mod:`~vnlink.report.explain`: one land user -> its persons, their candidates and what each field added, in bits;
* :mod:`~vnlink.report.words`: the codes of statuses, fields and reasons, in Vietnamese and English.

Everything but the explanation holds counts only, never a value of a record.
"""
