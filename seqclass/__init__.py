"""Classify speech, text and numeric sequences with LSTMs, and see what the network remembers."""

__version__ = "0.1.0"
