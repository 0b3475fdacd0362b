"""Foreign models opened for an import: what is in them, the bundle they make, and how far it agrees with Keras."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import numpy as np
from numpy.typing import NDArray

from seqclass.errors import BundleError
from seqclass.events import CancelToken, StageVerified
from seqclass.features.front_end import FrontEnd, TextFrontEnd
from seqclass.model import bundle as bundles
from seqclass.model import foreign, foreign_files, golden, keras_model, keras_stack, torch_import
from seqclass.model import layout as layouts
from seqclass.model import network as networks
from seqclass.model.bundle import Bundle, TargetCard
from seqclass.model.keras_import.convert import Converted, convert
from seqclass.model.keras_verify import verify
from seqclass.model.network import Network
from seqclass.specs import Pooling

_TOLERANCE = 1e-5
# Sums of single precision round in proportion to what is added; a front end that does not normalise may send hundreds.
_USUAL = 10.0
_LENGTHS = (1, 2, 37)


class OpenedKeras:
    """A Keras model.

    Attributes:
        outputs: Name, classes and kind of each target.
        n_features: Numbers a frame; None where it reads tokens.
        n_tokens: Tokens that it embeds; None where it reads frames.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._model = _load(path)
        self._converted = convert(self._model)
        self.n_features, self.n_tokens = self._converted.n_features, self._converted.n_tokens
        layout = self._converted.layout
        self.outputs = [
            (output.target, layouts.n_outputs(layout, output), "number" if output.form == "number" else "class")
            for output in layout.outputs
        ]
        self._freed = self._model if self._converted.n_frames is None else _any_length(self._model, self._converted.n_frames)

    def description(self) -> dict[str, Any]:
        """What a person may want to know of it before it is imported."""
        layout = self._converted.layout
        layers = [
            {"name": layer.name, "units": [way.units for way in layer.directions], "activation": layer.forward.activation}
            for layer in layout.layers
        ]
        return _description("Keras", layers, self.outputs, self.n_features, self.n_tokens, is_causal=layout.is_causal)

    def bundle(self, front_end: FrontEnd, targets: tuple[TargetCard, ...]) -> Bundle:
        """The bundle in memory."""
        converted, layout = self._converted, self._converted.layout
        table = converted.arrays.get("embedding")
        pools: dict[str, Pooling] = {"last": "last", "last_frame": "last", "mean": "mean", "max": "max"}
        spec = foreign.nearest_spec(
            [layer.forward.units for layer in layout.layers],
            bidirectional=any(layer.backward is not None for layer in layout.layers),
            pooling=[pools[node.op] for node in layout.tail if node.op in pools],
            embedding_dim=None if table is None else table.shape[1],
        )
        card = foreign.card_for(
            front_end,
            spec,
            targets,
            name=self._path.stem,
            is_causal=layout.is_causal,
            origin={"from": "Keras", "layers": [layer.name for layer in self._model.layers]},
            warnings=self._warnings(front_end),
            stack=layout,
        )
        network = networks.from_stack(converted.arrays, spec, tuple(target.spec for target in targets), layout)
        return _bundle(card, front_end, network)

    def compare(self, bundle: Bundle) -> Iterator[StageVerified]:
        """The NumPy pass against Keras, on the bundle's golden items and on random ones."""
        frames = [golden.encode(bundle.front_end, item).frames for item in golden.inputs(bundle.front_end)]
        frames += _random_items(self._converted)
        largest = max((float(np.abs(each).max()) for each in frames if each.dtype.kind == "f"), default=0.0)
        network = bundle.network
        yield _stage("gates and states: NumPy = Keras", keras_stack.gate_pairs(network, self._freed, frames), largest)
        yield _stage("answers: NumPy = Keras", keras_stack.answer_pairs(network, self._freed, frames), largest)
        if self._freed is not self._model:
            whole = [np.resize(each, (self._converted.n_frames or 1, *each.shape[1:])) for each in frames]
            name = f"answers at {self._converted.n_frames} frames: NumPy = Keras"
            yield _stage(name, keras_stack.answer_pairs(network, self._model, whole), largest)

    def write(self, path: Path, bundle: Bundle) -> None:
        """Write the bundle.

        Raises:
            StorageError: It cannot be written.
        """
        arrays = golden.compute(bundle.front_end, bundle.network)
        bundles.write(path, bundle, keras_model=keras_model.to_bytes(self._freed), golden=arrays)

    def _warnings(self, front_end: FrontEnd) -> list[str]:
        warnings = []
        if self._converted.n_frames is not None and not any(layer.is_masked for layer in self._converted.layout.layers):
            warnings.append(
                f"The Keras model was made for {self._converted.n_frames} frames; here every item is read in its own length. Where it "
                "was trained on padded items without Masking, answers differ from those on padded ones."
            )
        gates = {way.recurrent_activation for layer in self._converted.layout.layers for way in layer.directions}
        version = foreign_files.legacy_version(self._path) if self._path.suffix.lower() in (".h5", ".hdf5") else ""
        if "hard_sigmoid" in gates and version.startswith(("1.", "2.")):
            warnings.append(
                f"It was written by Keras {version}, whose hard_sigmoid is steeper than that of Keras 3, which this program follows."
            )
        if isinstance(front_end, TextFrontEnd) and len(front_end.vocabulary.tokens) < (self.n_tokens or 0):
            n_named = len(front_end.vocabulary.tokens)
            warnings.append(f"The vocabulary names {n_named} of the {self.n_tokens} tokens that the model embeds.")
        return warnings


class OpenedTorch:
    """The weights of a PyTorch ``nn.LSTM``; attributes as of `OpenedKeras`."""

    def __init__(self, path: Path, made: torch_import.TorchNetwork) -> None:
        self._path = path
        self._torch = made
        network = self._torch.network
        self.n_tokens = None if network.embedding is None else len(network.embedding)
        self.n_features = network.n_features if network.embedding is None else None
        kind = "number" if self._torch.head and self._torch.n_outputs == 1 else "class"
        self.outputs = [("label", self._torch.n_outputs, kind)]

    def description(self) -> dict[str, Any]:
        """As of `OpenedKeras`."""
        network = self._torch.network
        layers = [
            {"name": f"{self._torch.lstm or 'lstm'} {index}", "units": [half.n_units for half in halves if half is not None]}
            for index, halves in enumerate(network.layers)
        ]
        described = _description("PyTorch", layers, self.outputs, self.n_features, self.n_tokens, is_causal=network.is_causal)
        return described | {"head": self._torch.head or None, "embedding": self._torch.embedding or None}

    def bundle(self, front_end: FrontEnd, targets: tuple[TargetCard, ...]) -> Bundle:
        """As of `OpenedKeras`."""
        spec = self._torch.network.spec
        if self._torch.head:
            warnings = [
                f"The head is {self._torch.head}, on {spec.pooling[0]} pooling: the file does not say how frames became one vector. "
                "Give --pooling if it was another way."
            ]
        else:
            warnings = ["The file has no head: this model shows its gates and states, and says nothing of labels."]
            targets = (TargetCard(name="label", kind="class", labels=(torch_import.NO_HEAD,)),)
        (target,) = targets
        network = networks.from_arrays(networks.to_arrays(self._torch.network), spec, (target.spec,))
        if isinstance(front_end, TextFrontEnd) and self.n_tokens != len(front_end.vocabulary.tokens):
            n_named = len(front_end.vocabulary.tokens)
            raise BundleError(
                f"The vocabulary must name each of the {self.n_tokens} tokens that the model embeds. Received: {n_named} tokens. Add a "
                "line for each that is missing."
            )
        origin = {"from": "PyTorch", "lstm": self._torch.lstm, "head": self._torch.head, "embedding": self._torch.embedding}
        card = foreign.card_for(
            front_end,
            spec,
            targets,
            name=self._path.stem,
            is_causal=network.is_causal,
            origin=origin,
            warnings=warnings,
        )
        return _bundle(card, front_end, network)

    def compare(self, bundle: Bundle) -> Iterator[StageVerified]:
        """Against Keras' own cells with the same weights, as `verify` does it."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "compared.seqclass"
            self.write(path, bundle)
            for stage in verify(bundles.read(path), cancel=CancelToken()):
                if stage.stage.endswith("NumPy = Keras"):
                    yield stage

    def write(self, path: Path, bundle: Bundle) -> None:
        """As of `OpenedKeras`."""
        content = keras_model.to_bytes(keras_model.from_network(bundle.network))
        bundles.write(path, bundle, keras_model=content, golden=golden.compute(bundle.front_end, bundle.network))


def _load(path: Path) -> keras.Model:
    try:
        model = keras.models.load_model(path, compile=False, safe_mode=True)
        if not isinstance(model, keras.Model) or not model.inputs:
            raise ValueError("it has no input; give its first layer a shape")
    except Exception as error:  # Keras raises whatever a damaged archive or configuration provokes
        said = " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
        raise BundleError(
            f"Keras cannot open {path}: {said}. Save it anew from Keras with model.save('model.keras')."
        ) from error
    return model


def _any_length(model: keras.Model, n_frames: int) -> keras.Model:
    try:
        return keras_stack.any_length(model)
    except Exception as error:  # as above
        said = " ".join(str(error).split())[:200].rstrip(".")
        raise BundleError(
            f"The model must take items of any length. Received: one that only takes {n_frames} frames ({said}). Make it with "
            "Input((None, n_features))."
        ) from error


def _bundle(card: bundles.Card, front_end: FrontEnd, network: Network) -> Bundle:
    none = np.zeros(0, np.uint64)
    return Bundle(card, front_end, network, seen=none, tested=none)


def _description(
    source: str,
    layers: Sequence[dict[str, Any]],
    outputs: Sequence[tuple[str, int, str]],
    n_features: int | None,
    n_tokens: int | None,
    *,
    is_causal: bool,
) -> dict[str, Any]:
    return {
        "source": source,
        "layers": list(layers),
        "outputs": [{"name": name, "classes": count, "kind": kind} for name, count, kind in outputs],
        "n_features": n_features,
        "n_tokens": n_tokens,
        "is_causal": is_causal,
    }


def _random_items(converted: Converted) -> list[NDArray[Any]]:
    """Items of other lengths, some frames of which are masked where the model masks."""
    rng = np.random.default_rng(20261121)
    items: list[NDArray[Any]] = []
    for n_frames in _LENGTHS:
        if converted.n_tokens is not None:
            items.append(rng.integers(0, converted.n_tokens, n_frames).astype(np.int32))
            continue
        values = rng.standard_normal((n_frames, converted.n_features or 1)).astype(np.float32)
        for node in converted.layout.layers[0].before:
            if node.op == "masking" and n_frames > 10:
                values[[0, 5, 6, -1]] = node.value
        items.append(values)
    return items


def _stage(name: str, pairs: Iterator[tuple[NDArray[Any], NDArray[Any]]], largest_input: float) -> StageVerified:
    greatest, largest = 0.0, largest_input
    for ours, theirs in pairs:
        if ours.shape != theirs.shape:
            greatest = float("inf")
        elif ours.size:
            difference = float(np.abs(ours.astype(np.float64) - theirs).max())
            greatest = max(greatest, float("inf") if np.isnan(difference) else difference)
            largest = max(largest, float(np.abs(theirs).max()))
    tolerance = _TOLERANCE * max(1.0, largest / _USUAL)
    return StageVerified(stage=name, max_abs_difference=greatest, tolerance=tolerance, ok=greatest <= tolerance)
