"""The linear model that weighs a post's signals and its words, built from labelled posts."""

import io
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.classification.category.features import Words
from agents.classification.category.lexicon import CATEGORIES, EVENT_TYPES
from agents.classification.category.signals import SIGNALS
from agents.classification.evidence import Vector
from agents.classification.files import FILES
from agents.data_files import DataFileError
from schemas.ids import stable_hash

MODEL_FILE = "model.npz"
SPLIT = len(CATEGORIES)
LABELS = SPLIT + len(EVENT_TYPES)
"""Columns of all weights: the categories, then the event types."""
TABLES = ("plain", "lead", "title")
"""The tables of words, one for each part of a post."""


@dataclass(frozen=True)
class WordWeights:
    """Weights of stems and of pairs of stems, and their rows."""

    stems: dict[str, int]
    pairs: dict[tuple[str, str], int]
    weights: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Model:
    """Weights of two multinomial logistic regressions over the same features, and what joins them.

    Attributes:
        signals: by feature of ``signals_of``, and the bias last.
        plain: of the words of the whole text, names and numbers left out.
        lead: of the words of headline and first sentence, with a mark in place of names and numbers.
        title: likewise of the headline, or of the opening where there is none.
        together: by category and event type, what is added to the scores of the two where both apply.
        sharpness: factor on all scores that makes confidence the share that is right.
        version: hash of the file.

    """

    signals: Vector
    plain: WordWeights
    lead: WordWeights
    title: WordWeights
    together: Vector
    sharpness: float
    version: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """Probabilities of one post."""

    categories: Vector
    events: Vector


def load_model(directory: Path | None = None) -> Model:
    """Load the weights.

    Raises:
        DataFileError: the file is missing, or was built for other features.

    """
    path = FILES.find(MODEL_FILE, directory)
    try:
        content = path.read_bytes()
        arrays = np.load(io.BytesIO(content), allow_pickle=False)
        signals, together = (arrays[name].astype(np.float64) for name in ("signals", "together"))
        plain, lead, title = (
            word_weights(
                arrays[f"{name}_features"].tobytes().decode("utf-8").split("\n"), arrays[f"{name}_weights"]
            )
            for name in TABLES
        )
        sharpness = float(arrays["sharpness"])
    except (OSError, ValueError, KeyError) as error:
        raise DataFileError(
            f"{path}: no model: {error}; build it anew with train_classification.py"
        ) from error
    shapes = signals.shape, together.shape
    wanted = (SIGNALS + 1, LABELS), (SPLIT, LABELS - SPLIT)
    if shapes != wanted:
        raise DataFileError(f"{path}: weights are {shapes}, not {wanted}; build the model anew")
    return Model(
        signals=signals,
        plain=plain,
        lead=lead,
        title=title,
        together=together,
        sharpness=sharpness,
        version=stable_hash(content.hex())[:12],
    )


def word_weights(features: list[str], weights: npt.NDArray[np.floating]) -> WordWeights:
    """Return a table of weights from the features in the order of its rows."""
    stems: dict[str, int] = {}
    pairs: dict[tuple[str, str], int] = {}
    for row, feature in enumerate(features):
        first, _, second = feature.partition(" ")
        if second:
            pairs[first, second] = row
        else:
            stems[first] = row
    return WordWeights(stems=stems, pairs=pairs, weights=weights.astype(np.float32))


def judge(model: Model, signals: Vector, words: Words) -> Judgement:
    """Return the probabilities of category and event type."""
    return weigh_together(model.together, score(model, signals, words) * model.sharpness)


def weigh_together(together: Vector, scores: Vector) -> Judgement:
    """Return the probabilities of both labels from their scores: one that goes with the other gains."""
    shares = _softmax(scores[:SPLIT, None] + scores[SPLIT:] + together)
    return Judgement(categories=shares.sum(axis=1), events=shares.sum(axis=0))


def score(model: Model, signals: Vector, words: Words) -> Vector:
    """Return the scores of all labels, each for itself."""
    scores: Vector = (
        signals @ model.signals[:-1]
        + model.signals[-1]
        + word_scores(model.plain, words.plain)
        + word_scores(model.lead, words.lead)
        + word_scores(model.title, words.title)
    )
    return scores


def word_scores(table: WordWeights, words: list[str]) -> npt.NDArray[np.float32]:
    """Return what the words add to the scores."""
    rows = rows_of(table, words)
    if not rows:
        return np.zeros(LABELS, dtype=np.float32)
    total: npt.NDArray[np.float32] = table.weights.take(rows, axis=0).sum(axis=0)
    return total / np.float32(sqrt(len(rows)))


def rows_of(table: WordWeights, words: list[str]) -> list[int]:
    """Return the rows of the stems and pairs that the table knows, each once and in order."""
    found: dict[Any, None] = dict.fromkeys(map(table.stems.get, words))
    found.update(dict.fromkeys(map(table.pairs.get, pairwise(words))))
    found.pop(None, None)
    return list(found)


def _softmax(scores: Vector) -> Vector:
    powers = np.exp(scores - scores.max())
    shares: Vector = powers / powers.sum()
    return shares
