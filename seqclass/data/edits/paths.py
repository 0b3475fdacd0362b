"""Edits where a file's path tells its label: class folders, split folders, list files, patterns; and texts read by lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from seqclass.data.candidates import NOISE_FOLDER, SPLIT_WORDS, speaker_in_name
from seqclass.data.content import clean_text, kind_of, read_text
from seqclass.data.edits.classes import DeclaredClasses
from seqclass.data.edits.names import check_cell, check_label, check_speaker
from seqclass.data.edits.plan import Draft, Planner, Source, Take
from seqclass.data.edits.steps import changed
from seqclass.data.edits.text import lines_of
from seqclass.data.layouts import LIST_FILES
from seqclass.data.manifest import Item, Layout
from seqclass.data.patterns import Pattern, parse_pattern
from seqclass.data.walk import is_ignored
from seqclass.errors import DataError

_LABEL, _SPEAKER = "label", "speaker"


def path_planner(draft: Draft, layout: Layout, files: list[str]) -> Planner:
    """A planner for a data set whose paths tell labels.

    Args:
        draft: Takes the steps.
        layout: Class folders, split folders, list files or pattern.
        files: All files of the walk.
    """
    return _PathPlanner(draft, layout, files)


class _PathPlanner:
    """See `seqclass.data.edits.plan.Planner`."""

    def __init__(self, draft: Draft, layout: Layout, files: list[str]) -> None:
        self._draft, self._layout = draft, layout
        self._pattern: Pattern | None = parse_pattern(draft.data.pattern) if layout == "pattern" else None
        self._files = [file for file in files if NOISE_FOLDER not in file.split("/")[:-1]]
        self._depth = 1 if layout == "split folders" else 0
        self._lists = {name: draft.text(name) for name in LIST_FILES if layout == "list files" and name in files}
        self._declared = DeclaredClasses(draft)
        self._label = draft.label_column if self._pattern else _LABEL
        self._speaker = draft.data.group if self._pattern else _SPEAKER
        self._known_labels: list[str] | None = None
        self._lines: dict[str, list[tuple[int, int]]] = {}
        self._n_appended: dict[str, int] = {}

    def labels(self) -> list[str]:
        if self._known_labels is None:
            self._known_labels = self._find_labels()
        return self._known_labels

    def _find_labels(self) -> list[str]:
        if self._pattern:
            found = {values[self._label] for file in self._files if (values := self._pattern.match(file))}
            return sorted({*found, *self._declared.names})
        labels: set[str] = set()
        for parent in self._parents():
            folder = self._draft.place.path(parent) if parent else self._draft.place.root
            labels |= {entry.name for entry in folder.iterdir() if entry.is_dir() and not is_ignored(entry.name)}
        return sorted(labels - {NOISE_FOLDER})

    def check(self, label: str) -> str:
        return check_label(label)

    def add(self, source: Source, label: str, speaker: str, columns: Mapping[str, str]) -> None:
        speaker = self._checked(self._speaker, speaker) if speaker else ""
        values = {**{name: self._checked(name, value) for name, value in columns.items()}, self._label: label}
        if speaker:
            values[self._speaker] = speaker
        if self._draft.data.lines and not isinstance(source, Take):
            self._add_lines(source, values)
            return
        target = self._filled(values, source) if self._pattern else self._new_file(values, source)
        self._draft.put(source, target)
        self._draft.added.append(target)
        self._draft.n_items += 1

    def relabel(self, item: Item, values: Mapping[str, str]) -> None:
        file = _file_of(item)
        self._draft.require_unchanged(item)
        values = {name: self._checked(name, value) for name, value in values.items()}
        if item.row is not None:
            target = self._moved(file, values, is_lines=True)
            if target == file:
                return
            new = self._append(target, self._take_line(file, item.row))
            self._draft.renamed[item.id] = new
        else:
            target = self._moved(file, values)
            if target == file:
                return
            self._move_file(file, target)
        self._draft.n_items += 1

    def edit_text(self, item: Item, text: str) -> None:
        file = _file_of(item)
        self._draft.require_unchanged(item)
        if item.row is not None:
            start, end = self._line(file, item.row)
            self._draft.text(file).replace(start, end, _one_line(text))
        else:
            whole = self._draft.text(file)
            old = whole.text or ""
            body = old[whole.body_start :]
            begin = whole.body_start + len(body) - len(body.lstrip())
            whole.replace(begin, begin + len(body.strip()), clean_text(text).replace("\n", whole.line_end))
        self._draft.n_items += 1

    def delete(self, item: Item) -> None:
        file = _file_of(item)
        self._draft.require_unchanged(item)
        if item.row is not None:
            self._take_line(file, item.row)
        else:
            self.delete_file(file)
        self._draft.removed.append(item.id)
        self._draft.n_items += 1

    def delete_file(self, file: str) -> None:
        self._draft.to_bin(file)
        self._rewrite_lists({file: None})

    def add_class(self, label: str) -> None:
        if self._pattern:
            self._checked(self._label, label)
            self._declared.add(label)
            return
        self._draft.folder("/".join([*([self._train_folder()] if self._depth else []), label]))

    def move_class(self, label: str, to: str) -> None:
        if self._pattern:
            for file in self._files:
                values = self._pattern.match(file)
                if values and values[self._label] == label:
                    self._move_file(file, self._moved(file, {self._label: to}))
                    self._draft.n_items += 1
            self._declared.rename(label, to)
            return
        for parent in self._parents():
            source, target = _join(parent, label), _join(parent, to)
            if not self._draft.place.path(source).is_dir():
                continue
            inside = [file for file in self._files if file.startswith(source + "/")]
            self._draft.n_items += len(inside)
            if not self._exists(target, unless=source):
                self._draft.move(source, target)
                self._follow({file: target + file[len(source) :] for file in inside})
                continue
            for file in inside:
                self._move_file(file, self._free(target + file[len(source) :]))
            self._draft.to_bin(source)  # what is left of it: files that are none of the data set's, empty folders

    def delete_class(self, label: str, items: tuple[Item, ...], files: tuple[str, ...]) -> None:
        seen = {*files, *(item.file for item in items)}
        if self._pattern:
            self._declared.remove(label)
            inside = [file for file in self._files if (values := self._pattern.match(file)) and values[self._label] == label]
        else:
            folders = [folder for parent in self._parents() if self._exists(folder := _join(parent, label))]
            inside = [file for file in self._files if any(file.startswith(folder + "/") for folder in folders)]
        unseen = [file for file in inside if file not in seen and kind_of(file) == self._draft.kind]
        if unseen:
            raise changed(unseen[0], f"came into class {label}")
        for place in inside if self._pattern else folders:
            self._draft.to_bin(place)
        self._rewrite_lists(dict.fromkeys(inside))
        self._draft.removed += [item.id for item in items]
        self._draft.n_items += len(items)

    def rename_speaker(self, speaker: str, to: str) -> None:
        to = self._checked(self._speaker, to)
        for file in self._files:
            if self._values(file).get(self._speaker) == speaker:
                self._move_file(file, self._moved(file, {self._speaker: to}))
                self._draft.n_items += 1

    def finish(self) -> None:
        self._declared.finish()

    # What a path says

    def _values(self, file: str) -> dict[str, str]:
        if self._pattern:
            return self._pattern.match(file) or {}
        parts = file.split("/")
        speaker = speaker_in_name(file)
        return {_LABEL: parts[self._depth] if len(parts) > self._depth + 1 else "", **({_SPEAKER: speaker} if speaker else {})}

    def _checked(self, name: str, value: str) -> str:
        if self._pattern:
            if name not in self._pattern.fields:
                raise DataError(
                    f"A column must be one that the pattern has. Received: {name}={value!r} (pattern {self._pattern.text}). "
                    f"There are: {', '.join(self._pattern.fields)}."
                )
            return value if name == self._label and value in self.labels() else check_label(check_cell(value, what=name))
        if name == _LABEL:
            return value if value in self.labels() else check_label(value)
        if name == _SPEAKER:
            return check_speaker(value)
        raise DataError(
            f"Class folders tell label and speaker, nothing else. Received: {name}={value!r}. Write a manifest.csv for more."
        )

    def _parents(self) -> list[str]:
        """The folders that class folders lie in."""
        if not self._depth:
            return [""]
        entries = sorted(entry.name for entry in self._draft.place.root.iterdir() if entry.is_dir())
        return [name for name in entries if name.lower() in SPLIT_WORDS]

    def _train_folder(self) -> str:
        return next((name for name in self._parents() if SPLIT_WORDS[name.lower()] == "train"), "train")

    def _new_file(self, values: Mapping[str, str], source: Source) -> str:
        folder = "/".join([*([self._train_folder()] if self._depth else []), values[_LABEL]])
        return f"{folder}/{self._draft.new_name(folder, source, values.get(_SPEAKER, ''))}"

    def _filled(self, values: Mapping[str, str], source: Source) -> str:
        """A new path that fits the pattern: the fields that are not given count up together."""
        assert self._pattern is not None
        counting = [name for name in self._pattern.fields if name not in values]
        taken = {file.casefold() for file in (*self._files, *self._draft.added)}
        for n in range(len(taken) + 1 if counting else 1):
            file = self._composed({**dict.fromkeys(counting, str(n)), **values}, self._draft.suffix(source))
            if file.casefold() not in taken:
                return file
        raise DataError(
            f"A pattern needs a field that counts, so that takes can be told apart. Received: pattern={self._pattern.text!r} "
            f"with {', '.join(f'{name}={value}' for name, value in values.items())}. Add a field such as {{take}}."
        )

    def _composed(self, values: Mapping[str, str], suffix: str, *, folder: str = "") -> str:
        pattern = self._pattern
        assert pattern is not None
        name = pattern.literals[0]
        for field, literal in zip(pattern.fields, pattern.literals[1:], strict=True):
            name += values[field] + literal
        if not pattern.with_ending:
            name += suffix
        elif PurePosixPath(name).suffix.lower() != suffix.lower():
            raise DataError(
                f"A file must have the pattern's ending. Received: a {suffix} file (pattern {pattern.text}). Convert it."
            )
        file = name if pattern.on_path else _join(folder, name)
        if pattern.match(file) != {field: values[field] for field in pattern.fields}:
            shown = ", ".join(f"{field}={values[field]!r}" for field in pattern.fields)
            raise DataError(
                f"A name must give back what it was made of. Received: {shown} (pattern {pattern.text}): {file} reads "
                "differently. Choose a name without the signs that part the fields."
            )
        return file

    def _moved(self, file: str, values: Mapping[str, str], *, is_lines: bool = False) -> str:
        """The path of a file whose label, speaker or field has changed; free, unless it is the file's own."""
        if self._pattern:
            old = self._values(file)
            pure = PurePosixPath(file)
            folder = "" if self._pattern.on_path else pure.parent.as_posix()
            target = self._composed({**old, **values}, pure.suffix, folder="" if folder == "." else folder)
            if target == file or is_lines:
                return target
            spare = [name for name in self._pattern.fields if name not in (self._label, self._speaker, *values)]
            n = 0
            while self._exists(target):
                if not spare:
                    raise changed(target, "is there already; its pattern has no field that counts, or it came")
                target = self._composed(
                    {**old, **values, spare[-1]: str(n)}, pure.suffix, folder="" if folder == "." else folder
                )
                n += 1
            return target
        parts = file.split("/")
        if len(parts) < self._depth + 2:
            raise DataError(f"A file must lie in a class folder to be moved. Received: {file}. Add it to a class instead.")
        parts[self._depth] = values.get(_LABEL, parts[self._depth])
        if _SPEAKER in values and values[_SPEAKER] != (speaker_in_name(file) or ""):
            rest = re.sub(r"^.*?_nohash_", "", parts[-1]) if speaker_in_name(file) else ""
            suffix = PurePosixPath(file).suffix
            folder, speaker = "/".join(parts[:-1]), values[_SPEAKER]
            parts[-1] = f"{speaker}_nohash_{rest}" if speaker and rest else self._draft.take_name(folder, speaker, suffix)
        target = "/".join(parts)
        return target if target == file or is_lines else self._free(target)

    def _free(self, target: str) -> str:
        """The path, or the same with another number where something is there."""
        pure = PurePosixPath(target)
        folder = pure.parent.as_posix()
        if pure.name.casefold() not in self._draft.names(folder):
            return target
        speaker = speaker_in_name(target)
        name = self._draft.take_name(folder, speaker, pure.suffix) if speaker else self._draft.free_name(folder, pure.name)
        return f"{folder}/{name}"

    def _exists(self, name: str, *, unless: str = "") -> bool:
        path = self._draft.place.path(name)
        return path.exists() and not (unless and path.samefile(self._draft.place.path(unless)))

    # Files and what names them

    def _move_file(self, file: str, target: str) -> None:
        if target != file:
            self._draft.move(file, target)
            self._follow({file: target})

    def _follow(self, pairs: Mapping[str, str]) -> None:
        """Saved splits and list files name moved files by their new paths."""
        self._draft.renamed.update(pairs)
        self._rewrite_lists(pairs)

    def _rewrite_lists(self, pairs: Mapping[str, str | None]) -> None:
        for text in self._lists.values():
            whole = text.text or ""
            for start, end in lines_of(whole, text.body_start):
                named = PurePosixPath(whole[start:end].strip().replace("\\", "/")).as_posix()
                if named not in pairs:
                    continue
                target = pairs[named]
                if target is not None:
                    text.replace(start, end, target)
                else:
                    rest = re.match(r"\r\n|\r|\n", whole[end:])
                    text.replace(start, end + (len(rest[0]) if rest else 0), "")

    # Texts by lines

    def _add_lines(self, source: str | Path, values: Mapping[str, str]) -> None:
        whole = source if isinstance(source, str) else read_text(source)
        if self._pattern:
            counting = dict.fromkeys((name for name in self._pattern.fields if name not in values), "0")
            file = self._composed({**counting, **values}, ".txt")
        else:
            name = f"{values[_SPEAKER]}_nohash_0.txt" if _SPEAKER in values else "lines.txt"
            file = _join(self._train_folder() if self._depth else "", f"{values[_LABEL]}/{name}")
        lines = (
            [line.strip() for line in whole.split("\n") if line.strip()] if not isinstance(source, str) else [_one_line(source)]
        )
        for line in lines:
            self._draft.added.append(self._append(file, line))
            self._draft.n_items += 1

    def _append(self, file: str, line: str) -> str:
        """Add a line to a file, which is made if need be; gives the new item's id."""
        self._draft.folder(PurePosixPath(file).parent.as_posix())
        self._draft.text(file).append(line)
        n = self._n_appended.get(file, 0)
        self._n_appended[file] = n + 1
        return f"{file}#{len(self._places(file)) + n}"

    def _take_line(self, file: str, row: int) -> str:
        """Empty a line: the lines after it keep their numbers, and with them their ids and saved parts."""
        start, end = self._line(file, row)
        text = self._draft.text(file)
        line = (text.text or "")[start:end].strip()
        text.replace(start, end, "")
        return line

    def _line(self, file: str, row: int) -> tuple[int, int]:
        places = self._places(file)
        if row >= len(places):
            raise changed(f"{file}#{row}", "was deleted")
        return places[row]

    def _places(self, file: str) -> list[tuple[int, int]]:
        if file not in self._lines:
            text = self._draft.text(file)
            self._lines[file] = list(lines_of(text.text or "", text.body_start))
        return self._lines[file]


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _file_of(item: Item) -> str:
    if item.file is None:
        raise changed(item.id, "has no file")
    return item.file


def _one_line(text: str) -> str:
    return " ".join(clean_text(text).split())
