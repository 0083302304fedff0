"""The linear model that weighs the lexicon's evidence and the plain words, built from labelled posts."""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from agents.classification.category.features import (
    EVIDENCE_SIZE,
    PLACEHOLDERS,
    evidence_features,
    lead_size,
    stems,
)
from agents.classification.category.lexicon import CATEGORIES, EVENT_TYPES
from agents.classification.evidence import Evidence, Vector
from agents.classification.files import FILES
from agents.classification.language.text import Text
from agents.data_files import DataFileError
from schemas.ids import stable_hash

MODEL_FILE = "model.npz"
LABELS = len(CATEGORIES) + len(EVENT_TYPES)
"""Columns of all weights: the categories, then the event types."""
Rows = dict[str, dict[str, int]]
"""Rows of word features: by the first stem of a pair, then by the second; a lone stem stands under ''."""


@dataclass(frozen=True)
class WordWeights:
    """Weights of stems and of pairs of stems."""

    rows: Rows
    weights: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Model:
    """Weights of two multinomial logistic regressions over the same features.

    Attributes:
        evidence: by feature of the lexicon's evidence, and the bias last.
        plain: of the words of the whole text, names and numbers left out.
        lead: of the words of headline and first sentence, with a mark in place of names and numbers.
        sharpness: factor on the categories' scores that makes confidence the share that is right.
        version: hash of the file.

    """

    evidence: Vector
    plain: WordWeights
    lead: WordWeights
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
        evidence = arrays["evidence"].astype(np.float64)
        plain, lead = (
            word_weights(
                arrays[f"{name}_features"].tobytes().decode("utf-8").split("\n"), arrays[f"{name}_weights"]
            )
            for name in ("plain", "lead")
        )
        sharpness = float(arrays["sharpness"])
    except (OSError, ValueError, KeyError) as error:
        raise DataFileError(
            f"{path}: no model: {error}; build it anew with train_classification.py"
        ) from error
    shape = (EVIDENCE_SIZE + 1, LABELS)
    if evidence.shape != shape:
        raise DataFileError(f"{path}: evidence is {evidence.shape}, not {shape}; build the model anew")
    version = stable_hash(content.hex())[:12]
    return Model(evidence=evidence, plain=plain, lead=lead, sharpness=sharpness, version=version)


def word_weights(features: list[str], weights: npt.NDArray[np.floating]) -> WordWeights:
    """Return a table of weights from the features in the order of its rows."""
    rows: Rows = {"": {}}
    for row, feature in enumerate(features):
        first, _, second = feature.rpartition(" ")
        rows.setdefault(first, {})[second] = row
    return WordWeights(rows=rows, weights=weights.astype(np.float32))


def judge(model: Model, text: Text, evidence: Evidence) -> Judgement:
    """Return the probabilities of category and event type."""
    words = stems(text)
    scores = score(model, evidence_features(evidence), words, words[: lead_size(text)])
    split = len(CATEGORIES)
    return Judgement(categories=softmax(scores[:split] * model.sharpness), events=softmax(scores[split:]))


def score(model: Model, features: Vector, words: list[str], lead: list[str]) -> Vector:
    """Return the scores of all labels from the evidence's features and the stems of text and lead."""
    scores: Vector = (
        features @ model.evidence[:-1]
        + model.evidence[-1]
        + word_scores(model.plain, plain_rows(model.plain.rows, words))
        + word_scores(model.lead, lead_rows(model.lead.rows, lead))
    )
    return scores


def word_scores(table: WordWeights, rows: list[int]) -> Vector:
    """Return what the words in these rows add to the scores."""
    if not rows:
        return np.zeros(table.weights.shape[1])
    total: Vector = table.weights.take(rows, axis=0).sum(axis=0, dtype=np.float64) / np.sqrt(len(rows))
    return total


def plain_rows(known: Rows, words: list[str]) -> list[int]:
    """Return the rows of the ``plain_features`` of words without making the pairs, of which few are known."""
    singles = known[""]
    found: dict[int, None] = {}
    pairs: dict[str, int] | None = None
    for word in words:
        if word in PLACEHOLDERS:
            pairs = None
            continue
        if word in singles:
            found[singles[word]] = None
        if pairs and word in pairs:
            found[pairs[word]] = None
        pairs = known.get(word)
    return list(found)


def lead_rows(known: Rows, words: list[str]) -> list[int]:
    """Return the rows of the ``lead_features`` of words."""
    singles = known[""]
    found: dict[int, None] = {}
    pairs: dict[str, int] | None = None
    previous = ""
    for word in words:
        if word == previous and word in PLACEHOLDERS:
            continue
        if word in singles:
            found[singles[word]] = None
        if pairs and word in pairs:
            found[pairs[word]] = None
        pairs = known.get(word)
        previous = word
    return list(found)


def softmax(scores: Vector) -> Vector:
    """Return probabilities."""
    powers = np.exp(scores - scores.max())
    shares: Vector = powers / powers.sum()
    return shares
