"""What the parts of a network are called: the same in files, options, pictures, tables and in the window."""

from __future__ import annotations


def half_name(layer: int, *, is_backward: bool = False) -> str:
    """The name of a layer, or of its half that reads backward: ``layer0``, ``layer0.backward``, ``layer1``.

    Args:
        layer: From 0, as everywhere.
        is_backward: Of a layer that reads both ways.
    """
    return f"layer{layer}.backward" if is_backward else f"layer{layer}"
