"""A foreign model is looked into by a child, asked about, converted by a child, and opened."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel
from support import write_bundle

from gui.pages.import_model import ModelImport
from seqclass.specs import ImportJob

WAIT_MS = 20_000
FOUND = {
    "source": "PyTorch",
    "layers": [{"name": "l0", "units": [4, 4]}],
    "outputs": [{"name": "label", "classes": 3, "kind": "class"}],
    "n_features": 13,
    "n_tokens": None,
    "head": "fc",
}


class FakeJobs:
    """Takes jobs in the state's place; `answer` ends the last one."""

    def __init__(self, state, monkeypatch):
        self.started = []
        self.cancelled = 0
        monkeypatch.setattr(state, "start_job", self.start)

    def start(self, job, title, **calls):
        """As `gui.state.AppState.start_job`."""
        self.started.append((job, title, calls))
        return self

    def cancel(self):
        """As a worker's."""
        self.cancelled += 1

    @property
    def job(self):
        """The last one."""
        return self.started[-1][0]

    def answer(self, call, *values):
        """End it."""
        self.started[-1][2][call](*values)


@pytest.fixture
def jobs(window, monkeypatch):
    return FakeJobs(window.state, monkeypatch)


@pytest.fixture
def told(window):
    made = []
    window.state.message_posted.connect(made.append)
    return made


@pytest.fixture
def begin(qtbot, window, dialogs, jobs, tmp_path):
    """Look into a file; gives the import with its form open."""

    def start(**found):
        made = ModelImport(window.state, dialogs, window)
        made.start(tmp_path / "m.npz")
        jobs.answer("done", FOUND | found)
        qtbot.addWidget(made.form)
        return made

    return start


def texts(form):
    return " ".join(label.text() for label in form.findChildren(QLabel))


def test_a_foreign_file_is_taken_wherever_a_model_is(qtbot, window, jobs, tmp_path, dialogs):
    for index, suffix in enumerate((".keras", ".h5", ".safetensors", ".npz")):
        window.state.open_path(tmp_path / f"m{suffix}")
        assert jobs.job == ImportJob(file=str(tmp_path / f"m{suffix}"))
        assert len(jobs.started) == index + 1
    dialogs.answers = [tmp_path / "chosen.keras"]
    window.page("inspect").ask_for_bundle()
    assert jobs.job.file == str(tmp_path / "chosen.keras")


def test_a_dropped_keras_model_is_imported_and_numbers_are_left_to_the_page(window, jobs, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in ("m.keras", "item.npz")])
    button, key = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, button, key))
    assert [job.file for job, *_ in jobs.started] == [str(tmp_path / "m.keras")]


def test_what_the_file_does_not_tell_is_asked_and_the_model_opens(qtbot, window, jobs, told, begin, tmp_path):
    made = begin()
    form = made.form
    assert "PyTorch" in texts(form)
    assert "4 / 4" in texts(form)
    form.kind.setCurrentIndex(form.kind.findData("speech"))
    form.rate_hz.setValue(8_000)
    form.labels["label"].setPlainText("no\nyes, please\nstop\n")
    qtbot.mouseClick(form.accept_button, Qt.MouseButton.LeftButton)
    job = jobs.job
    assert job.out == str(tmp_path / "m.seqclass")
    assert job.features == {"kind": "speech", "sample_rate_hz": 8_000}
    assert job.pooling == "last"
    (labels,) = job.labels
    assert Path(labels.removeprefix("label=")).read_text("utf-8") == "no\nyes, please\nstop\n"
    assert not form.accept_button.isEnabled()
    write_bundle(tmp_path / "m.seqclass")
    with qtbot.waitSignal(window.state.bundle_changed, timeout=WAIT_MS):
        jobs.answer("done", {"bundle": job.out, "max_abs_difference": 2e-7, "warnings": []})
    assert "within 2.0e-07" in told[-1].text
    assert made.form is None


def test_what_does_not_fit_is_said_in_the_form_which_stays(qtbot, jobs, begin):
    form = begin().form
    qtbot.mouseClick(form.accept_button, Qt.MouseButton.LeftButton)
    jobs.answer("failed", "label must have 3 labels that differ. Received: 2.", "SpecError")
    assert form.isVisible()
    assert form.said() == "label must have 3 labels that differ. Received: 2."
    assert form.accept_button.isEnabled()


def test_cancel_stops_the_import_and_then_closes_the_form(qtbot, jobs, begin):
    form = begin().form
    qtbot.mouseClick(form.accept_button, Qt.MouseButton.LeftButton)
    form.reject()
    assert jobs.cancelled == 1
    assert form.isVisible()
    jobs.answer("failed", "stopped", "CancelledError")
    assert form.said() == "Stopped. Nothing was written."
    form.reject()
    assert not form.isVisible()


def test_settings_of_the_features_come_from_a_file(qtbot, dialogs, begin, tmp_path):
    form = begin().form
    (tmp_path / "f.toml").write_text('[features]\nkind = "speech"\nsample_rate_hz = 8000\nn_mels = 40\n', encoding="utf-8")
    (tmp_path / "bad.toml").write_text("kind = 3", encoding="utf-8")
    dialogs.answers = [tmp_path / "bad.toml", tmp_path / "f.toml"]
    form._settings.click()
    assert "must say kind" in form.said()
    form._settings.click()
    assert form.features() == {"kind": "speech", "sample_rate_hz": 8000, "n_mels": 40}


def test_a_model_of_tokens_asks_for_its_vocabulary(qtbot, dialogs, begin, tmp_path):
    form = begin(n_tokens=50, n_features=None).form
    dialogs.answers = [tmp_path / "words.txt"]
    form._choose_vocabulary.click()
    form.unknown.setText("1")
    form.tokenizer.setCurrentIndex(1)
    assert form.features() == {
        "kind": "text",
        "tokenizer": "characters",
        "lowercase": True,
        "vocabulary": str(tmp_path / "words.txt"),
        "unknown": 1,
    }


def test_the_place_is_one_that_no_model_has(jobs, begin, dialogs, tmp_path):
    (tmp_path / "m.seqclass").write_bytes(b"another")
    form = begin().form
    assert form.out == tmp_path / "m-2.seqclass"
    dialogs.answers = [tmp_path / "elsewhere"]
    form._change.click()
    assert form.out == tmp_path / "elsewhere.seqclass"


def test_what_cannot_be_imported_is_named_by_the_child(qtbot, window, told, tmp_path):
    (tmp_path / "m.keras").write_bytes(b"nothing of use")
    window.state.open_path(tmp_path / "m.keras")
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    assert "is no readable Keras model" in told[-1].text
    qtbot.waitUntil(lambda: not window.state.jobs, timeout=WAIT_MS)
