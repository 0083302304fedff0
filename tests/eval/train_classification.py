"""Build agents/classification/data/model.npz from the labelled posts of the dev split.

Run ``python -m tests.eval.train_classification`` after every change of lexicon, features or dev labels.
The test split is never read. Figures printed are those of posts left out of the training (five folds).
"""

import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.classification.evidence import weigh
from agents.classification.features import category_features, event_features, word_features
from agents.classification.lexicon import CATEGORIES, EVENT_TYPES, load_lexicon
from agents.classification.model import MODEL_FILE
from agents.classification.scan import scan
from agents.classification.text import analyse

Matrix = npt.NDArray[np.float64]
POSTS = Path(__file__).parent / "posts"
TARGET = Path(__file__).parents[2] / "agents/classification/data" / MODEL_FILE
FOLDS = 5
STEPS = 300
LEARNING_RATE = 0.05
PRIMARY_SHARE = 0.5
"""Share of the loss on the primary label; the rest is on all acceptable labels together."""
WORD_RIDGE = 0.0005
MIN_POSTS = 2
"""A word has to occur in so many posts to be a feature."""


@dataclass(frozen=True)
class Task:
    """One regression: features, the start of its weights, the labels."""

    features: Matrix
    start: Matrix
    ridge: float
    primary: Matrix
    accepted: Matrix


@dataclass(frozen=True)
class Fit:
    """Weights of features (bias last) and of words."""

    weights: Matrix
    words: Matrix

    def scores(self, features: Matrix, words: Matrix) -> Matrix:
        """Return scores by post and label."""
        scores: Matrix = features @ self.weights[:-1] + self.weights[-1] + words @ self.words
        return scores


def softmax(scores: Matrix) -> Matrix:
    """Return probabilities by row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def fit(task: Task, rows: npt.NDArray[np.intp], words: Matrix) -> Fit:
    """Minimise the cross-entropy plus a ridge that draws features to their start and words to 0 (Adam)."""
    features = np.hstack([task.features[rows], np.ones((len(rows), 1))])
    start = np.vstack([task.start, np.zeros((1, task.start.shape[1]))])
    ridges = np.full((len(start), 1), task.ridge)
    parameters = [start.copy(), np.zeros((words.shape[1], start.shape[1]))]
    first = [np.zeros_like(p) for p in parameters]
    second = [np.zeros_like(p) for p in parameters]
    for step in range(1, STEPS + 1):
        guess = softmax(features @ parameters[0] + words[rows] @ parameters[1])
        share = guess * task.accepted[rows]
        share /= share.sum(axis=1, keepdims=True) + 1e-12
        error = (guess - PRIMARY_SHARE * task.primary[rows] - (1 - PRIMARY_SHARE) * share) / len(rows)
        gradients = [
            features.T @ error + ridges * (parameters[0] - start),
            words[rows].T @ error + WORD_RIDGE * parameters[1],
        ]
        rate = LEARNING_RATE * 0.5 * (1 + np.cos(np.pi * step / STEPS))
        for k, gradient in enumerate(gradients):
            first[k] = 0.9 * first[k] + 0.1 * gradient
            second[k] = 0.999 * second[k] + 0.001 * gradient**2
            corrected = np.sqrt(second[k] / (1 - 0.999**step)) + 1e-8
            parameters[k] -= rate * first[k] / (1 - 0.9**step) / corrected
    return Fit(*parameters)


def left_out(task: Task, words: Matrix) -> Matrix:
    """Return the scores of each post by a fit that has not seen it."""
    order = np.random.default_rng(0).permutation(len(task.features))
    scores = np.zeros_like(task.primary)
    for fold in range(FOLDS):
        held = order[fold::FOLDS]
        scores[held] = fit(task, np.setdiff1d(order, held), words).scores(task.features[held], words[held])
    return scores


def sharpness_of(scores: Matrix, primary: Matrix) -> float:
    """Return the factor on the scores under which the posts left out are likeliest."""
    factors = np.arange(0.5, 3.01, 0.05)
    losses = [-np.log((softmax(scores * factor) * primary).sum(axis=1)).mean() for factor in factors]
    return float(factors[int(np.argmin(losses))])


def load_posts() -> list[dict[str, Any]]:
    """Return the English posts of the dev split."""
    lines = (
        line for file in sorted(POSTS.glob("*_dev.jsonl")) for line in file.read_text("utf-8").splitlines()
    )
    return [post for post in map(json.loads, lines) if post["language"] == "en"]


def labels(posts: list[dict[str, Any]], field: str, names: tuple[str, ...]) -> tuple[Matrix, Matrix]:
    """Return one row a post: the first label (for categories the main one), and all acceptable ones."""
    accepted = np.array([[float(name in post[field]) for name in names] for post in posts])
    first = [post["category"] if field == "categories_ok" else post[field][0] for post in posts]
    primary = np.array([[float(name == label) for name in names] for label in first])
    return primary, accepted


def word_matrix(features: list[list[str]]) -> tuple[list[str], Matrix]:
    """Return the vocabulary, and by post the words in it, each worth 1 / sqrt(number)."""
    posts = Counter(word for words in features for word in words)
    vocabulary = sorted(word for word, count in posts.items() if count >= MIN_POSTS)
    row = {word: number for number, word in enumerate(vocabulary)}
    matrix = np.zeros((len(features), len(vocabulary)))
    for number, words in enumerate(features):
        known = [row[word] for word in words if word in row]
        matrix[number, known] = 1 / np.sqrt(max(len(known), 1))
    return vocabulary, matrix


def report(name: str, scores: Matrix, accepted: Matrix, primary: Matrix) -> None:
    """Print how often the likeliest label is the first, and an acceptable one."""
    best = scores.argmax(axis=1)
    rows = np.arange(len(best))
    sys.stdout.write(
        f"{name}: first {primary[rows, best].mean():.3f}, acceptable {accepted[rows, best].mean():.3f}\n"
    )


def main() -> None:
    """Train the two regressions one on top of the other and write the weights."""
    posts, lexicon = load_posts(), load_lexicon()
    texts = [analyse(post["headline"], post["body"]) for post in posts]
    scans = [scan(lexicon, text) for text in texts]
    evidence = [weigh(lexicon, text, found) for text, found in zip(texts, scans, strict=True)]
    vocabulary, words = word_matrix([word_features(text) for text in texts])
    rows = np.arange(len(posts))

    names = len(CATEGORIES)
    start = np.vstack([weight * np.eye(names) for weight in (0.8, 0.3, 0.5)])
    primary, accepted = labels(posts, "categories_ok", CATEGORIES)
    category = Task(np.array([category_features(e) for e in evidence]), start, 0.03, primary, accepted)
    scores = left_out(category, words)
    report("category", scores, accepted, primary)
    sharpness = sharpness_of(scores, primary)
    categories = softmax(scores * sharpness)

    start = np.vstack(
        [w * np.eye(len(EVENT_TYPES)) for w in (0.5, 0.2)] + [np.zeros((names, len(EVENT_TYPES)))]
    )
    primary, accepted = labels(posts, "event_types_ok", EVENT_TYPES)
    features = np.array([event_features(e, c) for e, c in zip(evidence, categories, strict=True)])
    event = Task(features, start, 0.003, primary, accepted)
    scores = left_out(event, words)
    report("event type", scores, accepted, primary)

    fits = [fit(category, rows, words), fit(event, rows, words)]
    np.savez_compressed(
        TARGET,
        category=fits[0].weights.astype(np.float32),
        event=fits[1].weights.astype(np.float32),
        words=np.hstack([f.words for f in fits]).astype(np.float16),
        vocabulary=np.frombuffer("\n".join(vocabulary).encode("utf-8"), dtype=np.uint8),
        sharpness=np.float64(sharpness),
    )
    sys.stdout.write(f"{len(posts)} posts, {len(vocabulary)} words, sharpness {sharpness:.2f}\n")


if __name__ == "__main__":
    main()
