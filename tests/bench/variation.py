"""What varying the items costs a training: an epoch of the defaults against its gradient steps alone.

    python tests/bench/variation.py [--rounds 7]

The spoken digits with all settings as `seqclass train` has them. Steps alone get batches that were made before the clock runs; an
epoch makes them anew between its steps, as a training does. Made alone, batches show how much of the difference is theirs.
"""

from __future__ import annotations

import harness

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras

from seqclass.data.scan import scan
from seqclass.data.splits import assign_splits
from seqclass.events import CancelToken, ignore
from seqclass.settings import resolve
from seqclass.training.drawing import Drawing
from seqclass.training.fit import build_model
from seqclass.training.gradients import own_gradient
from seqclass.training.groups import Groups, number_of_groups
from seqclass.training.loop import Trainer
from seqclass.training.prepare import prepare
from seqclass.training.schedule import plan
from seqclass.training.step import Step

STEPS, EPOCH, BATCHES = "gradient steps alone", "an epoch", "its batches alone"


def main() -> None:
    """Prepare, measure, tell."""
    options = harness.parser(__doc__, rounds=7).parse_args()
    config = resolve({}, "speech")
    manifest = scan(harness.DATA / "spoken_digits")
    prepared = prepare(manifest, assign_splits(manifest, config.data), config, emit=ignore, cancel=CancelToken())
    part = prepared.parts["train"]
    keras.utils.set_random_seed(0)
    model = build_model(config, prepared.front_end, prepared.targets)
    size = plan(config.training, len(part.items)).batch_size
    groups = Groups(number_of_groups(size))
    own = own_gradient(model, config.model, prepared.targets, config.training, groups, emit=print)
    step = Step(model, prepared.targets, config.training, own=own)
    trainer = Trainer(model, prepared.targets, config.training, part, step=step)
    drawing = Drawing(part, trainer._wanted, batch_size=size, seed=1, epoch=0, groups=groups)
    batches = list(drawing)

    def steps() -> float:
        return sum(float(step(each.frames, each.lengths, each.wanted, each.n_items)["loss"]) for each in batches)

    with harness.Session(__doc__, options, libraries=("tensorflow", "keras", "numba")) as session:
        session.compare(
            f"{len(part.items)} digits in {len(batches)} batches of {size}",
            {
                STEPS: steps,
                EPOCH: lambda: trainer._pass(lambda *_, **__: None, CancelToken())[0]["loss"],
                BATCHES: lambda: [batch.n_items for batch in drawing],
            },
            baseline=STEPS,
            agree=None,
            items=len(part.items),
            unit="sequences",
            aims=(harness.Faster(EPOCH, than=STEPS, times=1 / 1.1),),
        )


if __name__ == "__main__":
    main()
