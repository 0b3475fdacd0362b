"""The app in a real window, with a real sound server, by mouse and keys alone."""

from __future__ import annotations

import itertools
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from desktop import App, desktop, is_running, wait_quietly
from numpy.typing import NDArray
from pulse import RATE_HZ, Sound, until
from support import make_bundle, speech_front_end, write_bundle

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

StartApp = Callable[..., App]
Recordings = dict[str, list[Path]]
Samples = NDArray[np.float64]
TRAINED_S = 120.0


# What was said, and what was kept


def read(path: Path) -> Samples:
    """Samples at the loudspeaker's rate."""
    samples, rate_hz = soundfile.read(path, dtype="float64")
    assert rate_hz == RATE_HZ, f"{path.name} has {rate_hz} Hz"
    assert samples.ndim == 1
    return np.asarray(samples)


def best_match(kept: Samples, played: Samples) -> tuple[float, int]:
    """The greatest normalised cross-correlation of what was played with a stretch of the same length of what was kept.

    What lies beyond the edges of the kept samples counts as silence. Returns the correlation, and where the played samples begin.
    """
    padded = np.concatenate([np.zeros(len(played)), kept, np.zeros(len(played))])
    size = 2 ** int(np.ceil(np.log2(len(padded) + len(played))))
    products = np.fft.irfft(np.fft.rfft(padded, size) * np.conj(np.fft.rfft(played, size)), size)[: len(padded) - len(played)]
    squares = np.concatenate([[0.0], np.cumsum(padded**2)])
    energies = squares[len(played) :] - squares[: -len(played)]
    match = products / np.sqrt(np.maximum(energies[: len(products)], 1e-6) * (played**2).sum())
    place = int(match.argmax())
    return float(match[place]), place - len(played)


def sounding(samples: Samples) -> tuple[float, float]:
    """Seconds of its first and last sample above a twentieth of the peak."""
    (loud,) = np.nonzero(np.abs(samples) > 0.05 * np.abs(samples).max())
    return loud[0] / RATE_HZ, loud[-1] / RATE_HZ


def assert_kept_whole(recording: Path, played: Path) -> None:
    """A recording holds a played word: alike, as long, nothing missing and nothing put in."""
    kept, said = read(recording), read(played)
    match, place = best_match(kept, said)
    assert match > 0.95, f"{recording.name} is not like {played.name}: {match:.3f}"
    first_s, last_s = sounding(kept)
    from_s, to_s = sounding(said)
    assert last_s - first_s == pytest.approx(to_s - from_s, abs=0.003), f"{recording.name} lacks some of {played.name}"
    assert first_s - place / RATE_HZ == pytest.approx(from_s, abs=0.003)
    # At the loudspeaker's own rate sound comes through unchanged: a hole of a single sample would show.
    start, stop = max(place, 0), min(place + len(said), len(kept))
    np.testing.assert_allclose(kept[start:stop], said[start - place : stop - place], atol=1.5 / 32768)


def journals() -> list[Path]:
    """Takes that are on disk and in no data set."""
    return list((Path(os.environ["SEQCLASS_USER_DIR"]) / "takes").glob("take-*.wav"))


def n_on_disk() -> int:
    """How many takes have sound in their journal."""
    return sum(path.stat().st_size > 44 for path in journals())


def recordings(folder: Path, label: str = "*") -> list[Path]:
    """What a data set holds, oldest first."""
    return sorted(folder.glob(f"{label}/*.wav"), key=lambda path: path.stat().st_mtime_ns)


# What a person does


def give_path(app: App, field: str, path: Path) -> None:
    """Answer the system's question for a file or folder."""
    app.find(field, "EditableText", that=lambda one: one.is_focused)
    app.write(str(path))
    app.find(field, "EditableText", that=lambda one: one.value == str(path))
    app.key("Return")
    until(lambda: not app.has(field, "EditableText"), "the dialog to go")


def make_dataset(app: App, folder: Path, classes: tuple[str, ...]) -> None:
    """Make a new data set of recordings, with classes."""
    app.click("New data set …", "Button")
    give_path(app, "File name:", folder)
    app.click("Recordings", "Button")
    for label in classes:
        app.fill("Name of a new class", label)
        app.key("Return")
        app.find(class_row(label), "ListItem")


def class_row(label: str) -> re.Pattern[str]:
    """The row of a class in the list."""
    return re.compile(rf"{re.escape(label)}, .*")


def choose_class(app: App, label: str) -> None:
    """Choose a class for what is to be recorded."""
    app.click(class_row(label), "ListItem")
    app.find(class_row(label), "ListItem", that=lambda one: one.is_selected)


def open_recorder(app: App, speaker: str) -> None:
    """Bring the recorder to the front, with its microphone open."""
    app.click("Record", "PageTab")
    app.fill("Speaker", speaker)
    app.ready("Record (Space)", "Button")


def begin_take(app: App) -> None:
    """Press the button, and wait until sound comes in."""
    n_before = n_on_disk()
    app.click("Record (Space)", "Button")
    app.find("Stop (Space)", "Button")
    until(lambda: n_on_disk() > n_before, "the first sound")


def begin_first_take(app: App, label: str) -> None:
    """Choose a class, bring the recorder to the front and begin."""
    choose_class(app, label)
    open_recorder(app, "ada")
    begin_take(app)


def add_recordings(folder: Path, words: Recordings, *, but: tuple[Path, ...] = ()) -> None:
    """Put recordings into a data set, as a person would with a file manager."""
    for label, paths in words.items():
        (folder / label).mkdir(parents=True, exist_ok=True)
        for path in paths:
            if path not in but:
                shutil.copyfile(path, folder / label / path.name)


def set_training(app: App, epochs: int) -> None:
    """On the Train page choose a small network and a number of epochs, by the keys."""
    app.click("Train", "CheckBox")
    app.ready("Start training", "Button")
    for setting, value in (("Epochs", str(epochs)), ("LSTM units", "32")):
        app.key("ctrl+f")
        app.find("Find a setting", "EditableText", that=lambda one: one.is_focused)
        app.write(setting)
        app.fill(re.compile(f"{setting}.*"), value)  # a changed one says so in its name


def begin_training(app: App) -> None:
    """Start it, and wait for the second epoch."""
    app.click("Start training", "Button")
    app.find(re.compile(r"(?!0|1 )\d+ / \d+"), "StaticText", patience_s=TRAINED_S)


def epochs_done(app: App) -> int:
    """How many epochs the training that is shown has behind it."""
    figures = [one.name for one in app.all(re.compile(r"\d+ / \d+"), "StaticText")]
    return int(figures[0].split(" / ")[0]) if figures else 0


def reach(app: App, chart: str) -> int:
    """How far to the right the curves of a chart go, in pixels from its left edge."""
    picture = app.desktop.part(app.find(re.compile(f"Chart of {chart} by epoch"))).astype(np.int16)
    (columns,) = np.nonzero((picture.max(axis=2) - picture.min(axis=2) > 80).any(axis=0))
    return int(columns.max(initial=0))


def answers(app: App) -> list[str]:
    """The labels in the table of the Live page, newest first."""
    cells = [one.name for one in app.controls() if one.role == "Cell"]
    return [after for name, after in itertools.pairwise(cells) if name == "microphone"]


def await_listening(app: App) -> None:
    """Wait until the microphone is open; as nobody speaks yet, it may be told for a muted one."""
    app.reads("Listening to Microphone|nothing but digital silence")


# The whole way


def test_record_train_listen_and_look_inside(start_app: StartApp, sound: Sound, words: Recordings, tmp_path: Path) -> None:
    folder = tmp_path / "my words"
    spoken = (words["one"][0], words["six"][0], words["one"][-1])
    app = start_app()
    assert app.ask("platform") == "xcb"

    make_dataset(app, folder, ("one", "six"))
    begin_first_take(app, "one")
    sound.play(spoken[0])
    app.click("Stop (Space)", "Button")
    app.click("Keep", "Button")
    until(lambda: len(recordings(folder)) == 1, "the first recording")
    choose_class(app, "six")
    app.click("Record", "PageTab")
    app.ready("Record (Space)", "Button")
    begin_take(app)
    sound.play(spoken[1])
    app.key("space")
    app.find("Keep", "Button", that=lambda one: one.is_focused)
    app.key("Return")
    until(lambda: len(recordings(folder)) == 2, "the second recording")
    choose_class(app, "one")
    app.ready("Record (Space)", "Button")
    begin_take(app)
    sound.play(spoken[2])
    app.key("space")
    app.find("Keep", "Button", that=lambda one: one.is_focused)
    app.key("Return")
    until(lambda: len(recordings(folder)) == 3, "the third recording")
    assert [path.parent.name for path in recordings(folder)] == ["one", "six", "one"]
    assert all(path.name.startswith("ada_") for path in recordings(folder))
    for kept, said in zip(recordings(folder), spoken, strict=True):
        assert_kept_whole(kept, said)
    until(lambda: not journals(), "the journals to go")

    add_recordings(folder, words, but=spoken)
    app.key("F5")
    app.find(class_row("one"), "ListItem", that=lambda one: f", {len(words['one'])}," in one.name)
    set_training(app, 60)
    begin_training(app)
    for chart in ("Loss", "Accuracy"):
        before = reach(app, chart)
        assert before > 0
        until(lambda chart=chart, before=before: reach(app, chart) > before, f"the {chart} to go on")
    app.reads("is trained: .* on validation", patience_s=TRAINED_S)

    app.click("Live", "CheckBox")
    app.hold("Hold to speak", "Button")
    app.find("Speak, and let go", "Button")
    sound.play(spoken[1])
    app.let_go()
    until(lambda: answers(app) == ["six"], "the held word")
    app.click("Listen all the time", "CheckBox")
    await_listening(app)
    sound.play(spoken[0])
    until(lambda: answers(app) == ["one", "six"], "the word that was heard")
    app.click("Stop listening", "CheckBox")

    app.click("Inspect", "Button")
    app.reads("Answer: one")
    lens = app.find("Gates and states over time")
    assert len(np.unique(app.desktop.part(lens).reshape(-1, 3), axis=0)) > 300  # colours of maps, not of a form
    app.click("Gates and states over time")
    before_key = app.find("Gates and states over time").help
    assert re.search(r"frame \d+ of \d+ .*i [\d.]+ .*h [\d.−-]+", before_key), before_key
    app.key("Right")
    until(lambda: app.find("Gates and states over time").help != before_key, "the cursor to move")

    assert app.ask("heavy_modules") == []
    assert app.leave() == {"heavy_modules": []}
    assert "uncaught" not in app.log()
    assert " ERROR " not in app.log()
    until(lambda: not app.orphans(), "all processes to end")


def test_chinese_is_chosen_in_the_menu_written_in_a_font_that_has_it_and_kept(start_app: StartApp) -> None:
    app = start_app()
    if not app.ask("chinese_fonts"):
        pytest.skip("no font for Chinese: apt-get install fonts-noto-cjk")
    app.key("F10")
    app.click("Language", "MenuItem")
    app.click("简体中文", "MenuItem")
    pages = [app.find(name, "CheckBox") for name in ("训练", "评估")]
    # Without a font both would be two boxes each.
    first, second = (app.desktop.part(one)[-24:] for one in pages)
    assert (first != second).any()
    app.leave()
    again = start_app()
    again.find("训练", "CheckBox")
    again.leave()


# Nothing is lost


@pytest.fixture
def folder(words: Recordings, tmp_path: Path) -> Path:
    """A data set that can be trained on."""
    made = tmp_path / "words"
    add_recordings(made, words)
    return made


def test_an_unplugged_microphone_keeps_the_take_and_says_so(
    start_app: StartApp, sound: Sound, words: Recordings, folder: Path
) -> None:
    before = set(recordings(folder))
    app = start_app(str(folder))
    begin_first_take(app, "six")
    sound.play(words["six"][1])
    sound.unplug()
    app.reads("Microphone has gone after")
    app.click("Keep", "Button")
    until(lambda: len(recordings(folder)) == len(before) + 1, "the take")
    (kept,) = set(recordings(folder)) - before
    assert kept.parent.name == "six"
    assert_kept_whole(kept, words["six"][1])

    sound.plug()
    app.ready("Record (Space)", "Button")
    begin_take(app)
    app.key("space")
    app.ready("Delete", "Button")


def test_a_killed_training_is_told_with_its_log_and_goes_on(start_app: StartApp, folder: Path) -> None:
    app = start_app(str(folder))
    app.find(class_row("one"), "ListItem")
    set_training(app, 5000)
    begin_training(app)
    (worker,) = app.workers()
    worker.kill()
    app.reads("ended without a result .*The details hold its last lines")
    app.click("Details", "Button")
    details = app.find("Details", "EditableText").value
    assert re.search(r"epoch \d+ of 5000, loss [\d.]+", details), details
    app.key("Escape")
    app.reads(r"Broken off after epoch \d+")

    app.click("Go on", "Button")
    app.find("Stop", "Button", that=lambda one: one.is_enabled)
    n_before = epochs_done(app)
    until(lambda: epochs_done(app) > n_before + 3, "more epochs", patience_s=TRAINED_S)
    app.click("Stop", "Button")
    app.reads("is trained: .* on validation", patience_s=TRAINED_S)
    assert app.leave() == {"heavy_modules": []}
    until(lambda: not app.orphans(), "all processes to end")


def test_a_take_of_a_killed_app_is_offered_at_the_next_start(
    start_app: StartApp, sound: Sound, words: Recordings, folder: Path
) -> None:
    before = set(recordings(folder))
    app = start_app(str(folder))
    begin_first_take(app, "six")
    sound.play(words["six"][2])
    (journal,) = journals()
    size = journal.stat().st_size
    until(lambda: journal.stat().st_size > size + RATE_HZ, "what was said to reach the disk")
    app.kill()
    until(lambda: not app.orphans(), "all processes to end")

    again = start_app()
    assert again.reads("was not finished").count("six") == 1
    again.click("Keep", "Button")
    until(lambda: len(recordings(folder)) == len(before) + 1, "the take")
    (kept,) = set(recordings(folder)) - before
    assert kept.parent.name == "six"
    assert kept.name.startswith("ada_")
    assert_kept_whole(kept, words["six"][2])
    until(lambda: not journals(), "the journal to go")
    assert not again.has(re.compile(".*was not finished.*"))


def test_a_folder_that_is_gone_for_a_while_loses_no_take(
    start_app: StartApp, sound: Sound, words: Recordings, folder: Path, tmp_path: Path
) -> None:
    before = set(recordings(folder))
    app = start_app(str(folder))
    begin_first_take(app, "one")
    sound.play(words["one"][3])
    app.key("space")
    app.ready("Keep", "Button")
    folder.rename(tmp_path / "elsewhere")
    app.click("Keep", "Button")
    app.find(re.compile("Error: .*"))
    app.ready("Keep", "Button")
    assert not folder.exists()
    (tmp_path / "elsewhere").rename(folder)
    app.click("Keep", "Button")
    until(lambda: len(recordings(folder)) == len(before) + 1, "the take")
    (kept,) = set(recordings(folder)) - before
    assert_kept_whole(kept, words["one"][3])


def test_two_windows_that_record_at_once_overwrite_nothing(
    start_app: StartApp, sound: Sound, words: Recordings, folder: Path
) -> None:
    before = {path: path.read_bytes() for path in recordings(folder)}
    with desktop() as other:
        apps = [start_app(str(folder)), start_app(str(folder), on=other)]
        for app in apps:
            begin_first_take(app, "one")
        sound.play(words["one"][4])
        for app in apps:
            app.key("space")
        for app in apps:
            app.find("Keep", "Button", that=lambda one: one.is_focused)
        for app in apps:
            app.key("Return")
        until(lambda: len(recordings(folder)) == len(before) + 2, "both takes")
        for kept in set(recordings(folder)) - set(before):
            assert_kept_whole(kept, words["one"][4])
        assert {path: path.read_bytes() for path in before} == before
        for app in apps:
            app.key("F5")
            app.reads(f"{len(before) + 2} items")
            assert not app.has(re.compile(".*not finished.*"))  # what the other one records is no take that was left behind
            app.leave()


def test_a_training_goes_on_without_the_window_and_is_found_again(start_app: StartApp, folder: Path) -> None:
    app = start_app(str(folder))
    app.find(class_row("one"), "ListItem")
    set_training(app, 200)
    begin_training(app)
    (worker,) = app.workers()
    app.key("ctrl+q")
    app.click("Go on in the background", "Button")
    assert wait_quietly(app.process) == 0
    assert is_running(worker)

    again = start_app()
    assert again.process.pid != app.process.pid
    again.find(re.compile("Finished in the background: Training words-1|Epoch .* of 200.*"), patience_s=TRAINED_S)
    again.reads("Finished in the background: Training words-1", patience_s=TRAINED_S)
    again.click("Open the model", "Button")
    again.find("Model: words-1", "ButtonMenu")
    until(lambda: not is_running(worker), "the worker to end")


def test_an_unplugged_microphone_ends_the_listening_and_the_words_stay(
    start_app: StartApp, sound: Sound, words: Recordings, tmp_path: Path
) -> None:
    bundle = tmp_path / "m.seqclass"
    write_bundle(bundle, make_bundle(front_end=speech_front_end(normalisation="utterance")))
    app = start_app(str(bundle))
    app.find("Model: m", "ButtonMenu")
    app.click("Live", "CheckBox")
    app.click("Listen all the time", "CheckBox")
    await_listening(app)
    sound.play(words["one"][0])
    until(lambda: len(answers(app)) == 1, "the first word")
    sound.unplug()
    app.reads("Microphone has gone")
    assert len(answers(app)) == 1

    sound.plug()
    app.click("Listen all the time", "CheckBox")
    await_listening(app)
    sound.play(words["one"][0])
    until(lambda: len(answers(app)) == 2, "the second word")
    first, second = answers(app)
    assert first == second
    app.leave()
