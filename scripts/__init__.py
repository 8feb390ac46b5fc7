"""Scripts that make the shipped model. Matrix products run in one thread, as in the command line."""

from autocomplete.runtime.blas_threads import use_one_thread

use_one_thread()
