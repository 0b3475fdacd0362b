"""A trained model, and what it does with data sets and beside other models."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from seqclass.api.items import ItemModel
from seqclass.api.running import checked, run
from seqclass.errors import UsageError
from seqclass.events import CancelToken, Emit, ignore
from seqclass.model import bundle as bundles
from seqclass.settings import convert
from seqclass.specs import AlignJob, EvaluateJob, HealthJob, SearchJob, Split, StressAxis, StressJob, StressSpec

if TYPE_CHECKING:
    from seqclass.evaluation.answers import Answers
    from seqclass.evaluation.compare import Comparison
    from seqclass.inspection.align_job import Aligned
    from seqclass.inspection.health import Health
    from seqclass.inspection.search import Findings
    from seqclass.inspection.stress_job import StressCurve

Part = Split | Literal["all"]


class Model(ItemModel):
    """A trained model: a bundle, ready to classify and to show what it remembers.

    One item at a time: `classify`, `trace`, `timeline`, `ledger`. Items beside one another: `align`, `search`. Whole data sets:
    `evaluate`, `compare`, `health`, `stress`.

    Attributes:
        bundle: Card, front end and network.
    """

    def align(
        self,
        item: Path | str = "",
        other: Path | str = "",
        *,
        text: str | None = None,
        other_text: str | None = None,
        label: str = "",
        model: Model | None = None,
        dataset: Path | str = "",
        emit: Emit = ignore,
        cancel: CancelToken | None = None,
    ) -> Aligned:
        """Lay two items on one time axis, or this model and another on one item, and subtract every map.

        Give one of ``other``, ``other_text``, ``label`` and ``model``. Loads librosa.

        Args:
            item: The first item: a file, or an id in ``dataset``.
            other: The second item, likewise.
            text: A text in place of the first item.
            other_text: A text in place of the second.
            label: In place of a second item: the take of this class that is nearest to the others.
            model: In place of a second item: another model on the same one.
            dataset: Folder of Contract 1 that ids, classes and pairs of takes come from; with it, where the two part is told.
            emit: Called with each event.
            cancel: Cancel from another thread.

        Raises:
            UsageError: It is not clear what shall be compared with what.
            DataError: An item or the data set cannot be read.
        """
        from seqclass.inspection.align_job import align

        job = AlignJob(
            bundle=self._file,
            item=str(item),
            text=text,
            other=str(other),
            other_text=other_text,
            label=label,
            other_bundle="" if model is None else model._file,
            dataset=str(dataset),
        )
        return align(checked(job), emit=emit, cancel=cancel or CancelToken())

    def evaluate(
        self,
        dataset: Path | str,
        *,
        split: Part | None = None,
        parallel: str = "local",
        emit: Emit = ignore,
        cancel: CancelToken | None = None,
    ) -> dict[str, Any]:
        """Measure on a data set folder.

        Args:
            dataset: Folder of Contract 1.
            split: train, validation, test or all; None: the test part of the model's own data set, all of another.
            parallel: Who computes features of recordings that are not in the cache, as for `seqclass.train`.
            emit: Gets progress and warnings.
            cancel: Cancel from another thread.

        Returns:
            What ``seqclass evaluate --json`` finishes with.

        Raises:
            UsageError: There is no such split.
            DataError: The data set is of another kind, or no item is left to evaluate.
        """
        return run(EvaluateJob(bundle=self._file, dataset=str(dataset), split=split, parallel=parallel), emit, cancel)

    def compare(
        self,
        other: Model,
        dataset: Path | str,
        *,
        target: str | None = None,
        split: Part | None = None,
        emit: Emit = ignore,
        cancel: CancelToken | None = None,
    ) -> Comparison:
        """Whether another model is better than this one on the same items, and whether that is more than chance.

        Args:
            other: The second model.
            dataset: As for `evaluate`.
            target: What both say; None: this model's first target.
            split: As for `evaluate`.
            emit: As for `evaluate`.
            cancel: As for `evaluate`.

        Raises:
            UsageError: They do not both say the target.
            DataError: As for `evaluate`.

        Example:
            >>> import seqclass
            >>> one, other = seqclass.load("one.seqclass"), seqclass.load("other.seqclass")  # doctest: +SKIP
            >>> found = one.compare(other, "recordings")  # doctest: +SKIP
            >>> found.difference, found.interval, found.p_value  # doctest: +SKIP
            (0.031, (0.004, 0.058), 0.029)
        """
        from seqclass.evaluation.answers import read_answers
        from seqclass.evaluation.compare import compare_answers

        with tempfile.TemporaryDirectory() as folder:
            said: list[Answers] = []
            for model in (self, other):
                file = str(Path(folder) / f"{len(said)}.jsonl")
                run(EvaluateJob(bundle=model._file, dataset=str(dataset), split=split, answers_out=file), emit, cancel)
                said.append(read_answers(file))
        return compare_answers(said[0], said[1], target or self.card.targets[0].name)

    def health(
        self,
        dataset: Path | str,
        *,
        split: Part | None = None,
        emit: Emit = ignore,
        cancel: CancelToken | None = None,
    ) -> Health:
        """How the gates are used over the items of a data set, unit by unit, with advice. Arguments and errors as for `evaluate`.

        Example:
            >>> import seqclass
            >>> health = seqclass.load("digits.seqclass").health("recordings")  # doctest: +SKIP
            >>> health.half("layer0").saturated["forget_gate"]  # (n_units,)  # doctest: +SKIP
            >>> [advice.text for advice in health.advice()]  # doctest: +SKIP
        """
        from seqclass.inspection.health import read_health

        with tempfile.TemporaryDirectory() as folder:
            file = str(Path(folder) / "health.json")
            run(HealthJob(bundle=self._file, dataset=str(dataset), split=split, health_out=file), emit, cancel)
            return read_health(file)

    def search(
        self,
        dataset: Path | str,
        item: Path | str = "",
        *,
        start: float,
        end: float,
        text: str | None = None,
        half: str = "",
        state: Literal["hidden", "cell"] = "hidden",
        threshold: float | None = None,
        context: int | None = None,
        limit: int = 200,
        split: Part = "all",
        emit: Emit = ignore,
        cancel: CancelToken | None = None,
    ) -> Findings:
        """Find the moments of a data set that are like a range of one item. Traces of the data set are kept in the cache.

        Args:
            dataset: Folder of Contract 1.
            item: A file, or an id in the data set.
            start: Where the range begins: seconds of sound, else the number of the frame, from 0.
            end: Where it ends: seconds of sound, else the number of the frame behind the last one.
            text: A text in place of the item.
            half: As for `ledger`.
            state: What is compared.
            threshold: From where a unit is on; None: what suits the range.
            context: Frames on either side in which the units are off; None: 1 in a text, else 3.
            limit: Most hits that are listed.
            split: Which part is searched.
            emit: As for `evaluate`.
            cancel: As for `evaluate`.

        Raises:
            UsageError: The range is empty, or no unit is on in it and off around it.
            DataError: The item or the data set cannot be read.

        Example:
            >>> import seqclass
            >>> model = seqclass.load("digits.seqclass")  # doctest: +SKIP
            >>> found = model.search("recordings", "seven.wav", start=0.36, end=0.45)  # doctest: +SKIP
            >>> [(hit.item.id, hit.start_s, hit.score) for hit in found.hits]  # doctest: +SKIP
        """
        from seqclass.inspection.search_job import find

        job = SearchJob(
            bundle=self._file,
            dataset=str(dataset),
            item=str(item),
            start=start,
            end=end,
            text=text,
            half=half,
            state=state,
            threshold=threshold,
            context=context,
            limit=limit,
            split=split,
        )
        return find(checked(job), emit=emit, cancel=cancel or CancelToken())[-1]

    def stress(
        self,
        dataset: Path | str,
        axis: StressAxis = "snr_db",
        values: Sequence[float] = (),
        *,
        base: Mapping[str, Any] | None = None,
        split: Part | None = None,
        emit: Emit = ignore,
        cancel: CancelToken | None = None,
    ) -> StressCurve:
        """Probability of the right class against more and more of a stress, over all items and class by class.

        Args:
            dataset: As for `evaluate`.
            axis: What is varied: a setting of `seqclass.specs.StressSpec`.
            values: Its values; empty: usual ones.
            base: Everything else that is done to each item, as ``{"noise": "pink"}``.
            split: As for `evaluate`.
            emit: As for `evaluate`.
            cancel: As for `evaluate`.

        Raises:
            UsageError: The stress does not fit the data, or the model learnt no class.
            SpecError: A value is out of range.
            DataError: As for `evaluate`.

        Example:
            >>> import seqclass
            >>> curve = seqclass.load("digits.seqclass").stress("recordings", "snr_db", (0, 10, 20))  # doctest: +SKIP
            >>> [(value, point.p_correct) for value, point in zip(curve.values, curve.overall)]  # doctest: +SKIP
            [(None, 0.96), (0.0, 0.41), (10.0, 0.77), (20.0, 0.93)]
        """
        from seqclass.inspection.stress_job import from_plain

        job = StressJob(
            bundle=self._file,
            dataset=str(dataset),
            axis=axis,
            values=tuple(float(value) for value in values),
            stress=convert(dict(base or {}), StressSpec, prefix="base"),
            split=split,
        )
        return from_plain(run(job, emit, cancel)["stress"])

    @property
    def _file(self) -> str:
        if self.bundle.path is None:
            raise UsageError(
                "What runs over a data set needs a model in a file. Received: one that was made in memory. Write it with "
                "seqclass.model.bundle.write, then load it."
            )
        return str(self.bundle.path)

    def __repr__(self) -> str:
        """Short: kind, targets and where it came from."""
        targets = ", ".join(f"{target.name} ({len(target.labels) or 'number'})" for target in self.card.targets)
        return f"<seqclass model of {self.card.kind}: {targets}; {self.bundle.path}>"


def load(path: Path | str) -> Model:
    """Open a bundle, without TensorFlow, Keras or librosa.

    Raises:
        StorageError: There is no such file, or it cannot be read.
        BundleError: It is damaged, foreign or of a later version.
    """
    return Model(bundles.read(path))
