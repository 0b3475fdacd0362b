"""The facts of a window: data set, model, runs, jobs, settings."""

from __future__ import annotations

import json

import pytest

from gui import settings as stored
from gui.settings import Settings, with_recent
from gui.state import AppState, Selection
from seqclass.errors import DataError, StorageError
from seqclass.specs import ScanJob, TrainJob

WAIT_MS = 20_000


def open_and_wait(qtbot, state, dataset):
    with qtbot.waitSignal(state.manifest_changed, timeout=WAIT_MS, check_params_cb=lambda manifest: manifest is not None):
        state.open_dataset(dataset)


def test_opening_a_folder_scans_it_in_a_child_and_gives_its_manifest(qtbot, state, dataset):
    open_and_wait(qtbot, state, dataset)
    assert state.dataset == dataset
    assert state.manifest.labels() == ("no", "stop", "yes")
    assert state.summary["used"] == 6
    qtbot.waitUntil(lambda: not state.jobs, timeout=WAIT_MS)
    assert not state.is_scanning
    assert state.settings.dataset == str(dataset)
    assert state.settings.recent_datasets == (str(dataset),)


def test_a_folder_that_has_gone_is_named_and_what_was_open_stays(qtbot, state, dataset, messages):
    open_and_wait(qtbot, state, dataset)
    state.open_dataset(dataset.parent / "unplugged")
    assert state.dataset == dataset
    assert messages[-1].level == "bad"
    assert "unplugged" in messages[-1].text
    qtbot.waitUntil(lambda: not state.jobs, timeout=WAIT_MS)


def test_a_folder_that_cannot_be_used_is_open_without_a_manifest_and_says_why(qtbot, state, tmp_path, messages):
    with qtbot.waitSignal(state.message_posted, timeout=WAIT_MS):
        (tmp_path / "mixed" / "a").mkdir(parents=True)
        (tmp_path / "mixed" / "a" / "x.txt").write_text("hello")
        (tmp_path / "mixed" / "a" / "y.npy").write_bytes(b"")
        state.open_dataset(tmp_path / "mixed")
    assert state.manifest is None
    assert "Received" in messages[-1].text
    qtbot.waitUntil(lambda: not state.jobs, timeout=WAIT_MS)


def test_the_scan_of_a_folder_that_was_left_never_arrives(qtbot, state, dataset, tmp_path):
    other = tmp_path / "other"
    (other / "a").mkdir(parents=True)
    (other / "a" / "x.txt").write_text("hello")
    state.open_dataset(dataset)
    open_and_wait(qtbot, state, other)
    assert state.manifest.kind == "text"
    qtbot.waitUntil(lambda: not state.jobs, timeout=WAIT_MS)
    assert state.manifest.kind == "text"
    assert not state.is_scanning


def test_a_scan_that_cannot_be_read_again_is_told_and_what_was_known_stays(qtbot, state, dataset, messages, monkeypatch):
    open_and_wait(qtbot, state, dataset)
    qtbot.waitUntil(lambda: not state.jobs, timeout=WAIT_MS)
    before = state.manifest

    def refuse(_file):
        raise StorageError("The disk is gone.")

    monkeypatch.setattr("seqclass.data.manifest.read_manifest", refuse)
    state.rescan()
    qtbot.waitUntil(lambda: not state.jobs, timeout=WAIT_MS)
    assert [one.text for one in messages] == ["The disk is gone."]
    assert state.manifest is before
    assert not state.is_scanning


def test_closing_a_data_set_forgets_what_was_chosen_in_it(qtbot, state, dataset):
    open_and_wait(qtbot, state, dataset)
    state.select(Selection(item=state.manifest.items[0]))
    state.close_dataset()
    assert (state.dataset, state.manifest, state.selection) == (None, None, None)
    assert state.settings.dataset == ""
    qtbot.waitUntil(lambda: not state.jobs, timeout=WAIT_MS)


def test_a_model_is_read_in_the_background_and_remembered(qtbot, state, bundle_file):
    with qtbot.waitSignal(state.bundle_changed, timeout=WAIT_MS):
        state.open_path(bundle_file)
    assert state.bundle.card.targets[0].labels == ("no", "stop", "yes")
    assert state.settings.recent_bundles == (str(bundle_file),)


def test_a_file_that_is_no_model_is_named_and_the_open_one_stays(qtbot, state, bundle_file, tmp_path, messages):
    with qtbot.waitSignal(state.bundle_changed, timeout=WAIT_MS):
        state.open_bundle(bundle_file)
    (tmp_path / "broken.seqclass").write_bytes(b"no zip")
    with qtbot.waitSignal(state.message_posted, timeout=WAIT_MS):
        state.open_bundle(tmp_path / "broken.seqclass")
    assert "no seqclass bundle" in messages[-1].text
    assert state.bundle.path == bundle_file


def test_one_training_runs_at_a_time(qtbot, state, messages, fake_worker, monkeypatch):
    monkeypatch.setattr("gui.jobs.WorkerProcess", _with_program(fake_worker("time.sleep(60)")))
    job = TrainJob(dataset="x", out="y")
    first = state.start_job(job, "Training")
    assert state.start_job(job, "Training") is None
    assert "One training at a time" in messages[-1].text
    assert state.jobs == (first,)
    with qtbot.waitSignal(state.job_ended, timeout=WAIT_MS):
        first._process.kill()


def test_other_jobs_run_beside_a_training(qtbot, state, fake_worker, monkeypatch):
    monkeypatch.setattr("gui.jobs.WorkerProcess", _with_program(fake_worker("time.sleep(60)")))
    state.start_job(TrainJob(dataset="x", out="y"), "Training")
    state.start_job(ScanJob(dataset="x"), "Scan")
    assert len(state.jobs) == 2
    state.close()
    assert state.jobs == ()


def test_a_job_that_fails_is_shown_with_its_log_unless_somebody_cares(qtbot, state, messages, fake_worker, monkeypatch):
    program = fake_worker(
        'print("trace", file=sys.stderr)\nprint(\'{"event": "error", "message": "No.", "kind": "DataError"}\')'
    )
    monkeypatch.setattr("gui.jobs.WorkerProcess", _with_program(program))
    with qtbot.waitSignal(state.job_ended, timeout=WAIT_MS):
        state.start_job(ScanJob(dataset="x"), "Scan")
    assert (messages[-1].text, messages[-1].details) == ("No.", "trace")
    told = []
    with qtbot.waitSignal(state.job_ended, timeout=WAIT_MS):
        state.start_job(ScanJob(dataset="x"), "Scan", failed=lambda message, kind: told.append((message, kind)))
    assert told == [("No.", "DataError")]
    assert len(messages) == 1


def test_a_fault_of_ours_is_told_in_words_and_one_of_the_data_as_it_is(state, messages):
    state.post_error(DataError("A folder is missing."))
    state.post_error(KeyError("x"))
    assert messages[0].text == "A folder is missing."
    assert messages[1].text.startswith("internal error: KeyError")


def test_runs_are_listed_without_keras(qtbot, state, dataset):
    import msgspec

    from seqclass.settings import resolve

    folder = dataset / ".seqclass" / "runs" / "20261120-120000-000000-abcd"
    folder.mkdir(parents=True)
    spec = {"created": "2026-11-20T12:00:00+00:00", "out": "M.seqclass", "config": resolve({}, "speech"), "data": "0"}
    (folder / "spec.json").write_bytes(msgspec.json.encode(spec))
    epoch = {"event": "epoch", "epochs": 2, "train": {"loss": 1.0}, "validation": {}, "learning_rate": 0.1, "is_best": True,
             "seconds": 1.0, "eta_s": 0.0}  # fmt: skip
    lines = [json.dumps(epoch | {"epoch": number}) for number in (1, 2, 2)]
    (folder / "events.jsonl").write_text("\n".join(lines) + '\n{"event": "epo', encoding="utf-8")
    with qtbot.waitSignal(state.runs_changed, timeout=WAIT_MS, check_params_cb=bool):
        state.open_dataset(dataset)
    (run,) = state.runs
    assert (run.name, run.spec.state, run.has_checkpoint) == (folder.name, "running", False)
    assert [event.epoch for event in run.epochs()] == [1, 2]
    qtbot.waitUntil(lambda: not state.jobs, timeout=WAIT_MS)


def test_what_was_written_is_what_was_read(qtbot):
    changed = Settings(page="live", theme="dark", microphone="USB", pages={"train": {"preset": "fast"}})
    stored.save(changed)
    assert stored.load() == changed


@pytest.mark.parametrize("content", ["", "[]", '{"theme": 7, "page": "live", "unheard": 1}'])
def test_damaged_settings_cost_what_is_damaged_and_no_more(content):
    stored.settings_file().parent.mkdir(parents=True, exist_ok=True)
    stored.settings_file().write_text(content)
    assert stored.load() == Settings(page="live" if "live" in content else "collect")


def test_a_page_keeps_values_of_its_own(qtbot, state):
    state.keep_page_setting("train", "preset", "fast")
    state.keep_page_setting("live", "threshold", 0.5)
    again = AppState(stored.load())
    assert again.page_setting("train", "preset", "") == "fast"
    assert again.page_setting("live", "threshold", 0.0) == 0.5
    assert again.page_setting("live", "unheard", 7) == 7


def test_settings_that_do_not_differ_are_not_announced(qtbot, state):
    with qtbot.assertNotEmitted(state.settings_changed):
        state.change_settings(theme=state.settings.theme)


def test_recent_ones_are_few_and_each_stands_once():
    recent: tuple[str, ...] = ()
    for name in [*"abcdefghij", "e"]:
        recent = with_recent(recent, name)
    assert recent[:2] == ("e", "j")
    assert len(recent) == len(set(recent)) == stored.N_RECENT


def _with_program(program):
    from gui.worker_process import WorkerProcess

    return lambda job, title, parent=None: WorkerProcess(job, title, parent, program=program)
