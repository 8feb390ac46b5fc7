"""How many threads the array library multiplies with: one.

The matrices here are small. On a machine with other work, two threads that share one product wait for each other: a word that
takes one thread 1 ms was seen to take 15.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping

#: The variables that OpenBLAS, MKL, Accelerate and OpenMP look at when they are loaded.
VARIABLES = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "OMP_NUM_THREADS")


def use_one_thread(environment: MutableMapping[str, str] = os.environ) -> None:
    """Make numpy multiply with one thread, unless the environment says otherwise. Only before numpy is imported.

    For programs; a library leaves this to the program that it is part of.

    >>> environment = {"OMP_NUM_THREADS": "4"}
    >>> use_one_thread(environment)
    >>> environment["OMP_NUM_THREADS"], environment["OPENBLAS_NUM_THREADS"]
    ('4', '1')
    """
    for name in VARIABLES:
        environment.setdefault(name, "1")
