"""Splink 5 on DuckDB, set up as well as we can.

What it is given beside its own tools: vnlink's preparation (:mod:`preparation`), comparisons with levels made for Vietnamese
names, dates of different precision, sets of communes and the province in a citizen's number, blocking rules for every kind of
slip that the registers have, and a posterior over the candidates of a person and nobody (:mod:`answers`). It trains as its
manual says: the prior from deterministic rules, u by random sampling, m by expectation and maximisation over several blocking
rules, term frequencies of names.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from answers import learn_presence, write_answers

from vnlink.homes import STREET_BITS
from vnlink.integrations.registers import Prepared
from vnlink.integrations.splink import with_rare_names

__all__ = ["run"]

_U_PAIRS = 5e6
_COLUMNS = (
    "name", "name_folded", "family", "middle", "given", "unmarked", "birth_year", "birth_day", "birth_date", "sex",
    "personal_id", "old_id", "communes", "commune", "districts", "province", "locality", "partner", "origin", "old_provinces",
)  # fmt: skip
_RULES = (
    ("personal_id",),
    ("old_id",),
    ("name_folded", "birth_year"),
    ("name_folded", "communes"),
    ("name_folded", "birth_day"),
    ("family", "given", "birth_date"),
    ("birth_date", "communes"),
    ("given", "birth_year", "communes"),
    ("family", "middle", "birth_year", "communes"),
    ("rare_name",),
    ("name_folded", "partner"),
)
_CERTAIN = (("personal_id", "birth_year"), ("name", "birth_date"), ("old_id", "given"))
_CERTAIN_RECALL = 0.5
_TRAINING = (
    ("personal_id",),
    ("old_id",),
    ("name_folded", "birth_year"),
    ("birth_date", "commune"),
    ("name_folded", "commune"),
)


def _comparison(name: str, null: str, levels: list[tuple[str, str]], tf: tuple[str, ...] = ()) -> dict[str, Any]:
    """A comparison of named SQL levels; the first ``len(tf)`` of them are adjusted by the frequency of these columns."""
    made: list[dict[str, Any]] = [{"sql_condition": null, "label_for_charts": "missing", "is_null_level": True}]
    for i, (label, condition) in enumerate(levels):
        level = {"sql_condition": condition, "label_for_charts": label}
        if i < len(tf) and tf[i]:
            level |= {"tf_adjustment_column": tf[i], "tf_adjustment_weight": 1.0}
        made.append(level)
    made.append({"sql_condition": "ELSE", "label_for_charts": "all else"})
    return {"output_column_name": name, "comparison_levels": made}


def _missing(column: str) -> str:
    return f'"{column}_l" IS NULL OR "{column}_r" IS NULL'


def _same(*columns: str) -> str:
    return " AND ".join(f'"{column}_l" = "{column}_r"' for column in columns)


def _localities() -> tuple[str, str]:
    """Whether two localities agree, and whether it is known, as :func:`vnlink.homes.localities_agree` has it."""
    hamlet = {side: f"(locality_{side} >> {STREET_BITS})" for side in "lr"}
    street = {side: f"(locality_{side} & {(1 << STREET_BITS) - 1})" for side in "lr"}
    either = f"({hamlet['l']} = 0 OR {hamlet['r']} = 0)"
    same = (
        f"(({hamlet['l']} <> 0 AND {hamlet['l']} = {street['r']}) OR ({hamlet['r']} <> 0 AND {hamlet['r']} = {street['l']})"
        f" OR ({street['l']} <> 0 AND {street['l']} = {street['r']} AND ({hamlet['l']} = {hamlet['r']} OR {either}))"
        f" OR ({hamlet['l']} <> 0 AND {hamlet['l']} = {hamlet['r']} AND ({street['l']} = 0 OR {street['r']} = 0)))"
    )
    both = "locality_l IS NOT NULL AND locality_r IS NOT NULL"
    return same, f"{both} AND ({same} OR {hamlet['l']} <> {hamlet['r']} OR {either})"


def _place(*, origin: bool) -> dict[str, Any]:
    """How near the citizen lives to the land user's address, and whether its number was given in a province of that address.

    Both are one comparison, because what a birthplace says depends on where the citizen lives now
    (:mod:`vnlink.compare.origins`). One comparison of origins for each nearness, beside that of places, gave 0.4 points less
    recall at 99.9 % precision on two registers. Without ``origin`` only places are compared, as everybody would.
    """
    known, native = "origin_r IS NOT NULL AND old_provinces_l IS NOT NULL", "list_contains(old_provinces_l, origin_r)"
    here, district = "list_has_any(communes_l, communes_r)", "list_has_any(districts_l, districts_r)"
    same, known_to_be = _localities()
    nearness = {
        "hamlet": f"{here} AND {same}",
        "another hamlet of the commune": f"{here} AND {known_to_be}",
        "commune": _same("commune"),
        "commune among several": here,
        "old district": district,
        "province": _same("province"),
        "elsewhere": "province_l <> province_r",
    }
    if not origin:
        return _comparison("place", _missing("province"), list(nearness.items())[:-1])
    levels = []
    for name, condition in nearness.items():
        origins = {"native": f" AND {native}", "newcomer": f" AND {known}", "origin not known": ""}
        levels += [(f"{name}, {origin}", f"({condition}){more}") for origin, more in origins.items()]
    return _comparison("place", _missing("province"), levels[:-1])  # the last one is "all else"


def _comparisons(*, partner: bool, origin: bool) -> list[dict[str, Any]]:
    number = [("equal", "{0}"), ("one digit off", "damerau_levenshtein({1}_l, {1}_r) <= 1")]
    gap, complete = "abs(birth_year_l - birth_year_r)", "(birth_day_l IS NOT NULL AND birth_day_r IS NOT NULL)"
    swapped = "birth_day_l // 100 = birth_day_r % 100 AND birth_day_l % 100 = birth_day_r // 100"
    part = "(birth_day_l // 100 = birth_day_r // 100 OR birth_day_l % 100 = birth_day_r % 100)"
    found = [
        _comparison(
            "name_letters",
            _missing("name_folded"),
            [
                ("same letters", _same("name_folded")),
                ("middle missing or abbreviated", f"{_same('family', 'given')} AND (middle_l IS NULL OR middle_r IS NULL)"),
                ("one slip, same given name", f"{_same('given')} AND damerau_levenshtein(name_folded_l, name_folded_r) <= 1"),
                ("one slip", "damerau_levenshtein(name_folded_l, name_folded_r) <= 1"),
                ("two slips", "damerau_levenshtein(name_folded_l, name_folded_r) <= 2"),
                ("family and given", _same("family", "given")),
                ("middle and given", _same("middle", "given")),
                ("family and middle", _same("family", "middle")),
                ("given", _same("given")),
            ],
            ("name_folded",),
        ),
        # What the marks say, of names of the same letters only: otherwise it would count the letters twice.
        _comparison(
            "marks",
            f"{_missing('name_folded')} OR name_folded_l <> name_folded_r",
            [
                ("same marks", _same("name")),
                ("one side without marks", "unmarked_l OR unmarked_r"),
                ("one mark differs", "levenshtein(name_l, name_r) <= 1"),
            ],
        ),
        _comparison(
            "birth",
            _missing("birth_year"),
            [
                ("date", f"{complete} AND {_same('birth_year', 'birth_day')} AND birth_day_l <> 101"),
                ("year, one side knows no more", f"{gap} = 0 AND NOT {complete}"),
                ("year, one side 1 January", f"{gap} = 0 AND (birth_day_l = 101 OR birth_day_r = 101)"),
                ("day and month swapped", f"{gap} = 0 AND {swapped}"),
                ("year and part of the day", f"{gap} = 0 AND {part}"),
                ("year, another day", f"{gap} = 0"),
                ("day, year slipped", f"{complete} AND {_same('birth_day')} AND ({gap} <= 3 OR {gap} = 10)"),
                ("day, another year", f"{complete} AND {_same('birth_day')}"),
                ("near year, no day", f"{gap} <= 3 AND NOT {complete}"),
                ("near year, another day", f"{gap} <= 3"),
            ],
        ),
        _comparison("sex", _missing("sex"), [("same", _same("sex"))]),
        *(
            _comparison(name, _missing(name), [(label, sql.format(_same(name), name)) for label, sql in number])
            for name in ("personal_id", "old_id")
        ),
        _place(origin=origin),
    ]
    if partner:
        found.append(_comparison("partner", _missing("partner"), [("same name", _same("partner"))]))
    return found


def _inputs(prepared: Path) -> tuple[pa.Table, pa.Table]:
    """Both sides as Splink takes them, by the numbers of their rows."""
    sides = Prepared(*(pq.read_table(prepared / f"{name}.parquet") for name in ("land", "citizens")))
    land, citizens = (
        side.select(["number", *_COLUMNS, "rare_name"]).rename_columns(["unique_id", *_COLUMNS, "rare_name"])
        for side in with_rare_names(sides)
    )
    return land, citizens


def _block(columns: tuple[str, ...]) -> Any:
    from splink import block_on

    return block_on(*columns, arrays_to_explode=["communes"] if "communes" in columns else None)


def _some_pair(land: pa.Table, citizens: pa.Table, rule: tuple[str, ...]) -> bool:
    """Whether any land person and citizen agree in these columns."""
    left, right = (side.select(rule).drop_null() for side in (land, citizens))
    return left.join(right, list(rule), join_type="left semi").num_rows > 0


def run(prepared: Path, out: Path, *, origin: bool) -> dict[str, Any]:
    """Train on the register itself, predict, write answers; returns what was learned.

    ``origin`` says whether the province in the citizen's number is compared too, which is an idea of vnlink's.
    """
    import duckdb
    from splink import DuckDBAPI, Linker, SettingsCreator

    logging.getLogger("splink").setLevel(logging.ERROR)
    land, citizens = _inputs(prepared)
    partner = min(len(land["partner"]) - land["partner"].null_count, len(citizens) - citizens["partner"].null_count) > 0
    rules = [rule for rule in _RULES if partner or "partner" not in rule]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=_comparisons(partner=partner, origin=origin),
        blocking_rules_to_generate_predictions=[_block(rule) for rule in rules],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
        max_iterations=50,
    )
    with tempfile.TemporaryDirectory() as spill:
        connection = duckdb.connect(config={"temp_directory": spill})
        api = DuckDBAPI(connection)
        tables = [api.register(t, dataset_display_name=name) for t, name in ((land, "a_land"), (citizens, "b_citizens"))]
        linker = Linker(tables, settings, log_level=None)
        training = linker.training
        training.estimate_probability_two_random_records_match([_block(rule) for rule in _CERTAIN], recall=_CERTAIN_RECALL)
        training.estimate_u_using_random_sampling(max_pairs=_U_PAIRS, seed=1, min_count_per_level=None)
        # A rule that no pair fulfils must not be tried: the error leaves Splink's model without the comparisons of that rule.
        trained = [rule for rule in _TRAINING if _some_pair(land, citizens, rule)]
        for rule in trained:
            training.estimate_parameters_using_expectation_maximisation(_block(rule), estimate_without_term_frequencies=True)
        pairs = linker.inference.predict(warning_mode="never").as_duckdbpyrelation()
        table = pairs.select("unique_id_l, unique_id_r, match_weight").to_arrow_table()
        model = linker.misc.save_model_to_json()
        connection.close()
    prior = model["probability_two_random_records_match"]
    person, citizen = (table[name].to_numpy().astype(np.int64) for name in ("unique_id_l", "unique_id_r"))
    evidence = pq.read_table(prepared / "land.parquet", columns=["evidence"])["evidence"].to_numpy()
    # Splink's weight holds its prior for a pair; that of a blind guess among all citizens takes its place.
    bits = table["match_weight"].to_numpy() - np.log2(prior / (1.0 - prior)) - np.log2(len(citizens))
    present = learn_presence(person, bits, evidence)
    write_answers(out, person, citizen, bits, present, len(evidence))
    return {
        "pairs": len(person),
        "prior": prior,
        "partner_compared": partner,
        "trained_on": [" + ".join(rule) for rule in trained],
        "model": model,
    }
