"""The parser of one command, options that commands share, and the way from options to settings."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from seqclass.errors import SpecError, UsageError

if TYPE_CHECKING:
    from seqclass.settings import Settings
    from seqclass.specs import ComputeSpec, DataSpec

KINDS = ("speech", "text", "numeric")


class CommandParser(argparse.ArgumentParser):
    """Parser of one command: whole option names only, and ``--json`` and ``--quiet`` for all.

    Attributes:
        command: The command's name.
    """

    def __init__(self, command: str, *, summary: str, examples: str) -> None:
        super().__init__(
            prog=f"seqclass {command}",
            description=summary[0].upper() + summary[1:] + ".",
            epilog=f"examples:\n{_indent(examples)}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self.command = command
        shared = self.add_argument_group("output")
        shared.add_argument(
            "--json", action="store_true", help="one JSON object a line on standard output and nothing else there"
        )
        shared.add_argument(
            "--quiet", action="store_true", help="no progress on standard error; warnings and errors still appear"
        )

    def error(self, message: str) -> NoReturn:
        """Refuse the command line.

        Raises:
            UsageError: Always.
        """
        raise UsageError(f"{self.command}: {message}. See: {self.prog} --help")


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """Options that say how a data set folder is read."""
    data = parser.add_argument_group("how the folder is read")
    data.add_argument(
        "--target",
        action="append",
        type=_target,
        default=[],
        metavar="NAME[:number]",
        help="what to learn: a column of the manifest or a part of --pattern; may be repeated; :number for a number to "
        "predict instead of a class (default: label)",
    )
    data.add_argument("--group", metavar="COLUMN", help="column whose values must not be shared by splits (default: speaker)")
    data.add_argument("--pattern", metavar="PATTERN", help='names of files in a flat folder, as "{label}_{speaker}_{take}.wav"')
    data.add_argument("--lines", action="store_true", help="text: each line of a .txt file is an item, not the whole file")


def add_training_options(parser: argparse.ArgumentParser) -> None:
    """Options of what trains: `settings_from` and `compute_from` give what they say."""
    parser.add_argument("--seed", type=int, metavar="N", help="of weights, order and augmentation (default: 0)")
    add_data_options(parser)
    add_settings_options(parser)
    _add_compute_options(parser)


def add_settings_options(parser: argparse.ArgumentParser) -> None:
    """Options that change settings."""
    settings = parser.add_argument_group("settings")
    settings.add_argument("--config", metavar="FILE.toml", help="read settings from a TOML file")
    settings.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="SECTION.NAME=VALUE",
        dest="assignments",
        help="change one setting, as training.epochs=5 or model.lstm=[64,64]; may be repeated; wins over --config",
    )
    settings.add_argument("--help-settings", action=_HelpSettings, help="list every setting with its default and range")


def _add_compute_options(parser: argparse.ArgumentParser) -> None:
    """Options that say where features of recordings are computed and kept."""
    add_parallel_option(parser).add_argument(
        "--cache-mb",
        type=_megabytes,
        metavar="N",
        help="most that they may take in the cache, those of other data sets included; 0: keep none there (default: 8192)",
    )


def add_parallel_option(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """``--parallel``, and the group that it stands in."""
    features = parser.add_argument_group("features of recordings")
    features.add_argument(
        "--parallel",
        type=_parallel,
        default="local",
        metavar="local|dask:ADDRESS",
        help="who computes them: this machine, or the workers of a Dask cluster, which must see the folder under the same path "
        "(default: local)",
    )
    return features


def compute_from(arguments: argparse.Namespace) -> ComputeSpec:
    """What `add_training_options` gave."""
    from seqclass.specs import HERE, ComputeSpec

    cache_mb = HERE.cache_mb if arguments.cache_mb is None else arguments.cache_mb
    return ComputeSpec(parallel=arguments.parallel, cache_mb=cache_mb)


def settings_from(arguments: argparse.Namespace) -> Settings:
    """All settings that the command line gives, validated as far as is possible before the data are seen.

    ``--config`` comes first, then ``--set``, then options with a name of their own.

    Raises:
        SpecError: A value in the settings file is unknown or out of range.
        UsageError: One on the command line is.
    """
    from seqclass import settings

    config = getattr(arguments, "config", None)
    from_file = settings.read_toml(config) if config else {}
    try:
        validate(from_file)
    except SpecError as error:
        raise SpecError(f"{error} (In {config}.)") from error
    try:
        assigned = settings.parse_assignments(getattr(arguments, "assignments", []))
        merged = settings.merge(from_file, assigned, _own_options(arguments))
        validate(merged)
    except SpecError as error:
        raise UsageError(str(error)) from error
    return merged


def data_spec_from(arguments: argparse.Namespace) -> DataSpec:
    """The data section of `settings_from` as a spec."""
    from seqclass import settings

    return settings.data_spec(settings_from(arguments))


def validate(values: Settings) -> None:
    """Refuse settings that are right for no kind of data.

    Raises:
        SpecError: With the message for the kind that the settings fit best.
    """
    import difflib

    from seqclass import settings

    given = values.get("features", {})
    named = given.get("kind") if isinstance(given, dict) else None

    def strangers(kind: Any) -> int:
        known = settings.FEATURE_SPECS[kind].__struct_fields__
        return sum(1 for name in given if name not in known and not difflib.get_close_matches(str(name), known, n=1))

    kinds: list[Any] = [named] if named in KINDS else sorted(KINDS, key=strangers)
    first: SpecError | None = None
    for kind in kinds:
        try:
            settings.resolve(values, kind)
        except SpecError as error:
            first = first or error
        else:
            return
    if first is not None:
        raise first


def _own_options(arguments: argparse.Namespace) -> Settings:
    data: dict[str, Any] = {}
    if getattr(arguments, "target", None):
        data["targets"] = [{"name": name, "kind": kind} for name, kind in arguments.target]
    for name in ("group", "pattern", "lines"):
        value = getattr(arguments, name, None)
        if value not in (None, False):
            data[name] = value
    own: Settings = {"data": data} if data else {}
    seed = getattr(arguments, "seed", None)
    if seed is not None:
        own["training"] = {"seed": seed}
    return own


def _target(text: str) -> tuple[str, str]:
    name, _, kind = text.partition(":")
    if not name or kind not in ("", "class", "number"):
        raise argparse.ArgumentTypeError(f"a target is written NAME or NAME:number. Received: {text!r}")
    return name, kind or "class"


def _parallel(text: str) -> str:
    if text != "local" and not (text.startswith("dask:") and len(text.split()) == 1 and text != "dask:"):
        raise argparse.ArgumentTypeError(
            f"it is written local or dask:ADDRESS, as dask:tcp://10.0.0.1:8786. Received: {text!r}"
        )
    return text


def _megabytes(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"it must be a whole number from 0. Received: {text!r}")
    return int(text)


class _HelpSettings(argparse.Action):
    """Print all settings and leave, as ``--help`` does."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from seqclass.cli.render.settings import settings_page

        sys.stdout.write(settings_page())
        sys.stdout.flush()
        parser.exit(0)


def _indent(text: str) -> str:
    return "\n".join(f"  {line}" if line else "" for line in text.strip().splitlines())
