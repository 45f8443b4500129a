#!/usr/bin/env python3
"""Train the checker's model of offensive tone from labelled texts, into the data folder.

Run: python tools/train_words.py --texts train.csv.gz --texts dev.csv.gz --to var/words/model.json

A file is CSV, plain or gzipped, with the columns TEXT and label (1 is offensive). No weights belong in
the repository. Training needs scikit-learn, which is a development dependency; what it writes is read
in plain Python by ``forbear.law.words.model``.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from forbear.law.words.model import FORM, MILLION, Model, pieces_of

STRENGTH = 0.1
"""The inverse of the penalty on weights, chosen on the validation part of COLD."""

Labelled = dict[str, int]


def read_texts(paths: Iterable[Path]) -> Labelled:
    """Return each different text of the files with its label; of a text that is there twice the first."""
    found: Labelled = {}
    for path in paths:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found.setdefault(row["TEXT"].strip(), int(row["label"]))
    return found


def part_of(text: str) -> str:
    """Return the part that a text belongs to by its hash: about 70, 15 and 15 in a hundred."""
    first = hashlib.sha256(text.encode()).digest()[0]
    return "train" if first < 179 else "validation" if first < 217 else "test"


def train(texts: Sequence[str], labels: Sequence[int], *, name: str) -> Model:
    """Return a logistic regression over pieces of text, each weighed first by its naive Bayes log ratio.

    After Wang and Manning, Baselines and Bigrams (2012). Pieces that one text alone has are left out.
    """
    counter = CountVectorizer(analyzer=pieces_of, min_df=2, binary=True)
    found = counter.fit_transform(texts)
    offensive = np.asarray(labels) == 1
    yes = 1 + np.asarray(found[offensive].sum(axis=0)).ravel()
    no = 1 + np.asarray(found[~offensive].sum(axis=0)).ravel()
    ratio = np.log(yes / yes.sum()) - np.log(no / no.sum())
    fitted = LogisticRegression(C=STRENGTH, max_iter=300, solver="liblinear")
    fitted.fit(found.multiply(ratio).tocsr(), offensive)
    weights = np.rint(MILLION * fitted.coef_[0] * ratio).astype(int)
    pieces = counter.get_feature_names_out()
    return Model(
        name=name,
        bias=round(MILLION * float(fitted.intercept_[0])),
        weights={piece: int(weight) for piece, weight in zip(pieces, weights, strict=True) if weight},
    )


def main(arguments: Sequence[str]) -> int:
    """Train on every text given and write the model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=Path, action="append", required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--name", default="offensive-1")
    given = parser.parse_args(arguments)
    texts = read_texts(given.texts)
    model = train(list(texts), list(texts.values()), name=given.name)
    written = {"form": FORM, "name": model.name, "bias": model.bias}
    given.to.parent.mkdir(parents=True, exist_ok=True)
    given.to.write_text(json.dumps(written | {"weights": dict(model.weights)}, ensure_ascii=False), "utf-8")
    print(f"{len(texts):,} texts, {len(model.weights):,} pieces: {given.to}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
