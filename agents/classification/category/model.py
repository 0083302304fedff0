"""The linear model that weighs a post's signals and its words, built from labelled posts."""

import io
from dataclasses import dataclass, field
from math import exp, sqrt
from pathlib import Path
from struct import pack
from sys import intern
from typing import Final

import numpy as np
import numpy.typing as npt

from agents.classification.category.features import Words
from agents.classification.category.lexicon import CATEGORIES, EVENT_TYPES
from agents.classification.category.signals import SIGNALS
from agents.classification.files import FILES
from agents.data_files import DataFileError
from schemas.ids import stable_hash

Vector = npt.NDArray[np.float64]
Weights = npt.NDArray[np.float32]

MODEL_FILE: Final = "model.npz"
SPLIT: Final = len(CATEGORIES)
LABELS: Final = SPLIT + len(EVENT_TYPES)
"""Columns of all weights: the categories, then the event types."""
TABLES: Final = ("plain", "lead", "title")
"""The tables of words, one for each part of a post."""


@dataclass(frozen=True)
class WordWeights:
    """Weights of stems and of pairs of stems, and their rows.

    Attributes:
        stems: a number for each stem: its row, or one behind the last row where it stands in pairs only.
        pairs: rows by ``first * size + second``, the numbers of both stems.
        size: no number of a stem is as large.
        weights: one row a stem or pair.

    """

    stems: dict[str, int]
    pairs: dict[int, int]
    size: int
    weights: Weights


@dataclass
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

    words: Weights = field(init=False)
    """The weights of the three tables, one below the other: one call of numpy reads them all."""
    odds: Vector = field(init=False)
    """``together`` as factors: by category and event type, how much oftener they meet than by chance."""

    def __post_init__(self) -> None:
        self.words = np.concatenate([table.weights for table in (self.plain, self.lead, self.title)])
        self.odds = np.exp(self.together)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Probabilities of one post, by category and by event type."""

    categories: list[float]
    events: list[float]


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
    stems = {intern(feature): row for row, feature in enumerate(features) if " " not in feature}
    pairs = {tuple(feature.split(" ")): row for row, feature in enumerate(features) if " " in feature}
    paired = sorted({intern(stem) for pair in pairs for stem in pair} - stems.keys())
    stems |= {stem: number for number, stem in enumerate(paired, len(features))}
    size = len(features) + len(paired)
    return WordWeights(
        stems=stems,
        pairs={stems[first] * size + stems[second]: row for (first, second), row in pairs.items()},
        size=size,
        weights=weights.astype(np.float32),
    )


def judge(model: Model, signals: list[float], words: Words) -> Judgement:
    """Return the probabilities of category and event type."""
    return weigh_together(model.odds, [each * model.sharpness for each in score(model, signals, words)])


def weigh_together(odds: Vector, scores: list[float]) -> Judgement:
    """Return the probabilities of both labels from their scores: one that goes with the other gains.

    Args:
        odds: by category and event type, how much oftener the two meet than by chance.
        scores: of the categories, then of the event types.

    """
    categories, events = _powers(scores[:SPLIT]), _powers(scores[SPLIT:])
    by_category: list[float] = np.dot(odds, _floats(events)).tolist()
    by_event: list[float] = np.dot(_floats(categories), odds).tolist()
    shares = [power * by_category[category] for category, power in enumerate(categories)]
    total = sum(shares)
    return Judgement(
        categories=[share / total for share in shares],
        events=[power * by_event[event] / total for event, power in enumerate(events)],
    )


def _powers(scores: list[float]) -> list[float]:
    best = max(scores)
    return [exp(each - best) for each in scores]


def score(model: Model, signals: list[float], words: Words) -> list[float]:
    """Return the scores of all labels, each for itself."""
    columns = [column for column, value in enumerate(signals) if value]
    columns.append(len(signals))
    values = [value for value in signals if value]
    values.append(1.0)
    of_signals: list[float] = np.dot(_floats(values), model.signals.take(_integers(columns), axis=0)).tolist()
    plain, lead, title = word_scores(model, words)
    return [of_signals[label] + plain[label] + lead[label] + title[label] for label in range(len(of_signals))]


def _floats(values: list[float]) -> Vector:
    """Return an array; np.array takes more than twice the time."""
    return np.frombuffer(pack(f"{len(values)}d", *values), dtype=np.float64)


def _integers(values: list[int]) -> npt.NDArray[np.int64]:
    return np.frombuffer(pack(f"{len(values)}q", *values), dtype=np.int64)


def word_scores(model: Model, words: Words) -> list[list[float]]:
    """Return what the words of each table add to the scores."""
    tables = ((model.plain, words.plain), (model.lead, words.lead), (model.title, words.title))
    rows: list[int] = []
    ends: list[int] = []
    first = 0
    for table, part in tables:
        rows += [first + row for row in rows_of(table, part)]
        ends.append(len(rows))
        first += len(table.weights)
    weights = model.words.take(_integers(rows), axis=0)
    scores: list[list[float]] = []
    start = 0
    for end in ends:
        divisor = np.float32(sqrt(max(end - start, 1)))
        scores.append((np.add.reduce(weights[start:end], axis=0) / divisor).tolist())
        start = end
    return scores


def rows_of(table: WordWeights, words: list[str]) -> list[int]:
    """Return the rows of the stems and pairs that the table knows, each once and in order."""
    stems: dict[int, None] = {}
    pairs: dict[int, None] = {}
    size, rows = table.size, len(table.weights)
    before = -1
    for word in words:
        number = table.stems.get(word, -1)
        if number >= 0:
            if before >= 0:
                pair = table.pairs.get(before * size + number, -1)
                if pair >= 0:
                    pairs[pair] = None
            if number < rows:
                stems[number] = None
        before = number
    return [*stems, *pairs]
