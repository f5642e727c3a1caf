"""Confidence intervals of shares and of order statistics."""

import math

from knowledge.record import Record


class Metric(Record):
    """A figure with its 95 % interval."""

    value: float
    ci_low: float
    ci_high: float


def share(hits: int, of: int) -> Metric:
    """Return hits / of with its Wilson interval (Wilson 1927, z = 1.96); nothing counted is 0 within 0 to 1."""
    if of == 0:
        return Metric(value=0.0, ci_low=0.0, ci_high=1.0)
    z = 1.96
    p = hits / of
    middle = p + z * z / (2 * of)
    half = z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    base = 1 + z * z / of
    return Metric(
        value=round(p, 4),
        ci_low=round(max(0.0, (middle - half) / base), 4),
        ci_high=round(min(1.0, (middle + half) / base), 4),
    )


def percentile(values: list[float], at: float) -> Metric:
    """Return the `at` quantile (0..1) with the order statistics that bound it at 95 % (normal approximation)."""
    if not values:
        return Metric(value=0.0, ci_low=0.0, ci_high=0.0)
    ordered = sorted(values)
    n = len(ordered)
    spread = 1.96 * math.sqrt(n * at * (1 - at))

    def pick(place: float) -> float:
        return round(ordered[min(n - 1, max(0, math.ceil(place) - 1))], 4)

    return Metric(value=pick(n * at), ci_low=pick(n * at - spread), ci_high=pick(n * at + spread))
