"""Training of the linear model: labelled posts as matrices, and the fit of weights to them."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.classification.category.features import (
    evidence_features,
    lead_features,
    lead_size,
    plain_features,
    stems,
)
from agents.classification.category.lexicon import CATEGORIES, EVENT_TYPES, Lexicon
from agents.classification.category.model import Model, word_weights
from agents.classification.category.scan import scan
from agents.classification.evidence import weigh
from agents.classification.language.text import Text, analyse

Matrix = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]
POSTS = Path(__file__).parent / "posts"
STEPS = 150
PRIMARY_SHARE = 0.5
"""Share of the loss on the primary label; the rest is on all acceptable labels together."""
EVIDENCE_RIDGE, WORD_RIDGE, BIAS_RIDGE = 0.01, 0.0003, 0.01
CATEGORY_START, EVENT_START = (0.32, 0.12, 0.2), (0.2, 0.08, 0.0)
"""Weight of a label's own evidence, by zone, before anything is learned; the ridge draws to it."""
MIN_POSTS_OF_PAIR = 2
"""A pair of words has to occur in so many posts to be a feature."""


@dataclass(frozen=True)
class Examples:
    """Labelled posts; row n of everything is post n.

    Attributes:
        files: name of the post's file.
        evidence: features of the lexicon's evidence.
        words: stems of the whole text.
        lead: stems of headline and first sentence.
        primary: first label of category and of event type.
        accepted: all acceptable labels of each.

    """

    files: list[str]
    evidence: Matrix
    words: list[list[str]]
    lead: list[list[str]]
    primary: tuple[Matrix, Matrix]
    accepted: tuple[Matrix, Matrix]


def load_examples(lexicon: Lexicon) -> Examples:
    """Return the English posts of the dev split."""
    posts = [
        (file.name, post)
        for file in sorted(POSTS.glob("*_dev.jsonl"))
        for post in map(json.loads, filter(None, file.read_text("utf-8").splitlines()))
        if post["language"] == "en"
    ]
    texts = [analyse(post["headline"], post["body"]) for _, post in posts]
    words = [stems(text) for text in texts]
    category, event = (
        labels([post for _, post in posts], field, names)
        for field, names in (("categories_ok", CATEGORIES), ("event_types_ok", EVENT_TYPES))
    )
    return Examples(
        files=[file for file, _ in posts],
        evidence=np.array([_evidence(lexicon, text) for text in texts]),
        words=words,
        lead=[stemmed[: lead_size(text)] for stemmed, text in zip(words, texts, strict=True)],
        primary=(category[0], event[0]),
        accepted=(category[1], event[1]),
    )


def _evidence(lexicon: Lexicon, text: Text) -> Matrix:
    return evidence_features(weigh(lexicon, text, scan(lexicon, text)))


def labels(posts: list[dict[str, Any]], field: str, names: tuple[str, ...]) -> tuple[Matrix, Matrix]:
    """Return one row a post: the first label (for categories the main one), and all acceptable ones."""
    accepted = np.array([[float(name in post[field]) for name in names] for post in posts])
    first = [post["category"] if field == "categories_ok" else post[field][0] for post in posts]
    primary = np.array([[float(name == label) for name in names] for label in first])
    return primary, accepted


def train(examples: Examples, rows: Numbers, sharpness: float = 1.0) -> Model:
    """Fit both regressions to the posts in these rows alone; the vocabulary is theirs too."""
    evidence = np.hstack([examples.evidence[rows], np.ones((len(rows), 1))])
    plain = word_matrix([plain_features(examples.words[row]) for row in rows])
    lead = word_matrix([lead_features(examples.lead[row]) for row in rows])
    ridges = np.full(evidence.shape[1], EVIDENCE_RIDGE)
    ridges[-1] = BIAS_RIDGE
    start = start_weights()
    kernel = (evidence / ridges) @ evidence.T + (plain[1] @ plain[1].T + lead[1] @ lead[1].T) / WORD_RIDGE
    dual = np.hstack(
        [
            fit(kernel, evidence @ start[:, columns], primary[rows], accepted[rows])
            for columns, primary, accepted in zip(
                (slice(None, len(CATEGORIES)), slice(len(CATEGORIES), None)),
                examples.primary,
                examples.accepted,
                strict=True,
            )
        ]
    )
    return Model(
        evidence=start + (evidence / ridges).T @ dual,
        plain=word_weights(plain[0], plain[1].T @ dual / WORD_RIDGE),
        lead=word_weights(lead[0], lead[1].T @ dual / WORD_RIDGE),
        sharpness=sharpness,
        version="",
    )


def start_weights() -> Matrix:
    """Return the weights before training: a label's own evidence speaks for it."""
    categories, events = len(CATEGORIES), len(EVENT_TYPES)
    weights = np.zeros((3 * (categories + events) + 1, categories + events))
    weights[: 3 * categories, :categories] = np.vstack([w * np.eye(categories) for w in CATEGORY_START])
    weights[3 * categories : -1, categories:] = np.vstack([w * np.eye(events) for w in EVENT_START])
    return weights


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


def fit(kernel: Matrix, offset: Matrix, primary: Matrix, accepted: Matrix) -> Matrix:
    """Return the dual weights of a multinomial regression with a ridge, by post and label.

    Nesterov's accelerated gradient in the eigenvectors of the kernel, where the ridge is the same for all.
    """
    values, vectors = np.linalg.eigh(kernel)
    kept = values > 1e-7 * values[-1]
    roots = np.sqrt(values[kept])
    features = vectors[:, kept] * roots
    rate = 1 / (0.5 * values[-1] / len(kernel) + 1)
    weights = ahead = np.zeros((features.shape[1], primary.shape[1]))
    momentum = 1.0
    for _ in range(STEPS):
        guess = softmax(offset + features @ ahead)
        share = guess * accepted
        share /= share.sum(axis=1, keepdims=True) + 1e-12
        error = (guess - PRIMARY_SHARE * primary - (1 - PRIMARY_SHARE) * share) / len(kernel)
        stepped = ahead - rate * (features.T @ error + ahead)
        grown = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = stepped + (momentum - 1) / grown * (stepped - weights)
        weights, momentum = stepped, grown
    return np.asarray((vectors[:, kept] / roots) @ weights)


def softmax(scores: Matrix) -> Matrix:
    """Return probabilities by row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
