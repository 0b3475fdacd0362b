"""The training film: a few pinned items traced after each epoch, to scrub through beside the loss curve.

``RUN/film/`` holds ``film.json`` (`FilmHead`) and ``epoch-00001.npz`` and so on: for pin k the arrays ``pin{k}.layer0.input_gate``,
... ``.hidden`` (n_frames, n_units) float16, ``pin{k}.frames``, ``pin{k}.features``, ``pin{k}.times_s``,
``pin{k}.probabilities.TARGET`` (n_frames, n_outputs) and ``pin{k}.said.TARGET`` (n_outputs,), and ``saturation`` (n_halves, 3).
It is a NumPy pass with the weights that the epoch was judged by; where the whole film would grow beyond its limit, epochs are left
out at an even stride. What it finds alarming becomes an `Alarm` event of the run.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import math
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from seqclass.data.manifest import Item
from seqclass.errors import DataError, StorageError
from seqclass.events import Alarm, decode
from seqclass.features.front_end import Encoded
from seqclass.files import read_bytes, write_bytes
from seqclass.inference.classify import Answer
from seqclass.inspection.film_alarms import Watch
from seqclass.inspection.store import halves_of
from seqclass.inspection.trace import GATES, Layer, Trace, trace_encoded
from seqclass.model.bundle import Bundle, TargetCard
from seqclass.model.network import LstmTrace
from seqclass.specs import Kind

FOLDER, HEAD = "film", "film.json"
LIMIT_MB = 64
MOST_PINS = 12
DEFAULT_PINS = 6
LEGEND = (
    "The same items after each epoch, by the weights that the epoch was judged by. A gate is saturated where it is below 0.1 or above "
    "0.9: hardly any gradient passes it there. A gradient norm far above the usual one means that a step was too large, unless it "
    "was cut."
)
SATURATING_GATES = ("input_gate", "forget_gate", "output_gate")
_SCHEMA = 1
_MOST_BYTES = 2_000_000_000


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """One item of the film.

    Attributes:
        name: Its id in the data set, or its path.
        item: As the manifest has it; None for a file from elsewhere.
        n_frames: How many.
        tokens: Of a text.
    """

    name: str
    item: Item | None = None
    n_frames: int
    tokens: tuple[str, ...] = ()

    def label(self, target: str) -> str | None:
        """What it is; None where that is not known."""
        return None if self.item is None or target not in self.item.targets else str(self.item.targets[target])


class FilmHead(msgspec.Struct, frozen=True, kw_only=True):
    """``film.json``.

    Attributes:
        kind: What the items are.
        root: The data set's folder, absolute.
        halves: Directions of layers, as ``layer0.backward``.
        stride: One epoch in so many is kept; the first one and the last always are.
    """

    schema: int = _SCHEMA
    kind: Kind
    root: str
    targets: tuple[TargetCard, ...]
    pins: tuple[Pin, ...]
    halves: tuple[str, ...]
    stride: int = 1


@dataclass(frozen=True)
class Gradient:
    """How large the gradients of an epoch were before they were cut.

    Attributes:
        norm: Of all gradients together, mean over the steps.
        peak: Its greatest value.
    """

    norm: float
    peak: float


class FilmWriter:
    """Writes the film of a run, epoch by epoch.

    Attributes:
        head: What is filmed.
    """

    def __init__(
        self,
        run_folder: Path,
        *,
        kind: Kind,
        root: str,
        targets: Sequence[TargetCard],
        pins: Sequence[tuple[Pin, Encoded]],
        n_epochs: int,
        is_clipped: bool = False,
        limit_mb: int = LIMIT_MB,
    ) -> None:
        self._folder = run_folder / FOLDER
        self._encoded = [encoded for _, encoded in pins]
        self._n_epochs = n_epochs
        self._limit = limit_mb << 20
        self._watch = Watch([pin for pin, _ in pins], targets[0], is_clipped=is_clipped)
        self.head = FilmHead(
            kind=kind, root=root, targets=tuple(targets), pins=tuple(pin for pin, _ in pins), halves=(), stride=1
        )
        self._take_up()

    def add(self, epoch: int, bundle: Bundle, gradient: Gradient | None = None) -> list[Alarm]:
        """Trace all pins with the model as it is after an epoch, and write them.

        Args:
            epoch: From 1.
            bundle: The model.
            gradient: Of the epoch.

        Returns:
            What is alarming.

        Raises:
            StorageError: The run's folder cannot be written.
        """
        traces = [
            trace_encoded(bundle, encoded, name=pin.name) for pin, encoded in zip(self.head.pins, self._encoded, strict=True)
        ]
        saturation = _saturation(traces)
        alarms = self._watch.look(epoch, traces, saturation, gradient)
        if not self.head.halves:
            self.head = msgspec.structs.replace(self.head, halves=tuple(name for name, _ in halves_of(traces[0])))
        content = _packed(traces, saturation)
        if epoch == 1 or not (self._folder / HEAD).is_file():
            stride = max(math.ceil(self._n_epochs * len(content) / self._limit), 1)
            self.head = msgspec.structs.replace(self.head, stride=stride)
            write_bytes(self._folder / HEAD, msgspec.json.encode(self.head))
        if epoch in (1, self._n_epochs) or epoch % self.head.stride == 0:
            write_bytes(self._folder / _file_name(epoch), content)
        return alarms

    def _take_up(self) -> None:
        """Go on with the film of an interrupted run; one of other items makes room."""
        film = None
        with contextlib.suppress(StorageError, DataError):
            film = read(self._folder.parent)
        if film is None or film.head.pins != self.head.pins or film.head.targets != self.head.targets:
            shutil.rmtree(self._folder, ignore_errors=True)
            return
        self.head = film.head
        with contextlib.suppress(StorageError):
            if film.epochs:
                self._watch.said_before([film.trace(film.epochs[-1], index) for index in range(len(self.head.pins))])
                self._watch.saturated_before({place: float(shares[-1]) for place, shares in film.saturation().items()})


@dataclass(frozen=True)
class Film:
    """A film on disk, as far as it goes.

    Attributes:
        folder: ``RUN/film``.
        head: What is in it.
        epochs: Those that there are, in order.
        alarms: Of all epochs of the run, in order.
    """

    folder: Path
    head: FilmHead
    epochs: tuple[int, ...]
    alarms: tuple[Alarm, ...]

    def trace(self, epoch: int, pin: int) -> Trace:
        """One pinned item after one epoch, as any other trace, in half precision.

        Raises:
            StorageError: The file has gone or is damaged.
        """
        arrays = self._arrays(epoch)
        prefix = f"pin{pin}."
        own = {name.removeprefix(prefix): values for name, values in arrays.items() if name.startswith(prefix)}
        layers = tuple(
            Layer(
                _half(own, half),
                _half(own, f"{half}.backward", is_backward=True) if f"{half}.backward" in self.head.halves else None,
            )
            for half in self.head.halves
            if not half.endswith(".backward")
        )
        last = layers[-1]
        output = last.hidden if last.backward is None else np.concatenate([last.hidden, last.backward.hidden], axis=1)
        return Trace(
            item=self.head.pins[pin].name,
            frames=own["frames"].astype(np.float32),
            features=own["features"],
            times_s=own["times_s"],
            layers=layers,
            probabilities={card.name: own[f"probabilities.{card.name}"].astype(np.float64) for card in self.head.targets},
            result={card.name: _answer(card, own[f"said.{card.name}"]) for card in self.head.targets},
            output=output,
            tokens=self.head.pins[pin].tokens,
            is_timed=self.head.kind == "speech",
        )

    def said(self, pin: int, target: str | None = None) -> NDArray[np.float64]:
        """What the model said of a pin after each epoch: probabilities (n_epochs, n_classes), or a number (n_epochs, 1).

        Raises:
            StorageError: A file has gone or is damaged.
        """
        name = target or self.head.targets[0].name
        return np.asarray([self._arrays(epoch, f"pin{pin}.said.{name}")[f"pin{pin}.said.{name}"] for epoch in self.epochs])

    def saturation(self) -> dict[str, NDArray[np.float64]]:
        """Share of saturated values over all pins after each epoch, 0..1: ``layer0.input_gate`` -> (n_epochs,).

        Raises:
            StorageError: A file has gone or is damaged.
        """
        shares = np.asarray([self._arrays(epoch, "saturation")["saturation"] for epoch in self.epochs], np.float64)
        shares = shares.reshape(len(self.epochs), len(self.head.halves), len(SATURATING_GATES))
        return {
            f"{half}.{gate}": shares[:, row, column]
            for row, half in enumerate(self.head.halves)
            for column, gate in enumerate(SATURATING_GATES)
        }

    def _arrays(self, epoch: int, *names: str) -> dict[str, NDArray[Any]]:
        path = self.folder / _file_name(epoch)
        content = read_bytes(path, limit=_MOST_BYTES)
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                return {name: arrays[name] for name in names or arrays.files}
        except Exception as error:  # whatever a damaged zip or header provokes is one thing to the person
            raise StorageError(f"{path} is damaged: {error}. The other epochs of the film can still be seen.") from error


def read(run_folder: Path | str) -> Film | None:
    """The film of a run; None where none was made.

    Raises:
        StorageError: It cannot be read.
        DataError: It is damaged, or was written by a later version.
    """
    folder = Path(run_folder) / FOLDER
    if not (folder / HEAD).is_file():
        return None
    content = read_bytes(folder / HEAD, limit=_MOST_BYTES)
    try:
        head = msgspec.json.decode(content, type=FilmHead)
    except msgspec.DecodeError as error:
        raise DataError(f"{folder / HEAD} is damaged: {error}. Train again with pins.") from error
    if head.schema > _SCHEMA:
        raise DataError(f"{folder} must be a film of schema {_SCHEMA} or lower. Received: {head.schema}. Update seqclass.")
    epochs = sorted(int(path.stem.rpartition("-")[2]) for path in folder.glob("epoch-*.npz") if path.stem[6:].isdigit())
    return Film(folder, head, tuple(epochs), alarms_of(Path(run_folder)))


def alarms_of(run_folder: Path) -> tuple[Alarm, ...]:
    """The alarms that a run has told, in order. An epoch that was done again after an interruption counts once.

    Raises:
        StorageError: The file cannot be read.
    """
    path = run_folder / "events.jsonl"
    if not path.is_file():
        return ()
    found: dict[tuple[int, str], Alarm] = {}
    for line in read_bytes(path, limit=_MOST_BYTES).splitlines():
        if b'"alarm"' in line:
            with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
                event = decode(line)
                if isinstance(event, Alarm):
                    found[(event.epoch, event.text)] = event
    return tuple(sorted(found.values(), key=lambda alarm: alarm.epoch))


def default_pins(items: Sequence[Item], target: str, *, most: int = DEFAULT_PINS) -> tuple[Item, ...]:
    """A few items to film: one of each class in turn, in an order without meaning that is the same on every machine.

    Args:
        items: As a rule the validation part; items without content (made-up silence) are passed over.
        target: The classes.
        most: How many.
    """
    by_class: dict[str, list[Item]] = {}
    for item in sorted((item for item in items if item.file or item.text), key=_without_meaning):
        by_class.setdefault(str(item.targets.get(target, "")), []).append(item)
    ranked = [(rank, _without_meaning(item), item) for members in by_class.values() for rank, item in enumerate(members)]
    return tuple(item for _, _, item in sorted(ranked, key=lambda entry: entry[:2])[:most])


def _without_meaning(item: Item) -> bytes:
    return hashlib.sha256(f"film\n{item.content_hash or item.id}\n{item.id}".encode("utf-8", "surrogatepass")).digest()


def _saturation(traces: Sequence[Trace]) -> dict[str, float]:
    """Share of values below 0.1 or above 0.9 of each gate, over all frames of all pins."""
    shares = {}
    for half, _ in halves_of(traces[0]):
        for gate in SATURATING_GATES:
            values = np.concatenate([getattr(dict(halves_of(trace))[half], gate) for trace in traces])
            shares[f"{half}.{gate}"] = float(((values < 0.1) | (values > 0.9)).mean())
    return shares


def _packed(traces: Sequence[Trace], saturation: Mapping[str, float]) -> bytes:
    arrays: dict[str, NDArray[Any]] = {"saturation": np.asarray(list(saturation.values()), np.float32)}
    for index, trace in enumerate(traces):
        prefix = f"pin{index}"
        for half, layer in halves_of(trace):
            arrays |= {f"{prefix}.{half}.{gate}": np.asarray(getattr(layer, gate), np.float16) for gate in GATES}
        arrays[f"{prefix}.frames"] = trace.frames.astype(np.float16)
        arrays[f"{prefix}.features"], arrays[f"{prefix}.times_s"] = trace.features, trace.times_s
        for name, values in trace.probabilities.items():
            arrays[f"{prefix}.probabilities.{name}"] = values.astype(np.float32)
        for name, answer in trace.result.items():
            said = list(answer.probabilities.values()) if answer.probabilities else [answer.value]
            arrays[f"{prefix}.said.{name}"] = np.asarray(said, np.float64)
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]  # the stubs take a keyword for allow_pickle
    return buffer.getvalue()


def _half(own: Mapping[str, NDArray[Any]], half: str, *, is_backward: bool = False) -> LstmTrace:
    maps = {gate: own[f"{half}.{gate}"].astype(np.float32) for gate in GATES}
    return LstmTrace(**maps, is_backward=is_backward)


def _answer(card: TargetCard, said: NDArray[np.float64]) -> Answer:
    if card.kind == "number":
        return Answer(value=float(said[0]))
    return Answer(label=card.labels[int(said.argmax())], probabilities=dict(zip(card.labels, said.tolist(), strict=True)))


def _file_name(epoch: int) -> str:
    return f"epoch-{epoch:05}.npz"
