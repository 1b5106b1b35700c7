"""Decisions to people: measures against a truth, the summary of a run, its report, and why one person was decided so.

* :mod:`~vnlink.report.measures`: links and truth -> precision, recall, intervals, the three-class table;
* :mod:`~vnlink.report.summary`: links -> the counts and shares of ``summary.json``;
* :mod:`~vnlink.report.audit`: persons confirmed by their number -> what the run measures of itself;
* :mod:`~vnlink.report.chart_data`: all of these -> the numbers that pictures show, for the page and for notebooks alike;
* :mod:`~vnlink.report.html`: summary, manifest and model -> ``report.html``; its sections are in ``outcome_sections`` and
  ``quality_sections``, its pictures in ``pictures`` (drawn with ``svg``);
* :mod:`~vnlink.report.charts`: the same pictures with Altair, an extra, for notebooks;
* :mod:`~vnlink.report.display`: what a notebook shows of results, linkers, comparisons and explanations;
* :mod:`~vnlink.report.text`: the same for a terminal;
* :mod:`~vnlink.report.explain`: one land user -> its persons, their candidates and what each field added, in bits;
* :mod:`~vnlink.report.note_words`: what a user should know of the registers that were read (:mod:`vnlink.notes`);
* :mod:`~vnlink.report.words`: the codes of statuses, fields and reasons, in Vietnamese and English;
  :mod:`~vnlink.report.captions`: titles and notes; :mod:`~vnlink.report.language`: numbers;
  :mod:`~vnlink.report.palette`: colours.

Everything but the explanation and one pair's waterfall holds counts only, never a value of a record.
"""
