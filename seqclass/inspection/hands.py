"""Hands on the gates: hold, silence, scale or freeze parts of a model while it runs, and see what becomes of the answer.

Edits are plain values. `apply` gives a bundle that runs with them; whatever takes a bundle (`classify`, `trace`, a timeline, an
evaluation) then sees the edited model. Only live listening, which steps the network as sound comes in, does not. An edit happens inside
the pass that classifies, at its step: everything after it, in time and in the layers above, is computed from the edited values. Without
edits the pass is the same one, bit for bit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec
import numpy as np

from seqclass.errors import SpecError
from seqclass.files import read_bytes, write_bytes
from seqclass.inspection.naming import half_name
from seqclass.model.bundle import Bundle
from seqclass.model.network import Floats, Network, StepHook

SCHEMA_VERSION = 1
READ_ME = (
    "Each edit changes the values of a gate or state while the network runs; all later frames and layers are computed from the "
    "changed values. Differences are edited minus unedited. With no edits the numbers are those of the model, bit for bit."
)

Part = Literal["input_gate", "forget_gate", "candidate", "output_gate", "cell", "hidden"]
Action = Literal["clamp", "zero", "scale", "freeze"]
Direction = Literal["forward", "backward", "both"]
PARTS: tuple[Part, ...] = get_args(Part)
ACTIONS: tuple[Action, ...] = get_args(Action)

_ROWS: dict[str, int] = {"input_gate": 0, "forget_gate": 1, "candidate": 2, "output_gate": 3}
_SIZE_LIMIT = 10_000_000
_FORM = (
    'Edits must look as {{"schema": 1, "edits": [{{"part": "forget_gate", "action": "zero"}}]}}. Received: {}{}. Correct them, or '
    "save them again."
)


class Edit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One change to a model while it runs.

    Attributes:
        part: Which of the six maps. To take a unit out altogether, zero its ``hidden``: neither its own layer nor the next one
            hears of it then.
        action: ``clamp`` keeps values within ``low`` to ``high`` (equal bounds hold one value); ``zero`` sets 0; ``scale``
            multiplies by ``factor``; ``freeze`` holds the value of the frame that was read before the range, or of the range's first
            frame where nothing was read before.
        layer: From 0.
        direction: Which half of a layer that reads both ways.
        units: Which units; None: all of the layer.
        start: First frame of the range, from 0; in input time, for the backward half too.
        stop: Frame after the last one; None: to the end of the item, however long.
        low, high: Of ``clamp``.
        factor: Of ``scale``.
        enabled: False: kept in the list and not done.
    """

    part: Part
    action: Action
    layer: int = 0
    direction: Direction = "both"
    units: tuple[int, ...] | None = None
    start: int = 0
    stop: int | None = None
    low: float = 0.0
    high: float = 1.0
    factor: float = 1.0
    enabled: bool = True

    def describe(self) -> str:
        """The edit in words, layers and units from 0 as everywhere."""
        what = {
            "clamp": f"held at {self.low:g}" if self.low == self.high else f"kept within {self.low:g} to {self.high:g}",
            "zero": "set to 0",
            "scale": f"times {self.factor:g}",
            "freeze": "frozen",
        }[self.action]
        units = "all units" if self.units is None else f"unit{'s' * (len(self.units) > 1)} {', '.join(map(str, self.units))}"
        half = half_name(self.layer, is_backward=self.direction == "backward")
        side = ", forward half" if self.direction == "forward" else ""
        is_whole = self.start == 0 and self.stop is None
        end = "the end" if self.stop is None else f"{self.stop - 1}"
        frames = "" if is_whole else f", frames {self.start} to {end}"
        return f"{half}{side}: {self.part.replace('_', ' ')} of {units} {what}{frames}"


class Hands(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stack of edits, done in order. A value: each change gives a new one.

    Attributes:
        schema: Version of the file.
        edits: From the first to the last.
    """

    schema: int = SCHEMA_VERSION
    edits: tuple[Edit, ...] = ()

    def with_edit(self, edit: Edit) -> Hands:
        """One edit more, on top."""
        return Hands(edits=(*self.edits, edit))

    def without(self, index: int) -> Hands:
        """Leave the edit at ``index`` out."""
        return Hands(edits=self.edits[:index] + self.edits[index + 1 :])

    def replaced(self, index: int, edit: Edit) -> Hands:
        """Another edit in the place of that at ``index``."""
        return Hands(edits=(*self.edits[:index], edit, *self.edits[index + 1 :]))

    def shifted(self, n_frames: int) -> Hands:
        """The same for an item whose first ``n_frames`` frames are gone; edits that lay wholly in these are dropped."""
        if n_frames == 0:
            return self
        edits = []
        for edit in self.edits:
            stop = None if edit.stop is None else edit.stop - n_frames
            if stop is None or stop > 0:
                edits.append(msgspec.structs.replace(edit, start=max(edit.start - n_frames, 0), stop=stop))
        return Hands(edits=tuple(edits))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is changed."""
        return not any(edit.enabled for edit in self.edits)


NO_HANDS = Hands()


class History(msgspec.Struct, frozen=True, kw_only=True):
    """Stacks of edits that can be undone and redone. A value, like `Hands`.

    Attributes:
        hands: What holds now.
        past: What held before, the latest last.
        future: What was undone, the next to redo last.
    """

    hands: Hands = NO_HANDS
    past: tuple[Hands, ...] = ()
    future: tuple[Hands, ...] = ()

    def do(self, hands: Hands) -> History:
        """Take a new stack on; what had been undone is gone."""
        if hands == self.hands:
            return self
        return History(hands=hands, past=(*self.past, self.hands))

    def undo(self) -> History:
        """Back to what held before; the same where there is nothing to undo."""
        if not self.past:
            return self
        return History(hands=self.past[-1], past=self.past[:-1], future=(*self.future, self.hands))

    def redo(self) -> History:
        """The reverse of `undo`."""
        if not self.future:
            return self
        return History(hands=self.future[-1], past=(*self.past, self.hands), future=self.future[:-1])


def write(path: Path | str, hands: Hands) -> None:
    """Save a stack as JSON, whole or not at all.

    Raises:
        StorageError: The file cannot be written.
    """
    write_bytes(path, msgspec.json.format(msgspec.json.encode(hands), indent=1) + b"\n")


def read(path: Path | str) -> Hands:
    """Read what `write` wrote.

    Raises:
        StorageError: The file cannot be read.
        SpecError: It holds no edits, or was written by a later version.
    """
    try:
        plain = msgspec.json.decode(read_bytes(path, limit=_SIZE_LIMIT))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SpecError(_FORM.format(error, f" in {path}")) from error
    return from_plain(plain, where=f" in {path}")


def from_plain(plain: Any, *, where: str = "") -> Hands:
    """Edits from plain values, as JSON and jobs hold them.

    Args:
        plain: The values; none at all are no edits.
        where: Told in errors, as `` in edits.json``.

    Raises:
        SpecError: They are no edits, or of a later version.
    """
    schema = plain.get("schema") if isinstance(plain, dict) else None
    if isinstance(schema, int) and schema > SCHEMA_VERSION:
        raise SpecError(
            f"Edits must be of schema {SCHEMA_VERSION} or below. Received: schema={schema}{where}. Update seqclass."
        )
    try:
        return msgspec.convert(plain, Hands)
    except msgspec.ValidationError as error:
        raise SpecError(_FORM.format(error, where)) from error


def to_plain(hands: Hands) -> dict[str, Any]:
    """The reverse of `from_plain`."""
    plain: dict[str, Any] = msgspec.to_builtins(hands)
    return plain


def check(hands: Hands, network: Network) -> None:
    """Refuse edits that mean nothing in this network.

    Raises:
        SpecError: A layer, direction or unit is not there, or a number or range makes no sense.
    """
    for number, edit in enumerate(hands.edits, start=1):
        fault = _fault(edit, network)
        if fault:
            rule, received, way_out = fault
            raise SpecError(f"{rule}. Received: {received} (edit {number}: {edit.describe()}). {way_out}.")


def _fault(edit: Edit, network: Network) -> tuple[str, str, str] | None:
    n_layers = len(network.layers)
    if not 0 <= edit.layer < n_layers:
        return f"layer must lie within 0 to {n_layers - 1}", f"layer={edit.layer}", "Choose a layer of this model"
    forward, backward = network.layers[edit.layer]
    if edit.direction == "backward" and backward is None:
        return "direction must be forward in a model that reads forward only", "direction=backward", "Leave direction out"
    strange = [unit for unit in edit.units or () if not 0 <= unit < forward.n_units]
    if strange:
        return f"units must lie within 0 to {forward.n_units - 1}", f"units={strange}", "Choose units of this layer"
    if edit.start < 0 or (edit.stop is not None and edit.stop <= edit.start):
        return "start must be at least 0 and stop after it", f"start={edit.start}, stop={edit.stop}", "Turn the range round"
    if not all(map(math.isfinite, (edit.low, edit.high, edit.factor))) or edit.low > edit.high:
        received = f"low={edit.low}, high={edit.high}, factor={edit.factor}"
        return "low, high and factor must be finite numbers, low at most high", received, "Give other numbers"
    return None


def apply(bundle: Bundle, hands: Hands) -> Bundle:
    """A bundle that runs with edits. In place of those that it may have: edits do not pile up.

    Args:
        bundle: The model.
        hands: The edits; with none the plain model is given.

    Raises:
        SpecError: An edit does not fit the model.

    Example:
        >>> from seqclass.inspection import hands
        >>> edit = hands.Edit(part="forget_gate", action="clamp", low=1.0, high=1.0, layer=0, units=(3,))
        >>> edited = hands.apply(bundle, hands.Hands(edits=(edit,)))  # doctest: +SKIP
    """
    check(hands, bundle.network)
    return replace(bundle, network=edited_network(bundle.network, hands))


def edited_network(network: Network, hands: Hands) -> Network:
    """The network with edits, in place of those that it may have; they must fit (see `check`)."""
    plain = {each.name: getattr(network, each.name) for each in fields(Network)}
    return Network(**plain) if hands.is_empty else EditedNetwork(**plain, hands=hands)


def hands_of(bundle: Bundle) -> Hands:
    """The edits that a bundle runs with."""
    return bundle.network.hands if isinstance(bundle.network, EditedNetwork) else NO_HANDS


@dataclass(frozen=True)
class EditedNetwork(Network):
    """A network that runs with edits."""

    hands: Hands = NO_HANDS

    def hook(self, layer: int, n_frames: int, *, is_backward: bool = False) -> StepHook | None:
        """What does the edits of one direction of a layer; None where there are none."""
        half = "backward" if is_backward else "forward"
        reads_backward = is_backward
        if self.stack is not None:  # an imported layer may read backwards in its first half
            reads_backward = self.stack.layout.layers[layer].directions[int(is_backward)].is_backward
        edits = [edit for edit in self.hands.edits if edit.enabled and edit.layer == layer and edit.direction in ("both", half)]
        deeds = [_Deed(edit, n_frames, is_backward=reads_backward) for edit in edits]
        deeds = [deed for deed in deeds if deed.stop > deed.start]
        return _Hook(deeds) if deeds else None


class _Deed:
    """An edit at work on one item: its range counted in steps of reading, and what it has frozen."""

    def __init__(self, edit: Edit, n_frames: int, *, is_backward: bool) -> None:
        start, stop = min(edit.start, n_frames), n_frames if edit.stop is None else min(edit.stop, n_frames)
        self.start, self.stop = (n_frames - stop, n_frames - start) if is_backward else (start, stop)
        self.row = _ROWS.get(edit.part)
        self.part = edit.part
        self._edit = edit
        self._units: slice | list[int] = slice(None) if edit.units is None else list(edit.units)
        self._held: Floats | None = None
        # The frame whose value a freeze holds is looked at, and not changed.
        self.first = max(self.start - 1, 0) if edit.action == "freeze" else self.start

    def __call__(self, step: int, values: Floats) -> None:
        """Do it to (n_units,) values at a step within ``first`` to ``stop``."""
        edit, units = self._edit, self._units
        if edit.action == "zero":
            values[units] = 0.0
        elif edit.action == "scale":
            values[units] *= np.float32(edit.factor)
        elif edit.action == "clamp":
            values[units] = np.clip(values[units], np.float32(edit.low), np.float32(edit.high))
        elif self._held is None or step == self.first:
            self._held = values[units].copy()
        else:
            values[units] = self._held


class _Hook:
    """Edits of one direction of a layer, in order, sorted by where in a step they act."""

    def __init__(self, deeds: Sequence[_Deed]) -> None:
        self._gates = [deed for deed in deeds if deed.row is not None]
        self._cell = [deed for deed in deeds if deed.part == "cell"]
        self._hidden = [deed for deed in deeds if deed.part == "hidden"]

    def gates(self, step: int, values: Floats) -> None:
        """See `seqclass.model.network.StepHook`."""
        for deed in self._gates:
            if deed.first <= step < deed.stop:
                assert deed.row is not None
                deed(step, values[deed.row])

    def cell(self, step: int, values: Floats) -> None:
        """See `seqclass.model.network.StepHook`."""
        _do(self._cell, step, values)

    def hidden(self, step: int, values: Floats) -> None:
        """See `seqclass.model.network.StepHook`."""
        _do(self._hidden, step, values)


def _do(deeds: Sequence[_Deed], step: int, values: Floats) -> None:
    for deed in deeds:
        if deed.first <= step < deed.stop:
            deed(step, values)
