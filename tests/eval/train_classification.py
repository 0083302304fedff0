"""Build agents/classification/data/model.npz from the labelled posts of the dev split.

Run ``python -m tests.eval.train_classification`` after every change of lexicon, features or dev labels.
The test split is never read. Figures printed are those of files left out of the training as a whole.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from agents.classification.category.lexicon import CATEGORIES, Lexicon, load_lexicon
from agents.classification.category.model import MODEL_FILE, Model, WordWeights, score
from tests.eval.training import Examples, Matrix, Numbers, load_examples, softmax, train

TARGET = Path(__file__).parents[2] / "agents/classification/data" / MODEL_FILE


def models_by_file(lexicon: Lexicon, sharpness: float) -> Iterator[tuple[str, Model]]:
    """Give the name of each dev file with a model trained on all the others."""
    examples = load_examples(lexicon)
    for file, _, model in left_out(examples):
        yield file, replace(model, sharpness=sharpness)


def left_out(examples: Examples) -> Iterator[tuple[str, Numbers, Model]]:
    """Give each file with the rows of its posts and a model trained on all the other files."""
    files = np.array(examples.files)
    for file in sorted(set(examples.files)):
        yield file, np.flatnonzero(files == file), train(examples, np.flatnonzero(files != file))


def scores_of(model: Model, examples: Examples, rows: Numbers) -> Matrix:
    """Return the scores of posts by label."""
    return np.array(
        [score(model, examples.evidence[row], examples.words[row], examples.lead[row]) for row in rows]
    )


def sharpness_of(scores: Matrix, primary: Matrix) -> float:
    """Return the factor on the scores under which the posts left out are likeliest."""
    factors = np.arange(0.5, 3.01, 0.05)
    losses = [-np.log((softmax(scores * factor) * primary).sum(axis=1)).mean() for factor in factors]
    return float(factors[int(np.argmin(losses))])


def report(name: str, scores: Matrix, accepted: Matrix, primary: Matrix) -> None:
    """Print how often the likeliest label is the first, and an acceptable one."""
    best = scores.argmax(axis=1)
    rows = np.arange(len(best))
    sys.stdout.write(
        f"{name}: first {primary[rows, best].mean():.3f}, acceptable {accepted[rows, best].mean():.3f}\n"
    )


def save(model: Model) -> None:
    """Write the weights as ``load_model`` reads them."""
    np.savez_compressed(
        TARGET,
        evidence=model.evidence.astype(np.float32),
        plain_features=_packed(model.plain),
        plain_weights=model.plain.weights.astype(np.float16),
        lead_features=_packed(model.lead),
        lead_weights=model.lead.weights.astype(np.float16),
        sharpness=np.float64(model.sharpness),
    )


def _packed(table: WordWeights) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    names = [""] * len(table.weights)
    for first, rows in table.rows.items():
        for second, row in rows.items():
            names[row] = f"{first} {second}".lstrip()
    return np.frombuffer("\n".join(names).encode("utf-8"), dtype=np.uint8)


def main() -> None:
    """Train, tell how well files left out are judged, and write the weights."""
    examples = load_examples(load_lexicon())
    scores = np.zeros((len(examples.files), examples.primary[0].shape[1] + examples.primary[1].shape[1]))
    split = len(CATEGORIES)
    for file, rows, model in left_out(examples):
        scores[rows] = scores_of(model, examples, rows)
        for name, columns, k in (("category", slice(None, split), 0), ("event type", slice(split, None), 1)):
            report(
                f"{file} {name}", scores[rows, columns], examples.accepted[k][rows], examples.primary[k][rows]
            )
    report("category", scores[:, :split], examples.accepted[0], examples.primary[0])
    report("event type", scores[:, split:], examples.accepted[1], examples.primary[1])
    sharpness = sharpness_of(scores[:, :split], examples.primary[0])
    model = train(examples, np.arange(len(examples.files)), sharpness)
    save(model)
    sys.stdout.write(
        f"{len(examples.files)} posts, {len(model.plain.weights)} + {len(model.lead.weights)} word features,"
        f" sharpness {sharpness:.2f}\n"
    )


if __name__ == "__main__":
    main()
