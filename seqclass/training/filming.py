"""Filming a training: which items are pinned, and what happens after each epoch."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from seqclass import __version__
from seqclass.data.load import load_item, load_item_file
from seqclass.data.manifest import Item, Manifest, SplitAssignment
from seqclass.errors import DataError, ItemError, StorageError, UsageError
from seqclass.events import Emit, Note
from seqclass.features import front_end as front_ends
from seqclass.features.front_end import Encoded
from seqclass.inference.classify import encode_content
from seqclass.inspection.film import MOST_PINS, FilmWriter, Gradient, Pin, default_pins, read
from seqclass.inspection.store_job import find_item
from seqclass.model import keras_model
from seqclass.model.bundle import Bundle, Card, DataCard
from seqclass.model.network import Network
from seqclass.specs import Config
from seqclass.training.loop import Trainer
from seqclass.training.prepare import Prepared
from seqclass.training.state import State

AUTO = "auto"

Film = Callable[[Trainer, Prepared, Network], Callable[[State], None]]


def filming(
    pins: tuple[str, ...],
    run_folder: Path,
    manifest: Manifest,
    assignment: SplitAssignment,
    config: Config,
    *,
    emit: Emit,
) -> Film | None:
    """What to do at the start of a training so that its epochs are filmed; None without pins.

    Args:
        pins: As in `TrainJob`.
        run_folder: Where the film goes.
        manifest: The data set.
        assignment: Its split.
        config: All settings.
        emit: Gets the alarms, and a warning where the film cannot be written: the training goes on without it.

    Raises:
        UsageError: A pin is neither an item nor a file that can be read, or there are too many.
    """
    chosen = _chosen(pins, run_folder, manifest, assignment)
    if not chosen:
        return None
    contents = [(name, item, _content(name, item, manifest, config)) for name, item in chosen]

    def start(trainer: Trainer, prepared: Prepared, untrained: Network) -> Callable[[State], None]:
        bundle = _bundle(prepared, untrained, manifest, config)
        encoded = [(name, item, _encoded(name, bundle, content)) for name, item, content in contents]
        writer = FilmWriter(
            run_folder,
            kind=manifest.kind,
            root=manifest.root,
            targets=prepared.targets,
            pins=[
                (Pin(name=name, item=item, n_frames=len(each.frames), tokens=each.tokens), each) for name, item, each in encoded
            ],
            n_epochs=trainer.plan.epochs,
            is_clipped=config.training.clip_norm > 0,
        )
        has_failed = False

        def film(state: State) -> None:
            nonlocal has_failed
            if has_failed:
                return
            try:
                with trainer.averaged():
                    network = keras_model.to_network(trainer.model, config.model, untrained.targets)
                    alarms = writer.add(state.epoch, dataclasses.replace(bundle, network=network), Gradient(*trainer.gradient))
            except StorageError as error:
                has_failed = True
                emit(Note(text=f"{error} The training goes on without its film.", level="warning"))
                return
            for alarm in alarms:
                emit(alarm)

        return film

    return start


def _chosen(
    pins: tuple[str, ...], run_folder: Path, manifest: Manifest, assignment: SplitAssignment
) -> list[tuple[str, Item | None]]:
    chosen: dict[str, Item | None] = {}
    for pin in pins:
        if pin == AUTO:
            chosen |= _filmed(run_folder, manifest) or _few(manifest, assignment)
        else:
            item = find_item(pin, manifest)
            chosen[item.id if item else pin] = item
    if len(chosen) > MOST_PINS:
        raise UsageError(f"At most {MOST_PINS} items can be pinned. Received: {len(chosen)}. Choose the ones that matter.")
    return list(chosen.items())


def _filmed(run_folder: Path, manifest: Manifest) -> dict[str, Item | None]:
    """What the run was filmed with before it was interrupted."""
    try:
        begun = read(run_folder)
    except (StorageError, DataError):
        return {}
    return {} if begun is None else {pin.name: find_item(pin.name, manifest) for pin in begun.head.pins}


def _few(manifest: Manifest, assignment: SplitAssignment) -> dict[str, Item | None]:
    part = assignment.items(manifest, "validation") or assignment.items(manifest, "train")
    return {item.id: item for item in default_pins(part, manifest.targets[0].name)}


def _content(name: str, item: Item | None, manifest: Manifest, config: Config) -> Any:
    try:
        if item is not None:
            return load_item(manifest, item)
        return load_item_file(name, manifest.kind, max_duration_s=config.data.max_duration_s)
    except ItemError as error:
        raise _no_pin(name, error) from error


def _encoded(name: str, bundle: Bundle, content: Any) -> Encoded:
    try:
        return encode_content(bundle, content)
    except ItemError as error:
        raise _no_pin(name, error) from error


def _no_pin(name: str, error: ItemError) -> UsageError:
    return UsageError(f"A pin must be an item of the data set or a file that can be read. Received: {name} ({error}).")


def _bundle(prepared: Prepared, network: Network, manifest: Manifest, config: Config) -> Bundle:
    """As much of a bundle as a trace needs."""
    import numpy as np

    card = Card(
        created="",
        seqclass_version=__version__,
        kind=manifest.kind,
        is_causal=prepared.front_end.is_causal and not config.model.bidirectional,
        targets=prepared.targets,
        config=config,
        front_end=front_ends.to_plain(prepared.front_end),
        data=DataCard(name=manifest.path.name, fingerprint="", salt="", counts={}, groups={}, split_by=""),
    )
    nothing = np.zeros(0, np.uint64)
    return Bundle(card, prepared.front_end, network, seen=nothing, tested=nothing)
