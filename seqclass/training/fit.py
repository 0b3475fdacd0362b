"""One training: from a scanned data set and its split to a trained model and its figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import numpy as np
from numpy.typing import NDArray

from seqclass.data.manifest import Manifest, SplitAssignment
from seqclass.errors import DataError
from seqclass.evaluation.report import ClassReport, NumberReport, class_report, number_report
from seqclass.events import CancelToken, Emit, Note
from seqclass.features.front_end import FrontEnd, TextFrontEnd
from seqclass.model import keras_model
from seqclass.model.bundle import TargetCard
from seqclass.model.network import Network, softmax
from seqclass.specs import Config
from seqclass.training.loop import State, Trainer
from seqclass.training.prepare import Part, Prepared, prepare

Reports = dict[str, ClassReport | NumberReport]


@dataclass(frozen=True)
class Fitted:
    """A trained model with all that is needed to use and judge it.

    Attributes:
        prepared: Data as the training saw them.
        model: The Keras model with the best weights.
        network: The same weights for the NumPy pass.
        state: History and the best epoch.
        reports: Part -> target -> report, for validation and test where there are any.
    """

    prepared: Prepared
    model: keras.Model
    network: Network
    state: State
    reports: dict[str, Reports]


def fit(
    manifest: Manifest,
    assignment: SplitAssignment,
    config: Config,
    *,
    emit: Emit,
    cancel: CancelToken,
    resume_from: State | None = None,
    after_epoch: Callable[[State], None] | None = None,
) -> Fitted:
    """Prepare, train, and report once on validation and once on test.

    Args:
        manifest: The scanned data set.
        assignment: Which part each item belongs to. Test items are looked at after the last decision is made, and only then.
        config: All settings.
        emit: Gets progress and epochs.
        cancel: May stop or cancel the training.
        resume_from: State of an interrupted run.
        after_epoch: Called with the state after each epoch.

    Raises:
        DataError: There is too little to learn from.
        CancelledError: The person cancelled.
    """
    prepared = prepare(manifest, assignment, config, emit=emit, cancel=cancel)
    train, validation, test = (prepared.parts[part] for part in ("train", "validation", "test"))
    if not train.items:
        raise DataError(
            "The training part must have items. Received: none. Check the split, or the problems that `scan` lists."
        )
    if not validation.items:
        emit(Note(text="There is no validation part: the weights of the last epoch are kept."))
    keras.utils.set_random_seed(config.training.seed)
    model = build_model(config, prepared.front_end, prepared.targets)
    trainer = Trainer(model, prepared.targets, config.training, train)
    if resume_from is not None:
        trainer.state = resume_from
    trainer.run(validation if validation.items else None, emit=emit, cancel=cancel, after_epoch=after_epoch)
    reports = {name: report(trainer, part) for name, part in (("validation", validation), ("test", test)) if part.items}
    network = keras_model.to_network(model, config.model, tuple(target.spec for target in prepared.targets))
    return Fitted(prepared, model, network, trainer.state, reports)


def build_model(config: Config, front_end: FrontEnd, targets: tuple[TargetCard, ...]) -> keras.Model:
    """The untrained Keras model for a fitted front end."""
    return keras_model.build(
        config.model,
        tuple(target.spec for target in targets),
        n_outputs={target.name: len(target.labels) or 1 for target in targets},
        n_features=None if isinstance(front_end, TextFrontEnd) else front_end.n_features,
        n_tokens=len(front_end.vocabulary.tokens) if isinstance(front_end, TextFrontEnd) else None,
    )


def report(trainer: Trainer, part: Part) -> Reports:
    """Reports on a part, by target."""
    logits = trainer.logits(part)
    groups = [item.group for item in part.items]
    return {
        target.name: report_target(target, logits[target.name], part.truth[target.name], groups) for target in trainer.targets
    }


def report_target(
    target: TargetCard, logits: NDArray[np.float32], truth: NDArray[Any], groups: list[str | None]
) -> ClassReport | NumberReport:
    """The report on one target.

    Args:
        target: Its labels or its scale.
        logits: (n_items, n_outputs).
        truth: Class indices, or scaled numbers, (n_items,).
        groups: Speaker of each item, or None.
    """
    known = groups if any(group is not None for group in groups) else None
    if target.kind == "number":
        predicted = logits[:, 0].astype(np.float64) * target.scale + target.offset
        return number_report(predicted, truth.astype(np.float64) * target.scale + target.offset, groups=known)
    return class_report(softmax(logits), truth, target.labels, groups=known)
