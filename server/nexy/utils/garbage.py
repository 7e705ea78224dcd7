"""How often Python looks for circles of objects that nobody uses."""

import gc

# A request makes some hundred objects and hardly any circle: looking after every 700, as Python does by itself, costs
# a third of a busy server's time.
_NEW_OBJECTS = 5000
_ROUNDS = 20


def spare_what_stays() -> None:
    """Never look again at what has been made so far, as modules and tables, and look at the rest less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _ROUNDS, _ROUNDS)
