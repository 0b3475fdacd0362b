"""Gate health: how the gates of a model are used over many items, and what to make of it.

Figures are sums over frames, taken item by item, so memory is bounded whatever the number of items.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from seqclass.errors import DataError, UsageError
from seqclass.files import read_bytes, write_bytes, write_table
from seqclass.inspection.health_advice import Advice, advice_on
from seqclass.inspection.ledger import half_life_of
from seqclass.inspection.store import halves_of
from seqclass.inspection.trace import Layer, Trace

Doubles = NDArray[np.float64]

READ_ME = (
    "Shares are of all frames of all items. A gate is nearly shut below 0.1 and nearly open above 0.9; a unit's half-life is the time "
    "after which half of what it holds is gone, at its mean forget gate."
)
READ_DIFFERENCE = "Means over all units of a layer: the second model less the first."

SCHEMA_VERSION = 1
GATES = ("input_gate", "forget_gate", "output_gate")
LOW, HIGH = 0.1, 0.9
# A unit is dead where its hidden state hardly moves over all items, never written where nearly no frame adds to its cell, latched
# where in the later half of nearly all items its cell is full, with one sign, and its forget gate open: it says the same of each.
DEAD_DEVIATION, WRITTEN, FEW, MOST = 0.01, 0.01, 0.001, 0.9
_SMALLEST = 1e-300
_MAPS = ("input_gate", "forget_gate", "candidate", "output_gate", "cell", "hidden")


@dataclass(frozen=True)
class HalfHealth:
    """One direction of a layer; arrays (n_units,) float64.

    Attributes:
        name: ``layer0``, ``layer0.backward`` and so on.
        n_units: Units of this direction.
        low: Gate -> share of frames where it is below 0.1.
        high: Gate -> share of frames where it is above 0.9.
        mean: Each of the six maps -> its mean.
        deviation: Of the hidden state over all frames of all items.
        written: Share of frames that add more than 0.01 to the cell, or take it away.
        decay: Mean of -ln f: how fast what a unit holds fades, a frame.
        latched: Share of frames in the later half of items in which the cell is full and held, less those of the other sign.
        median_frames: Of the items.
        frame_ms: Length of a frame's step in milliseconds; None where frames have no time.
    """

    name: str
    n_units: int
    low: dict[str, Doubles]
    high: dict[str, Doubles]
    mean: dict[str, Doubles]
    deviation: Doubles
    written: Doubles
    decay: Doubles
    latched: Doubles
    median_frames: float
    frame_ms: float | None

    @property
    def saturated(self) -> dict[str, Doubles]:
        """Gate -> share of frames where it is nearly shut or nearly open."""
        return {gate: self.low[gate] + self.high[gate] for gate in GATES}

    @property
    def is_dead(self) -> NDArray[np.bool_]:
        """Units whose hidden state hardly moves."""
        return self.deviation < DEAD_DEVIATION

    @property
    def is_never_written(self) -> NDArray[np.bool_]:
        """Units to whose cell nearly no frame adds anything."""
        return self.written < FEW

    @property
    def is_latched(self) -> NDArray[np.bool_]:
        """Units that fill up in every item, with one sign, and stay so."""
        return np.abs(self.latched) > MOST

    @property
    def half_life_frames(self) -> Doubles:
        """Of each unit; infinite where nothing fades."""
        return half_life_of(self.decay)

    @property
    def half_life_ms(self) -> Doubles | None:
        """The same in milliseconds, where frames have a time."""
        return None if self.frame_ms is None else self.half_life_frames * self.frame_ms

    @property
    def median_half_life_frames(self) -> float:
        """Of the median unit; infinite where it forgets nothing."""
        return float(half_life_of(np.quantile(self.decay, [0.5]))[0])

    def verdicts(self) -> list[str]:
        """What is to be said of each unit; empty where nothing is."""
        flags = (("dead", self.is_dead), ("never written", self.is_never_written), ("latched", self.is_latched))
        return [", ".join(word for word, is_so in flags if is_so[unit]) for unit in range(self.n_units)]


@dataclass(frozen=True)
class Health:
    """The gates of a model over many items.

    Attributes:
        halves: From the first layer on, a backward half after its forward one.
        n_items: Items counted.
        n_frames: Their frames together.
    """

    halves: tuple[HalfHealth, ...]
    n_items: int
    n_frames: int

    def half(self, name: str) -> HalfHealth:
        """One half by its name."""
        return next(half for half in self.halves if half.name == name)

    def advice(self) -> tuple[Advice, ...]:
        """What to make of it all, most telling first within each layer; nothing where nothing stands out."""
        return tuple(advice for half in self.halves for advice in advice_on(half))

    def write_csv(self, path: Path | str) -> None:
        """Save a row a unit, whole or not at all.

        Raises:
            StorageError: The file cannot be written.
        """
        gates = [f"{gate} {what}" for gate in GATES for what in ("below 0.1", "above 0.9")]
        means = [f"{name} mean" for name in _MAPS]
        head = ["layer", "unit", *gates, *means, "hidden deviation", "frames written", "half-life frames", "half-life ms"]
        rows: list[list[object]] = [[*head, "verdict"]]
        for half in self.halves:
            verdicts = half.verdicts()
            frames, milliseconds = half.half_life_frames, half.half_life_ms
            for unit in range(half.n_units):
                shares = [share[gate][unit] for gate in GATES for share in (half.low, half.high)]
                values = [*shares, *(half.mean[name][unit] for name in _MAPS), half.deviation[unit], half.written[unit]]
                lives = [frames[unit], None if milliseconds is None else milliseconds[unit]]
                row = ["" if value is None else f"{value:.6g}" for value in (*values, *lives)]
                rows.append([half.name, unit, *row, verdicts[unit]])
        write_table(path, rows)


@dataclass(frozen=True)
class Change:
    """One figure of two models: mean over the units of a half.

    Attributes:
        half: ``layer0`` and so on.
        figure: As ``forget_gate above 0.9``.
        one, other: Of the first and the second model.
    """

    half: str
    figure: str
    one: float
    other: float

    @property
    def change(self) -> float:
        """The second less the first."""
        return self.other - self.one if self.other != self.one else 0.0  # of two half-lives without end, too


def difference(one: Health, other: Health) -> tuple[Change, ...]:
    """Compare two models, layer by layer, in the halves that both have. Units of two models do not correspond, so means do.

    Raises:
        UsageError: They have no half in common.
    """
    shared = [half.name for half in one.halves if half.name in {each.name for each in other.halves}]
    if not shared:
        raise UsageError("Two models to compare must have a layer in common. Received: none. Choose other models.")
    changes = []
    for name in shared:
        figures = [_figures(health.half(name)) for health in (one, other)]
        changes += [Change(name, figure, figures[0][figure], figures[1][figure]) for figure in figures[0]]
    return tuple(changes)


def write_difference(path: Path | str, changes: tuple[Change, ...]) -> None:
    """Save `difference` as CSV, whole or not at all.

    Raises:
        StorageError: The file cannot be written.
    """
    rows = [[each.half, each.figure, *(f"{v:.6g}" for v in (each.one, each.other, each.change))] for each in changes]
    write_table(path, [["layer", "figure", "first", "second", "change"], *rows])


class HealthTaker:
    """Takes the health of a model item by item."""

    def __init__(self) -> None:
        self._sums: dict[str, dict[str, Any]] = {}
        self._lengths: list[int] = []
        self._frame_s: float | None = None

    def add(self, trace: Trace) -> None:
        """Count one item."""
        self._lengths.append(len(trace.frames))
        if trace.is_timed and len(trace.times_s) > 1:
            self._frame_s = float(trace.times_s[1] - trace.times_s[0])
        for name, layer in halves_of(trace):
            sums = _sums(layer)
            kept = self._sums.setdefault(name, {})
            for figure, value in sums.items():
                kept[figure] = kept[figure] + value if figure in kept else value

    def health(self) -> Health:
        """Of all items so far.

        Raises:
            DataError: There were none.
        """
        if not self._lengths:
            raise DataError("There must be items to take the health of gates. Received: none. Choose another part.")
        n_frames = sum(self._lengths)
        median = float(np.median(self._lengths))
        frame_ms = None if self._frame_s is None else 1000 * self._frame_s
        halves = tuple(_half(name, sums, n_frames, median, frame_ms) for name, sums in self._sums.items())
        return Health(halves, len(self._lengths), n_frames)


def write_health(path: Path | str, health: Health) -> None:
    """Save all figures as JSON, whole or not at all.

    Raises:
        StorageError: The file cannot be written.
    """
    write_bytes(
        path, msgspec.json.encode({"schema": SCHEMA_VERSION, "health": health}, enc_hook=lambda values: values.tolist())
    )


def read_health(path: Path | str) -> Health:
    """Read what `write_health` wrote.

    Raises:
        StorageError: The file cannot be read.
        DataError: It holds something else.
    """

    def array(kind: type, values: Any) -> Any:
        del kind
        return np.asarray(values, np.float64)

    try:
        plain = msgspec.json.decode(read_bytes(path))
        health: Health = msgspec.convert(plain["health"], Health, dec_hook=array)
    except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path} must hold the health of gates. Received: {error}. Take it again.") from error
    return health


def _sums(layer: Layer) -> dict[str, Any]:
    """What one item adds, over its frames: (n_units,) or numbers."""
    maps = {name: np.asarray(getattr(layer, name), np.float64) for name in _MAPS}
    sums: dict[str, Any] = {f"mean.{name}": values.sum(axis=0) for name, values in maps.items()}
    for gate in GATES:
        sums[f"low.{gate}"] = (maps[gate] < LOW).sum(axis=0)
        sums[f"high.{gate}"] = (maps[gate] > HIGH).sum(axis=0)
    sums["square"] = np.square(maps["hidden"]).sum(axis=0)
    sums["written"] = (np.abs(maps["input_gate"] * maps["candidate"]) > WRITTEN).sum(axis=0)
    sums["decay"] = -np.log(np.maximum(maps["forget_gate"], _SMALLEST)).sum(axis=0)
    n_frames = len(maps["cell"])
    later = slice(0, (n_frames + 1) // 2) if layer.is_backward else slice(n_frames // 2, None)
    squeezed = np.tanh(maps["cell"][later])
    is_held = (np.abs(squeezed) > HIGH) & (maps["forget_gate"][later] > HIGH)
    sums["latched"] = (np.sign(squeezed) * is_held).sum(axis=0)
    sums["later"] = len(squeezed)
    return sums


def _half(name: str, sums: dict[str, Any], n_frames: int, median: float, frame_ms: float | None) -> HalfHealth:
    mean = {each: sums[f"mean.{each}"] / n_frames for each in _MAPS}
    return HalfHealth(
        name=name,
        n_units=len(sums["square"]),
        low={gate: sums[f"low.{gate}"] / n_frames for gate in GATES},
        high={gate: sums[f"high.{gate}"] / n_frames for gate in GATES},
        mean=mean,
        deviation=np.sqrt(np.maximum(sums["square"] / n_frames - mean["hidden"] ** 2, 0.0)),
        written=sums["written"] / n_frames,
        decay=sums["decay"] / n_frames,
        latched=sums["latched"] / sums["later"],
        median_frames=median,
        frame_ms=frame_ms,
    )


def _figures(half: HalfHealth) -> dict[str, float]:
    figures = {}
    for gate in GATES:
        figures[f"{gate} below 0.1"] = float(half.low[gate].mean())
        figures[f"{gate} above 0.9"] = float(half.high[gate].mean())
    figures |= {f"{name} mean": float(half.mean[name].mean()) for name in _MAPS}
    figures["dead units"] = float(half.is_dead.mean())
    figures["never written units"] = float(half.is_never_written.mean())
    figures["latched units"] = float(half.is_latched.mean())
    figures["median half-life in frames"] = half.median_half_life_frames
    return figures
