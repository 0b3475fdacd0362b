"""The words of the lens: names of maps, how to read each, values under the mouse."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

TIMED = ("ms", "s")
"""Units of a time axis that counts seconds."""
MAPS = ("input_gate", "forget_gate", "candidate", "output_gate", "cell", "hidden")
SYMBOLS = {"input_gate": "i", "forget_gate": "f", "candidate": "g", "output_gate": "o", "cell": "c", "hidden": "h"}


def heading(key: str) -> str:
    """Name of a pane."""
    translate = QCoreApplication.translate
    return {
        "wave": translate("Lens", "Sound"),
        "tokens": translate("Lens", "Tokens"),
        "channels": translate("Lens", "Channels"),
        "mfcc": translate("Lens", "MFCC frames"),
        "embedding": translate("Lens", "Embedding"),
        "numbers": translate("Lens", "Frames"),
        "input_gate": translate("Lens", "Input gate i"),
        "forget_gate": translate("Lens", "Forget gate f"),
        "candidate": translate("Lens", "Candidate g"),
        "output_gate": translate("Lens", "Output gate o"),
        "cell": translate("Lens", "Cell state c"),
        "hidden": translate("Lens", "Hidden state h"),
        "probabilities": translate("Lens", "Probability"),
        "value": translate("Lens", "Value"),
        "decision": translate("Lens", "Decision"),
        "ledger": translate("Lens", "Still in the cell"),
        "distance": translate("Lens", "Distance"),
        "answer_change": translate("Lens", "Δ probability"),
        "ledger_amount": translate("Lens", "Sum over units"),
    }[key]


def note(key: str, low: str = "", high: str = "") -> str:
    """The second line of a pane: what kind of thing it is, and within which bounds."""
    translate = QCoreApplication.translate
    words = {
        "mfcc": translate("Lens", "{low} to {high} deviations"),
        "embedding": translate("Lens", "{low} to {high}"),
        "numbers": translate("Lens", "{low} to {high}"),
        "input_gate": translate("Lens", "gate, {low} to {high}"),
        "forget_gate": translate("Lens", "gate, {low} to {high}"),
        "candidate": translate("Lens", "proposal, {low} to {high}"),
        "output_gate": translate("Lens", "gate, {low} to {high}"),
        "cell": translate("Lens", "state, {low} to {high}"),
        "hidden": translate("Lens", "state, {low} to {high}"),
        "probabilities": translate("Lens", "if it ended here"),
        "value": translate("Lens", "if it ended here"),
        "decision": translate("Lens", "share of each class, if it ended here"),
        "distance": translate("Lens", "of the hidden states"),
        "answer_change": translate("Lens", "if they ended here"),
        "ledger": translate("Lens", "left, {low} to {high}"),
        "ledger_amount": translate("Lens", "without signs"),
        "difference": translate("Lens", "change, {low} to {high}"),
    }
    return words.get(key, "").format(low=low, high=high)


def reading(key: str) -> str:
    """How to read a pane, in one sentence or two; may have a ``{bound}``."""
    translate = QCoreApplication.translate
    return {
        "wave": translate(
            "Lens", "Air pressure over time. The coloured part is what the network reads; what is grey was cut off as silence."
        ),
        "tokens": translate("Lens", "The text as the network reads it: one token a column, from left to right."),
        "channels": translate("Lens", "The numbers as they stand in the item, one curve a channel."),
        "mfcc": translate(
            "Lens",
            "A column is one frame of sound as numbers: the lowest row is loudness, those above are the shape of the spectrum and "
            "how it changes. Orange lies above the usual, blue below it.",
        ),
        "embedding": translate(
            "Lens", "A column is one token as the numbers learnt for it. Columns that look alike mean alike to the network."
        ),
        "numbers": translate("Lens", "A column is one frame as it enters layer0. Orange lies above zero, blue below it."),
        "input_gate": translate(
            "Lens", "A gate: how much of the candidate g each unit writes into its cell. Bright: it writes. Dark: it ignores."
        ),
        "forget_gate": translate(
            "Lens",
            "A gate: how much of its cell each unit keeps from the frame before. Bright: it remembers. Dark: it forgets.",
        ),
        "candidate": translate(
            "Lens", "Neither gate nor state: what each unit would write, before the input gate decides. Orange raises its cell."
        ),
        "output_gate": translate(
            "Lens", "A gate: how much of its cell each unit shows to the others. Bright: it speaks. Dark: it keeps silent."
        ),
        "cell": translate(
            "Lens",
            "A state: what each unit remembers at this frame, c = f · c before + i · g. It has no bound; colours end at ±{bound}.",
        ),
        "hidden": translate(
            "Lens", "A state: what each unit says, h = o · tanh(c). It is the layer's output, all that the next layer hears."
        ),
        "probabilities": translate(
            "Lens", "What the model would answer if the item ended at this frame; the last column is its answer."
        ),
        "difference": translate(
            "Lens",
            "What the change does to each unit at each frame. Orange: more than before. Blue: less. No colour: the same.",
        ),
        "decision": translate(
            "Lens",
            "How the classes share the whole if the item ended at this frame. Dotted lines: the lead changes. Solid line: from here on "
            "the answer leads for good. Grey: all other classes.",
        ),
        "ledger": translate(
            "Lens",
            "What each frame wrote into each unit and how much of it is still there: over all frames a row sums to the unit's cell "
            "state. Exact accounting given the gates, not a causal claim.",
        ),
        "ledger_amount": translate(
            "Lens", "The same over all units, signs left out: from where in the item the layer's memory comes."
        ),
        "pair": translate(
            "Lens", "First minus second, unit by unit, where alike frames meet. Orange: the first is greater. Blue: the second."
        ),
        "distance": translate(
            "Lens",
            "How far the two are apart at each step of the common axis: root mean square over all hidden states. The second line is a "
            "height that 19 of 20 pairs of takes of one class never keep for three steps.",
        ),
        "answer_change": translate(
            "Lens",
            "First minus second of each class's probability, if the items ended here; the last column is of the whole items.",
        ),
        "value": translate(
            "Lens", "The number that the model would give if the item ended at this frame; the last column is its answer."
        ),
    }[key]


def cut_anew(stride: int) -> str:
    """For models that look ahead or at the item as a whole."""
    if stride == 1:
        return QCoreApplication.translate(
            "Lens", "This model looks ahead or at the whole item, so the item was cut and run again at each frame."
        )
    return QCoreApplication.translate(
        "Lens", "This model looks ahead or at the whole item, so the item was cut and run again at every {stride} frames."
    ).format(stride=stride)


def change_of(key: str) -> str:
    """Heading of a map's change: short, as a sign stands before it."""
    translate = QCoreApplication.translate
    return {
        "input_gate": translate("Lens", "Δ input gate"),
        "forget_gate": translate("Lens", "Δ forget gate"),
        "candidate": translate("Lens", "Δ candidate"),
        "output_gate": translate("Lens", "Δ output gate"),
        "cell": translate("Lens", "Δ cell state"),
        "hidden": translate("Lens", "Δ hidden state"),
    }[key]


def same_class() -> str:
    """What takes of one class keep below."""
    return QCoreApplication.translate("Lens", "same class")


def computing() -> str:
    """The note of answers that are not there yet."""
    return QCoreApplication.translate("Lens", "being computed …")


def in_all(count: int) -> str:
    """How many there are."""
    return QCoreApplication.translate("Lens", "{count} in all").format(count=count)


def whole_only() -> str:
    """The note of answers that no single frame has."""
    return QCoreApplication.translate("Lens", "of the whole item")


def unit(number: int) -> str:
    """A unit of a layer."""
    return QCoreApplication.translate("Lens", "unit {number}").format(number=number)


def feature(number: int) -> str:
    """A row of the frames."""
    return QCoreApplication.translate("Lens", "row {number}").format(number=number)


def channel(number: int) -> str:
    """A channel of a numeric sequence."""
    return QCoreApplication.translate("Lens", "channel {number}").format(number=number)


def outside() -> str:
    """Where there is no frame."""
    return QCoreApplication.translate("Lens", "not read by the network")


def is_open() -> str:
    """A gate at 1."""
    return QCoreApplication.translate("Lens", "open")


def is_shut() -> str:
    """A gate at 0."""
    return QCoreApplication.translate("Lens", "shut")


def axis(key: str) -> str:
    """Name of the time axis."""
    translate = QCoreApplication.translate
    return {
        "s": translate("Lens", "time in seconds"),
        "ms": translate("Lens", "time in milliseconds"),
        "frame": translate("Lens", "frame"),
        "token": translate("Lens", "token"),
    }[key]


def moment(time: float, unit_name: str) -> str:
    """A time as it is read: ``time`` is in seconds for ``s`` and ``ms``, otherwise it is a frame or token."""
    translate = QCoreApplication.translate
    if unit_name == "ms":
        return translate("Lens", "{time} ms").format(time=round(1000 * time))
    if unit_name == "s":
        return translate("Lens", "{time} s").format(time=f"{time:.3f}")
    if unit_name == "token":
        return translate("Lens", "token {number}").format(number=round(time))
    return translate("Lens", "frame {number}").format(number=round(time))
