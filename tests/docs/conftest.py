"""What the pages of the documentation find: a folder with small registers, and names for their tables."""

from __future__ import annotations

import pytest

WHOLE = ("classifier.md", "index-and-lookup.md", "splink.md", "recordlinkage.md")
"""Pages whose blocks make all that they use."""


def renamed(table, old, new):
    """The table with one citizen called otherwise."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = table["citizen_id"]
    at = table.schema.get_field_index("citizen_id")
    return table.set_column(at, "citizen_id", pc.if_else(pc.equal(ids, old), pa.scalar(new), ids))


@pytest.fixture(scope="session")
def page_registers():
    """Small registers; one citizen is called C1, as in the pages, and clerks have decided two hundred persons."""
    from vnlink.datasets import synthesize

    made = synthesize(citizens=1_200, land_users=800, seed=7)
    first = made.citizens["citizen_id"][0]
    citizens, truth = renamed(made.citizens, first, "C1"), renamed(made.truth, first, "C1")
    known = truth.slice(0, 200).select(["land_user_id", "person_no", "citizen_id"])
    status = ["none" if citizen is None else "full" for citizen in known["citizen_id"].to_pylist()]
    return {"land": made.land, "citizens": citizens, "truth": truth, "labels": known.append_column("status", [status])}


@pytest.fixture(scope="session")
def page_model(page_registers):
    """What the two registers teach, without labels."""
    import vnlink

    return vnlink.Linker().fit(page_registers["land"], page_registers["citizens"])


def own_registers():
    """Cards and members of a library, for the page on registers of one's own: two in three cards are of a member."""
    import numpy as np
    import pyarrow as pa

    rng, n = np.random.default_rng(4), 300
    people = {
        "family": rng.choice(["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng"], n),
        "given": rng.choice([f"{a}{b}" for a in ("H", "L", "M", "T", "Th") for b in ("oa", "an", "inh", "ung", "ai")], n),
        "born": [f"{day:02}/{month:02}/{year}" for day, month, year in rng.integers([1, 1, 1950], [29, 13, 2000], (n, 3))],
        "sex": rng.choice(["nam", "nữ"], n),
        "street": [f"{number} phố {name}" for number in range(1, n // 3 + 1) for name in ("Huế", "Bạch Mai", "Lò Đúc")],
        "phone": [f"09{number:08}" for number in rng.integers(0, 10**8, n)],
    }
    members = pa.table({"member": [f"M{i}" for i in range(n)]} | people)
    cards = pa.table({"card": [f"C{i}" for i in range(n)]} | people).slice(0, 200)
    return cards, members.rename_columns({"phone": "telephone"})


@pytest.fixture
def prepared(page_registers, page_model, tmp_path, monkeypatch):
    """A function of a page that gives its names and its folder, which is the working folder then."""
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    import vnlink

    def prepare(path):
        monkeypatch.chdir(tmp_path)
        # A command may set its process up for one large run; this one has other tests to run.
        monkeypatch.setattr("vnlink.process.suit_process", lambda: None)
        for name, table in page_registers.items():
            pq.write_table(table, f"{name}.parquet")
        pc.write_csv(page_registers["land"], "land.csv")
        pc.write_csv(page_registers["land"].slice(0, 50), "new.csv")
        pc.write_csv(page_registers["citizens"].slice(50, 20), "changes.csv")
        (tmp_path / "ids.txt").write_text("C1\n", encoding="utf-8")
        page_model.save("model.json")
        names = {"__name__": "page"}
        if path.name not in WHOLE:
            names |= {**page_registers, "pa": pa, "vnlink": vnlink}
        if path.name == "fields.md":
            cards, members = own_registers()
            pq.write_table(cards, "cards.parquet")
            pc.write_csv(members, "members.csv")
        elif path.name == "pictures.md":
            names["result"] = page_model.link(page_registers["land"], page_registers["citizens"])
            names["land_user_id"] = names["result"].links["land_user_id"][1].as_py()
        return names, tmp_path

    return prepare
