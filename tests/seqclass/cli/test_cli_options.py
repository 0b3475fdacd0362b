"""From options to jobs: one path for all settings, validated before anything heavy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seqclass.specs import (
    ClassifyJob,
    ComputeSpec,
    CrossvalJob,
    DataSpec,
    DemoJob,
    EvaluateJob,
    HandsJob,
    HealthJob,
    ScanJob,
    TargetSpec,
    TraceJob,
    TrainJob,
    VerifyJob,
)

Run = Callable[..., Any]
FakeJob = Callable[..., list[Any]]


def test_data_options_become_the_scans_data_spec(run: Run, fake_job: FakeJob) -> None:
    arrived = fake_job(ScanJob)
    words = ["--target", "mood", "--target", "age:number", "--group", "village", "--pattern", "{mood}_{age}.wav", "--lines"]
    assert run("scan", "survey", *words, "--set", "data.max_duration_s=5").code == 0
    data = DataSpec(
        targets=(TargetSpec(name="mood"), TargetSpec(name="age", kind="number")),
        group="village",
        pattern="{mood}_{age}.wav",
        lines=True,
        max_duration_s=5.0,
    )
    assert arrived == [ScanJob(dataset="survey", data=data)]


def test_options_win_over_assignments_and_these_over_the_file(run: Run, fake_job: FakeJob, tmp_path: Path) -> None:
    config = tmp_path / "train.toml"
    config.write_text('[training]\nepochs = 3\nseed = 1\nbatch_size = 8\n[data]\ngroup = "room"\n')
    arrived = fake_job(TrainJob)
    words = ["--config", str(config), "--set", "training.epochs=5", "--set", "training.seed=2", "--seed", "7"]
    assert run("train", "d", "--out", "m.seqclass", *words, "--group", "street", "--resume").code == 0
    settings = {"training": {"epochs": 5, "seed": 7, "batch_size": 8}, "data": {"group": "street"}}
    assert arrived == [TrainJob(dataset="d", out="m.seqclass", settings=settings, resume=True)]


def test_train_without_options_changes_no_setting(run: Run, fake_job: FakeJob) -> None:
    arrived = fake_job(TrainJob)
    assert run("train", "d", "--out", "m").code == 0
    assert arrived == [TrainJob(dataset="d", out="m")]


@pytest.mark.parametrize("words", [["train", "d", "--out", "m"], ["crossval", "d"]])
def test_options_say_where_features_are_computed_and_kept(words: list[str], run: Run, fake_job: FakeJob) -> None:
    arrived = fake_job(TrainJob), fake_job(CrossvalJob)
    assert run(*words, "--parallel", "dask:tcp://10.0.0.1:8786", "--cache-mb", "100").code == 0
    (job,) = (*arrived[0], *arrived[1])
    assert job.compute == ComputeSpec(parallel="dask:tcp://10.0.0.1:8786", cache_mb=100)


@pytest.mark.parametrize(
    ("option", "rule"),
    [
        ("--parallel=cluster", "local or dask:ADDRESS"),
        ("--parallel=dask:", "local or dask:ADDRESS"),
        ("--cache-mb=-1", "whole number from 0"),
    ],
)
def test_where_features_are_computed_is_refused_with_the_rule(option: str, rule: str, run: Run) -> None:
    ended = run("crossval", "d", option)
    assert ended.code == 2
    assert rule in ended.err


def test_crossval_takes_its_folds_and_settings(run: Run, fake_job: FakeJob) -> None:
    arrived = fake_job(CrossvalJob)
    assert run("crossval", "d", "--by", "10", "--only", "3", "--only", "4", "--set", "model.lstm=[64]").code == 0
    assert arrived == [CrossvalJob(dataset="d", by="10", settings={"model": {"lstm": [64]}}, only=("3", "4"))]


def test_evaluate_leaves_the_reading_of_the_folder_to_the_bundle_unless_told(run: Run, fake_job: FakeJob) -> None:
    arrived = fake_job(EvaluateJob)
    assert run("evaluate", "m", "d").code == 0
    assert run("evaluate", "m", "d", "--split", "all", "--lines").code == 0
    assert arrived == [
        EvaluateJob(bundle="m", dataset="d"),
        EvaluateJob(bundle="m", dataset="d", split="all", data={"lines": True}),
    ]


def test_evaluate_says_who_computes_features_for_its_report_alone(run: Run, fake_job: FakeJob) -> None:
    arrived = fake_job(EvaluateJob)
    cluster = ("--parallel", "dask:tcp://10.0.0.1:8786")
    assert run("evaluate", "m", "d", *cluster).code == 0
    assert arrived == [EvaluateJob(bundle="m", dataset="d", parallel="dask:tcp://10.0.0.1:8786")]
    for other in (("--stress", "snr_db"), ("--health", "h.csv"), ("--hands", "e.json")):
        ended = run("evaluate", "m", "d", *cluster, *other)
        assert (ended.code, "--parallel is for the report" in ended.err) == (2, True)


def test_the_other_commands_pass_on_what_they_are_given(run: Run, fake_job: FakeJob) -> None:
    jobs = [fake_job(TraceJob), fake_job(VerifyJob), fake_job(DemoJob)]
    assert run("trace", "m", "a.wav", "--out", "t.npz", "--plot", "t.PNG").code == 0
    assert run("trace", "m", "--text", "", "--plot", "t.svg").code == 0
    assert run("verify", "m").code == 0
    assert run("demo").code == 0
    assert run("demo", "here").code == 0
    assert jobs == [
        [TraceJob(bundle="m", item="a.wav", out="t.npz", plot="t.PNG"), TraceJob(bundle="m", text="", plot="t.svg")],
        [VerifyJob(bundle="m")],
        [DemoJob(folder="seqclass-demo"), DemoJob(folder="here")],
    ]


def test_edits_and_views_of_a_trace_are_passed_on(run: Run, fake_job: FakeJob, tmp_path: Path) -> None:
    (tmp_path / "edits.json").write_text('{"edits": [{"part": "cell", "action": "zero", "units": [1]}]}')
    arrived = fake_job(TraceJob)
    words = ["--ledger", "l.npz", "--half", "layer0", "--at", "7", "--timeline", "t.csv", "--stride", "3"]
    assert run("trace", "m", "a.wav", *words, "--hands", str(tmp_path / "edits.json")).code == 0
    (job,) = arrived
    assert isinstance(job, TraceJob)
    assert (job.ledger, job.half, job.at, job.timeline, job.stride) == ("l.npz", "layer0", 7, "t.csv", 3)
    assert job.hands["edits"][0]["units"] == (1,)
    (tmp_path / "edits.json").write_text("no edits")
    assert run("trace", "m", "a.wav", "--out", "t.npz", "--hands", str(tmp_path / "edits.json")).code == 1


def test_evaluate_with_edits_or_for_health_is_another_job(run: Run, fake_job: FakeJob, tmp_path: Path) -> None:
    (tmp_path / "edits.json").write_text('{"edits": [{"part": "cell", "action": "zero"}]}')
    hands, health = fake_job(HandsJob), fake_job(HealthJob)
    assert run("evaluate", "m", "d", "--hands", str(tmp_path / "edits.json"), "--split", "all").code == 0
    assert run("evaluate", "m", "d", "--health", "h.csv", "--against", "n").code == 0
    assert [(job.split, job.hands["edits"][0]["part"]) for job in hands if isinstance(job, HandsJob)] == [("all", "cell")]
    assert health == [HealthJob(bundle="m", dataset="d", csv="h.csv", other_bundle="n")]


def test_a_dash_reads_texts_from_standard_input(run: Run, fake_job: FakeJob, stdin: Callable[[bytes], None]) -> None:
    arrived = fake_job(ClassifyJob)
    stdin("\ufeffa fine film\r\n\n  \nein Ärgernis\u2028zwei\n最後".encode())
    assert run("classify", "m", "-", "--text", "first", "a.txt").code == 0
    texts = ("first", "a fine film", "ein Ärgernis\u2028zwei", "最後")
    assert arrived == [ClassifyJob(bundle="m", items=("a.txt",), texts=texts)]


def test_texts_that_are_not_utf8_are_refused_with_their_line(
    run: Run, fake_job: FakeJob, stdin: Callable[[bytes], None]
) -> None:
    fake_job(ClassifyJob)
    stdin(b"fine\nna\xefve\n")
    outcome = run("classify", "m", "-")
    assert outcome.code == 1
    assert "byte 0xef in line 2" in outcome.err


def test_items_after_a_double_dash_may_begin_with_a_dash(run: Run, fake_job: FakeJob) -> None:
    arrived = fake_job(ClassifyJob)
    assert run("classify", "m", "--", "-odd.wav", "b.wav").code == 0
    assert arrived == [ClassifyJob(bundle="m", items=("-odd.wav", "b.wav"))]


@pytest.mark.parametrize(
    ("assignment", "says"),
    [
        ("epochs=3", "section.name=value"),
        ("training.epochs", "section.name=value"),
        ("learning.rate=3", "sections data, features"),
        ("training.epoch=3", "Did you mean training.epochs?"),
        ("training.epochs=0", "Received: training.epochs=0"),
        ("training.epochs=many", "Received: training.epochs='many'"),
        ("features.tokenizer=letters", "invalid enum value 'letters'"),
        ("features.n_mfcs=3", "Did you mean features.n_mfcc?"),
        ("features.delta_width=4", "must be odd"),
        ("features.kind=smell", "features.kind=smell"),
    ],
)
def test_a_setting_that_fits_no_kind_of_data_is_refused_before_the_job_starts(
    run: Run, fake_job: FakeJob, assignment: str, says: str
) -> None:
    arrived = fake_job(TrainJob)
    outcome = run("train", "d", "--out", "m", "--set", assignment)
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1
    assert says in outcome.err
    assert arrived == []


@pytest.mark.parametrize("assignment", ["features.tokenizer=words", "features.n_mfcc=20", "features.max_frames=5"])
def test_a_setting_that_fits_one_kind_of_data_is_let_through(run: Run, fake_job: FakeJob, assignment: str) -> None:
    arrived = fake_job(TrainJob)
    assert run("train", "d", "--out", "m", "--set", assignment).code == 0
    assert len(arrived) == 1


def test_a_fault_in_the_settings_file_names_the_file(run: Run, fake_job: FakeJob, tmp_path: Path) -> None:
    config = tmp_path / "train.toml"
    arrived = fake_job(TrainJob)
    for content, says in [(b"[training]\nepochs = -1\n", "training.epochs=-1"), (b"epochs", "TOML"), (b"\xff", "TOML")]:
        config.write_bytes(content)
        outcome = run("train", "d", "--out", "m", "--config", str(config))
        assert outcome.code == 1
        assert says in outcome.err
        assert str(config) in outcome.err
    assert run("train", "d", "--out", "m", "--config", str(tmp_path / "none.toml")).code == 1
    assert arrived == []


def test_help_settings_lists_every_setting_of_every_kind(run: Run) -> None:
    from seqclass.settings import describe

    outcome = run("train", "--help-settings")
    assert outcome.code == 0
    for kind in ("speech", "text", "numeric"):
        for setting in describe(kind):
            assert f"  {setting.name} = " in outcome.out
            assert setting.help.split()[0] in outcome.out


def test_help_settings_shows_a_default_that_depends_on_the_kind(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from seqclass import specs

    monkeypatch.setitem(specs.KIND_DEFAULTS, "text", {"training": {"patience": 4}})
    monkeypatch.setitem(specs.KIND_DEFAULTS, "speech", {})
    monkeypatch.setitem(specs.KIND_DEFAULTS, "numeric", {})
    patience = specs.TrainingSpec().patience
    page = run("train", "--help-settings").out
    assert f"training.patience = {patience} (speech), 4 (text), {patience} (numeric)" in page
