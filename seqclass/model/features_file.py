"""What a person writes of a foreign model's front end: a file, or a short form. The window reads it, too, so nothing heavy is here."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from seqclass.errors import SpecError
from seqclass.files import read_bytes
from seqclass.settings import FEATURE_SPECS

_SHORT_FORMS = "numeric; speech,sample_rate_hz=16000,n_mels=40; text,vocabulary=words.txt"


def parse_features(written: str) -> dict[str, Any]:
    """What stands behind ``--features``: a TOML or JSON file, or a short form such as ``speech,sample_rate_hz=16000``.

    Names of files in it are taken from the folder of the file that names them.

    Raises:
        StorageError: The file cannot be read.
        SpecError: It is neither.
    """
    kind, *assignments = [part.strip() for part in written.split(",")]
    if kind in FEATURE_SPECS and "." not in kind:
        plain: dict[str, Any] = {"kind": kind}
        for assignment in assignments:
            name, equals, value = assignment.partition("=")
            if not equals:
                raise SpecError(
                    f"Features must be written KIND,name=value. Received: {assignment!r}. Examples: {_SHORT_FORMS}."
                )
            try:
                plain[name.strip()] = tomllib.loads(f"value = {value}")["value"]
            except tomllib.TOMLDecodeError:
                plain[name.strip()] = value.strip()
        return plain
    path = Path(written)
    if path.suffix.lower() not in (".toml", ".json"):
        raise SpecError(
            f"Features must be a .toml or .json file, or a short form. Received: --features {written}. Examples: {_SHORT_FORMS}."
        )
    content = read_bytes(path, limit=16_000_000)
    try:
        decoded = content.decode("utf-8")
        plain = tomllib.loads(decoded) if path.suffix.lower() == ".toml" else json.loads(decoded)
    except ValueError as error:  # of TOML, JSON and UTF-8 alike
        raise SpecError(f"{path} must be a {path.suffix[1:].upper()} file in UTF-8: {error}.") from error
    plain = plain.get("features", plain) if isinstance(plain, dict) else {}
    if not isinstance(plain, dict) or plain.get("kind") not in FEATURE_SPECS:
        raise SpecError(f'{path} must say kind = "speech", "text" or "numeric". Received: {sorted(plain)[:5]}. Add that line.')
    vocabulary = plain.get("vocabulary")
    if isinstance(vocabulary, str):
        plain["vocabulary"] = str(path.parent / vocabulary)
    return plain
