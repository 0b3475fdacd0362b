"""Write the fixture bundle of the present version: ``.venv/bin/python tests/seqclass/model/make_fixture.py``.

Once a version is released, its fixture is never written again: a bundle that any released version wrote must load for ever.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from support import AGE, DIGITS, make_bundle, model_spec, speech_spec, write_bundle
from test_model_keras_model import keras_twin

from seqclass import __version__
from seqclass.features.front_end import SpeechFrontEnd
from seqclass.features.librosa_basis import mfcc_basis, resolve_rate
from seqclass.features.normalise import identity
from seqclass.model import keras_model
from seqclass.model.bundle import Bundle

FOLDER = Path(__file__).parent / "fixtures"
TARGETS = (DIGITS, AGE)


def full_bundle() -> tuple[Bundle, bytes]:
    """A small bundle of speech with every part that a bundle can have, and its Keras model."""
    spec = resolve_rate(
        speech_spec(
            sample_rate_hz=4000,  # so that the golden samples take little room
            n_fft=None,
            f_max_hz=None,
            hop_ms=32.0,
            n_mels=12,
            n_mfcc=10,
            delta_order=1,
            floor_db=40.0,
            trim_db=35.0,
            preemphasis=0.9,
            normalisation="utterance",
        ),
        4000,
    )
    basis = mfcc_basis(spec)
    front_end = SpeechFrontEnd(spec, basis, identity(basis.n_features, "utterance"))
    model = model_spec(
        lstm=(4, 3), bidirectional=True, pooling=("last", "mean", "max", "attention"), dense=(5,), activation="gelu"
    )
    bundle = make_bundle("speech", front_end=front_end, model=model, targets=TARGETS)
    return bundle, keras_model.to_bytes(keras_twin(bundle.network, front_end, TARGETS))


if __name__ == "__main__":
    made, content = full_bundle()
    path = FOLDER / f"v{__version__}.seqclass"
    write_bundle(path, made, keras_model=content)
    print(f"{path}: {path.stat().st_size} bytes")
