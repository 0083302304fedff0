"""The linear model that weighs the lexicon's evidence and the plain words, built from labelled posts."""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from agents.classification.data_files import DataFileError, find
from agents.classification.evidence import Evidence, Vector
from agents.classification.features import (
    CATEGORY_SIZE,
    EVENT_SIZE,
    category_features,
    event_features,
    plain_stems,
)
from agents.classification.lexicon import CATEGORIES, EVENT_TYPES
from agents.classification.text import Text
from schemas.ids import stable_hash

MODEL_FILE = "model.npz"
_SHAPES = {
    "category": (CATEGORY_SIZE + 1, len(CATEGORIES)),
    "event": (EVENT_SIZE + 1, len(EVENT_TYPES)),
}
"""Rows: one a feature, and the bias last."""


@dataclass(frozen=True)
class Model:
    """Weights of two multinomial logistic regressions.

    Attributes:
        category: by category feature and category.
        event: by event feature and event type.
        vocabulary: by stem, the row of the stem in ``words``, -1 where it has none, and the rows of the pairs
            that it opens by their second stem.
        words: by word feature; columns are the categories, then the event types.
        sharpness: factor on the categories' scores that makes confidence the share that is right.
        version: hash of the file.

    """

    category: Vector
    event: Vector
    vocabulary: dict[str, tuple[int, dict[str, int]]]
    words: npt.NDArray[np.float32]
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
    path = find(MODEL_FILE, directory)
    try:
        content = path.read_bytes()
        arrays = np.load(io.BytesIO(content), allow_pickle=False)
        vocabulary = arrays["vocabulary"].tobytes().decode("utf-8").split("\n")
        weights = {name: arrays[name].astype(np.float64) for name in _SHAPES}
        words = arrays["words"].astype(np.float32)
        sharpness = float(arrays["sharpness"])
    except (OSError, ValueError, KeyError) as error:
        raise DataFileError(
            f"{path}: no model: {error}; build it anew with train_classification.py"
        ) from error
    for name, shape in _SHAPES.items():
        if weights[name].shape != shape:
            raise DataFileError(f"{path}: {name} is {weights[name].shape}, not {shape}; build the model anew")
    return Model(
        **weights,
        vocabulary=_by_stem(vocabulary),
        words=words,
        sharpness=sharpness,
        version=stable_hash(content.hex())[:12],
    )


def _by_stem(features: list[str]) -> dict[str, tuple[int, dict[str, int]]]:
    rows = {feature: row for row, feature in enumerate(features)}
    pairs: dict[str, dict[str, int]] = {}
    for feature, row in rows.items():
        first, space, second = feature.partition(" ")
        opened = pairs.setdefault(first, {})
        if space:
            opened[second] = row
    return {first: (rows.get(first, -1), opened) for first, opened in pairs.items()}


def judge(model: Model, text: Text, evidence: Evidence) -> Judgement:
    """Return the probabilities of category and event type."""
    from_words = word_scores(model, text)
    split = len(CATEGORIES)
    scores = scored(category_features(evidence), model.category) + from_words[:split]
    categories = softmax(scores * model.sharpness)
    events = softmax(scored(event_features(evidence, categories), model.event) + from_words[split:])
    return Judgement(categories=categories, events=events)


def word_scores(model: Model, text: Text) -> Vector:
    """Return what the plain words add to the scores of the categories and event types."""
    rows = _rows(model.vocabulary, text)
    if not rows:
        return np.zeros(model.words.shape[1])
    total: Vector = model.words.take(rows, axis=0).sum(axis=0, dtype=np.float64) / np.sqrt(len(rows))
    return total


def _rows(vocabulary: dict[str, tuple[int, dict[str, int]]], text: Text) -> list[int]:
    """Return the rows of the text's ``word_features`` without making the pairs, of which few are known."""
    found: dict[int, None] = {}
    unknown: tuple[int, dict[str, int]] = (-1, {})
    pairs = unknown[1]
    for stem in plain_stems(text):
        before = pairs
        row, pairs = vocabulary.get(stem, unknown)
        if row >= 0:
            found[row] = None
        if stem in before:
            found[before[stem]] = None
    return list(found)


def scored(features: Vector, weights: Vector) -> Vector:
    """Return the scores of features under weights whose last row is the bias."""
    scores: Vector = features @ weights[:-1] + weights[-1]
    return scores


def softmax(scores: Vector) -> Vector:
    """Return probabilities."""
    powers = np.exp(scores - scores.max())
    shares: Vector = powers / powers.sum()
    return shares
