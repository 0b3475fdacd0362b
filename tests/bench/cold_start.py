"""How long whole processes take, warm and cold: `seqclass classify` on one file, `--help`, beside plain Keras and TensorFlow's import.

    python tests/bench/cold_start.py [BUNDLE ITEM] [--rounds 7]

Warm: the files lie in the system's cache, the process is new. Cold: all that such a process reads is dropped from that cache before
each run (Linux). Keras' share is what is left of its answer without any features: the model is loaded and called once with zeros.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import cold
import harness

_KERAS = """
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras, numpy
model = keras.models.load_model(sys.argv[1])
width = model.input["frames"].shape[2]
print(model({"frames": numpy.zeros((1, 30, width), "float32"), "lengths": numpy.full(1, 30, "int32")}))
"""
_TENSORFLOW = "import os; os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'; import tensorflow"

# Runs what would be run, and leaves in the file that is named first what it has read.
_PROBE = """
import atexit, runpy, sys
out, *sys.argv = sys.argv[1:]
atexit.register(lambda: open(out, "w").write(list_files()))
if sys.argv[0] == "-m":
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
else:
    code = sys.argv.pop(1)
    exec(code)
"""


def main() -> None:
    """Measure and print."""
    parser = harness.parser(__doc__, rounds=7)
    parser.add_argument("bundle", type=Path, nargs="?", help="default: a model of the digits, trained once")
    parser.add_argument("item", type=Path, nargs="?", help="default: one of the digits")
    options = parser.parse_args()
    bundle = options.bundle or harness.bundle()
    item = options.item or min((harness.DATA / "spoken_digits" / "recordings").glob("*.wav"))
    with (
        tempfile.TemporaryDirectory() as folder,
        harness.Session(__doc__, options, libraries=("tensorflow", "keras")) as session,
    ):
        model = Path(zipfile.ZipFile(bundle).extract("model.keras", folder))
        classify, theirs = "seqclass classify", "import tensorflow"
        words: dict[str, Sequence[str | Path]] = {
            theirs: ["-c", _TENSORFLOW],
            "Keras, load and call": ["-c", _KERAS, model],
            "python -c 'import numpy'": ["-c", "import numpy"],
            "seqclass --help": ["-m", "seqclass", "--help"],
            classify: ["-m", "seqclass", "classify", bundle, item],
        }
        warm = {name: harness.Command([sys.executable, *each]) for name, each in words.items()}
        aims = (harness.Within(classify, 1.0), harness.Within("seqclass --help", 0.3))
        session.compare("warm, whole process", warm, baseline=theirs, agree=None, aims=aims)
        chosen = {name: words[name] for name in (theirs, "seqclass --help", classify)}
        cold_ones = {
            name: harness.Command([sys.executable, *each], before=_forget(each, [bundle, item], Path(folder) / "read"))
            for name, each in chosen.items()
        }
        session.compare("cold, whole process", cold_ones, baseline=theirs, agree=None, aims=(harness.Within(classify, 2.0),))


def _forget(words: Sequence[str | Path], data: Sequence[Path], told: Path) -> Callable[[], None]:
    """What drops all that a command reads; it is run once to see what that is."""
    command = [sys.executable, "-c", cold.LIST_FILES + _PROBE, told, *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    files = [*told.read_text().splitlines(), *map(str, data)]
    return lambda: cold.drop(files)


if __name__ == "__main__":
    main()
