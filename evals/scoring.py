"""What the tasks share: the result every task returns, paired comparison of two runs, support of hard tokens."""

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assistant.rules.grounding import untraced
from evals.intervals import Metric, percentile, share
from knowledge.record import Record

__all__ = ["Difference", "Metric", "Support", "paired_bootstrap", "percentile", "result", "share", "support"]

RESAMPLES = 10_000


def result(
    task: str,
    mode: str,
    n: int,
    metrics: Mapping[str, Metric],
    failures: Iterable[Mapping[str, Any]] = (),
    **more: Any,
) -> dict[str, Any]:
    """Return what `canmou eval` answers."""
    return {
        "task": task,
        "mode": mode,
        "n": n,
        "metrics": {name: metric.model_dump() for name, metric in metrics.items()},
        **more,
        "failures": list(failures),
    }


class Difference(Record):
    """How much better the second of two runs over the same cases is."""

    value: float
    """Mean of second minus first."""
    ci_low: float
    ci_high: float
    p: float
    """Two-sided share of resamples on the other side of zero; under .05 is more than chance."""


def paired_bootstrap(
    first: Sequence[float], second: Sequence[float], *, resamples: int = RESAMPLES, seed: int = 1
) -> Difference:
    """Return the mean difference of paired scores with its 95 % interval (Efron 1979, percentile method).

    Raises:
        ValueError: The runs are not over the same cases, or empty.
    """
    if len(first) != len(second) or not first:
        raise ValueError("a paired comparison needs the same cases, at least one")
    gaps = [b - a for a, b in zip(first, second, strict=True)]
    pick = random.Random(seed)
    n = len(gaps)
    means = sorted(sum(pick.choices(gaps, k=n)) / n for _ in range(resamples))
    below = sum(mean <= 0 for mean in means) / resamples
    above = sum(mean >= 0 for mean in means) / resamples
    return Difference(
        value=round(sum(gaps) / n, 6),
        ci_low=round(means[int(0.025 * resamples)], 6),
        ci_high=round(means[min(resamples - 1, int(0.975 * resamples))], 6),
        p=round(min(1.0, 2 * min(below, above)), 4),
    )


class Support(Record):
    """How far the cited passages carry the hard tokens (numbers, dates, amounts) of a text, sentence by sentence."""

    sentences: int
    """Sentences that state a number or cite something."""
    carried: int
    """Of them, those whose numbers all stand in what they cite."""
    citations: int
    needed: int
    """Citations without which some sentence would lose a number; one that alone stands behind a sentence counts."""


_MARK = re.compile(r"\[(\d{1,3})\]")
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?(?:\s*\[\d{1,3}\])*")


def support(text: str, quotes: Mapping[int, str]) -> Support:
    """Return how well citations carry a text (recall and precision of citations, without a judge model).

    Args:
        text: With [n] marks.
        quotes: n -> what is cited there.
    """
    sentences = carried = citations = needed = 0
    for match in _SENTENCE.finditer(text):
        sentence = match[0]
        cited = [int(n) for n in _MARK.findall(sentence)]
        bare = _MARK.sub("", sentence)
        if not cited and not re.search(r"\d", bare):
            continue
        sentences += 1
        evidence = [quotes[n] for n in cited if n in quotes]
        whole = bool(evidence) and not untraced(bare, evidence)
        carried += whole
        for n in set(cited):
            citations += 1
            rest = [quotes[m] for m in cited if m in quotes and m != n]
            needed += n in quotes and (not rest or bool(untraced(bare, rest)))
    return Support(sentences=sentences, carried=carried, citations=citations, needed=needed)
