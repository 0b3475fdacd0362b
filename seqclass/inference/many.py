"""Many items through a model: read one after the other, and run in batches.

Reading is bounded work of Python and runs alone; a batch runs on all processors. Only a window of items is in memory at a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from seqclass.errors import ItemError
from seqclass.events import CancelToken
from seqclass.features.front_end import Encoded
from seqclass.model.batch import logits_of_many
from seqclass.model.bundle import Bundle
from seqclass.model.network import Floats

FEW = 16
"""Below so many items each is run alone, and its answer is out before the next is read."""
FIRST_WINDOW = 64
WINDOW = 512
WINDOW_NUMBERS = 4_000_000

T = TypeVar("T")


@dataclass(frozen=True)
class Outcome:
    """What became of one item.

    Attributes:
        logits: For each target (n_outputs,); empty where the item could not be read.
        error: Why it could not be read; empty as a rule.
        seconds: Its own reading, and its share of the batch that it ran in.
    """

    logits: dict[str, Floats]
    error: str
    seconds: float


def forward_many(
    bundle: Bundle, items: Sequence[T], encode: Callable[[T], Encoded], *, cancel: CancelToken
) -> Iterator[Outcome]:
    """Give the outcome of each item, in order. An item that cannot be read stops no other.

    What is said of an item does not depend on the others, to 1e-5 of a logit.

    Args:
        bundle: The model.
        items: What ``encode`` takes.
        encode: Reads an item and sends it through the front end; may raise `ItemError`.
        cancel: Looked at before each item and each batch.

    Raises:
        CancelledError: Cancelled.
    """
    done = 0
    while done < len(items):
        most = 1 if len(items) < FEW else WINDOW if done else FIRST_WINDOW
        window = _read(items[done : done + most], encode, cancel)
        yield from _run(bundle, window, cancel)
        done += len(window)


_Read = tuple[Encoded | str, float]


def _read(items: Sequence[T], encode: Callable[[T], Encoded], cancel: CancelToken) -> list[_Read]:
    """The first items, as many as fit into memory together: each encoded or the reason why not, and the seconds that it took."""
    window: list[_Read] = []
    n_numbers = 0
    for item in items:
        cancel.check()
        started = time.perf_counter()
        found: Encoded | str
        try:
            found = encode(item)
            n_numbers += found.frames.size
        except ItemError as error:
            found = str(error)
        window.append((found, time.perf_counter() - started))
        if n_numbers > WINDOW_NUMBERS:
            break
    return window


def _run(bundle: Bundle, window: Sequence[_Read], cancel: CancelToken) -> Iterator[Outcome]:
    cancel.check()
    frames = [found.frames for found, _ in window if isinstance(found, Encoded)]
    started = time.perf_counter()
    if len(frames) == 1:
        each = iter([bundle.network.forward(frames[0]).logits])
    else:
        given = logits_of_many(bundle.network, frames)
        each = ({name: values[index] for name, values in given.items()} for index in range(len(frames)))
    share_s = (time.perf_counter() - started) / max(len(frames), 1)
    for found, seconds in window:
        if isinstance(found, str):
            yield Outcome({}, found, seconds)
        else:
            yield Outcome(next(each), "", seconds + share_s)
