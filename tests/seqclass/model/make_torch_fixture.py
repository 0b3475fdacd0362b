"""Write small weights and golden numbers of PyTorch: run with a Python that has torch, safetensors and numpy.

``python tests/seqclass/model/make_torch_fixture.py``; the tests themselves need neither of the first two.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

FOLDER = Path(__file__).parent / "fixtures" / "torch"
# name: n_layers, bidirectional, bias, Linear head
CASES = {
    "one": (1, False, True, 3),
    "two": (2, False, True, 0),
    "both": (2, True, True, 4),
    "bare": (3, True, False, 0),
}


class Net(torch.nn.Module):
    """An LSTM, and a linear layer on its last state where there is one."""

    def __init__(self, n_layers: int, bidirectional: bool, bias: bool, n_classes: int) -> None:
        super().__init__()
        self.rnn = torch.nn.LSTM(3, 5, num_layers=n_layers, bidirectional=bidirectional, bias=bias)
        if n_classes:
            self.fc = torch.nn.Linear(10 if bidirectional else 5, n_classes)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, case in CASES.items():
        torch.manual_seed(7)
        net = Net(*case).eval()
        values = torch.randn(12, 2, 3)  # time, batch, feature
        with torch.no_grad():
            for parameter in net.parameters():
                parameter.mul_(2.0)
            output, (h_n, c_n) = net.rnn(values)
            golden = {"values": values, "output": output, "h_n": h_n, "c_n": c_n}
            if case[3]:
                last = torch.cat(list(h_n[-2:]), dim=1) if case[1] else h_n[-1]
                golden["logits"] = net.fc(last)
        state = net.state_dict() if case[3] else net.rnn.state_dict()
        save_file(state, FOLDER / f"{name}.safetensors")
        np.savez(FOLDER / f"{name}_weights.npz", **{key: value.numpy() for key, value in state.items()})
        np.savez(FOLDER / f"{name}_golden.npz", **{key: value.numpy() for key, value in golden.items()})
    print(torch.__version__)
