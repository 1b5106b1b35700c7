"""How right is a run, without a truth, and why was somebody decided so? Everybody here is invented."""

from __future__ import annotations

import vnlink
from vnlink.datasets import synthesize
from vnlink.report.measures import evaluate
from vnlink.report.sheet import draw_sheet, judge_answers

registers = synthesize(citizens=8_000, land_users=5_000, seed=7)
result = vnlink.Linker().link(registers.land, registers.citizens)
print(result)


def shown(rate: dict[str, float]) -> str:
    return f"{rate['value']:.4f} ({rate['low']:.4f} to {rate['high']:.4f})"


# 1. What the run says of itself: persons confirmed by their number, linked again without it.
audit = result.audit()
for name in ("precision", "precision_full", "recall"):
    found, weighted = audit["as_they_are"][name], audit["as_without_number"][name]
    print(f"{name:15} {shown(found)}; of persons like those without a number {shown(weighted)}")

# 2. What clerks say of a sample: more is drawn where answers vary. Here the truth answers for them.
sheet = draw_sheet(result.links, result.candidates, 400)
truth = {(row["land_user_id"], row["person_no"]): row["citizen_id"] for row in registers.truth.to_pylist()}


def answer(row: dict[str, object]) -> str:
    right = truth.get((row["land_user_id"], row["person_no"]))
    return "nobody" if right is None else "right" if right == row["citizen_id"] else "other"


answers = [answer(row) for row in sheet.to_pylist()]
judged = judge_answers(result.links, sheet["row"].to_numpy(), answers)
for name in ("precision", "precision_full", "recall"):
    print(f"{name:15} {shown(judged[name])} by {judged[name]['persons']} answers")

# 3. What is so: nobody but a test knows.
measured = evaluate(result.links, registers.truth)
print(f"in truth: precision {measured.precision.value:.4f}, recall {measured.recall.value:.4f}")

# 4. Why somebody is not full.
partial = next(row for row in result.links.to_pylist() if row["status"] == "partial")
print(partial["reasons"])
print(result.explain(partial["land_user_id"]))
