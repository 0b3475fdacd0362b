"""Compiled parts of the training's network around its LSTM: what a group of rows goes through, forward and back.

Frames of a group lie as in `kernels`: time by time without padding, rows from long to short, so frame t of row r stands at
``offsets[t] + r``. Each function runs through rows and frames in one order, which makes its sums the same wherever it runs.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from seqclass.training.fused.kernels import Floats, Integers, Rows, compiled

Drawn = NDArray[np.int32]


@compiled
def take_frames(frames: Floats, rows: Rows, out: Floats) -> None:
    """From (batch, time, n_features) to (n_frames, n_features)."""
    for t in range(len(rows.counts)):
        for r in range(rows.counts[t]):
            row, to = rows.rows[r], rows.offsets[t] + r
            for j in range(out.shape[1]):
                out[to, j] = frames[row, t, j]


@compiled
def take_tokens(tokens: NDArray[np.int32], embedding: Floats, rows: Rows, found: Integers, out: Floats) -> None:
    """From (batch, time) to each frame's token (n_frames,) and its numbers (n_frames, n_features)."""
    for t in range(len(rows.counts)):
        for r in range(rows.counts[t]):
            token, to = tokens[rows.rows[r], t], rows.offsets[t] + r
            found[to] = token
            for j in range(out.shape[1]):
                out[to, j] = embedding[token, j]


@compiled
def sum_by_token(found: Integers, of_values: Floats, places: Integers, tokens: Integers, sums: Floats) -> int:
    """Sum the gradients of frames that have the same token; returns how many tokens there are.

    Args:
        found: Token of each frame, (n_frames,).
        of_values: (n_frames, n_features).
        places: (n_tokens,), all -1; so it is left.
        tokens: Filled from the front, at most n_frames.
        sums: Their sums.
    """
    n_found = 0
    for frame in range(len(found)):
        token = found[frame]
        place = places[token]
        if place < 0:
            place = n_found
            places[token], tokens[place] = place, token
            n_found += 1
            for j in range(sums.shape[1]):
                sums[place, j] = of_values[frame, j]
        else:
            for j in range(sums.shape[1]):
                sums[place, j] += of_values[frame, j]
    for place in range(n_found):
        places[tokens[place]] = -1
    return n_found


@compiled
def turn(values: Floats, rows: Rows, out: Floats) -> None:
    """Each row's frames from the last to the first."""
    for t in range(len(rows.counts)):
        for r in range(rows.counts[t]):
            source, to = rows.offsets[rows.ends[r] - 1 - t] + r, rows.offsets[t] + r
            for j in range(values.shape[1]):
                out[to, j] = values[source, j]


@compiled
def drop_features(values: Floats, rows: Rows, drawn: Drawn, threshold: int, scale: float) -> None:
    """Set features of all of a row's frames to zero where ``drawn`` (n_rows, n_features) is below a threshold; scale the others."""
    factor = np.float32(scale)
    for t in range(len(rows.counts)):
        for r in range(rows.counts[t]):
            at = rows.offsets[t] + r
            for j in range(values.shape[1]):
                values[at, j] *= factor if drawn[r, j] >= threshold else np.float32(0)


@compiled
def drop_values(values: Floats, rows: Rows, of_frames: Drawn, of_values: Drawn, threshold: int, scale: float) -> None:
    """The same for each value of each frame, by the product of a frame's and a value's number, see `seqclass.training.dropout`."""
    factor, least = np.float32(scale), np.int32(threshold)
    for t in range(len(rows.counts)):
        for r in range(rows.counts[t]):
            at, of_frame = rows.offsets[t] + r, of_frames[r, t]
            for j in range(values.shape[1]):
                values[at, j] *= factor if np.int32(of_frame * of_values[r, j]) >= least else np.float32(0)


@compiled
def last(values: Floats, rows: Rows, first: int, out: Floats) -> None:
    """The last frame of each row; from column ``first`` on the first frame, where the backward direction ends."""
    for r in range(len(rows.ends)):
        end = rows.offsets[rows.ends[r] - 1] + r
        for j in range(values.shape[1]):
            out[r, j] = values[end if j < first else r, j]


@compiled
def last_back(of_out: Floats, rows: Rows, first: int, of_values: Floats) -> None:
    """Add to the gradient of the frames."""
    for r in range(len(rows.ends)):
        end = rows.offsets[rows.ends[r] - 1] + r
        for j in range(of_values.shape[1]):
            of_values[end if j < first else r, j] += of_out[r, j]


@compiled
def mean(values: Floats, rows: Rows, out: Floats) -> None:
    """Mean of each row's frames."""
    out[:] = np.float32(0)
    for t in range(len(rows.counts)):
        for r in range(rows.counts[t]):
            at = rows.offsets[t] + r
            for j in range(values.shape[1]):
                out[r, j] += values[at, j]
    for r in range(len(rows.ends)):
        share = np.float32(1) / np.float32(rows.ends[r])
        for j in range(values.shape[1]):
            out[r, j] *= share


@compiled
def mean_back(of_out: Floats, rows: Rows, of_values: Floats) -> None:
    """Add to the gradient of the frames."""
    for t in range(len(rows.counts)):
        for r in range(rows.counts[t]):
            at, share = rows.offsets[t] + r, np.float32(1) / np.float32(rows.ends[r])
            for j in range(of_values.shape[1]):
                of_values[at, j] += of_out[r, j] * share


@compiled
def greatest(values: Floats, rows: Rows, out: Floats, equal: Floats) -> None:
    """Greatest of each row's frames, and in how many of them it stands."""
    for t in range(len(rows.counts)):
        for r in range(rows.counts[t]):
            at = rows.offsets[t] + r
            for j in range(values.shape[1]):
                value, most = values[at, j], out[r, j]
                is_more = t == 0 or value > most or math.isnan(value)
                equal[r, j] = np.float32(1) if is_more else equal[r, j] + np.float32(value == most)
                out[r, j] = value if is_more else most


@compiled
def greatest_back(values: Floats, greatest: Floats, equal: Floats, of_out: Floats, rows: Rows, of_values: Floats) -> None:
    """Add to the gradient of the frames; those that tie share it, as in TensorFlow."""
    for t in range(len(rows.counts)):
        for r in range(rows.counts[t]):
            at = rows.offsets[t] + r
            for j in range(values.shape[1]):
                of_values[at, j] += of_out[r, j] / equal[r, j] if values[at, j] == greatest[r, j] else np.float32(0)


@compiled
def attention(values: Floats, rows: Rows, kernel: Floats, bias: Floats, weights: Floats, out: Floats) -> None:
    """Mean of each row's frames, weighted by the softmax of ``values @ kernel + bias``; fills the ``weights`` (n_frames,)."""
    n_rows = len(rows.ends)
    most, total = np.empty(n_rows, np.float32), np.zeros(n_rows, np.float32)
    for t in range(len(rows.counts)):
        for r in range(rows.counts[t]):
            at, score = rows.offsets[t] + r, bias[0]
            for j in range(values.shape[1]):
                score += values[at, j] * kernel[j, 0]
            weights[at] = score
            most[r] = score if t == 0 or score > most[r] else most[r]
    for t in range(len(rows.counts)):
        for r in range(rows.counts[t]):
            at = rows.offsets[t] + r
            weights[at] = np.float32(math.exp(weights[at] - most[r]))
            total[r] += weights[at]
    out[:] = np.float32(0)
    for t in range(len(rows.counts)):
        for r in range(rows.counts[t]):
            at = rows.offsets[t] + r
            weights[at] /= total[r]
            for j in range(values.shape[1]):
                out[r, j] += weights[at] * values[at, j]


@compiled
def attention_back(
    values: Floats,
    weights: Floats,
    of_out: Floats,
    rows: Rows,
    kernel: Floats,
    of_values: Floats,
    of_kernel: Floats,
    of_bias: Floats,
) -> None:
    """Add to the gradients of frames, kernel and bias."""
    n_rows = len(rows.ends)
    by_frame, by_row = np.empty(len(weights), np.float32), np.zeros(n_rows, np.float32)
    for t in range(len(rows.counts)):
        for r in range(rows.counts[t]):
            at, total = rows.offsets[t] + r, np.float32(0)
            for j in range(values.shape[1]):
                total += of_out[r, j] * values[at, j]
            by_frame[at] = total
            by_row[r] += weights[at] * total
    for t in range(len(rows.counts)):
        for r in range(rows.counts[t]):
            at = rows.offsets[t] + r
            of_score = weights[at] * (by_frame[at] - by_row[r])
            of_bias[0] += of_score
            for j in range(values.shape[1]):
                of_values[at, j] += weights[at] * of_out[r, j] + of_score * kernel[j, 0]
                of_kernel[j, 0] += of_score * values[at, j]


@compiled
def dense(values: Floats, kernel: Floats, bias: Floats, out: Floats) -> None:
    """``values @ kernel + bias``."""
    for r in range(len(values)):
        for j in range(len(bias)):
            out[r, j] = bias[j]
        for k in range(len(kernel)):
            value = values[r, k]
            for j in range(len(bias)):
                out[r, j] += value * kernel[k, j]


@compiled
def dense_back(values: Floats, kernel: Floats, of_out: Floats, of_values: Floats, of_kernel: Floats, of_bias: Floats) -> None:
    """Add to the gradients of values, kernel and bias."""
    for r in range(len(values)):
        for j in range(of_out.shape[1]):
            of_bias[j] += of_out[r, j]
        for k in range(len(kernel)):
            value, total = values[r, k], np.float32(0)
            for j in range(of_out.shape[1]):
                of_kernel[k, j] += value * of_out[r, j]
                total += kernel[k, j] * of_out[r, j]
            of_values[r, k] += total


@compiled
def activate(name: int, values: Floats, slopes: Floats) -> None:
    """Apply relu, tanh, gelu or elu (0 to 3) in place, and fill in its slope."""
    for r in range(values.shape[0]):
        for j in range(values.shape[1]):
            x = float(values[r, j])
            if name == 0:
                y, slope = max(x, 0.0), 1.0 if x > 0 else 0.0
            elif name == 1:
                y = math.tanh(x)
                slope = 1.0 - y * y
            elif name == 2:
                below = 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))
                y, slope = x * below, below + x * math.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)
            else:
                y = x if x > 0 else math.expm1(x)
                slope = 1.0 if x > 0 else y + 1.0
            values[r, j], slopes[r, j] = y, slope


@compiled
def class_loss(logits: Floats, wanted: Floats, n_items: float, of_logits: Floats, sums: Floats) -> None:
    """Cross entropy: add the loss and the number of hits to ``sums`` (2,), and fill the gradient of the loss over ``n_items``."""
    n_classes = logits.shape[1]
    for r in range(len(logits)):
        guess, truth, of_all = 0, 0, 0.0
        for j in range(n_classes):
            guess = j if logits[r, j] > logits[r, guess] else guess
            truth = j if wanted[r, j] > wanted[r, truth] else truth
            of_all += wanted[r, j]
        most, total, loss = float(logits[r, guess]), 0.0, 0.0
        for j in range(n_classes):
            total += math.exp(logits[r, j] - most)
        above = most + math.log(total)
        for j in range(n_classes):
            of_log = logits[r, j] - above
            loss -= wanted[r, j] * of_log
            of_logits[r, j] = (math.exp(of_log) * of_all - wanted[r, j]) / n_items
        sums[0] += loss
        sums[1] += guess == truth


@compiled
def number_loss(values: Floats, wanted: Floats, n_items: float, of_values: Floats, sums: Floats) -> None:
    """Squared error: as `class_loss`, with the sum of absolute errors."""
    for r in range(len(values)):
        for j in range(values.shape[1]):
            error = values[r, j] - wanted[r, j]
            sums[0] += error * error
            sums[1] += abs(error)
            of_values[r, j] = 2.0 * error / n_items


@compiled
def add_in_order(parts: Floats, pairs: Integers, start: int, stop: int) -> None:
    """Add one row to another for each pair, in columns from ``start`` to ``stop``."""
    for first in range(start, stop, 2048):
        for pair in range(len(pairs)):
            to, other = pairs[pair, 0], pairs[pair, 1]
            for j in range(first, min(first + 2048, stop)):
                parts[to, j] += parts[other, j]


@compiled
def sum_of_squares(rows: Floats, order: Integers) -> float:
    """Of all numbers of some rows, in float64: row by row in that order."""
    total = 0.0
    for index in range(len(order)):
        of_row, row = 0.0, order[index]
        for j in range(rows.shape[1]):
            of_row += float(rows[row, j]) * float(rows[row, j])
        total += of_row
    return total
