"""The command line (Contract 3): one module a command; `main` finds it, runs it and turns errors into exit codes.

Nothing heavy is imported here, and a command's module only when it is the one asked for: ``seqclass --help`` takes well
under 0.3 s. Exit codes: 0 done, 1 failed (one line on standard error), 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from seqclass import __version__
from seqclass.errors import CancelledError, SeqclassError, UsageError

EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_INTERRUPTED = 0, 1, 2, 130

# name -> (summary, its positional arguments); the module is seqclass.cli.NAME, with an underscore behind a word of Python.
COMMANDS = {
    "scan": ("what is in a data set: classes, splits, speakers and every problem", "DATASET"),
    "train": ("train on a data set and write a bundle", "DATASET --out M.seqclass"),
    "evaluate": ("measure a bundle: accuracy, per class, confusion, by speaker", "M.seqclass DATASET"),
    "crossval": ("leave one speaker out, or K folds: each and the mean", "DATASET --by speaker|K"),
    "classify": ("label, probabilities and seconds of files or texts", "M.seqclass ITEM... | --text TEXT"),
    "trace": ("every gate and state of one item, as arrays and as a picture", "M.seqclass ITEM --out T.npz"),
    "record": ("record a microphone into a WAV file", "OUT.wav"),
    "listen": ("hear words in a microphone's sound or in a long recording", "M.seqclass"),
    "verify": ("prove that a bundle, or an export of it, gives the same numbers as Keras and librosa", "M.seqclass [EXPORT]"),
    "import": ("a Keras model, or PyTorch nn.LSTM weights, as a bundle", "FILE --out M.seqclass"),
    "export": ("a bundle as Keras, ONNX, LiteRT or SavedModel file, or as an offline page", "M.seqclass --format F --out PATH"),
    "info": ("a bundle's card: what it was trained on and how well it does", "M.seqclass"),
    "demo": ("the whole path on a spoken sample that it makes itself", "[FOLDER]"),
    "gui": ("the desktop app; seqclass alone opens it too", "[M.seqclass | DATASET]"),
}

_HELP = """usage: seqclass COMMAND ...

Classify speech, text and numeric sequences with LSTMs, and see what the network remembers.

commands:
{commands}

options:
  -h, --help     show this help, or with a command all about it: seqclass train --help
  --version      show the version
  --json         with any command: one JSON object a line on standard output and nothing else there
  --quiet        with any command: no progress on standard error

examples:
  seqclass scan recordings/                      see what is in a folder of recordings/LABEL/*.wav
  seqclass train recordings/ --out M.seqclass    learn to tell the labels apart
  seqclass classify M.seqclass new.wav           label a new recording
  seqclass trace M.seqclass new.wav --out T.npz --plot T.png

exit codes: 0 done, 1 failed (one line on standard error says why), 2 wrong usage, 130 interrupted
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: Words after the program's name; None takes those of the process.

    Returns:
        The exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if arguments is None and not sys.warnoptions:
        import warnings

        warnings.simplefilter("ignore")  # of libraries, meant for programmers; a developer's -W still wins
    _survive_odd_consoles()
    try:
        return _dispatch(words)
    except SeqclassError as error:
        return _fail(error, words)
    except SystemExit as leave:  # argparse's way to end after --help
        return leave.code if isinstance(leave.code, int) else EXIT_DONE
    except KeyboardInterrupt:
        return _fail(CancelledError("Interrupted."), words)
    except BrokenPipeError:
        from seqclass.cli.output import silence_stdout

        silence_stdout()  # the reader of our output has seen enough, as with `seqclass --help | head`
        return EXIT_DONE
    except Exception as error:
        from seqclass.jobs import explain

        return _fail(explain(error, doing=None), words)


def help_text() -> str:
    """The page that ``seqclass --help`` prints."""
    width = max(len(name) for name in COMMANDS)
    lines = [f"  {name:<{width}}  {summary}" for name, (summary, _) in COMMANDS.items()]
    return _HELP.format(commands="\n".join(lines))


def _dispatch(words: list[str]) -> int:
    position = next((index for index, word in enumerate(words) if not word.startswith("-")), len(words))
    before, command, after = words[:position], words[position : position + 1], words[position + 1 :]
    if "--version" in before:
        print(f"seqclass {__version__}")
        return EXIT_DONE
    if not words and _opens_the_app():
        from seqclass.cli.gui import start

        return start()
    if not command or {"-h", "--help"} & set(before):
        return _show_help(before)
    name = command[0]
    if name not in COMMANDS:
        raise UsageError(_unknown(name))
    import importlib
    import keyword

    from seqclass.cli.options import CommandParser

    module = importlib.import_module(f"seqclass.cli.{name}{'_' if keyword.iskeyword(name) else ''}")
    parser = CommandParser(name, summary=COMMANDS[name][0], examples=module.EXAMPLES)
    module.configure(parser)
    code: int = module.run(parser.parse_intermixed_args(before + after))
    return code


def _opens_the_app() -> bool:
    """Whether the bare program's name means the app, as it does wherever there is a display to show it on."""
    import os

    from seqclass.cli.gui import has_display

    return has_display(os.environ, sys.platform)


def _show_help(words: list[str]) -> int:
    unknown = [word for word in words if word not in {"-h", "--help", "--json", "--quiet"}]
    if unknown:
        raise UsageError(f"There is no option {unknown[0]} before a command. See: seqclass --help")
    print(help_text(), end="", flush=True)
    return EXIT_DONE


def _unknown(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, COMMANDS, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Commands are: {', '.join(COMMANDS)}."
    return f"there is no command {name}. {hint} See: seqclass --help"


def _fail(error: SeqclassError, words: list[str]) -> int:
    """One line on standard error; with ``--json`` also an error event as the last line of standard output."""
    from seqclass.cli.output import print_error

    print_error(error, as_json="--json" in words)
    if isinstance(error, CancelledError):
        return EXIT_INTERRUPTED
    return EXIT_USAGE if isinstance(error, UsageError) else EXIT_FAILED


def _survive_odd_consoles() -> None:
    """Print ``?`` for what a console's encoding lacks, instead of ending with a UnicodeEncodeError.

    A stream that the process was started without (``>&-``, or a program without a console on Windows) leads nowhere.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            import os

            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - open to the process's end
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace" if stream is sys.stdout else "backslashreplace")
