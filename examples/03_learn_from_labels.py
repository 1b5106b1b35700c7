"""Let clerks' decisions correct what was learned without them, and see whether they do. Everybody here is invented."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

import vnlink
from vnlink.datasets import synthesize
from vnlink.report.measures import evaluate

registers = synthesize(citizens=8_000, land_users=5_000, seed=7)
# An old register without a single number: nobody is confirmed, so what namesakes share has to be guessed, or told by clerks.
land, citizens, truth = registers.land.drop_columns(["id_number"]), registers.citizens, registers.truth

plain = vnlink.Linker().fit(land, citizens)
links = plain.link(land, citizens).links

# Clerks look at 1,200 persons, mostly doubtful ones, and write down who each of them is. Here the truth answers for them.
probability = np.nan_to_num(links["probability"].to_numpy(zero_copy_only=False), nan=0.0)
wanted = np.where((probability > 0.02) & (probability < 0.98), 10.0, 1.0)
drawn = np.random.default_rng(1).choice(len(links), size=1_200, replace=False, p=wanted / wanted.sum())
keys = ["land_user_id", "person_no"]
answers = truth.select([*keys, "citizen_id", "status"])
labels = links.select(keys).take(pa.array(drawn)).join(answers, keys, join_type="inner").sort_by("land_user_id")
print(labels.slice(0, 3).to_pylist())

taught = vnlink.Linker().fit(land, citizens, labels=labels)
said = taught.model_.labels
print("labels:", said["labels"])
print(
    f"correction {said['correction']}: gain {said['gain_nats']:.4f} nats a label, standard error {said['standard_error']:.4f}"
)
for way, held_out in said["held_out"].items():
    print(f"  {way}: log-loss of full, partial, none on labels held out {held_out['log_loss']:.4f}")

# Judged on the land users that no clerk has seen.
unseen = truth.join(labels.select(["land_user_id"]), "land_user_id", join_type="left anti")
for name, linker in (("without labels", plain), ("with labels", taught)):
    measured = evaluate(linker.link(land, citizens).links, unseen)
    strict = measured.recall_at_precision[0.999]
    print(f"{name:14}: precision {measured.precision.value:.4f}, recall {measured.recall.value:.4f}, at 99.9 % {strict:.4f}")
