"""A second world of invented registers: villages, clans and clerks instead of independent rows.

It shares no code, no form and no rate with :mod:`vnlink.datasets`; only the public tables of names and places in
``vnlink/resources`` are read by both. People are simulated family by family (:mod:`.families`), what the population register
knows of them is written by one office (:mod:`.population`), and land users by many clerks with habits (:mod:`.clerks`,
:mod:`.land`), so that errors come in batches of one commune and one decade. Everything here is judgement, not measurement.
"""
