"""Training of the linear model: labelled posts as matrices, and the fit of weights to them."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.classification.category.features import Words, lead_features, plain_features, words_of
from agents.classification.category.lexicon import CATEGORIES, CUES, EVENT_TYPES, Lexicon
from agents.classification.category.model import LABELS, SPLIT, Model, WordWeights, word_weights
from agents.classification.category.scan import scan
from agents.classification.category.signals import ACTS_AT, EVIDENCE_SIZE, FORM_SIZE, SIGNALS, signals_of
from agents.classification.evidence import weigh
from agents.classification.language.text import Text, analyse

Matrix = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]
POSTS = Path(__file__).parent / "posts"
STEPS = 100
PRIMARY_SHARE = 0.5
"""Share of the loss on the primary label; the rest is on all acceptable labels together."""
EVIDENCE_RIDGE, FORM_RIDGE, CUE_RIDGE, ACT_RIDGE, BIAS_RIDGE = 0.01, 0.003, 0.003, 0.005, 0.01
PLAIN_RIDGE, LEAD_RIDGE, TITLE_RIDGE = 0.0001, 0.0001, 0.0003
CATEGORY_START, EVENT_START = (0.32, 0.12, 0.2), (0.2, 0.08, 0.0)
"""Weight of a label's own evidence, by zone, before anything is learned; the ridge draws to it."""
TOGETHER = 0.3
"""How much it counts that a category and an event type are often seen in one post."""
UNSEEN_TOGETHER = 0.2
"""Weight of the guess that category and event type have nothing to do with one another."""
MIN_POSTS_OF_PAIR = 2
"""A pair of words has to occur in so many posts to be a feature."""


@dataclass(frozen=True)
class Examples:
    """Labelled posts; row n of everything is post n.

    Attributes:
        files: name of the post's file.
        signals: all features but the words.
        words: the stems of the post's parts.
        primary: first label of category and of event type.
        accepted: all acceptable labels.

    """

    files: list[str]
    signals: Matrix
    words: list[Words]
    primary: Matrix
    accepted: Matrix


@dataclass(frozen=True)
class _Table:
    """Word features of some posts."""

    vocabulary: list[str]
    matrix: npt.NDArray[np.float32]
    ridge: float

    def kernel(self) -> npt.NDArray[np.float32]:
        found: npt.NDArray[np.float32] = self.matrix @ self.matrix.T / np.float32(self.ridge)
        return found

    def weights(self, dual: npt.NDArray[np.float32]) -> WordWeights:
        return word_weights(self.vocabulary, self.matrix.T @ dual / np.float32(self.ridge))


def load_examples(lexicon: Lexicon) -> Examples:
    """Return the English posts of the dev split."""
    posts = [
        (file.name, post)
        for file in sorted(POSTS.glob("*_dev.jsonl"))
        for post in map(json.loads, filter(None, file.read_text("utf-8").splitlines()))
        if post["language"] == "en"
    ]
    texts = [analyse(post["headline"], post["body"]) for _, post in posts]
    category, event = (
        labels([post for _, post in posts], field, names)
        for field, names in (("categories_ok", CATEGORIES), ("event_types_ok", EVENT_TYPES))
    )
    return Examples(
        files=[file for file, _ in posts],
        signals=np.array([_signals(lexicon, text) for text in texts]),
        words=[words_of(text) for text in texts],
        primary=np.hstack((category[0], event[0])),
        accepted=np.hstack((category[1], event[1])),
    )


def _signals(lexicon: Lexicon, text: Text) -> list[float]:
    found = scan(lexicon, text)
    return signals_of(lexicon, text, found, weigh(lexicon, text, found))


def labels(posts: list[dict[str, Any]], field: str, names: tuple[str, ...]) -> tuple[Matrix, Matrix]:
    """Return one row a post: the first label (for categories the main one), and all acceptable ones."""
    accepted = np.array([[float(name in post[field]) for name in names] for post in posts])
    first = [post["category"] if field == "categories_ok" else post[field][0] for post in posts]
    primary = np.array([[float(name == label) for name in names] for label in first])
    return primary, accepted


def train(examples: Examples, rows: Numbers, sharpness: float = 1.0) -> Model:
    """Fit both regressions to the posts in these rows alone; the vocabulary is theirs too."""
    signals = np.hstack((examples.signals[rows], np.ones((len(rows), 1))))
    words = [examples.words[row] for row in rows]
    plain, lead, title = (
        _Table(*word_matrix(features), ridge)
        for features, ridge in (
            ([plain_features(post.plain) for post in words], PLAIN_RIDGE),
            ([lead_features(post.lead) for post in words], LEAD_RIDGE),
            ([lead_features(post.title) for post in words], TITLE_RIDGE),
        )
    )
    ridges, start = signal_ridges(), start_weights()
    kernel = ((signals / ridges) @ signals.T).astype(np.float32)
    kernel += plain.kernel() + lead.kernel() + title.kernel()
    accepted = examples.accepted[rows]
    dual = fit(kernel, signals @ start, examples.primary[rows], accepted)
    return Model(
        signals=start + (signals / ridges).T @ dual,
        plain=plain.weights(dual),
        lead=lead.weights(dual),
        title=title.weights(dual),
        together=seen_together(examples.primary[rows], accepted),
        sharpness=sharpness,
        version="",
    )


def signal_ridges() -> Matrix:
    """Return how strongly each signal's weights are drawn to their start; the bias comes last."""
    sizes = (EVIDENCE_SIZE, FORM_SIZE, 2 * len(CUES), SIGNALS - ACTS_AT, 1)
    return np.repeat((EVIDENCE_RIDGE, FORM_RIDGE, CUE_RIDGE, ACT_RIDGE, BIAS_RIDGE), sizes)


def start_weights() -> Matrix:
    """Return the weights before training: a label's own evidence speaks for it."""
    weights = np.zeros((SIGNALS + 1, LABELS))
    weights[: 3 * SPLIT, :SPLIT] = np.vstack([weight * np.eye(SPLIT) for weight in CATEGORY_START])
    events = [weight * np.eye(LABELS - SPLIT) for weight in EVENT_START]
    weights[3 * SPLIT : EVIDENCE_SIZE, SPLIT:] = np.vstack(events)
    return weights


def seen_together(primary: Matrix, accepted: Matrix) -> Matrix:
    """Return by category and event type as a log how much oftener they meet than by chance."""
    categories, events = accepted[:, :SPLIT], accepted[:, SPLIT:]
    mixed = primary[:, :SPLIT] + categories / categories.sum(axis=1, keepdims=True)
    pairs = mixed.T @ (events / events.sum(axis=1, keepdims=True))
    chance = np.outer(pairs.sum(axis=1), pairs.sum(axis=0)) / pairs.sum()
    ratio = (pairs + UNSEEN_TOGETHER * chance) / (chance + UNSEEN_TOGETHER * chance)
    together: Matrix = TOGETHER * np.log(ratio)
    return together


def word_matrix(features: list[list[str]]) -> tuple[list[str], npt.NDArray[np.float32]]:
    """Return the vocabulary, and by post the words in it, each worth 1 / sqrt(number)."""
    posts = Counter(word for words in features for word in words)
    vocabulary = sorted(
        word for word, count in posts.items() if " " not in word or count >= MIN_POSTS_OF_PAIR
    )
    row = {word: number for number, word in enumerate(vocabulary)}
    matrix = np.zeros((len(features), len(vocabulary)), dtype=np.float32)
    for number, words in enumerate(features):
        known = [row[word] for word in words if word in row]
        matrix[number, known] = 1 / np.sqrt(max(len(known), 1))
    return vocabulary, matrix


def fit(
    kernel: npt.NDArray[np.float32], offset: Matrix, primary: Matrix, accepted: Matrix
) -> npt.NDArray[np.float32]:
    """Return the dual weights of two multinomial regressions with a ridge, by post and label.

    Nesterov's accelerated gradient on the dual weights: the kernel takes the place of the features.
    """
    count = len(kernel)
    rate = np.float32(1 / (0.5 * top_of(kernel) / count + 1))
    begun, first, known = (matrix.astype(np.float32) for matrix in (offset, primary, accepted))
    weights: npt.NDArray[np.float32] = np.zeros(offset.shape, dtype=np.float32)
    ahead = weights
    momentum = np.float32(1)
    for _ in range(STEPS):
        scores = begun + kernel @ ahead
        error = np.hstack(
            [_error(scores[:, part], first[:, part], known[:, part]) for part in (_CATEGORY, _EVENT)]
        )
        stepped = ahead - rate * (error / np.float32(count) + ahead)
        grown = np.float32((1 + np.sqrt(1 + 4 * momentum**2)) / 2)
        ahead = stepped + (momentum - 1) / grown * (stepped - weights)
        weights, momentum = stepped, grown
    return weights


_CATEGORY, _EVENT = slice(None, SPLIT), slice(SPLIT, None)


def _error(
    scores: npt.NDArray[np.float32], primary: npt.NDArray[np.float32], accepted: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    guess = softmax(scores)
    share = guess * accepted
    share /= share.sum(axis=1, keepdims=True) + np.float32(1e-12)
    error: npt.NDArray[np.float32] = guess - PRIMARY_SHARE * primary - (1 - PRIMARY_SHARE) * share
    return error


def top_of(kernel: npt.NDArray[np.float32]) -> float:
    """Return the largest eigenvalue or a little more, by power iteration."""
    vector = np.ones(len(kernel), dtype=np.float32)
    for _ in range(12):
        vector = kernel @ vector
        vector /= np.linalg.norm(vector)
    return 1.02 * float(vector @ (kernel @ vector))


def softmax(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return probabilities by row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: npt.NDArray[np.float32] = powers / powers.sum(axis=1, keepdims=True)
    return shares
