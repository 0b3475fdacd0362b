"""The training loop: one compiled step, batches made beside it, the best weights kept, every epoch on disk."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Sequence

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import numpy as np
from numpy.typing import NDArray

from seqclass.data.batches import by_length, pad
from seqclass.errors import DataError, SpecError
from seqclass.events import CancelToken, Emit, EpochEnded, Note, Progress
from seqclass.model.bundle import TargetCard
from seqclass.specs import TrainingSpec
from seqclass.training.drawing import Drawing
from seqclass.training.groups import Groups, number_of_groups
from seqclass.training.parts import Part
from seqclass.training.reading import ahead
from seqclass.training.schedule import learning_rate, plan
from seqclass.training.share import Share
from seqclass.training.state import State
from seqclass.training.step import Step, wanted_outputs

_PLATEAU_EPOCHS = 3
_PAUSE_S = 0.25


class Trainer:
    """One model being trained.

    Attributes:
        model: The Keras model; after `run` it holds the best weights.
        targets: What the heads say.
        plan: Epochs at most and batch size, filled in.
        state: Where the run stands.
        was_stopped: Whether `run` ended early because the person asked for it.
    """

    def __init__(
        self,
        model: keras.Model,
        targets: Sequence[TargetCard],
        spec: TrainingSpec,
        train: Part,
        *,
        step: Step | None = None,
        share: Share | None = None,
    ) -> None:
        """Compile the step, unless ``step`` is one of this model already. ``share``: what of each batch is done here; None: all."""
        self.model = model
        self.state = State()
        self.was_stopped = False
        self._gradient_norms: list[float] = []
        self.targets = tuple(targets)
        self._spec = spec
        self.plan = plan(spec, len(train.items))
        self._train = train
        self._wanted = {target.name: wanted_outputs(target, train.truth[target.name], spec) for target in targets}
        self._share = share or Share()
        self._step = step or Step(model, targets, spec, share=self._share)

    def run(
        self,
        validation: Part | None,
        *,
        emit: Emit,
        cancel: CancelToken,
        after_epoch: Callable[[State], None] | None = None,
    ) -> None:
        """Train until the last epoch, early stopping or a request to stop; then put the best weights into the model.

        Args:
            validation: What the best epoch is chosen by; None: the last one is kept.
            emit: Gets an `EpochEnded` an epoch.
            cancel: Looked at after each step.
            after_epoch: Called with the state, to write it to the disk.

        Raises:
            CancelledError: The person cancelled, or stopped before there was anything to keep.
            DataError: The state to go on from is of another model.
            SpecError: The loss became infinite before there was anything to keep.
        """
        state, progress = self.state, _Progress(emit)
        if state.epoch:
            self._restore(state)
        with self._share.in_step():
            while state.epoch < self.plan.epochs and not self._has_lost_patience(validation):
                self.was_stopped = cancel.stop_requested
                if self.was_stopped or not self._whole_epoch(validation, progress, emit=emit, cancel=cancel):
                    break
                if after_epoch is not None:
                    self._remember(state)
                    after_epoch(state)
        if not state.best:
            cancel.check_beginning()
        for variable, value in zip(self.model.trainable_variables, state.best, strict=True):
            variable.assign(value)

    def chooses_by(self, validation: Part | None) -> bool:
        """Whether a validation part is large enough to tell one epoch from another."""
        return validation is not None and bool(self._spec.patience or len(validation.items) >= self._spec.min_validation)

    def _has_lost_patience(self, validation: Part | None) -> bool:
        patience, state = self._spec.patience, self.state
        return bool(validation is not None and patience and state.epoch - state.best_epoch >= patience)

    def _whole_epoch(self, validation: Part | None, progress: _Progress, *, emit: Emit, cancel: CancelToken) -> bool:
        """One pass, judged by validation; False where there is nothing new to keep and the training ends."""
        state, epochs = self.state, self.plan.epochs
        started = time.perf_counter()
        figures, is_whole = self._pass(progress, cancel)
        if not math.isfinite(figures["loss"]):
            emit(Note(text=self._diverged(figures["loss"]), level="warning"))
            return False
        self.was_stopped = not is_whole
        if not is_whole and state.best_epoch:
            return False  # it would be judged by less than it saw
        state.epoch += 1
        with self.averaged():
            checked = self.evaluate(validation) if validation is not None else {}
            is_best = self._judge(checked.get("loss") if self.chooses_by(validation) else None)
        seconds = time.perf_counter() - started
        state.seconds += seconds
        rate = float(self._step.optimizer.learning_rate.numpy())
        state.history.append({"epoch": state.epoch, "train": figures, "validation": checked, "learning_rate": rate})
        gradient_norm, gradient_peak = self.gradient
        emit(
            EpochEnded(
                epoch=state.epoch,
                epochs=epochs,
                train=figures,
                validation=checked,
                learning_rate=rate,
                is_best=is_best,
                seconds=seconds,
                eta_s=state.seconds / state.epoch * (epochs - state.epoch),
                gradient_norm=gradient_norm,
                gradient_peak=gradient_peak,
            )
        )
        return True

    def _diverged(self, loss: float) -> str:
        """What to say where the loss is no number any more and an earlier epoch's weights are kept.

        Raises:
            SpecError: There is none.
        """
        spec, state = self._spec, self.state
        rule = (
            f"The loss must stay finite. Received: loss={loss} in epoch {state.epoch + 1} with "
            f"training.learning_rate={spec.learning_rate:g}, training.clip_norm={spec.clip_norm:g}."
        )
        if not state.best:
            raise SpecError(f"{rule} Lower the learning rate, or limit gradients with training.clip_norm=1.")
        return f"{rule} The weights of epoch {state.best_epoch} are kept."

    def logits(self, part: Part) -> dict[str, NDArray[np.float32]]:
        """Logits of every item of a part, for each target (n_items, n_outputs)."""
        share = self._share
        results = {target.name: np.zeros((len(part.items), len(target.labels) or 1), np.float32) for target in self.targets}
        for indices in by_length(part.lengths, 4 * self.plan.batch_size)[share.index :: share.n_workers]:
            frames, lengths = pad([part.frames(int(index)) for index in indices])
            for name, values in self._step.infer(frames, lengths).items():
                results[name][indices] = values
        return {name: share.gathered(values) for name, values in results.items()}

    def evaluate(self, part: Part) -> dict[str, float]:
        """Loss without smoothing or class weights, and accuracy or mean absolute error for each target."""
        figures = {"loss": 0.0}
        logits = self.logits(part)
        for target in self.targets:
            truth, values = part.truth[target.name], logits[target.name]
            if target.kind == "number":
                error = values[:, 0] - truth
                figures["loss"] += float((error**2).mean())
                figures[f"{target.name}.mae"] = float(np.abs(error).mean() * target.scale)
            else:
                shifted = values - values.max(axis=1, keepdims=True)
                log_norm = np.log(np.exp(shifted).sum(axis=1))
                figures["loss"] += float((log_norm - shifted[np.arange(len(truth)), truth]).mean())
                figures[f"{target.name}.accuracy"] = float((values.argmax(axis=1) == truth).mean())
        return self._share.agreed(figures)

    def _pass(self, progress: _Progress, cancel: CancelToken) -> tuple[dict[str, float], bool]:
        """Train on every item once: mean figures over the items seen, and whether these were all."""
        spec, state = self._spec, self.state
        share = self._share
        drawing = Drawing(
            self._train,
            self._wanted,
            batch_size=self.plan.batch_size,
            seed=spec.seed,
            epoch=state.epoch,
            groups=Groups(number_of_groups(self.plan.batch_size), share.index, share.n_workers),
        )
        n_batches = len(drawing.batches)
        started = time.perf_counter()
        sums: dict[str, float] = {"loss": 0.0}
        self._gradient_norms = []
        n_seen = 0
        # Beside our own gradient, which keeps all cores busy, a thread that makes batches costs more than it hides: the two wait for
        # one another at the interpreter's lock.
        source = iter(drawing) if self._step.is_own else ahead(iter(drawing))
        # Closed at once however the loop is left, so that no thread goes on making batches while an error travels up.
        with contextlib.closing(source) as made:
            for number, batch in enumerate(made):
                cancel.check()
                if (cancel.stop_requested and (state.best_epoch or number >= 2)) or not math.isfinite(sums["loss"]):
                    break
                share_done = (state.epoch + number / n_batches) / self.plan.epochs
                self._step.optimizer.learning_rate.assign(learning_rate(spec, share_done, plateau_factor=state.rate_factor))
                share.before(batch)
                done = self._step(batch.frames, batch.lengths, batch.wanted, batch.n_items)
                share.after()
                self._gradient_norms.append(float(done.pop("gradient_norm")))
                for name, value in done.items():
                    sums[name] = sums.get(name, 0.0) + float(value)
                n_seen += batch.n_items
                progress(
                    state.epoch * n_batches + number + 1,
                    self.plan.epochs * n_batches,
                    seconds=state.seconds + time.perf_counter() - started,
                )
        means = {name: value / max(n_seen, 1) for name, value in sums.items()}
        for target in self.targets:
            if target.kind == "number":
                means[f"{target.name}.mae"] *= target.scale
        return means, n_seen == len(self._train.items)

    def _judge(self, loss: float | None) -> bool:
        """Keep these weights if they are the best; without validation the last ones are."""
        state, has_loss = self.state, loss is not None
        loss = math.inf if loss is None or math.isnan(loss) else loss
        is_best = not has_loss or not state.best or loss < state.best_loss
        if is_best:
            state.best = [np.array(variable) for variable in self.model.trainable_variables]
            state.best_epoch = state.epoch
            state.best_loss = loss
        elif self._spec.schedule == "plateau" and (state.epoch - state.best_epoch) % _PLATEAU_EPOCHS == 0:
            state.rate_factor *= 0.5
        return is_best

    @property
    def gradient(self) -> tuple[float, float]:
        """Mean and greatest norm of the last epoch's gradients before they were cut; NaN before the first."""
        norms = self._gradient_norms or [math.nan]
        return float(np.mean(norms)), float(np.max(norms))

    def averaged(self) -> contextlib.AbstractContextManager[None]:
        """Within the block the model has the weights that an epoch is judged by."""
        return self._step.averaged()

    def _remember(self, state: State) -> None:
        state.variables = [np.asarray(variable) for variable in self.model.variables]
        state.optimizer = [np.asarray(variable) for variable in self._step.optimizer.variables]
        state.average = [variable.numpy() for variable in self._step.average]

    def _restore(self, state: State) -> None:
        """Go on where ``state`` stands.

        Raises:
            DataError: It is of another model.
        """
        for variables, values in (
            (self.model.variables, state.variables),
            (self._step.optimizer.variables, state.optimizer),
            (self._step.average, state.average),
            (self.model.trainable_variables, state.best),
        ):
            if [tuple(variable.shape) for variable in variables] != [value.shape for value in values]:
                raise DataError(
                    "The checkpoint must have the variables of this model. Received: others, as an earlier version writes. "
                    "Leave out --resume to start anew."
                )
        for variables, values in (
            (self.model.variables, state.variables),
            (self._step.optimizer.variables, state.optimizer),
            (self._step.average, state.average),
        ):
            for variable, value in zip(variables, values, strict=True):
                variable.assign(value)


class _Progress:
    """Tells steps of the whole training at most four times a second."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._said_s = time.monotonic()

    def __call__(self, done: int, total: int, *, seconds: float) -> None:
        if time.monotonic() - self._said_s >= _PAUSE_S:
            self._said_s = time.monotonic()
            self._emit(Progress(stage="training", done=done, total=total, eta_s=seconds / done * (total - done)))
