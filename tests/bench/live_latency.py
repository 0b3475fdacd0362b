"""How long listening takes, from a sample that comes in to the event and the picture that go out.

    python tests/bench/live_latency.py [--bundle M.seqclass] [--sound 20] [--rate 48000] [--only feed|listen|command|window]

Spoken digits (tones where the corpus is absent) with a pause of 0.6 s after each come in at a microphone's rate. Without a
bundle: random weights, 2 x LSTM(128), as a model of whole words, as a causal one and as one that reads both ways. There is no rival:
what is told are figures, with the aims of one hop and 50 ms, and of 2 % of a core.

``feed`` gives a `LiveClassifier` blocks of 10 ms one after the other and times each. ``listen`` runs the job of `seqclass
listen` with a microphone that keeps real time: an event is late by the time from the moment when its last sample was spoken
until it is out. ``command`` is the whole of it, a process of its own at a microphone of PulseAudio's, with the threads of PortAudio
and PulseAudio; as JSON lines, and at a terminal, where it draws a status line with levels and guesses. ``window`` does the same
with the Live page, up to the end of the painting that first shows the word. The aim: an event is late by at most one hop (10 ms)
and 50 ms, and one core is busy for at most 2 % of the time.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line and the window do
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "e2e"), str(HERE.parents[1])]

import harness  # noqa: E402 - BLAS reads its threads when it is loaded
import numpy as np  # noqa: E402
import soundfile  # noqa: E402
from support import make_bundle, model_spec, speech_front_end, tone, write_bundle  # noqa: E402

from seqclass.audio.capture import Capture  # noqa: E402
from seqclass.audio.devices import Device  # noqa: E402
from seqclass.audio.resample import resample  # noqa: E402
from seqclass.cli.listen import GUESS_SHOWN_EVERY_MS, LEVEL_SHOWN_EVERY_MS  # noqa: E402
from seqclass.events import AnyEvent, CancelToken, Heard, Note  # noqa: E402
from seqclass.features.front_end import SpeechFrontEnd  # noqa: E402
from seqclass.inference import listen_job  # noqa: E402
from seqclass.inference.live import LiveClassifier  # noqa: E402
from seqclass.model import bundle as bundles  # noqa: E402
from seqclass.model.bundle import Bundle, TargetCard  # noqa: E402
from seqclass.specs import ListenJob, ListenSpec  # noqa: E402

BLOCK_S = 0.01
PAUSE_S = 0.6
SHARE = 2.0
"""Per cent of a core that listening may take."""
LABELS = TargetCard(name="label", kind="class", labels=tuple("0123456789"))
REAL = {"n_mels": 20, "n_mfcc": 13}
Samples = np.ndarray[Any, np.dtype[np.float32]]


def main() -> None:
    """Measure and print."""
    parser = harness.parser(__doc__, rounds=1)
    parser.add_argument("--bundle", type=Path, help="this model in place of the made-up ones")
    parser.add_argument("--sound", type=float, default=20.0, help="seconds of it for each measurement")
    parser.add_argument("--rate", type=int, default=48_000, help="of the microphone, in Hz")
    parser.add_argument("--only", choices=tuple(WAYS))
    options = parser.parse_args()
    sound = words(options.sound / (4 if options.quick else 1), options.rate)
    models = {options.bundle.stem: bundles.read(options.bundle)} if options.bundle else made_up()
    with harness.Session(__doc__, options, libraries=("scipy", "soxr", "PySide6-Essentials")) as session:
        for title, bundle in models.items():
            units = " x ".join(map(str, bundle.card.config.model.lstm))
            print(f"\n{title}: {units} units, {options.rate} Hz, {len(sound) / options.rate:g} s")
            for way, measure in WAYS.items():
                if options.only in (None, way):
                    measure(session, title, bundle, sound, options.rate)


def made_up() -> dict[str, Bundle]:
    """Models of real size."""
    whole = speech_front_end(normalisation="utterance", trim_db=35.0, floor_db=40.0, delta_order=1, **REAL)
    causal = speech_front_end(normalisation="running", **REAL)
    usual = {"lstm": (128, 128), "pooling": ("mean", "max")}
    return {
        "whole words": make_bundle(front_end=whole, model=model_spec(**usual), targets=(LABELS,)),
        "causal": make_bundle(front_end=causal, model=model_spec(**usual), targets=(LABELS,)),
        "both ways": make_bundle(front_end=whole, model=model_spec(bidirectional=True, **usual), targets=(LABELS,)),
    }


def words(seconds: float, rate_hz: int) -> Samples:
    """Words in a room that is not quite still, (n_samples,)."""
    corpus = Path(os.environ.get("SEQCLASS_DATA", HERE.parents[2] / "shared" / "data")) / "spoken_digits" / "recordings"
    rng = np.random.default_rng(0)
    files = sorted(corpus.glob("*.wav"))
    pieces: list[Samples] = []
    while sum(map(len, pieces)) < seconds * rate_hz:
        if files:
            samples, from_hz = soundfile.read(files[int(rng.integers(len(files)))], dtype="float32")
            word = resample(0.3 * samples / np.abs(samples).max(), from_hz, rate_hz)
        else:
            word = tone(0.45, rate_hz, seed=len(pieces))
        pieces += [np.zeros(round(PAUSE_S * rate_hz), np.float32), word]
    whole = np.concatenate(pieces)[: round(seconds * rate_hz)]
    return np.asarray(whole + 5e-4 * rng.standard_normal(len(whole)), np.float32)


def feed(session: harness.Session, title: str, bundle: Bundle, sound: Samples, rate_hz: int) -> None:
    """Time each block of a classifier."""
    classifier = LiveClassifier(bundle, rate_hz, ListenSpec())
    classifier.warm_up()
    size, took_s, n_words = round(BLOCK_S * rate_hz), [], 0
    busy_s = time.process_time()
    for start in range(0, len(sound), size):
        started_s = time.perf_counter()
        events = classifier.feed(sound[start : start + size])
        took_s.append(time.perf_counter() - started_s)
        n_words += sum(isinstance(event, Heard) for event in events)
    share = (time.process_time() - busy_s) / (len(sound) / rate_hz)
    session.figure(f"{title}, feed: share of a core", 100 * share, "%", at_most=SHARE, note=f"{n_words} words")
    session.figure(f"{title}, feed: a block of 10 ms, median", 1000 * float(np.median(took_s)), "ms", note=told(took_s))


class RealTime:
    """A microphone that speaks by the clock.

    Attributes:
        began_s: `time.perf_counter` at its first sample.
        busy_s: What it took itself of a core, known once it is closed.
        is_over: All was said.
    """

    def __init__(self, sound: Samples, rate_hz: int) -> None:
        self.rate_hz, self.n_channels = rate_hz, 1
        self.began_s = self.busy_s = 0.0
        self.is_over = threading.Event()
        self._closing = threading.Event()
        self._block_s = BLOCK_S
        self._sound = np.rint(sound * 32767).astype(np.int16)[:, None]
        self._hush = self._sound[: round(PAUSE_S / 2 * rate_hz)]
        self._thread = threading.Thread(target=self._speak)

    def open(self, device: Device | str = "", block_ms: float = 0.0) -> Capture:  # noqa: ARG002 - as a microphone's name
        """Open it."""
        self._block_s = block_ms / 1000 or BLOCK_S
        return Capture(Device("bench", "Bench", self.rate_hz, 1, "pulse", is_default=True), open_stream=self._opened)

    def _opened(self, _device: Device, callback: Any, _finished: Any) -> RealTime:
        self._callback = callback
        return self

    def start(self) -> None:
        """Let sound come."""
        self.began_s = time.perf_counter()
        self._thread.start()

    def close(self) -> None:
        """End it."""
        self._closing.set()
        self._thread.join()

    def _speak(self) -> None:
        own_s = time.thread_time()
        self._say_all()
        self.busy_s = time.thread_time() - own_s

    def _say_all(self) -> None:
        size, n_samples = round(self._block_s * self.rate_hz), len(self._sound)
        for end in itertools.count(size, size):
            if self._closing.wait(max(self.began_s + end / self.rate_hz - time.perf_counter(), 0)):
                return
            block = self._sound[end - size : end]
            self._callback(block if len(block) == size else self._hush[:size], False)
            if end >= n_samples:  # nobody speaks any more, but the microphone stays open
                self.is_over.set()


def listen(session: harness.Session, title: str, bundle: Bundle, sound: Samples, rate_hz: int) -> None:
    """Run the job at a microphone."""
    microphone, cancel = RealTime(sound, rate_hz), CancelToken()
    late_s: list[float] = []
    delays_s: list[float] = []
    busy_s = [0.0]

    def emit(event: AnyEvent) -> None:
        now_s = time.perf_counter()
        if isinstance(event, Note):  # the last one comes when all is loaded and warm
            busy_s[:] = [time.process_time()]
        if isinstance(event, Heard):
            late_s.append(now_s - microphone.began_s - event.end_s - event.delay_s)
            delays_s.append(now_s - microphone.began_s - event.end_s)
        if microphone.is_over.is_set():
            cancel.stop()

    listen_job.find_microphone = lambda _name: None  # type: ignore[assignment,return-value]
    listen_job.Capture = microphone.open  # type: ignore[assignment,misc]
    watch = threading.Thread(target=lambda: (microphone.is_over.wait(), cancel.stop()))
    watch.start()
    shown = ListenSpec(partial_ms=GUESS_SHOWN_EVERY_MS, level_ms=LEVEL_SHOWN_EVERY_MS)  # as at a terminal
    listen_job._listen_to_microphone(ListenJob(bundle="", listen=shown), bundle, emit, cancel)
    watch.join()
    share = (time.process_time() - busy_s[0] - microphone.busy_s) / (len(sound) / rate_hz)
    session.figure(f"{title}, listen: share of a core", 100 * share, "%", at_most=SHARE, note=f"{len(late_s)} words")
    session.figure(
        f"{title}, listen: an event is late by at most", 1000 * max(late_s), "ms", at_most=allowed_ms(bundle), note=told(late_s)
    )
    print(f"  after the word's end: {told(delays_s)}")


def command(session: harness.Session, title: str, bundle: Bundle, sound: Samples, rate_hz: int) -> None:
    """Run the command at PulseAudio's microphone, and ask the system what its threads took."""
    import pulse

    missing = [program for program in pulse.PROGRAMS if shutil.which(program) is None]
    if missing or sys.platform != "linux":
        print(f"  command: skipped, it needs Linux with {', '.join(missing or pulse.PROGRAMS)}")
        return
    pulse.RATE_HZ = rate_hz
    with pulse.sound_server() as server, tempfile.TemporaryDirectory() as folder:
        said, model = Path(folder) / "words.wav", Path(folder) / "m.seqclass"
        write_bundle(model, bundle)
        soundfile.write(said, sound, rate_hz, subtype="PCM_16")
        for how, words in (("as JSON lines", ["--json"]), ("at a terminal", [])):
            share, note = _at_pulse(server, [str(model), *words], said, len(sound) / rate_hz)
            session.figure(f"{title}, command {how}: share of a core", share, "%", at_most=SHARE, note=note)


def _at_pulse(server: Any, words: list[str], said: Path, seconds: float) -> tuple[float, str]:
    """What the command takes of a core while words are said, in per cent, and by whom."""
    import pty

    terminal, its_end = pty.openpty()
    shown: list[bytes] = []
    run = [sys.executable, "-m", "seqclass", "listen", *words]
    process = subprocess.Popen(run, env=server.environment, stdout=subprocess.DEVNULL, stderr=its_end, cwd=HERE.parents[1])
    os.close(its_end)
    reader = threading.Thread(target=_drain, args=(terminal, shown))
    reader.start()
    try:
        while b"Listening at" not in b"".join(shown):
            time.sleep(0.1)
            assert process.poll() is None, b"".join(shown).decode()
        playing = subprocess.Popen(["paplay", "--device=speaker", str(said)], env=server.environment)
        time.sleep(1)  # till the pause before the first word is heard
        before, began_s = _threads(process.pid), time.monotonic()
        playing.wait()
        took_s, after = time.monotonic() - began_s, _threads(process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
        reader.join()
        os.close(terminal)
    shares = {"the job": 0.0, "PortAudio's thread": 0.0, "PulseAudio's": 0.0}
    wakes = 0
    for number, (busy_ns, n_wakes, name) in after.items():
        whose = (
            "PulseAudio's" if name.startswith("threaded-ml") else "the job" if number == process.pid else "PortAudio's thread"
        )
        busy_before_ns, n_before, _ = before.get(number, (0, 0, ""))
        shares[whose] += (busy_ns - busy_before_ns) / 1e7 / took_s
        wakes += n_wakes - n_before
    told = ", ".join(f"{whose} {share:.2f} %" for whose, share in shares.items())
    return sum(shares.values()), f"{told}; {wakes / took_s:.0f} wake-ups a second, {seconds:g} s"


def _drain(terminal: int, shown: list[bytes]) -> None:
    with contextlib.suppress(OSError):  # Linux' way to say that the other side has gone
        while piece := os.read(terminal, 65536):
            shown.append(piece)


def _threads(process: int) -> dict[int, tuple[int, int, str]]:
    """What each thread of a process took so far, in ns, how often it was woken up, and its name."""
    found = {}
    for task in Path(f"/proc/{process}/task").iterdir():
        with contextlib.suppress(OSError):  # one that has just ended
            wakes = (task / "status").read_text().partition("\nvoluntary_ctxt_switches:")[2].split()[0]
            busy_ns = (task / "schedstat").read_text().split()[0]
            found[int(task.name)] = int(busy_ns), int(wakes), (task / "comm").read_text().strip()
    return found


def window(session: harness.Session, title: str, bundle: Bundle, sound: Samples, rate_hz: int) -> None:
    """Run the Live page at a microphone."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QEventLoop, Qt, QThreadPool, QTimer
    from PySide6.QtWidgets import QApplication

    from gui.pages.live.workspace import LiveWorkspace
    from gui.settings import Settings
    from gui.state import AppState
    from gui.widgets.dialogs import Dialogs

    app = QApplication.instance() or QApplication([])
    microphone = RealTime(sound, rate_hz)
    state = AppState(Settings())
    space = LiveWorkspace(state, Dialogs(), open_capture=microphone.open, list_devices=lambda: ())
    state._take_bundle(bundle)
    space.resize(1180, 740)
    space.show()
    told_s: list[float] = []
    shown_s: list[float] = []
    painted_s: list[float] = []
    waiting: list[float] = []

    def take(batch: Any) -> None:  # in the microphone's thread
        now_s = time.perf_counter()
        for word in batch.words:
            found_s = microphone.began_s + word.heard.end_s + word.heard.delay_s
            told_s.append(now_s - found_s)
            waiting.append(found_s)

    painting = type(space.picture.roll).paintEvent

    def paint(roll: Any, event: Any) -> None:
        started_s = time.perf_counter()
        painting(roll, event)
        now_s = time.perf_counter()
        painted_s.append(now_s - started_s)
        while waiting and len(space.events.table.events.entries) >= len(told_s):
            shown_s.append(now_s - waiting.pop(0))

    space.hearing.microphone.arrived.connect(take, Qt.ConnectionType.DirectConnection)
    type(space.picture.roll).paintEvent = paint  # type: ignore[method-assign]
    for _ in range(50):
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
    busy_s, own_s = time.process_time(), time.thread_time()
    space.hearing.set_listening(is_wanted=True)
    watch = QTimer(interval=50)
    watch.timeout.connect(lambda: app.quit() if microphone.is_over.is_set() else None)
    watch.start()
    app.exec()
    seconds = len(sound) / rate_hz
    whole_s, own_s = time.process_time() - busy_s, time.thread_time() - own_s
    space.close_all()
    whole, own = (whole_s - microphone.busy_s) / seconds, own_s / seconds
    space.close()
    state.close()
    QThreadPool.globalInstance().waitForDone()
    app.processEvents()
    note = f"{len(told_s)} words; when told {told(told_s)}; when painted {told(shown_s)}"
    session.figure(
        f"{title}, window: a word is painted late by at most", 1000 * max(shown_s), "ms", at_most=allowed_ms(bundle), note=note
    )
    note = f"{100 * own:.1f} % in the window's thread; {len(painted_s)} paintings, {told(painted_s)} each"
    session.figure(f"{title}, window: share of a core, pictures included", 100 * whole, "%", note=note)


def allowed_ms(bundle: Bundle) -> float:
    """By how much an event may be late: one hop and 50 ms."""
    assert isinstance(bundle.front_end, SpeechFrontEnd)
    return bundle.front_end.spec.hop_ms + 50


def told(values_s: list[float]) -> str:
    """Median, 99th percentile and greatest of some seconds, in ms."""
    middle, high = np.percentile(values_s, (50, 99)) * 1000
    return f"{middle:.1f} ms (99 %: {high:.1f}, most {max(values_s) * 1000:.1f})"


WAYS = {"feed": feed, "listen": listen, "command": command, "window": window}

if __name__ == "__main__":
    main()
