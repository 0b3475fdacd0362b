"""``seqclass record``."""

from __future__ import annotations

import argparse

from seqclass.errors import UsageError

EXAMPLES = """
seqclass record hello.wav                       until Ctrl-C
seqclass record hello.wav --seconds 3
seqclass record --list-devices
seqclass record hello.wav --device "USB Microphone"
seqclass record --recover                       save what a killed recording left behind
The file has the microphone's own sample rate, one channel and 16 bits. What is said is on disk within half a second.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("out", nargs="?", default="", metavar="OUT.wav", help="the file to write")
    parser.add_argument(
        "--device", default="", metavar="NAME", help="a microphone's name, or a part of it (default: the system's)"
    )
    parser.add_argument("--seconds", type=float, metavar="S", help="end by itself after S seconds")
    parser.add_argument("--list-devices", action="store_true", help="list the microphones and leave")
    parser.add_argument("--recover", action="store_true", help="save takes that were left behind, and leave")


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    if arguments.list_devices:
        return _list_devices(arguments)

    from seqclass.cli.render.sound import RecordView, RecoverView
    from seqclass.cli.running import run_job
    from seqclass.specs import RecordJob, RecoverJob

    if arguments.out and not arguments.out.lower().endswith(".wav"):
        raise UsageError(f"record: the file must end with .wav. Received: {arguments.out}.")
    if arguments.recover:
        return run_job(RecoverJob(out=arguments.out), RecoverView, arguments)
    if not arguments.out:
        raise UsageError("record: give OUT.wav, --list-devices or --recover. See: seqclass record --help")
    if arguments.seconds is not None and not 0 < arguments.seconds <= 86_400:
        raise UsageError(f"record: --seconds must be above 0 and at most 86400. Received: --seconds={arguments.seconds:g}.")
    job = RecordJob(out=arguments.out, device=arguments.device, seconds=arguments.seconds)
    return run_job(job, RecordView, arguments)


def _list_devices(arguments: argparse.Namespace) -> int:
    from seqclass.audio.devices import microphones
    from seqclass.cli.output import Output
    from seqclass.cli.render.sound import device_lines
    from seqclass.events import Finished

    with Output(quiet=arguments.quiet) as output:
        devices = microphones()
        if arguments.json:
            output.event(Finished(result={"devices": [vars(device) for device in devices]}))
        else:
            output.lines(device_lines(devices))
    return 0
