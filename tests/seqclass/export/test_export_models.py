"""An export gives the bundle's numbers in the program that it is for, and `verify` finds one that does not."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
from support import AGE, DIGITS, inputs_of, make_bundle, model_spec

from seqclass.errors import BundleError, MissingDependencyError, UsageError
from seqclass.events import AnyEvent, CancelToken, Finished, StageVerified
from seqclass.export import job as exporting
from seqclass.export import verify as verifying
from seqclass.model import bundle as bundles
from seqclass.model import golden
from seqclass.specs import ExportJob, Kind, VerifyJob

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of the converters
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]
ENDINGS = {"keras": "m.keras", "onnx": "m.onnx", "tflite": "m.tflite", "savedmodel": "folder"}
NEEDS = {"onnx": ("onnx", "tf2onnx", "onnxruntime"), "tflite": ("ai_edge_litert",)}


def write(path: Path, kind: Kind, *, seed: int = 0, **layout: Any) -> Path:
    """A bundle with a Keras model of the same random weights."""
    keras_model = importlib.import_module("seqclass.model.keras_model")
    made = make_bundle(kind, model=model_spec(**layout), targets=(DIGITS, AGE), seed=seed)
    assert inputs_of(made.front_end)
    content = keras_model.to_bytes(keras_model.from_network(made.network))
    bundles.write(path, made, keras_model=content, golden=golden.compute(made.front_end, made.network))
    return path


def export(bundle: Path, out: Path, form: str) -> dict[str, Any]:
    events: list[AnyEvent] = []
    exporting.run(ExportJob(bundle=str(bundle), out=str(out), format=form, n_frames=6), events.append, CancelToken())  # type: ignore[arg-type]
    assert isinstance(events[-1], Finished)
    return events[-1].result


def verified(bundle: Path, out: Path) -> list[StageVerified]:
    events: list[AnyEvent] = []
    verifying.run(VerifyJob(bundle=str(bundle), export=str(out)), events.append, CancelToken())
    return [event for event in events if isinstance(event, StageVerified)]


@pytest.mark.parametrize(
    ("form", "kind", "layout"),
    [
        ("keras", "speech", {"lstm": (4, 3)}),
        ("onnx", "numeric", {"lstm": (4,), "bidirectional": True, "pooling": ("last", "attention")}),
        ("onnx", "text", {}),
        ("savedmodel", "numeric", {"pooling": ("mean", "max")}),
        ("tflite", "text", {"lstm": (3,)}),
    ],
)
def test_an_export_gives_the_same_answers(tmp_path: Path, form: str, kind: Kind, layout: dict[str, Any]) -> None:
    for library in NEEDS.get(form, ()):
        pytest.importorskip(library)
    bundle = write(tmp_path / "m.seqclass", kind, **layout)
    result = export(bundle, tmp_path / ENDINGS[form], form)
    assert result["bytes"] > 1000
    stages = verified(bundle, tmp_path / ENDINGS[form])
    assert len(stages) == golden.N_ITEMS
    assert all(stage.max_abs_difference < 1e-5 for stage in stages)


def test_an_export_of_another_model_is_found(tmp_path: Path) -> None:
    first = write(tmp_path / "a.seqclass", "numeric")
    second = write(tmp_path / "b.seqclass", "numeric", seed=1)
    export(first, tmp_path / "a.keras", "keras")
    with pytest.raises(BundleError, match="does not verify"):
        verified(second, tmp_path / "a.keras")
    text = write(tmp_path / "c.seqclass", "text")
    with pytest.raises(BundleError, match="cannot be run on this bundle's items"):
        verified(text, tmp_path / "a.keras")


def test_other_files_are_no_exports(tmp_path: Path) -> None:
    bundle = write(tmp_path / "m.seqclass", "numeric")
    (tmp_path / "page.html").write_text("<html>")
    with pytest.raises(UsageError, match=r"must end with .keras, .onnx, .tflite"):
        verified(bundle, tmp_path / "page.html")
    (tmp_path / "x.keras").write_bytes(b"nothing")
    with pytest.raises(BundleError, match="cannot be opened"):
        verified(bundle, tmp_path / "x.keras")


def test_a_folder_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    bundle = write(tmp_path / "m.seqclass", "numeric")
    with pytest.raises(UsageError, match="new folder"):
        export(bundle, tmp_path, "savedmodel")


def test_a_missing_library_names_the_line_that_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = write(tmp_path / "m.seqclass", "numeric")
    models = importlib.import_module("seqclass.export.models")
    monkeypatch.setitem(models._EXTRAS, "onnx", ("no_such_library",))
    with pytest.raises(MissingDependencyError, match=r"pip install 'seqclass\[onnx\]'"):
        export(bundle, tmp_path / "m.onnx", "onnx")
