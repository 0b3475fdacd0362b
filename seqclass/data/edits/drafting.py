"""From what is asked for to a draft of it: each edit in terms of what a planner can do, with the rules on names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seqclass.data.content import KIND_WORDS, kind_of
from seqclass.data.edits.journal import Action
from seqclass.data.edits.names import like_existing
from seqclass.data.edits.plan import (
    Add,
    AddClass,
    Delete,
    DeleteClass,
    Draft,
    Edit,
    EditText,
    MergeClasses,
    Planner,
    Relabel,
    RenameClass,
    RenameSpeaker,
    Source,
    Take,
)
from seqclass.data.manifest import Item
from seqclass.errors import DataError
from seqclass.events import CancelToken, Emit, Progress
from seqclass.specs import Kind


def plan_edit(edit: Edit, draft: Draft, planner: Planner, *, emit: Emit, cancel: CancelToken | None) -> tuple[Action, str]:
    """Have a planner write down an edit.

    Args:
        edit: What to do.
        draft: Where it is written down.
        planner: Knows how the data set keeps its items.
        emit: Gets `Progress` while sources are copied.
        cancel: Looked at between sources.

    Returns:
        What is done, and to what, as a history tells it.

    Raises:
        DataError: A name is refused, or there is no such class.
        ItemError: Content cannot be read.
        CancelledError: The person cancelled.
    """
    if isinstance(edit, Add):
        return "add", _plan_add(edit, draft, planner, emit, cancel)
    if isinstance(edit, Relabel):
        values = dict(edit.columns)
        if edit.label is not None:
            values[draft.label_column] = _label(edit.label, planner)
        if edit.speaker is not None:
            values[draft.data.group] = edit.speaker
        for item in _distinct(edit.items):
            planner.relabel(item, values)
        return "relabel", ", ".join(values.values())
    if isinstance(edit, EditText):
        planner.edit_text(edit.item, edit.text)
        return "edit_text", edit.item.id
    if isinstance(edit, Delete):
        for item in _distinct(edit.items):
            planner.delete(item)
        for file in edit.files:
            planner.delete_file(file)
            draft.n_items += 1
        return "delete", ""
    if isinstance(edit, RenameSpeaker):
        planner.rename_speaker(edit.speaker, edit.to)
        return "rename_speaker", edit.to
    return _plan_class(edit, planner)


def kind_of_source(source: Source) -> Kind | None:
    """What a source becomes an item of; None for a file of an unknown ending."""
    if isinstance(source, Take):
        return "speech"
    return "text" if isinstance(source, str) else kind_of(source.name)


def _plan_class(edit: AddClass | RenameClass | MergeClasses | DeleteClass, planner: Planner) -> tuple[Action, str]:
    labels = planner.labels()
    if isinstance(edit, AddClass):
        label = _label(edit.label, planner)
        if label in labels:
            raise DataError(f"A class must have a name of its own. Received: {label!r}, which there is. Choose another.")
        planner.add_class(label)
        return "add_class", label
    if isinstance(edit, RenameClass):
        _require_known([edit.label], labels)
        to = like_existing(edit.to, [label for label in labels if label != edit.label], planner.check)
        if to in labels and to != edit.label:
            raise DataError(
                f"A class must have a name of its own. Received: {to!r}, which there is. Merge the two classes instead."
            )
        if to != edit.label:
            planner.move_class(edit.label, to)
        return "rename_class", to
    if isinstance(edit, MergeClasses):
        _require_known([*edit.labels, edit.into], labels)
        for label in edit.labels:
            if label != edit.into:
                planner.move_class(label, edit.into)
        return "merge_classes", edit.into
    _require_known([edit.label], labels)
    planner.delete_class(edit.label, edit.items, edit.files)
    return "delete_class", edit.label


def _plan_add(edit: Add, draft: Draft, planner: Planner, emit: Emit, cancel: CancelToken | None) -> str:
    is_class = not draft.data.targets or any(target.kind == "class" for target in draft.data.targets)
    label = _label(edit.label, planner) if is_class or edit.label else ""
    for source in edit.sources:
        kind = kind_of_source(source)
        if kind != draft.kind:
            raise DataError(
                f"A data set must hold one kind of items. Received: {_name(source)} for a data set of "
                f"{KIND_WORDS[draft.kind]}. Choose another data set."
            )
    for n, source in enumerate(edit.sources):
        if cancel is not None:
            cancel.check()
        planner.add(source, label, edit.speaker.strip(), edit.columns)
        emit(Progress(stage="copy", done=n + 1, total=len(edit.sources)))
    return label


def _label(label: str, planner: Planner) -> str:
    return like_existing(label, planner.labels(), planner.check)


def _require_known(labels: Sequence[str], known: Sequence[str]) -> None:
    for label in labels:
        if label not in known:
            raise DataError(f"A class must be one that there is. Received: {label!r}. There are: {', '.join(known) or 'none'}.")


def _name(source: Source) -> str:
    return "a recording" if isinstance(source, Take) else "a text" if isinstance(source, str) else str(source)


def _distinct(items: Iterable[Item]) -> Iterable[Item]:
    return {item.id: item for item in items}.values()
