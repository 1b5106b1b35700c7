"""A notebook of recordlinkage, line by line, with the lines of vnlink in it. Everybody here is invented."""

from __future__ import annotations

import sys

from vnlink.datasets import synthesize

try:
    import recordlinkage

    from vnlink.integrations import recordlinkage as vn
except ImportError:
    print("this example needs recordlinkage: pip install 'vnlink[recordlinkage]'")
    sys.exit()

registers = synthesize(citizens=8_000, land_users=5_000, seed=7)

# 1. The registers: a row for every person, every cell in one form. (Before: read_csv, set_index, and a day of cleaning.)
land, citizens = vn.frames(registers.land, registers.citizens)
print(land[["full_name", "birth_date", "gender", "id_number"]].head(4))

# 2. Candidate pairs. (Before: indexer.block("full_name"))
indexer = recordlinkage.Index()
indexer.add(vn.Candidates())
pairs = indexer.index(land, citizens)
print(f"{len(pairs):,} pairs, {recordlinkage.reduction_ratio(pairs, land, citizens):.4%} of all are left out")

# 3. Comparisons. (Before: compare.string("full_name", "full_name", method="jarowinkler"), compare.exact(...))
compare = vn.Compare()  # or recordlinkage.Compare, which takes other features too
compare.add(vn.Name("full_name", "full_name", label="name"))
compare.add(vn.Birth("birth_date", "birth_date", label="birth"))
compare.add(vn.Sex("gender", "gender", label="sex"))
compare.add(vn.Number("id_number", ["personal_id", "old_id_number"], label="number"))
features = compare.compute(pairs, land, citizens)
features["commune"] = recordlinkage.Compare([recordlinkage.compare.Exact("commune", "commune")]).compute(pairs, land, citizens)[
    0
]
print(features.describe().loc[["mean", "max"]])

# 4. Classifiers and measures are those of recordlinkage.
true = vn.true_links(registers.truth, persons=True)
taught = true[: len(true) // 2]
seen = features[features.index.get_level_values(0).isin(taught.get_level_values(0))]
classifier = recordlinkage.LogisticRegressionClassifier()
classifier.fit(seen, taught.intersection(seen.index))
rest = features.drop(seen.index)
found, expected = classifier.predict(rest), true[len(true) // 2 :]
print(f"precision {recordlinkage.precision(expected, found):.3f}, recall {recordlinkage.recall(expected, found):.3f}")
