"""Frozen specs: what a job shall do, with every default, range and one-line help in one place.

The description of each field is its help text. What a person writes (a TOML file, ``--set section.name=value``, a form, Python
arguments) becomes a spec in `seqclass.settings`, the one gate where it is validated.

Settings stand in `data`, `features`, `training` (which also has all those of a training run together), `listening` and
`computing`; jobs in `jobs` and `inspection_jobs`. All of them are imported from here.
"""

from __future__ import annotations

from seqclass.specs.base import SPLITS, Kind, Normalisation, Pooling, Preset, Spec, Split, Tokenizer
from seqclass.specs.computing import HERE, ComputeSpec
from seqclass.specs.data import DataSpec, TargetSpec
from seqclass.specs.features import FeatureSpec, NumericFeatureSpec, SpeechFeatureSpec, TextFeatureSpec
from seqclass.specs.inspection_jobs import (
    AlignJob,
    HandsJob,
    HealthJob,
    SearchJob,
    StressAxis,
    StressJob,
    StressSpec,
    TraceJob,
    TracesJob,
)
from seqclass.specs.jobs import (
    ClassifyJob,
    CrossvalJob,
    DemoJob,
    EvaluateJob,
    ExportJob,
    ImportJob,
    ListenJob,
    RecordJob,
    RecoverJob,
    SampleJob,
    ScanJob,
    TrainJob,
    VerifyJob,
)
from seqclass.specs.listening import DetectionSpec, ListenSpec
from seqclass.specs.training import KIND_DEFAULTS, VOICE_DEFAULTS, AugmentationSpec, Config, ModelSpec, TrainingSpec

Job = (
    ScanJob
    | SampleJob
    | TrainJob
    | EvaluateJob
    | CrossvalJob
    | ClassifyJob
    | TraceJob
    | HealthJob
    | HandsJob
    | TracesJob
    | SearchJob
    | AlignJob
    | StressJob
    | VerifyJob
    | ImportJob
    | ExportJob
    | DemoJob
    | RecordJob
    | RecoverJob
    | ListenJob
)
"""Everything that can be asked for."""

__all__ = [
    "HERE",
    "KIND_DEFAULTS",
    "SPLITS",
    "VOICE_DEFAULTS",
    "AlignJob",
    "AugmentationSpec",
    "ClassifyJob",
    "ComputeSpec",
    "Config",
    "CrossvalJob",
    "DataSpec",
    "DemoJob",
    "DetectionSpec",
    "EvaluateJob",
    "ExportJob",
    "FeatureSpec",
    "HandsJob",
    "HealthJob",
    "ImportJob",
    "Job",
    "Kind",
    "ListenJob",
    "ListenSpec",
    "ModelSpec",
    "Normalisation",
    "NumericFeatureSpec",
    "Pooling",
    "Preset",
    "RecordJob",
    "RecoverJob",
    "SampleJob",
    "ScanJob",
    "SearchJob",
    "Spec",
    "SpeechFeatureSpec",
    "Split",
    "StressAxis",
    "StressJob",
    "StressSpec",
    "TargetSpec",
    "TextFeatureSpec",
    "Tokenizer",
    "TraceJob",
    "TracesJob",
    "TrainJob",
    "TrainingSpec",
    "VerifyJob",
]
