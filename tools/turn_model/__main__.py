"""Makes ``voicecoach/listen/turn_weights.py``: ``python -m tools.turn_model --data ../shared/data``.

Three logistic regressions: whether words make a whole (`texts`), whether a pause ends a turn by its sound
alone, and by sound and words together (`recordings`). They are small enough to be read, so they ship as
source. Seeded: the same command on the same machine writes the same file.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from math import exp
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from tools.turn_model.recordings import SETS, ReadPause, read_pauses
from tools.turn_model.texts import worded_turns
from voicecoach.listen.completeness import marks
from voicecoach.listen.endpoint import measured

SEED = 20_26
FOUND_IN = 40
"""A mark that fewer turns show gets no weight."""

TEXT_PRIOR, SOUND_PRIOR = 0.3, 0.3
"""Strength of the data against a weight of zero (sklearn's C)."""

Model = tuple[float, dict[str, tuple[float, float]]]
"""Bias; and for every measure its usual value and its weight."""

_HEAD = '''"""The weights of the turn model, fitted by ``python -m tools.turn_model``: do not edit.

Log odds that a turn is over. `COMPLETENESS` has a weight for each mark that words may show; the other two
have, for each measure of how a pause sounded, its usual value and the weight of the distance from it.
"""

'''


def main() -> None:
    """Fit, and write the file of weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the recordings")
    parser.add_argument("--out", type=Path, default=Path("voicecoach/listen/turn_weights.py"))
    options = parser.parse_args()
    bias, weights = _fit_words(np.random.default_rng(SEED))
    pauses = list(read_pauses(options.data))
    sound = _fit_sound(pauses, None)
    both = _fit_sound(pauses, (bias, weights))
    options.out.write_text(_HEAD + _written(bias, weights, sound, both), "utf-8")


def _fit_words(rng: np.random.Generator) -> tuple[float, dict[str, float]]:
    turns = list(worded_turns(rng))
    shown = [marks(turn.words) for turn in turns]
    counts: dict[str, int] = {}
    for mark in (mark for one in shown for mark in one):
        counts[mark] = counts.get(mark, 0) + 1
    names = sorted(mark for mark, count in counts.items() if count >= FOUND_IN)
    x = np.array([[name in one for name in names] for one in shown], np.float64)
    y = np.array([turn.finished for turn in turns])
    fifth = np.arange(len(y)) // 500 % 5 == 0
    weight = _balanced(y, np.zeros(len(y), np.int_))
    tried = _regression(TEXT_PRIOR).fit(x[~fifth], y[~fifth], sample_weight=weight[~fifth])
    auc = _auc(y[fifth], tried.decision_function(x[fifth]))
    print(f"words: {len(y)} turns, AUC on a fifth held out {auc:.2f}")
    model = _regression(TEXT_PRIOR).fit(x, y, sample_weight=weight)
    return float(model.intercept_[0]), dict(zip(names, model.coef_[0].tolist(), strict=True))


def _fit_sound(pauses: Sequence[ReadPause], words: tuple[float, Mapping[str, float]] | None) -> Model:
    """Fit the measures of the pauses, with the words' log odds among them where a model of words is given."""
    rows = [measured(pause.cues, None if words is None else _said(pause.words, *words)) for pause in pauses]
    names = sorted(set().union(*rows))
    table = np.array([[row.get(name, np.nan) for name in names] for row in rows])
    usual, spread = np.nanmean(table, axis=0), np.nanstd(table, axis=0)
    x = np.nan_to_num((table - usual) / spread)
    y = np.array([pause.last for pause in pauses])
    group = np.array([SETS.index(pause.set_name) for pause in pauses])
    weight = _balanced(y, group)
    for left_out in range(len(SETS)):
        rest = group != left_out
        model = _regression(SOUND_PRIOR).fit(x[rest], y[rest], sample_weight=weight[rest])
        scores = model.decision_function(x[~rest])
        print(
            f"{'sound' if words is None else 'sound and words'}, {SETS[left_out]} held out: "
            f"{(~rest).sum()} pauses, AUC {_auc(y[~rest], scores):.2f}"
        )
    model = _regression(SOUND_PRIOR).fit(x, y, sample_weight=weight)
    weights = model.coef_[0] / spread
    pairs = zip(usual.tolist(), weights.tolist(), strict=True)
    return float(model.intercept_[0]), dict(zip(names, pairs, strict=True))


def _said(words: Sequence[str], bias: float, weights: Mapping[str, float]) -> float:
    """`completeness` with these weights."""
    return 1 / (1 + exp(-bias - sum(weights.get(mark, 0.0) for mark in sorted(marks(words)))))


def _regression(prior: float) -> LogisticRegression:
    return LogisticRegression(C=prior, max_iter=1000, tol=1e-8)


def _balanced(y: NDArray[np.bool_], group: NDArray[np.int_]) -> NDArray[np.float64]:
    """Weights by which pauses inside and at the end of turns count alike in each set."""
    weight = np.zeros(len(y))
    for one in np.unique(group):
        for last in (False, True):
            chosen = (group == one) & (y == last)
            weight[chosen] = (group == one).sum() / 2 / chosen.sum()
    return weight


def _auc(y: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    return float(roc_auc_score(y, scores))


def _written(bias: float, words: Mapping[str, float], sound: Model, both: Model) -> str:
    lines = [f"COMPLETENESS_BIAS = {bias:.3f}", "COMPLETENESS = {"]
    lines += [f'    "{name}": {weight:.2f},' for name, weight in words.items()]
    lines.append("}")
    for name, (model_bias, model) in (("SOUND", sound), ("SOUND_AND_WORDS", both)):
        lines += ["", f"{name}_BIAS = {model_bias:.3f}", f"{name} = {{"]
        lines += [
            f'    "{measure}": ({usual:.3f}, {weight:.4f}),' for measure, (usual, weight) in model.items()
        ]
        lines.append("}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
