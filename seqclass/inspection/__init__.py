"""Gates and states of every layer through time."""
