"""Epoch figures as TensorBoard logs, on request."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from seqclass.errors import MissingDependencyError
from seqclass.events import AnyEvent, EpochEnded, ignore
from seqclass.files import ensure_writable


@contextlib.contextmanager
def tensorboard_log(folder: str, run_name: str) -> Iterator[Callable[[AnyEvent], None]]:
    """Give a function that writes each epoch's figures to ``folder/run_name/{train,validation}``.

    Args:
        folder: Where the logs go; empty: nothing is written.
        run_name: The run's folder within.

    Raises:
        MissingDependencyError: TensorBoard is not installed.
        StorageError: The folder cannot be written.
    """
    if not folder:
        yield ignore
        return
    try:
        import tensorboard  # noqa: F401
    except ImportError as error:
        raise MissingDependencyError(
            f"training.tensorboard={folder} needs TensorBoard. Install it with: pip install 'seqclass[tensorboard]'."
        ) from error
    import tensorflow as tf

    place = Path(folder) / run_name
    ensure_writable(place / "events")
    writers = {part: tf.summary.create_file_writer(str(place / part)) for part in ("train", "validation")}

    def log(event: AnyEvent) -> None:
        if not isinstance(event, EpochEnded):
            return
        for part, figures in (("train", event.train), ("validation", event.validation)):
            with writers[part].as_default(step=event.epoch):
                for name, value in figures.items():
                    tf.summary.scalar(name, value)
                if part == "train":
                    tf.summary.scalar("learning_rate", event.learning_rate)
            writers[part].flush()

    try:
        yield log
    finally:
        for writer in writers.values():
            writer.close()
