"""The `record` and `recover` jobs."""

from __future__ import annotations

from pathlib import Path

from seqclass.audio.devices import find_microphone
from seqclass.audio.journal import UnfinishedTake, journal_folder, recover
from seqclass.audio.recorder import Recorder
from seqclass.errors import DeviceError, StorageError, UsageError
from seqclass.events import CancelToken, Emit, Finished, Note
from seqclass.files import ensure_writable
from seqclass.specs import RecordJob, RecoverJob

_POLL_S = 0.05


def run(job: RecordJob, emit: Emit, cancel: CancelToken) -> None:
    """Record until the duration is reached, `CancelToken.stop` is called or the microphone goes away; then write the file.

    Raises:
        DeviceError: There is no such microphone, or nothing at all came from it.
        MissingDependencyError: PortAudio is not installed.
        StorageError: The file cannot be written; the take is kept for `recover_takes`.
        CancelledError: Cancelled; the take is kept as well.
    """
    ensure_writable(job.out)
    device = find_microphone(job.device)
    recorder = Recorder(device, journal_folder(), out=str(Path(job.out).absolute()), max_duration_s=job.seconds, say=emit)
    try:
        emit(Note(text=f"Recording {device.description} at {recorder.rate_hz} Hz into {job.out}. Ctrl-C ends it."))
        while not recorder.wait(_POLL_S) and not cancel.stop_requested:
            cancel.check()
    finally:
        take = recorder.stop()
    if not take.journal.n_samples:
        take.journal.discard()
        raise DeviceError(
            f"Some sound must come from the microphone. Received: none at all from {device.description!r}. Check its plug."
        )
    try:
        take.journal.save(job.out)
    except StorageError as error:
        raise StorageError(f"{error} The take is kept: `seqclass record --recover OTHER.wav` saves it elsewhere.") from error
    emit(
        Finished(
            result={
                "out": job.out,
                "seconds": round(take.duration_s, 3),
                "rate_hz": take.rate_hz,
                "device": device.name,
                "peak_db": round(take.peak_db, 1),
                "clipped": take.has_clipped,
                "silent": not take.has_sound,
                "complete": not take.is_cut,
                "problems": list(take.problems),
            }
        )
    )


def recover_takes(job: RecoverJob, emit: Emit, cancel: CancelToken) -> None:
    """Save each take that was left behind; no file is overwritten.

    Raises:
        UsageError: One name is given for several takes.
        StorageError: A take cannot be read or written; it stays.
    """
    takes = recover()
    if job.out and len(takes) > 1:
        raise UsageError(
            f"One name fits one take. Received: {job.out} for {len(takes)} takes. Leave the name out: each goes to where it was "
            "meant to go."
        )
    saved = []
    for take in takes:
        cancel.check()
        out = _free_path(Path(job.out or take.info.out or _default_name(take)))
        take.save(out)
        saved.append({"out": str(out), "seconds": round(take.duration_s, 3), "started": take.info.started})
    emit(Finished(result={"takes": saved}))


def _default_name(take: UnfinishedTake) -> str:
    return take.path.name


def _free_path(path: Path) -> Path:
    """``path``, or the first of its name with ``-recovered`` where that exists."""
    candidate, number = path, 1
    while candidate.exists():
        ending = "-recovered" if number == 1 else f"-recovered-{number}"
        candidate, number = path.with_name(f"{path.stem}{ending}{path.suffix}"), number + 1
    return candidate
