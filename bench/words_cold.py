"""The trained model beside a plain linear baseline, on the part of COLD that neither has seen."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from bench.measure import Figure
from tools.train_words import part_of, read_texts, train

SHARED = Path(os.environ.get("FORBEAR_SHARED", Path(__file__).resolve().parents[2] / "shared"))
FILES = ("train.csv.gz", "dev.csv.gz")
DRAWS = 1_000
BASELINE_STRENGTH = 4
"""Of 1, 4, 10 and 30 the best on the validation part, as of pieces of two and of three characters."""

Labels = np.ndarray[tuple[int], np.dtype[np.int64]]


def cold_figures() -> list[Figure]:
    """Return the model's macro-F1 on the test part, asked to be above the baseline's."""
    texts = read_texts(SHARED / "data" / "coldataset" / name for name in FILES)
    parts: dict[str, list[str]] = {"train": [], "validation": [], "test": []}
    for text in texts:
        parts[part_of(text)].append(text)
    labels = {part: np.array([texts[text] for text in those]) for part, those in parts.items()}
    print("COLD by hash: " + ", ".join(f"{len(those):,} {part}" for part, those in parts.items()))
    model = train(parts["train"], labels["train"].tolist(), name="cold")
    ours = np.array([int(model.score(text) > 0) for text in parts["test"]])
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 2))
    linear = LogisticRegression(C=BASELINE_STRENGTH, max_iter=300)
    linear.fit(vectorizer.fit_transform(parts["train"]), labels["train"])
    plain = linear.predict(vectorizer.transform(parts["test"]))
    return _compared(labels["test"], ours, plain)


def _compared(truth: Labels, ours: Labels, plain: Labels) -> list[Figure]:
    rng = np.random.default_rng(1)
    drawn = []
    for _ in range(DRAWS):
        rows = rng.integers(0, len(truth), len(truth))
        drawn.append((_macro_f1(truth[rows], ours[rows]), _macro_f1(truth[rows], plain[rows])))
    model, baseline = np.array(drawn).T
    for name, values, whole in (
        ("model", model, _macro_f1(truth, ours)),
        ("character n-gram baseline", baseline, _macro_f1(truth, plain)),
        ("difference", model - baseline, _macro_f1(truth, ours) - _macro_f1(truth, plain)),
    ):
        low, high = np.percentile(values, [2.5, 97.5])
        print(f"  COLD macro-F1, {name}: {whole:.4f} (95 % of draws {low:.4f} to {high:.4f})")
    ours_f1, plain_f1 = 100 * _macro_f1(truth, ours), 100 * _macro_f1(truth, plain)
    return [Figure(name="COLD macro-F1", value=ours_f1, asked=plain_f1, unit="%", at_least=True)]


def _macro_f1(truth: Labels, said: Labels) -> float:
    return float(f1_score(truth, said, average="macro"))
