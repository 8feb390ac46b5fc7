"""How many threads the array library multiplies with: one.

The matrices here are small. On a busy machine two threads that share one product wait for each other: a word that takes one
thread 1 ms took 15.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager

#: The variables that OpenBLAS, MKL, Accelerate and OpenMP read when they are loaded.
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


@contextmanager
def one_thread_each(environment: MutableMapping[str, str] = os.environ) -> Iterator[None]:
    """Make numpy multiply with one thread in processes that are started inside, unless the environment says otherwise.

    A call in the processes would be too late: they may load the array library before they run any code of ours.

    >>> environment = {"OMP_NUM_THREADS": "4"}
    >>> with one_thread_each(environment):
    ...     environment["OMP_NUM_THREADS"], environment["OPENBLAS_NUM_THREADS"]
    ('4', '1')
    >>> environment
    {'OMP_NUM_THREADS': '4'}
    """
    added = [name for name in VARIABLES if name not in environment]
    use_one_thread(environment)
    try:
        yield
    finally:
        for name in added:
            environment.pop(name, None)
