"""Exact binomial tails: what a count of wrong shows proves about the share that is wrong.

Invariant: counts are whole numbers and nothing is approximated but by floating point.
"""

from __future__ import annotations

import math
from functools import lru_cache


def lower_tail(k: int, n: int, share: float) -> float:
    """Return P(X <= k) where X counts successes in `n` independent trials of probability `share`. 0..1.

    >>> lower_tail(0, 29, 0.1) < 0.05 < lower_tail(0, 28, 0.1), lower_tail(3, 3, 0.5), lower_tail(-1, 3, 0.5)
    (True, 1.0, 0.0)
    """
    if k < 0:
        return 0.0
    if k >= n or share <= 0.0:
        return 1.0
    if share >= 1.0:
        return 0.0
    log_odds = math.log(share) - math.log1p(-share)
    log_term = n * math.log1p(-share)
    total = math.exp(log_term)
    for i in range(1, k + 1):
        log_term += math.log((n - i + 1) / i) + log_odds
        total += math.exp(log_term)
    return min(1.0, total)


@lru_cache(maxsize=65536)
def most_wrong(n: int, share: float, delta: float) -> int:
    """Return the most wrong ones among `n` that still prove that less than `share` are wrong, -1 where none do.

    Proved: were `share` (0..1) or more wrong, so few would be seen with a probability of at most `delta`. Source: the binomial
    tail p-value of Learn-then-Test (Angelopoulos, Bates, Candès, Jordan and Lei, 2021).

    >>> [most_wrong(n, 0.1, 0.05) for n in (28, 29, 45, 46, 61, 312)]
    [-1, 0, 0, 1, 2, 22]
    """
    # the answer moves by at most one from n - 1 to n, but recursion would be deep: search outwards from the normal guess
    guess = n * share - 1.6449 * math.sqrt(max(0.0, n * share * (1.0 - share))) if n else 0.0
    k = max(-1, min(n, int(guess)))
    while k < n and lower_tail(k + 1, n, share) <= delta:
        k += 1
    while k >= 0 and lower_tail(k, n, share) > delta:
        k -= 1
    return k


def interval(k: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return the Wilson score interval of a share of which `k` in `n` were seen, as if of so many; 0..1 where n is 0.

    >>> [round(end, 3) for end in interval(9, 10)], interval(0, 0)
    ([0.596, 0.982], (0.0, 1.0))
    """
    if n <= 0:
        return 0.0, 1.0
    from statistics import NormalDist

    z = NormalDist().inv_cdf(0.5 + confidence / 2.0)
    share = k / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))
