"""Edits of a data set that cannot be changed itself: they are kept in the project (`seqclass.data.overlay`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from seqclass.data.candidates import Found, parse_targets, targets_of
from seqclass.data.content import clean_text
from seqclass.data.edits.classes import DeclaredClasses
from seqclass.data.edits.names import check_cell, safe_stem
from seqclass.data.edits.plan import Draft, Planner, Source, require_as_scanned
from seqclass.data.edits.steps import PROJECT, changed
from seqclass.data.manifest import OVERLAY_PREFIX, Item, Manifest
from seqclass.data.overlay import FILE, Added, Changed, read_overlay
from seqclass.errors import DataError, ItemError
from seqclass.files import write_bytes


def overlay_planner(draft: Draft, found: Found, scanned: Callable[[], Manifest]) -> Planner:
    """A planner that leaves the data set alone.

    Args:
        draft: Takes the steps.
        found: What the data set's layout makes of its files.
        scanned: Makes a scan, which what concerns a whole class or speaker needs.
    """
    return _OverlayPlanner(draft, found, scanned)


class _OverlayPlanner:
    """See `seqclass.data.edits.plan.Planner`."""

    def __init__(self, draft: Draft, found: Found, scanned: Callable[[], Manifest]) -> None:
        self._draft, self._found, self._scanned = draft, found, scanned
        self._manifest: Manifest | None = None
        overlay = read_overlay(draft.place.project)
        if not (draft.place.project / FILE).exists():
            # It stays, even when all is taken back: it is what tells that the project lies where it lies.
            write_bytes(draft.place.project / FILE, msgspec.json.encode(overlay))
        self._before = overlay
        self._added = {one.file: one for one in overlay.added}
        self._changed, self._removed = dict(overlay.changed), dict(overlay.removed)
        self._declared = DeclaredClasses(draft)
        self._label, self._group = draft.label_column, draft.data.group

    def labels(self) -> list[str]:
        if self._draft.data.lines:
            return sorted({*(str(item.targets[self._label]) for item in self._items()), *self._declared.names})
        found = [(one.id, one.targets) for one in self._found.candidates] + [(one.id, one.targets) for one in self._found.items]
        labels = {one.columns[self._label] for one in self._added.values() if self._label in one.columns}
        for name, targets in found:
            change = self._changed.get(name)
            if name not in self._removed and self._label in targets:
                labels.add(str(change.columns.get(self._label, targets[self._label]) if change else targets[self._label]))
        return sorted({*labels, *self._declared.names})

    def check(self, label: str) -> str:
        return check_cell(label, what="class name")

    def add(self, source: Source, label: str, speaker: str, columns: Mapping[str, str]) -> None:
        values = {**{name: check_cell(value, what=name) for name, value in columns.items()}, self._label: label}
        if speaker:
            values[self._group] = check_cell(speaker, what=self._group)
        try:
            parse_targets(values, targets_of(self._draft.data))
        except ItemError as error:
            raise DataError(f"An item needs all its targets: {error}. Give that column too.") from error
        stem = safe_stem(speaker, otherwise="speaker").replace("_nohash", "-") if speaker else ""
        folder = OVERLAY_PREFIX.rstrip("/")
        file = f"{folder}/{self._draft.new_name(folder, source, stem)}"
        self._draft.put(source, file)
        self._added[file] = Added(file, values)
        self._draft.added.append(file)
        self._draft.n_items += 1

    def relabel(self, item: Item, values: Mapping[str, str]) -> None:
        values = {name: check_cell(value, what=name) if value else "" for name, value in values.items()}
        self._require_current(item, values)
        if item.file in self._added:
            one = self._added[item.file]
            self._added[item.file] = msgspec.structs.replace(one, columns={**one.columns, **values})
        else:
            change = self._change_of(item)
            self._changed[item.id] = msgspec.structs.replace(change, columns={**change.columns, **values})
        self._draft.n_items += 1

    def edit_text(self, item: Item, text: str) -> None:
        self._require_current(item, {})
        if item.file in self._added:
            whole = self._draft.text(item.file)
            whole.replace(0, len(whole.text or ""), clean_text(text))
        else:
            self._changed[item.id] = msgspec.structs.replace(self._change_of(item), text=clean_text(text))
        self._draft.n_items += 1

    def delete(self, item: Item) -> None:
        self._require_current(item, {})
        if item.file in self._added:
            del self._added[item.file]
            self._draft.to_bin(item.file)
        else:
            self._removed[item.id] = self._change_of(item).content_hash
        self._draft.removed.append(item.id)
        self._draft.n_items += 1

    def delete_file(self, file: str) -> None:
        if file in self._added:
            del self._added[file]
            if self._draft.place.path(file).exists():
                self._draft.to_bin(file)
        else:
            self._removed[file] = ""

    def add_class(self, label: str) -> None:
        self._declared.add(label)

    def move_class(self, label: str, to: str) -> None:
        for item in self._items():
            if item.targets.get(self._label) == label:
                self.relabel(item, {self._label: to})
        self._declared.rename(label, to)

    def delete_class(self, label: str, items: tuple[Item, ...], files: tuple[str, ...]) -> None:
        seen = {item.id for item in items}
        for item in self._items():
            if item.targets.get(self._label) == label and item.id not in seen:
                raise changed(item.id, f"came into class {label}")
        for item in items:
            self.delete(item)
        for file in files:
            self.delete_file(file)
        self._declared.remove(label)

    def rename_speaker(self, speaker: str, to: str) -> None:
        for item in self._items():
            if item.group == speaker:
                self.relabel(item, {self._group: to})

    def finish(self) -> None:
        after = msgspec.structs.replace(
            self._before,
            added=tuple(one for _, one in sorted(self._added.items())),
            changed=dict(sorted(self._changed.items())),
            removed=dict(sorted(self._removed.items())),
        )
        if after != self._before:
            self._draft.json(f"{PROJECT}{FILE}", after)
        self._declared.finish()

    def _items(self) -> Sequence[Item]:
        if self._manifest is None:
            self._manifest = self._scanned()
        return self._manifest.items

    def _require_current(self, item: Item, values: Mapping[str, str]) -> None:
        """Refuse what another window has changed in the meantime."""
        if (item.file or "").startswith(OVERLAY_PREFIX) and item.file not in self._added:
            raise changed(item.id, "was deleted")
        if item.file in self._added:
            self._draft.require_unchanged(item)
            require_as_scanned(item, self._added[str(item.file)].columns, values, group=self._group)
            return
        if item.id in self._removed:
            raise changed(item.id, "was deleted")
        change = self._changed.get(item.id)
        if change is None or change.text is None:
            self._draft.require_unchanged(item)
        if change is not None:
            require_as_scanned(item, change.columns, [name for name in values if name in change.columns], group=self._group)
            if change.text is not None and change.text != item.text:
                raise changed(item.id, "was changed")

    def _change_of(self, item: Item) -> Changed:
        return self._changed.get(item.id) or Changed(item.content_hash)
