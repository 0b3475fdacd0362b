"""What an import asks of a person: the front end and the labels that a foreign file does not tell."""

from __future__ import annotations

import datetime
import platform
from collections.abc import Mapping, Sequence
from typing import Any, get_args

import msgspec
import numpy as np
from numpy.typing import NDArray

from seqclass import __version__
from seqclass.errors import SpecError
from seqclass.features import front_end as front_ends
from seqclass.features import text
from seqclass.features.deltas import kernels
from seqclass.features.front_end import FrontEnd, NumericFrontEnd, SpeechFrontEnd, TextFrontEnd
from seqclass.features.normalise import Normaliser
from seqclass.files import read_bytes
from seqclass.model.bundle import Card, DataCard, TargetCard
from seqclass.model.layout import Layout
from seqclass.settings import convert, resolve
from seqclass.specs import Kind, ModelSpec, NumericFeatureSpec, Pooling, SpeechFeatureSpec, TextFeatureSpec

# Nothing that training here would do by itself: what a foreign front end did has to be said.
_PLAIN: dict[Kind, dict[str, Any]] = {
    "speech": {"delta_order": 0, "trim_db": None, "floor_db": None, "normalisation": "none"},
    "text": {"tokenizer": "words"},
    "numeric": {"delta_order": 0, "normalisation": "none"},
}


def front_end_for(features: Mapping[str, Any], *, n_features: int | None, n_tokens: int | None) -> FrontEnd:
    """Build the front end of an imported model.

    Args:
        features: ``kind`` and settings of that kind; ``mean`` and ``deviation`` for a normalisation by training figures;
            ``vocabulary`` (a list, or a file with a token a line, the first being id 0) and ``unknown`` (a token or an id) for texts.
        n_features: Numbers a frame that the model reads; None where it reads tokens.
        n_tokens: Tokens that it embeds.

    Raises:
        SpecError: Something is missing or does not fit; the message says what.
        StorageError: The vocabulary cannot be read.
    """
    given = dict(features)
    kind = given.pop("kind", None)
    if n_tokens is not None:
        if kind != "text":
            raise SpecError(_missing_text(n_tokens, kind))
        return _text_front_end(given, n_tokens)
    assert n_features is not None
    if kind not in ("speech", "numeric"):
        raise SpecError(_missing_frames(n_features, kind))
    mean, deviation = given.pop("mean", None), given.pop("deviation", None)
    if kind == "numeric":
        numeric = convert(_PLAIN["numeric"] | given, NumericFeatureSpec, prefix="features")
        _check_count(n_features, n_features // (1 + numeric.delta_order) * (1 + numeric.delta_order), "delta_order")
        normaliser = _normaliser(numeric.normalisation, n_features, mean, deviation)
        return NumericFrontEnd(numeric, kernels(numeric.delta_order, numeric.delta_width), normaliser)
    return _speech_front_end(given, n_features, mean, deviation)


def target_cards(outputs: Sequence[tuple[str, int, str]], labels: Sequence[str]) -> tuple[TargetCard, ...]:
    """Targets of an imported model.

    Args:
        outputs: Name, number of classes and ``class`` or ``number`` of each.
        labels: ``a,b,c`` for a model with one target, ``NAME=a,b,c`` for each of several, or a file with a label a line in place of
            the list. Classes without labels are counted from 0.

    Raises:
        SpecError: The labels do not fit.
        StorageError: A file of labels cannot be read.
    """
    named: dict[str, tuple[str, ...]] = {}
    for entry in labels:
        name, equals, listed = entry.partition("=")
        if not equals or name not in {output[0] for output in outputs}:
            name, listed = outputs[0][0], entry
        named[name] = _lines(listed) if listed.lower().endswith(".txt") else tuple(part.strip() for part in listed.split(","))
    cards = []
    for name, count, kind in outputs:
        if kind == "number":
            cards.append(TargetCard(name=name, kind="number"))
            continue
        chosen = named.get(name) or tuple(str(index) for index in range(count))
        if len(chosen) != count or len(set(chosen)) < count:
            raise SpecError(
                f"{name} must have {count} labels that differ, in the order of the model's outputs. Received: {len(chosen)} "
                f"({', '.join(chosen[:5])}, ...). Give --labels {','.join(f'label{index}' for index in range(min(count, 3)))},..."
            )
        cards.append(TargetCard(name=name, kind="class", labels=chosen))
    return tuple(cards)


def nearest_spec(
    units: Sequence[int], *, bidirectional: bool, pooling: Sequence[Pooling], embedding_dim: int | None = None
) -> ModelSpec:
    """What is nearest to a foreign model among those that are trained here.

    Raises:
        SpecError: It has more layers, or more units in one, than the program shows.
    """
    plain: dict[str, Any] = {"lstm": list(units), "bidirectional": bidirectional, "pooling": list(dict.fromkeys(pooling))}
    plain |= {"dense": [], "input_dropout": 0.0, "lstm_dropout": 0.0, "head_dropout": 0.0}
    if embedding_dim is not None:
        plain["embedding_dim"] = embedding_dim
    return convert(plain, ModelSpec, prefix="model")


def card_for(
    front_end: FrontEnd,
    spec: ModelSpec,
    targets: tuple[TargetCard, ...],
    *,
    name: str,
    is_causal: bool,
    origin: Mapping[str, Any],
    warnings: Sequence[str],
    stack: Layout | None = None,
) -> Card:
    """The card of an imported model.

    Args:
        front_end: From items to frames.
        spec: The network, or what is nearest to it.
        targets: In order.
        name: Of the file, without its folder.
        is_causal: Whether the network never looks ahead.
        origin: What is known of where it comes from.
        warnings: Sentences that every report repeats.
        stack: What stands around the LSTM layers, where the spec does not say it all.
    """
    config = msgspec.structs.replace(resolve({}, front_end.kind), features=front_end.spec, model=spec)
    none = {"train": 0, "validation": 0, "test": 0}
    return Card(
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        seqclass_version=__version__,
        kind=front_end.kind,
        is_causal=is_causal and front_end.is_causal,
        targets=targets,
        config=config,
        front_end=front_ends.to_plain(front_end),
        data=DataCard(
            name=name, fingerprint="", salt="", counts=none, groups=dict(none), split_by="given", warnings=tuple(warnings)
        ),
        training={"imported": dict(origin)},
        libraries={"python": platform.python_version(), "numpy": np.__version__},
        stack=stack,
    )


def needed(n_features: int | None, n_tokens: int | None) -> str:
    """One sentence that says which front end the file leaves open."""
    return _missing_text(n_tokens, None) if n_tokens is not None else _missing_frames(n_features or 0, None)


def _missing_frames(n_features: int, kind: Any) -> str:
    received = f"--features {kind}" if kind else "no --features"
    return (
        f"Frames of {n_features} numbers enter this model, and the file does not say what they are. Received: {received}. Give "
        f"--features numeric where items are such numbers already, or --features speech,sample_rate_hz=16000,... with the MFCC "
        "settings that it was trained with (or a .toml file of them)."
    )


def _missing_text(n_tokens: int, kind: Any) -> str:
    received = f"--features {kind}" if kind else "no --features"
    return (
        f"Ids of {n_tokens} tokens enter this model, and the file does not say which tokens they are. Received: {received}. Give "
        "--features text,vocabulary=words.txt, a file with a token a line, the first line being id 0."
    )


def _text_front_end(given: dict[str, Any], n_tokens: int) -> TextFrontEnd:
    listed, unknown = given.pop("vocabulary", None), given.pop("unknown", None)
    if listed is None:
        raise SpecError(_missing_text(n_tokens, "text without a vocabulary"))
    tokens = _lines(listed) if isinstance(listed, str) else msgspec.convert(listed, tuple[str, ...], strict=False)
    if not tokens or len(tokens) > n_tokens:
        raise SpecError(
            f"The vocabulary must have 1 to {n_tokens} tokens, as many as the model embeds. Received: {len(tokens)} tokens. Leave "
            "out those that it never saw."
        )
    spec = convert(_PLAIN["text"] | given, TextFeatureSpec, prefix="features")
    if spec.tokenizer == "auto":
        raise SpecError(
            f"features.tokenizer must say how texts are cut. Received: features.tokenizer=auto. Use one of "
            f"{', '.join(get_args(text.TokenizerName))}."
        )
    return TextFrontEnd(
        spec, text.Vocabulary(spec.tokenizer, spec.lowercase, spec.max_tokens, tokens, _unknown_id(unknown, tokens))
    )


def _unknown_id(unknown: Any, tokens: tuple[str, ...]) -> int:
    """The id of all other tokens: as it is given, else that of a token of a usual name, else 0."""
    if unknown is None:
        usual = ("[UNK]", "<unknown>", "<UNK>", "<unk>", "<OOV>", "OOV")
        return next((tokens.index(name) for name in usual if name in tokens), 0)
    if isinstance(unknown, str) and unknown in tokens:
        return tokens.index(unknown)
    if isinstance(unknown, int) and 0 <= unknown < len(tokens):
        return unknown
    raise SpecError(
        f"features.unknown must be a token of the vocabulary or its id, 0 to {len(tokens) - 1}. Received: features.unknown={unknown!r}."
    )


def _speech_front_end(given: dict[str, Any], n_features: int, mean: Any, deviation: Any) -> SpeechFrontEnd:
    from seqclass.features.librosa_basis import mfcc_basis, resolve_rate

    if given.get("sample_rate_hz") is None:
        raise SpecError(
            "The sample rate at which MFCC were computed must be given. Received: no sample_rate_hz. Give "
            "--features speech,sample_rate_hz=16000,..."
        )
    order = given.get("delta_order", 0)
    plain = _PLAIN["speech"] | given
    plain.setdefault("n_mfcc", n_features // (1 + order) if isinstance(order, int) and order >= 0 else n_features)
    if isinstance(plain["n_mfcc"], int):
        plain.setdefault("n_mels", max(40, plain["n_mfcc"]))
    spec = resolve_rate(convert(plain, SpeechFeatureSpec, prefix="features"), 0)
    # The checks that hold for any settings, as of n_mfcc against n_mels.
    resolve({"features": msgspec.to_builtins(spec)}, "speech")
    _check_count(n_features, spec.n_mfcc * (1 + spec.delta_order), "n_mfcc and delta_order")
    return SpeechFrontEnd(spec, mfcc_basis(spec), _normaliser(spec.normalisation, n_features, mean, deviation))


def _check_count(expected: int, count: int, names: str) -> None:
    if count != expected:
        raise SpecError(
            f"The features must be the {expected} numbers a frame that the model reads. Received: {count} numbers a frame. "
            f"Change {names}."
        )


def _normaliser(method: Any, n_features: int, mean: Any, deviation: Any) -> Normaliser:
    if method in ("train", "running", "utterance_mean") and (mean is None or deviation is None):
        raise SpecError(
            f"normalisation={method} needs the training set's figures. Received: no mean or no deviation. Give both as lists of "
            f"{n_features} numbers in a .toml file."
        )
    figures = [
        _figures(name, values, n_features, default)
        for name, values, default in (("mean", mean, 0.0), ("deviation", deviation, 1.0))
    ]
    return Normaliser(method, *figures)


def _figures(name: str, values: Any, n_features: int, default: float) -> NDArray[np.float32]:
    if values is None:
        return np.full(n_features, default, np.float32)
    try:
        array = np.asarray(values, np.float32)
    except (TypeError, ValueError):
        array = np.zeros(0, np.float32)
    if array.shape != (n_features,) or not np.isfinite(array).all() or (name == "deviation" and array.min() < 0):
        raise SpecError(f"features.{name} must be a list of {n_features} finite numbers. Received: {str(values)[:60]}.")
    return array


def _lines(path: str) -> tuple[str, ...]:
    """A text file's lines; the end of the last one makes none."""
    content = read_bytes(path, limit=64_000_000)
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise SpecError(f"{path} must be a text file in UTF-8: {error}.") from error
    return tuple(lines)
