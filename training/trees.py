"""Trees: growing them, and the model file (its format is told in `patterns/README.md`)."""
import json

import numpy as np
from catboost import CatBoostClassifier

MAGIC = b"unchaff body model 1\n"
# The same on every machine: CatBoost's sums depend on the number of threads.
THREADS = 2
NEVER = 255


def grow(x, y, weight, iterations, depth, rate, rsm=0.3, subsample=0.6, l2=10):
    """An ensemble of oblivious trees."""
    model = CatBoostClassifier(
        iterations=iterations, depth=depth, learning_rate=rate, rsm=rsm, subsample=subsample, bootstrap_type="Bernoulli",
        l2_leaf_reg=l2, border_count=64, score_function="L2", thread_count=THREADS, random_seed=0, verbose=0,
        allow_writing_files=False,
    )
    model.fit(x.astype(np.float32), (y > 0.5).astype(int), sample_weight=weight)
    return model


def ensemble(name, model, columns, path):
    """An ensemble as it is written: header and bytes. `columns` are the names of the columns that the model was grown on."""
    model.save_model(str(path), format="json")
    with open(path, encoding="utf-8") as file:
        written = json.load(file)
    trees = written["oblivious_trees"]
    depth = max([len(tree["splits"] or []) for tree in trees] + [1])
    largest = max(abs(value) for tree in trees for value in tree["leaf_values"]) or 1.0
    scale = largest / 32000
    data = bytearray()
    places = {}
    for tree in trees:
        splits = tree["splits"] or []
        # A value is a whole number: above 2.5 is above 2.
        asked = [(columns[s["float_feature_index"]], int(np.floor(s["border"]))) for s in splits]
        leaves = list(tree["leaf_values"])
        while len(asked) < depth:
            asked.append((columns[0], NEVER))
            leaves += [0.0] * len(leaves)
        for name_of, threshold in asked:
            data += bytes([places.setdefault(name_of, len(places)), max(0, min(NEVER, threshold))])
        data += np.round(np.array(leaves) / scale).astype("<i2").tobytes()
    bias = written["scale_and_bias"][1][0]
    header = {"name": name, "trees": len(trees), "depth": depth, "scale": written["scale_and_bias"][0] * scale, "bias": bias}
    return header, places, bytes(data)


def write(path, ensembles, bias, raw_min=1.0, raw_min_other=1.0):
    """Writes a model of several ensembles; the columns are those of all of them."""
    columns = []
    for _, places, _ in ensembles:
        columns += [name for name in places if name not in columns]
    body = bytearray()
    for header, places, data in ensembles:
        names = list(places)
        step = 2 * header["depth"] + 2 * (1 << header["depth"])
        for at in range(0, len(data), step):
            tree = bytearray(data[at:at + step])
            for level in range(header["depth"]):
                tree[2 * level] = columns.index(names[tree[2 * level]])
            body += tree
    head = {"columns": columns, "bias": bias, "raw_min": raw_min, "raw_min_other": raw_min_other,
            "ensembles": [header for header, _, _ in ensembles]}
    path.write_bytes(MAGIC + json.dumps(head).encode() + b"\n" + body)


def predict(model, x):
    return model.predict_proba(x.astype(np.float32))[:, 1] if len(x) else np.zeros(0)
