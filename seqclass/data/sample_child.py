"""The process that loads espeak-ng and speaks. It is started by `seqclass.data.sample_speech` and by nothing else.

espeak-ng is under the GPL, so it is loaded here alone: this file needs only the standard library and shares no memory with
the rest. It gets the folder of the `espeakng_loader` package as its one argument and, on stdin, a JSON list of utterances
(``text``, ``voice``, ``words_per_minute``, ``pitch``, ``pitch_range``, ``volume``). On stdout it writes the sample rate in Hz
as a little-endian int32, then for each utterance the number of samples as int32 and the samples as int16. An error is one
line on stderr and exit 1.
"""

from __future__ import annotations

import array
import ctypes
import importlib
import json
import os
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

# From espeak-ng's speak_lib.h.
_AUDIO_OUTPUT_SYNCHRONOUS = 2
_INITIALIZE_DONT_EXIT = 0x8000
_CHARS_UTF8 = 1
_PARAMETERS = {"words_per_minute": 1, "volume": 2, "pitch": 3, "pitch_range": 4}
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


def main() -> None:
    """Speak what stdin asks for."""
    package = Path(sys.argv[1]).resolve()
    # The library may print; what it prints must not get between the samples.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    utterances = json.loads(sys.stdin.buffer.read())
    sys.path.append(str(package.parent))
    loader = importlib.import_module("espeakng_loader")
    try:
        library = ctypes.CDLL(loader.get_library_path())
    except OSError as error:
        _fail(f"the espeak-ng library cannot be loaded: {error}")
    # The library keeps its data's path in 160 bytes; a relative one always fits.
    os.chdir(package)
    rate_hz = library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, b".", _INITIALIZE_DONT_EXIT)
    if rate_hz <= 0:
        _fail(f"espeak-ng finds no data in {package}")
    with output:
        _speak_all(library, utterances, rate_hz, output)


def _speak_all(library: Any, utterances: list[dict[str, Any]], rate_hz: int, output: BinaryIO) -> None:
    spoken = bytearray()

    def collect(samples: int | None, n_samples: int, _events: int | None) -> int:
        if samples and n_samples > 0:
            spoken.extend(ctypes.string_at(samples, 2 * n_samples))
        return 0

    callback = _CALLBACK(collect)
    library.espeak_SetSynthCallback(callback)
    output.write(struct.pack("<i", rate_hz))
    for utterance in utterances:
        spoken.clear()
        _speak(library, utterance)
        samples = array.array("h", bytes(spoken))
        if sys.byteorder == "big":
            samples.byteswap()
        output.write(struct.pack("<i", len(samples)) + samples.tobytes())
        output.flush()


def _speak(library: Any, utterance: dict[str, Any]) -> None:
    if hasattr(library, "espeak_ng_SetRandSeed"):  # breath and roughness are random; from 1.52 on they can be repeated
        library.espeak_ng_SetRandSeed(ctypes.c_long(1))
    # Choosing a voice resets the pitch, so the parameters come after it.
    if library.espeak_SetVoiceByName(utterance["voice"].encode()) != 0:
        _fail(f"espeak-ng has no voice {utterance['voice']!r}")
    for name, number in _PARAMETERS.items():
        library.espeak_SetParameter(number, int(utterance[name]), 0)
    text = utterance["text"].encode() + b"\0"
    if library.espeak_Synth(text, ctypes.c_size_t(len(text)), 0, 0, 0, _CHARS_UTF8, None, None) != 0:
        _fail(f"espeak-ng cannot speak {utterance['text']!r}")


def _fail(reason: str) -> NoReturn:
    print(reason, file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main()
