"""What a person sees of scans, items, gates and stages, and the JSON lines of Contract 3."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from seqclass.events import Finished, ItemClassified, Note, Progress, StageVerified
from seqclass.specs import ClassifyJob, HandsJob, HealthJob, ScanJob, TraceJob, VerifyJob

Run = Callable[..., Any]
FakeJob = Callable[..., list[Any]]


SCAN = {
    "used": 9,
    "kind": "speech",
    "layout": "class folders",
    "ignored": 2,
    "classes": {"label": {"はい": 6, "no": 3}, "mood": {"calm": 9}},
    "numbers": {"age": {"min": 20.0, "mean": 31.5, "max": 60.0}},
    "counts": {"はい": {"train": 5, "test": 1}, "no": {"train": 3}},
    "groups": {"ann": 4, "bob": 5},
    "duration_s": 9.0,
    "min_duration_s": 0.5,
    "median_duration_s": 1.0,
    "max_duration_s": 2.0,
    "durations_s": {"はい": 6.0, "no": 3.0},
    "sample_rates": {"16000": 9},
    "noise_files": ["_background_noise_/pink.wav"],
    "problems": [{"file": f"bad{number}.wav", "reason": "it is empty (0 bytes)"} for number in range(23)],
    "warnings": ["Two speakers are in both train and test."],
}


def test_scan_shows_classes_splits_speakers_and_the_first_20_problems(run: Run, fake_job: FakeJob) -> None:
    fake_job(ScanJob, events=[Note(text=SCAN["warnings"][0], level="warning"), Finished(result=SCAN)])  # type: ignore[index]
    outcome = run("scan", "x")
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert lines[:2] == [
        "9 recordings used, found as class folders; 2 ignored (LICENSE, README, hidden files, empty lines)",
        "9.0 s in all; 500 ms to 2.0 s, median 1.0 s each; 16000 Hz (9)",
    ]
    assert lines[3:7] == [
        "label  train  test  all  duration",
        "はい       5     1    6     6.0 s",
        "no         3     -    3     3.0 s",
        "all        8     1    9     9.0 s",
    ]
    assert "target mood: 1 label: calm 9" in lines
    assert "target age: 20 to 60, mean 31.5" in lines
    assert "2 groups (speakers, say): ann 4, bob 5" in lines
    assert "background noise: 1 recording" in lines
    assert "23 problems, not used:" in lines
    assert sum(line.startswith("  bad") for line in lines) == 20
    assert lines[-1] == "  and 3 more; --json lists all"
    assert outcome.err == "warning: Two speakers are in both train and test.\n"


def test_scan_of_nothing_usable_fails_after_listing_why(run: Run, fake_job: FakeJob) -> None:
    problems = [{"file": "a.wav", "reason": "it is empty (0 bytes)"}]
    fake_job(ScanJob, events=[Finished(result={"used": 0, "problems": problems})])
    outcome = run("scan", "x")
    assert outcome.code == 1
    assert "a.wav: it is empty" in outcome.out
    assert outcome.err.startswith("seqclass: A data set must hold items")
    outcome = run("scan", "x", "--json")
    assert outcome.code == 1
    assert outcome.json == [{"event": "finished", "used": 0, "problems": problems}]


def test_scan_with_json_lists_all_problems(run: Run, fake_job: FakeJob) -> None:
    fake_job(ScanJob, events=[Progress(stage="scan", done=1), Finished(result=SCAN)])
    assert run("scan", "x", "--json").json == [{"event": "finished", **SCAN}]


def item(name: str) -> ItemClassified:
    probabilities = {"yes": 0.9, "no": 0.05, "on": 0.02, "off": 0.02, "up": 0.006, "down": 0.004}
    return ItemClassified(item=name, label="yes", probabilities=probabilities, seconds=0.003)


def test_classify_shows_the_label_and_the_five_most_probable(run: Run, fake_job: FakeJob) -> None:
    fake_job(ClassifyJob, events=[item("a.wav"), Finished(result={"items": 1, "errors": 0})])
    assert run("classify", "m", "a.wav") == (
        0,
        "a.wav: yes  (yes 90.0 %, no 5.0 %, off 2.0 %, on 2.0 %, up 0.6 %)  [3 ms]\n",
        "",
    )


def test_classify_goes_on_after_an_item_that_cannot_be_read_and_fails_at_the_end(run: Run, fake_job: FakeJob) -> None:
    events = [ItemClassified(item="bad.wav", error="it is empty"), item("a.wav"), Finished(result={"items": 2, "errors": 1})]
    fake_job(ClassifyJob, events=events)
    outcome = run("classify", "m", "bad.wav", "a.wav")
    assert outcome.code == 1
    assert outcome.out.startswith("a.wav: yes")
    assert outcome.err.splitlines() == [
        "bad.wav: it is empty",
        "seqclass: 1 of 2 items could not be classified; each line above says why.",
    ]


def test_classify_with_json_gives_one_line_an_item_and_nothing_else(run: Run, fake_job: FakeJob) -> None:
    events = [ItemClassified(item="bad.wav", error="it is empty"), item("a.wav"), Finished(result={"items": 2, "errors": 1})]
    fake_job(ClassifyJob, events=events)
    outcome = run("classify", "m", "bad.wav", "a.wav", "--json")
    assert outcome.code == 1
    assert len(outcome.json) == 2
    assert outcome.json[0] == {"event": "item", "item": "bad.wav", "error": "it is empty"}
    assert {"item", "label", "probabilities", "seconds"} <= outcome.json[1].keys()


def test_classify_shows_every_target(run: Run, fake_job: FakeJob) -> None:
    targets = {"word": {"label": "yes", "probabilities": {"yes": 1.0}}, "age": {"value": 31.25}}
    fake_job(ClassifyJob, events=[ItemClassified(item="a.wav", label="yes", targets=targets)])
    assert run("classify", "m", "a.wav").out == "a.wav: word = yes  (yes 100.0 %); age = 31.25\n"
    fake_job(ClassifyJob, events=[ItemClassified(item="a.wav", value=31.25)])
    assert run("classify", "m", "a.wav").out == "a.wav: 31.25\n"


def test_trace_names_what_it_wrote(run: Run, fake_job: FakeJob) -> None:
    fake_job(TraceJob, events=[Finished(result={"item": "a.wav", "label": "yes", "out": "t.npz", "plot": "t.png"})])
    words = ["trace", "m", "a.wav", "--out", "t.npz", "--plot", "t.png"]
    assert run(*words).out.splitlines() == ["a.wav: yes", "gates and states written to t.npz", "picture written to t.png"]


def test_trace_tells_the_decision_and_what_edits_changed(run: Run, fake_job: FakeJob) -> None:
    said = {"label": "yes", "probabilities": {"yes": 0.75, "no": 0.25}}
    targets = {"label": {"winner": "yes", "decided_frame": 12, "decided_s": 0.2, "flips": 2}}
    result = {"item": "a.wav", **said, "timeline": "l.csv", "edits": ["layer0: cell of all units frozen"]}
    result |= {"before": {"label": "no", "probabilities": {"yes": 0.0, "no": 1.0}}}
    fake_job(
        TraceJob,
        events=[Finished(result=result | {"decision": {"stride": 4, "is_one_pass": False, "targets": targets}})],
    )
    assert run("trace", "m", "a.wav", "--timeline", "l.csv").out.splitlines() == [
        "a.wav: yes",
        "edit: layer0: cell of all units frozen",
        "with the edits: yes  (yes 75.0 %, no 25.0 %)",
        "without: no  (no 100.0 %, yes 0.0 %)",
        "label: yes leads for good from frame 12 (counted from 0), after 2 changes of the lead",
        "the model looks ahead, so the item was cut and run again at every 4 frames",
        "timeline written to l.csv",
    ]


def test_health_is_a_table_with_advice(run: Run, fake_job: FakeJob) -> None:
    shares = {"input_gate": 0.5, "forget_gate": 0.0, "output_gate": 0.25}
    layer = {"name": "layer0", "n_units": 64, "below": shares, "above": shares, "dead": 3, "never_written": 1, "latched": 0}
    layer |= {"half_life_frames": 2.5, "half_life_ms": 40.0}
    result = {"bundle": "m", "dataset": "d", "split": "test", "n_items": 2, "n_frames": 90, "layers": [layer], "csv": "h.csv"}
    result |= {"advice": [{"half": "layer0", "kind": "dead", "units": [1, 2, 3], "text": "3 of 64 units hardly move."}]}
    result |= {"other": result | {"bundle": "n"}, "read_difference": "The second less the first."}
    result |= {"difference": [{"half": "layer0", "figure": "dead units", "one": 0.5, "other": 0.25, "change": -0.25}]}
    fake_job(HealthJob, events=[Finished(result=result)])
    lines = run("evaluate", "m", "d", "--health", "h.csv").out.splitlines()
    assert lines[0] == "m on the test part of d: 2 items, 90 frames"
    assert " ".join(lines[3].split()) == "layer0 64 50.0 % / 50.0 % 0.0 % / 0.0 % 25.0 % / 25.0 % 3 1 0 40 ms"
    assert "layer0: 3 of 64 units hardly move." in lines
    assert [line.split() for line in lines if "dead units" in line] == [["layer0", "dead", "units", "0.5", "0.25", "-0.25"]]
    assert lines[-1] == "written to h.csv"


def test_an_evaluation_with_edits_tells_what_they_changed(run: Run, fake_job: FakeJob, tmp_path: Path) -> None:
    (tmp_path / "edits.json").write_text("{}")
    change = {"label": {"accuracy": -0.125, "per_class": {"yes": -0.25, "no": 0.0}}}
    result = {"accuracy": 0.5, "n_items": 8, "change": change, "n_changed": {"label": 1}, "edits": ["layer0: cell"]}
    fake_job(HandsJob, events=[Finished(result=result)])
    out = run("evaluate", "m", "d", "--hands", str(tmp_path / "edits.json")).out
    assert out.startswith("edits:\n  layer0: cell\n")
    assert "change of label by the edits: accuracy -12.5 points" in out
    assert "yes    -25.0 points" in out
    assert "no " not in out.partition("recall")[2]
    assert out.endswith("1 item got another answer\n")


def test_verify_fails_where_a_stage_differs_too_much(run: Run, fake_job: FakeJob) -> None:
    good = StageVerified(stage="features", max_abs_difference=2e-9, tolerance=1e-3, ok=True)
    bad = StageVerified(stage="logits", max_abs_difference=0.5, tolerance=1e-5, ok=False)
    fake_job(VerifyJob, events=[good, Finished(result={})])
    assert run("verify", "m").code == 0
    fake_job(VerifyJob, events=[good, bad, Finished(result={})])
    outcome = run("verify", "m")
    assert outcome.code == 1
    assert [line.split()[0] for line in outcome.out.splitlines()] == ["stage", "features", "logits"]
    assert "TOO LARGE" in outcome.out.splitlines()[2]
    assert "difference in logits" in outcome.err
    outcome = run("verify", "m", "--json")
    assert outcome.code == 1
    assert len(outcome.json) == 2
    assert {"stage", "max_abs_difference", "ok"} <= outcome.json[1].keys()
