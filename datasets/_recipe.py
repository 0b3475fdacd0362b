"""What the recipes share: arguments, files put in place, a folder that appears whole or not at all."""

from __future__ import annotations

import argparse
import contextlib
import csv
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from seqclass.errors import DataError, SeqclassError
from seqclass.files import storage_error

Make = Callable[[argparse.Namespace, Path], str]


def arguments(description: str, *, source: str) -> argparse.ArgumentParser:
    """Arguments of every recipe: SOURCE, OUT and ``--link``. ``description`` is the script's docstring."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="SOURCE", help=source)
    parser.add_argument("out", type=Path, metavar="OUT", help="folder to make; it must not exist or be empty")
    parser.add_argument(
        "--link",
        action="store_true",
        help="hard-link where possible instead of copying: saves space, but a file edited in place changes in both folders",
    )
    return parser


def run(parser: argparse.ArgumentParser, make: Make) -> None:
    """Parse the arguments, let ``make`` fill the folder, print the sentence that it returns; one line for an error."""
    given = parser.parse_args()
    try:
        if not given.source.is_dir():
            raise DataError(f"SOURCE must be a folder. Received: {given.source}. Unpack the corpus first and name its folder.")
        with whole_folder(given.out) as folder:
            sentence = make(given, folder)
    except SeqclassError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    print(f"{given.out}: {sentence}\nNext: seqclass scan {given.out}")


@contextlib.contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """Give a temporary folder beside ``out``, which is renamed to ``out`` when the block ends without an error.

    Raises:
        DataError: ``out`` holds something already.
        StorageError: A file cannot be read or written.
    """
    out = out.absolute()
    temporary = out.with_name(f".{out.name[:100]}.{secrets.token_hex(4)}.tmp")
    try:
        if out.exists() and not (out.is_dir() and not any(out.iterdir())):
            raise DataError(f"OUT must not exist or be an empty folder. Received: {out}. Choose another, or delete it.")
        temporary.mkdir(parents=True)
        yield temporary
        if out.is_dir():
            out.rmdir()
        temporary.replace(out)
    except OSError as error:
        raise storage_error("write", error.filename or out, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def place(source: Path, target: Path, *, link: bool) -> None:
    """Put a file's content at ``target``: a manifest may point only inside its own root."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if link:
        with contextlib.suppress(OSError):  # another disk, or a file system without links
            os.link(source, target)
            return
    shutil.copyfile(source, target)  # not its mode: a read-only corpus becomes a folder that can be edited


def write_manifest(folder: Path, rows: Iterable[Mapping[str, str]], *, columns: tuple[str, ...]) -> None:
    """Write ``manifest.csv`` (UTF-8) with these columns."""
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def warn(sentence: str) -> None:
    """Say on stderr what was left out or is odd."""
    print(f"Warning: {sentence}", file=sys.stderr)
