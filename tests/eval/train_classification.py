"""Build agents/classification/data/model.npz from the labelled posts of the dev split.

Run ``python -m tests.eval.train_classification`` after every change of lexicon, features or dev labels.
The test split is never read. Figures printed are those of files left out of the training as a whole.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from agents.classification.category.lexicon import Lexicon, load_lexicon
from agents.classification.category.model import (
    MODEL_FILE,
    SPLIT,
    TABLES,
    Model,
    WordWeights,
    score,
    weigh_together,
)
from tests.eval.training import Examples, Matrix, Numbers, load_examples, train

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


def shares_of(together: Matrix, scores: Matrix) -> Matrix:
    """Return the probabilities of posts by label."""
    odds = np.exp(together)
    judged = [weigh_together(odds, row.tolist()) for row in scores]
    return np.array([np.concatenate((one.categories, one.events)) for one in judged])


def sharpness_of(together: Matrix, scores: Matrix, primary: Matrix) -> float:
    """Return the factor on the scores under which the main categories of the posts left out are likeliest."""
    factors = np.arange(0.5, 2.51, 0.05)
    shares = (shares_of(together, scores * factor)[:, :SPLIT] for factor in factors)
    losses = [-np.log((share * primary[:, :SPLIT]).sum(axis=1)).mean() for share in shares]
    return float(factors[int(np.argmin(losses))])


def report(file: str, shares: Matrix, primary: Matrix, accepted: Matrix) -> None:
    """Print how often the likeliest category is the first or an acceptable one, and likewise event types."""
    rows = np.arange(len(shares))
    category = shares[:, :SPLIT].argmax(axis=1)
    event = shares[:, SPLIT:].argmax(axis=1) + SPLIT
    sys.stdout.write(
        f"{file}: category {primary[rows, category].mean():.3f}, acceptable"
        f" {accepted[rows, category].mean():.3f}, event type acceptable {accepted[rows, event].mean():.3f}\n"
    )


def save(model: Model) -> None:
    """Write the weights as ``load_model`` reads them."""
    tables = zip(TABLES, (model.plain, model.lead, model.title), strict=True)
    words = {
        f"{name}_{part}": array
        for name, table in tables
        for part, array in (("features", _packed(table)), ("weights", table.weights.astype(np.float16)))
    }
    np.savez_compressed(
        TARGET,
        allow_pickle=False,
        signals=model.signals.astype(np.float32),
        together=model.together.astype(np.float32),
        sharpness=np.float64(model.sharpness),
        **words,
    )


def _packed(table: WordWeights) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    stems = {number: stem for stem, number in table.stems.items()}
    names = [stems.get(row, "") for row in range(len(table.weights))]
    for pair, row in table.pairs.items():
        first, second = divmod(pair, table.size)
        names[row] = f"{stems[first]} {stems[second]}"
    return np.frombuffer("\n".join(names).encode("utf-8"), dtype=np.uint8)


def main() -> None:
    """Train, tell how well files left out are judged, and write the weights."""
    examples = load_examples(load_lexicon())
    rows = np.arange(len(examples.files))
    scores = np.zeros(examples.primary.shape)
    for _, left, model in left_out(examples):
        scores[left] = [score(model, examples.signals[row].tolist(), examples.words[row]) for row in left]
    model = train(examples, rows)
    sharpness = sharpness_of(model.together, scores, examples.primary)
    shares = shares_of(model.together, scores * sharpness)
    files = np.array(examples.files)
    for file in [*sorted(set(examples.files)), "all"]:
        part = rows if file == "all" else np.flatnonzero(files == file)
        report(file, shares[part], examples.primary[part], examples.accepted[part])
    save(replace(model, sharpness=sharpness))
    words = " + ".join(str(len(table.weights)) for table in (model.plain, model.lead, model.title))
    sys.stdout.write(f"{len(files)} posts, {words} word features, sharpness {sharpness:.2f}\n")


if __name__ == "__main__":
    main()
