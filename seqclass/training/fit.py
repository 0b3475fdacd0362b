"""One training: from a scanned data set and its split to a trained model and its figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras

from seqclass.data.manifest import Manifest, SplitAssignment
from seqclass.evaluation.evaluate import report as report_target
from seqclass.evaluation.report import ClassReport, NumberReport
from seqclass.events import CancelToken, Emit, Note
from seqclass.features.front_end import FrontEnd, TextFrontEnd
from seqclass.model import keras_model
from seqclass.model.bundle import TargetCard
from seqclass.model.keras_model import STOCK, Kit
from seqclass.model.network import Network
from seqclass.specs import HERE, ComputeSpec, Config
from seqclass.training.filming import Film
from seqclass.training.gradients import own_gradient
from seqclass.training.groups import Groups, number_of_groups
from seqclass.training.keras_dropout import KerasDraws
from seqclass.training.loop import Trainer
from seqclass.training.parts import Part
from seqclass.training.prepare import Prepared, prepare
from seqclass.training.schedule import Plan, plan
from seqclass.training.share import Share
from seqclass.training.state import State
from seqclass.training.step import Step

Reports = dict[str, ClassReport | NumberReport]


@dataclass(frozen=True)
class Fitted:
    """A trained model with all that is needed to use and judge it.

    Attributes:
        prepared: Data as the training saw them.
        model: The Keras model with the best weights.
        network: The same weights for the NumPy pass.
        state: History and the best epoch.
        plan: Epochs at most and batch size.
        was_stopped: Whether the person ended the training early.
        reports: Part -> target -> report, for validation and test where there are any.
    """

    prepared: Prepared
    model: keras.Model
    network: Network
    state: State
    plan: Plan
    was_stopped: bool
    reports: dict[str, Reports]


def fit(
    manifest: Manifest,
    assignment: SplitAssignment,
    config: Config,
    *,
    compute: ComputeSpec = HERE,
    emit: Emit,
    cancel: CancelToken,
    resume_from: State | None = None,
    after_epoch: Callable[[State], None] | None = None,
    film: Film | None = None,
    share: Callable[[Prepared], Share] | None = None,
) -> Fitted:
    """Prepare, train, and report once on validation and once on test.

    Args:
        manifest: The scanned data set.
        assignment: Which part each item belongs to. Test items are looked at after the last decision is made, and only then.
        config: All settings.
        compute: Where features are computed and kept.
        emit: Gets progress and epochs.
        cancel: May stop or cancel the training.
        resume_from: State of an interrupted run.
        after_epoch: Called with the state after each epoch.
        film: From `filming`: traces pinned items after each epoch, before ``after_epoch``.
        share: Called before anything is computed with TensorFlow: what this process does of a training that several share.

    Raises:
        DataError: There is too little to learn from.
        CancelledError: The person cancelled, or stopped before there was anything to keep.
        SpecError: The loss became infinite.
    """
    prepared = prepare(manifest, assignment, config, compute=compute, emit=emit, cancel=cancel)
    train, validation, test = (prepared.parts[part] for part in ("train", "validation", "test"))
    if not validation.items:
        emit(Note(text="There is no validation part: the weights of the last epoch are kept."))
    own_share = Share() if share is None else share(prepared)
    spec = config.training
    keras.utils.set_random_seed(spec.seed)
    batch_size = plan(spec, len(train.items)).batch_size
    groups = Groups(number_of_groups(batch_size), own_share.index, own_share.n_workers)
    draws = KerasDraws(spec.seed, groups)
    kit = replace(STOCK, dropout=draws.dropout, frame_dropout=draws.frame_dropout)
    model = build_model(config, prepared.front_end, prepared.targets, kit=kit)
    own = own_gradient(model, config.model, prepared.targets, spec, groups, emit=emit)
    own_share.require_same({"gradients by": "Keras" if own is None else "seqclass"})
    step = Step(model, prepared.targets, spec, own=own, share=own_share, draws=draws)
    trainer = Trainer(model, prepared.targets, spec, train, step=step, share=own_share)
    if resume_from is not None:
        trainer.state = resume_from
    if validation.items and not trainer.chooses_by(validation):
        emit(
            Note(
                text=f"The validation part has only {len(validation.items)} items, too few to choose an epoch by: the weights of the "
                "last epoch are kept."
            )
        )
    record = None if film is None else film(trainer, prepared, _to_network(model, config, prepared.targets))

    def epoch_done(state: State) -> None:
        for follow_up in (record, after_epoch):
            if follow_up is not None:
                follow_up(state)

    has_follow_ups = record is not None or after_epoch is not None
    trainer.run(
        validation if validation.items else None, emit=emit, cancel=cancel, after_epoch=epoch_done if has_follow_ups else None
    )
    reports = {name: report(trainer, part) for name, part in (("validation", validation), ("test", test)) if part.items}
    plain = build_model(config, prepared.front_end, prepared.targets)
    for layer in plain.layers:
        if layer.weights:
            layer.set_weights(model.get_layer(layer.name).get_weights())
    network = _to_network(plain, config, prepared.targets)
    return Fitted(prepared, plain, network, trainer.state, trainer.plan, trainer.was_stopped, reports)


def _to_network(model: keras.Model, config: Config, targets: tuple[TargetCard, ...]) -> Network:
    return keras_model.to_network(model, config.model, tuple(target.spec for target in targets))


def build_model(
    config: Config, front_end: FrontEnd, targets: tuple[TargetCard, ...], *, kit: Kit = keras_model.STOCK
) -> keras.Model:
    """The untrained Keras model for a fitted front end; without a kit of layers the one that is saved."""
    return keras_model.build(
        config.model,
        tuple(target.spec for target in targets),
        n_outputs={target.name: len(target.labels) or 1 for target in targets},
        n_features=None if isinstance(front_end, TextFrontEnd) else front_end.n_features,
        n_tokens=len(front_end.vocabulary.tokens) if isinstance(front_end, TextFrontEnd) else None,
        kit=kit,
    )


def report(trainer: Trainer, part: Part) -> Reports:
    """Reports on a part, by target: those that an evaluation of the finished bundle gives."""
    logits = trainer.logits(part)
    groups = [item.group for item in part.items]
    known = groups if any(group is not None for group in groups) else None
    return {target.name: report_target(target, logits[target.name], part.items, known) for target in trainer.targets}
