"""Weights from the layout of Keras to that of `kernels`, and gradients back."""

from __future__ import annotations

from seqclass.training.fused.kernels import LANES, PANEL, Floats, compiled


@compiled
def pack_forward(kernel: Floats, recurrent: Floats, bias: Floats, weights: Floats) -> None:
    """Fill ``weights`` (n_panels, n_inputs, PANEL), zeros before, from the three of Keras."""
    n_features, n_units = len(kernel), len(recurrent)
    for panel in range(len(weights)):
        first = panel * LANES
        width = min(LANES, n_units - first)
        for gate in range(4):
            to, start = gate * LANES, gate * n_units + first
            for k in range(n_features):
                for j in range(width):
                    weights[panel, k, to + j] = kernel[k, start + j]
            for j in range(width):
                weights[panel, n_features, to + j] = bias[start + j]
            for k in range(n_units):
                for j in range(width):
                    weights[panel, n_features + 1 + k, to + j] = recurrent[k, start + j]


@compiled
def pack_backward(matrix: Floats, transposed: Floats) -> None:
    """Fill ``transposed`` (panels of the matrix' rows, 4 * n_padded, PANEL), zeros before, from (n_rows, 4 * n_units)."""
    n_units = matrix.shape[1] // 4
    for panel in range(len(transposed)):
        rows = matrix[panel * PANEL : (panel + 1) * PANEL]
        for first in range(0, n_units, LANES):
            for gate in range(4):
                start, to = gate * n_units + first, first * 4 + gate * LANES
                for block in range(0, len(rows), 8):
                    for j in range(min(LANES, n_units - first)):
                        for row in range(block, min(block + 8, len(rows))):
                            transposed[panel, to + j, row] = rows[row, start + j]


@compiled
def unpack(part: Floats, kernel: Floats, recurrent: Floats, bias: Floats) -> None:
    """A group's gradient (n_panels, n_inputs, PANEL) in the layout of Keras."""
    n_features, n_units = len(kernel), len(recurrent)
    for panel in range(len(part)):
        first = panel * LANES
        width = min(LANES, n_units - first)
        for gate in range(4):
            to, start = gate * LANES, gate * n_units + first
            for k in range(n_features):
                for j in range(width):
                    kernel[k, start + j] = part[panel, k, to + j]
            for j in range(width):
                bias[start + j] = part[panel, n_features, to + j]
            for k in range(n_units):
                for j in range(width):
                    recurrent[k, start + j] = part[panel, n_features + 1 + k, to + j]
