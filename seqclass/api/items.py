"""A trained model, and what it does with one item."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from seqclass.inference import classify as classifying
from seqclass.inference.classify import Classification
from seqclass.inspection import hands as editing
from seqclass.inspection import timeline as timing
from seqclass.inspection import trace as tracing
from seqclass.inspection.hands import Hands
from seqclass.inspection.timeline import Timeline
from seqclass.inspection.trace import Trace
from seqclass.model.bundle import Bundle, Card

if TYPE_CHECKING:
    from seqclass.inspection.ledger import Ledger


class ItemModel:
    """The part of `seqclass.Model` that is about one item at a time.

    Attributes:
        bundle: Card, front end and network.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle

    @property
    def card(self) -> Card:
        """Settings, labels, data and figures of the model."""
        return self.bundle.card

    @property
    def labels(self) -> tuple[str, ...]:
        """Classes of the first target, in the order of its probabilities."""
        return self.card.targets[0].labels

    def classify(
        self, item: Path | str | NDArray[Any] | None = None, *, rate_hz: int | None = None, text: str | None = None
    ) -> Classification:
        """Label one item.

        Args:
            item: A file; or samples (n_samples,) with ``rate_hz``; or a numeric sequence (n_frames, n_features).
            rate_hz: Sample rate of samples, in Hz.
            text: A text, for a text model.

        Raises:
            ItemError: The item cannot be read or does not fit the model.

        Example:
            >>> import seqclass
            >>> answer = seqclass.load("digits.seqclass").classify("seven.wav")  # doctest: +SKIP
            >>> answer.label, answer.probabilities["7"]  # doctest: +SKIP
            ('7', 0.98)
        """
        return classifying.classify(self.bundle, item, rate_hz=rate_hz, text=text)

    def trace(
        self,
        item: Path | str | NDArray[Any] | None = None,
        *,
        rate_hz: int | None = None,
        text: str | None = None,
        hands: Hands | None = None,
    ) -> Trace:
        """Every gate and state of every layer for one item. Arguments and errors as for `classify`.

        Args:
            item: As for `classify`.
            rate_hz: As for `classify`.
            text: As for `classify`.
            hands: Edits to the gates that the model runs with (`seqclass.inspection.hands`).

        Example:
            >>> import seqclass
            >>> trace = seqclass.load("digits.seqclass").trace("seven.wav")  # doctest: +SKIP
            >>> trace.layers[0].forget_gate.shape  # doctest: +SKIP
            (31, 128)
            >>> trace.plot("gates.png")  # doctest: +SKIP
        """
        return tracing.trace(self.bundle, item, rate_hz=rate_hz, text=text, hands=hands)

    def timeline(
        self,
        item: Path | str | NDArray[Any] | None = None,
        *,
        rate_hz: int | None = None,
        text: str | None = None,
        stride: int | None = None,
        hands: Hands | None = None,
    ) -> Timeline:
        """What the model would say if the item ended at each frame, and when it made up its mind.

        Args:
            item: As for `classify`.
            rate_hz: As for `classify`.
            text: As for `classify`.
            stride: Frames from one answer to the next, for a model that looks ahead; None: what takes about half a second.
            hands: As for `trace`.

        Example:
            >>> import seqclass
            >>> timeline = seqclass.load("digits.seqclass").timeline("seven.wav")  # doctest: +SKIP
            >>> label = timeline.targets["label"]  # doctest: +SKIP
            >>> label.winner, timeline.times_s[label.decided]  # doctest: +SKIP
            ('7', 0.24)
        """
        bundle = self.bundle if hands is None else editing.apply(self.bundle, hands)
        return timing.timeline(bundle, item, rate_hz=rate_hz, text=text, stride=stride)

    def ledger(
        self,
        item: Path | str | NDArray[Any] | None = None,
        *,
        rate_hz: int | None = None,
        text: str | None = None,
        half: str = "",
        at: int = -1,
        hands: Hands | None = None,
    ) -> Ledger:
        """How much of what each frame wrote into memory is left at a frame.

        Args:
            item: As for `classify`.
            rate_hz: As for `classify`.
            text: As for `classify`.
            half: Whose memory: ``layer0``, ``layer1.backward`` and so on; empty: the last layer's.
            at: The frame to look back from; below 0: from the end.
            hands: As for `trace`.

        Raises:
            ItemError: The item cannot be read or does not fit the model.
            UsageError: There is no such layer or frame.

        Example:
            >>> import seqclass
            >>> book = seqclass.load("digits.seqclass").ledger("seven.wav", half="layer1", at=20)  # doctest: +SKIP
            >>> book.left.sum(axis=0) - book.cell  # doctest: +SKIP
            array([0., 0., ...])
        """
        from seqclass.inspection.ledger import ledger
        from seqclass.inspection.store import half_of

        traced = self.trace(item, rate_hz=rate_hz, text=text, hands=hands)
        return ledger(half_of(traced, half) if half else traced.layers[-1], at)
