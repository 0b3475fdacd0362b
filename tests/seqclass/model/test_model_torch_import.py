"""PyTorch's weights give PyTorch's numbers, in PyTorch's shapes, without PyTorch."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqclass.errors import BundleError
from seqclass.model import foreign_files
from seqclass.model.torch_import import TorchNetwork, from_state, run_like_torch

FOLDER = Path(__file__).parent / "fixtures" / "torch"
CASES = ("one", "two", "both", "bare")


def opened(name: str, ending: str = ".safetensors") -> tuple[TorchNetwork, Any]:
    state = foreign_files.read_state(FOLDER / f"{name}{ending}")
    return from_state(state), np.load(FOLDER / f"{name}_golden.npz")


@pytest.mark.parametrize("ending", [".safetensors", "_weights.npz"])
@pytest.mark.parametrize("name", CASES)
def test_output_h_n_and_c_n_agree_time_first(name: str, ending: str) -> None:
    made, golden = opened(name, ending)
    output, (h_n, c_n) = run_like_torch(made.network, golden["values"])
    for ours, theirs in ((output, golden["output"]), (h_n, golden["h_n"]), (c_n, golden["c_n"])):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_batch_first_swaps_the_output_and_not_the_states(name: str) -> None:
    made, golden = opened(name)
    output, (h_n, c_n) = run_like_torch(made.network, golden["values"].swapaxes(0, 1), batch_first=True)
    np.testing.assert_allclose(output, golden["output"].swapaxes(0, 1), atol=1e-6)
    np.testing.assert_allclose(h_n, golden["h_n"], atol=1e-6)
    np.testing.assert_allclose(c_n, golden["c_n"], atol=1e-6)


def test_one_item_without_a_batch_has_no_batch_axis() -> None:
    made, golden = opened("both")
    output, (h_n, c_n) = run_like_torch(made.network, golden["values"][:, 1])
    np.testing.assert_allclose(output, golden["output"][:, 1], atol=1e-6)
    assert h_n.shape == c_n.shape == (4, 5)


@pytest.mark.parametrize("name", ["one", "both"])
def test_a_linear_head_is_named_and_gives_its_logits(name: str) -> None:
    made, golden = opened(name)
    assert (made.lstm, made.head) == ("rnn", "fc")
    for index in range(2):
        logits = made.network.forward(np.ascontiguousarray(golden["values"][:, index])).logits["label"]
        np.testing.assert_allclose(logits, golden["logits"][index], atol=1e-6)


@pytest.mark.slow  # loads PyTorch
def test_torch_itself_agrees_where_it_is_installed() -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(1)
    lstm = torch.nn.LSTM(4, 6, num_layers=2, bidirectional=True, batch_first=True)
    made = from_state({name: value.detach().numpy() for name, value in lstm.state_dict().items()})
    values = torch.randn(3, 9, 4)
    output, (h_n, c_n) = run_like_torch(made.network, values.numpy(), batch_first=True)
    with torch.no_grad():
        theirs, (hidden, cell) = lstm(values)
    for ours, other in ((output, theirs), (h_n, hidden), (c_n, cell)):
        np.testing.assert_allclose(ours, other.numpy(), atol=1e-5)


def test_an_embedding_is_found() -> None:
    state = foreign_files.read_state(FOLDER / "one.safetensors")
    made = from_state({**state, "embed.weight": np.ones((20, 3), np.float32)})
    assert made.embedding == "embed"
    assert made.network.forward(np.asarray([1, 2])).logits["label"].shape == (3,)


def state_with(**changes: Any) -> dict[str, Any]:
    state = foreign_files.read_state(FOLDER / "one.safetensors")
    for name, values in changes.items():
        key = name.replace("__", ".")
        if values is None:
            del state[key]
        else:
            state[key] = np.zeros(values, np.float32)
    return state


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rnn__weight_hr_l0": (2, 5)}, r"proj_size is not supported. Received: rnn.weight_hr_l0 \(2, 5\)"),
        ({"conv__weight": (4, 3, 3)}, r"Received: conv.weight \(4, 3, 3\)"),
        ({"fc2__weight": (4, 3), "fc2__bias": (4,)}, r"Received: fc2.weight \(4, 3\), fc2.bias \(4,\)"),
        ({"rnn__weight_hh_l0": None}, r"no rnn.weight_hh_l0"),
        ({"rnn__weight_hh_l0": (20, 4)}, r"must fit one another. Received: rnn.weight_ih_l0 \(20, 3\)"),
        ({"rnn__weight_ih_l3": (20, 5)}, r"no rnn.weight_ih_l1"),
        ({"rnn__weight_ih_l99999999": (20, 5)}, r"layer 99999999 among 5 arrays"),
        ({"rnn2__weight_ih_l0": (20, 5)}, r"one nn.LSTM. Received: rnn, rnn2"),
        ({"fc__bias": (7,)}, r"must fit one another. Received: fc"),
    ],
)
def test_what_is_no_lstm_with_a_head_is_named(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(BundleError, match=words):
        from_state(state_with(**changes))


def test_weights_of_something_else_are_refused_by_name() -> None:
    with pytest.raises(BundleError, match=r"one nn.LSTM. Received: none among fc.weight"):
        from_state({"fc.weight": np.zeros((2, 2), np.float32)})


def write_safetensors(path: Path, header: dict[str, Any], body: bytes = b"") -> Path:
    content = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(content)) + content + body)
    return path


def test_half_precision_is_read(tmp_path: Path) -> None:
    half = np.float32([1.5, -2.0])
    as_bf16 = (half.view(np.uint32) >> 16).astype("<u2").tobytes()
    header = {
        "a": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]},
        "b": {"dtype": "F16", "shape": [2], "data_offsets": [4, 8]},
        "__metadata__": {"format": "pt"},
    }
    path = write_safetensors(tmp_path / "x.safetensors", header, as_bf16 + half.astype("<f2").tobytes())
    state = foreign_files.read_state(path)
    assert state["a"].tolist() == state["b"].tolist() == [1.5, -2.0]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 8,
        struct.pack("<Q", 1 << 60) + b"{}",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 2) + b"{}",
    ],
)
def test_a_damaged_safetensors_file_is_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    with pytest.raises(BundleError, match=r"Write it anew from the state_dict"):
        foreign_files.read_state(path)


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 4]},
        {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]},
        {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]},
        {"dtype": "F99", "shape": [1], "data_offsets": [0, 4]},
    ],
)
def test_a_header_that_claims_too_much_is_refused(tmp_path: Path, entry: dict[str, Any]) -> None:
    with pytest.raises(BundleError, match="Write it anew"):
        foreign_files.read_state(write_safetensors(tmp_path / "x.safetensors", {"a": entry}, b"\x00" * 4))


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", a=np.float32([np.nan]))
    with pytest.raises(BundleError, match=r"finite numbers. Received: a with NaN"):
        foreign_files.read_state(tmp_path / "x.npz")


def test_objects_in_an_npz_are_never_unpickled(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", a=np.asarray([print], dtype=object))
    with pytest.raises(BundleError, match="no readable"):
        foreign_files.read_state(tmp_path / "x.npz")
