"""Measures the figures of docs/benchmarks.md, one command each. Products are made by one thread, as in the command line."""

from autocomplete.runtime.blas_threads import use_one_thread

use_one_thread()
