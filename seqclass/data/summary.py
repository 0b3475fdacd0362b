"""The figures that a scan ends with, as plain dictionaries for JSON."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Any

from seqclass.data.items import values_of
from seqclass.data.manifest import Item, Manifest, plain
from seqclass.specs import SPLITS


def summarise(manifest: Manifest, *, dataset: str) -> dict[str, Any]:
    """Count what a manifest holds.

    Returns:
        ``dataset``, ``kind``, ``layout``, ``used``, ``ignored``, ``problems`` (list of ``file`` and ``reason``), ``warnings``,
        ``noise_files``; ``classes`` (target -> label -> count) and ``numbers`` (numeric target -> min, mean, max);
        ``splits`` (part -> count) where the data set itself is divided, else empty; ``groups`` (speaker -> count); ``counts``
        (label of the first target -> part, ``unassigned`` where none is given -> count);
        for recordings ``duration_s``, ``min_duration_s``, ``median_duration_s``, ``max_duration_s``, ``durations_s``
        (label -> total) and ``sample_rates`` (rate in Hz as text -> count); for numeric sequences ``n_features`` and
        ``min_n_frames``, ``median_n_frames``, ``max_n_frames``; for texts the same of ``n_characters``.
    """
    items = manifest.items
    parts: Counter[str] = Counter(split or "unassigned" for split in values_of(items, "split"))
    return {
        "dataset": dataset,
        "kind": manifest.kind,
        "layout": manifest.layout,
        "used": len(items),
        "ignored": manifest.ignored,
        "classes": {
            target.name: _sorted_counts(str(targets[target.name]) for targets in values_of(items, "targets"))
            for target in manifest.targets
            if target.kind == "class"
        },
        "numbers": {target.name: _range(items, target.name) for target in manifest.targets if target.kind == "number"},
        "splits": {part: parts[part] for part in (*SPLITS, "unassigned") if parts[part]} if set(parts) & set(SPLITS) else {},
        "groups": _sorted_counts(group for group in values_of(items, "group") if group),
        "counts": _counts(manifest),
        **_lengths(manifest),
        "noise_files": list(manifest.noise_files),
        "problems": list(plain(manifest.problems)),
        "warnings": list(manifest.warnings),
    }


def _counts(manifest: Manifest) -> dict[str, dict[str, int]]:
    first = manifest.targets[0]
    if first.kind != "class":
        return {}
    counts: dict[str, Counter[str]] = {label: Counter() for label in manifest.labels()}
    for targets, split in zip(values_of(manifest.items, "targets"), values_of(manifest.items, "split"), strict=True):
        counts[str(targets[first.name])][split or "unassigned"] += 1
    return {label: {part: n[part] for part in (*SPLITS, "unassigned") if n[part]} for label, n in counts.items()}


def _lengths(manifest: Manifest) -> dict[str, Any]:
    items = manifest.items
    if manifest.kind == "text":
        return _spread([len(text or "") for text in values_of(items, "text")], "n_characters")
    if manifest.kind == "numeric":
        return {
            "n_features": items[0].n_features if items else None,
            **_spread([n_frames or 0 for n_frames in values_of(items, "n_frames")], "n_frames"),
        }
    durations = [duration_s or 0.0 for duration_s in values_of(items, "duration_s")]
    first = manifest.targets[0]
    by_label: dict[str, float] = {}
    if first.kind == "class":
        by_label = dict.fromkeys(manifest.labels(), 0.0)
        for targets, duration_s in zip(values_of(items, "targets"), durations, strict=True):
            by_label[str(targets[first.name])] += duration_s
    return {
        "duration_s": sum(durations),
        **_spread(durations, "duration_s"),
        "durations_s": by_label,
        "sample_rates": {
            str(rate): n for rate, n in sorted(Counter(rate_hz or 0 for rate_hz in values_of(items, "rate_hz")).items())
        },
    }


def _spread(values: list[int] | list[float], name: str) -> dict[str, Any]:
    if not values:
        return {f"min_{name}": None, f"median_{name}": None, f"max_{name}": None}
    return {f"min_{name}": min(values), f"median_{name}": statistics.median(values), f"max_{name}": max(values)}


def _range(items: Sequence[Item], name: str) -> dict[str, float]:
    values = [float(targets[name]) for targets in values_of(items, "targets")]
    return {"min": min(values), "mean": statistics.fmean(values), "max": max(values)} if values else {}


def _sorted_counts(values: Any) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))
