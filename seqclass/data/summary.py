"""The figures that a scan ends with, as plain dictionaries for JSON."""

from __future__ import annotations

import statistics
from collections import Counter
from typing import Any

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
    parts: Counter[str] = Counter(item.split or "unassigned" for item in items)
    return {
        "dataset": dataset,
        "kind": manifest.kind,
        "layout": manifest.layout,
        "used": len(items),
        "ignored": manifest.ignored,
        "classes": {
            target.name: _sorted_counts(str(item.targets[target.name]) for item in items)
            for target in manifest.targets
            if target.kind == "class"
        },
        "numbers": {target.name: _range(items, target.name) for target in manifest.targets if target.kind == "number"},
        "splits": {part: parts[part] for part in (*SPLITS, "unassigned") if parts[part]} if set(parts) & set(SPLITS) else {},
        "groups": _sorted_counts(item.group for item in items if item.group),
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
    for item in manifest.items:
        counts[str(item.targets[first.name])][item.split or "unassigned"] += 1
    return {label: {part: n[part] for part in (*SPLITS, "unassigned") if n[part]} for label, n in counts.items()}


def _lengths(manifest: Manifest) -> dict[str, Any]:
    items = manifest.items
    if manifest.kind == "text":
        return _spread([len(item.text or "") for item in items], "n_characters")
    if manifest.kind == "numeric":
        return {
            "n_features": items[0].n_features if items else None,
            **_spread([item.n_frames or 0 for item in items], "n_frames"),
        }
    durations = [item.duration_s or 0.0 for item in items]
    first = manifest.targets[0]
    by_label: dict[str, float] = {}
    if first.kind == "class":
        by_label = dict.fromkeys(manifest.labels(), 0.0)
        for item in items:
            by_label[str(item.targets[first.name])] += item.duration_s or 0.0
    return {
        "duration_s": sum(durations),
        **_spread(durations, "duration_s"),
        "durations_s": by_label,
        "sample_rates": {str(rate): n for rate, n in sorted(Counter(item.rate_hz or 0 for item in items).items())},
    }


def _spread(values: list[int] | list[float], name: str) -> dict[str, Any]:
    if not values:
        return {f"min_{name}": None, f"median_{name}": None, f"max_{name}": None}
    return {f"min_{name}": min(values), f"median_{name}": statistics.median(values), f"max_{name}": max(values)}


def _range(items: tuple[Item, ...], name: str) -> dict[str, float]:
    values = [float(item.targets[name]) for item in items]
    return {"min": min(values), "mean": statistics.fmean(values), "max": max(values)} if values else {}


def _sorted_counts(values: Any) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))
