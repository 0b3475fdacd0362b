"""The `train` job's door: what cannot be is refused before TensorFlow is loaded, which takes seconds."""

from __future__ import annotations

from pathlib import Path

from seqclass.data.walk import check_root
from seqclass.events import CancelToken, Emit
from seqclass.files import ensure_writable, require_bundle_name
from seqclass.specs import TrainJob


def run(job: TrainJob, emit: Emit, cancel: CancelToken) -> None:
    """Train; see `seqclass.training.train.run`.

    Raises:
        UsageError: The bundle's name is none.
        StorageError: The bundle cannot be written where it shall go.
        DataError: The data set is no folder.
        SeqclassError: As the training raises it.
    """
    if job.worker_index == 0:  # the others write nothing
        require_bundle_name(job.out)
        ensure_writable(job.out)
    check_root(Path(job.dataset))
    from seqclass.training import train

    train.run(job, emit, cancel)
