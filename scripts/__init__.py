"""What the shipped model was made with. Products are made by one thread, as in the command line."""

from autocomplete.threads import use_one_thread

use_one_thread()
