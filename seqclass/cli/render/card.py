"""How a bundle's card looks. The whole card, with the vocabulary and the course of training, is what ``--json`` gives."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from seqclass.cli.render.training import metric_lines
from seqclass.cli.tables import duration, number, pad

TITLE_COLUMNS = 12
LINE_COLUMNS = 110
SHOWN_LABELS = 40
_ITEM_NOUNS = {"speech": "recordings", "text": "texts", "numeric": "sequences"}


def card_lines(card: Mapping[str, Any]) -> Iterator[str]:
    """The card as lines: what it learnt, from what, how well it does, and what it is made of.

    Args:
        card: `seqclass.model.bundle.read_card`.
    """
    made = f"{card['created']} with seqclass {card['seqclass_version']} (bundle format {card['schema']})"
    yield from _entry("made", made)
    for target in card["targets"]:
        yield from _entry(f"{target['name']}:", _target(target))
    yield from _entry("data", _data(card))
    yield from _entry("features", _pairs(card["front_end"].get("spec", {}), without=("kind",)))
    if "vocabulary" in card["front_end"]:
        tokens = card["front_end"]["vocabulary"]
        yield from _entry("vocabulary", f"{len(tokens)} tokens, {card['front_end'].get('tokenizer')}")
    yield from _entry("model", _model(card))
    yield from _entry("training", _training(card))
    for line in metric_lines(card.get("metrics") or {}):
        yield from _entry("figures", line)
    if card.get("thresholds"):
        yield from _entry("thresholds", _pairs(card["thresholds"]))
    yield from _entry("libraries", _pairs(card.get("libraries") or {}, between=" "))
    for warning in card["data"].get("warnings") or []:
        yield from _entry("warning", warning)


def _target(target: Mapping[str, Any]) -> str:
    if target["kind"] == "number":
        return "a number"
    labels = list(target["labels"])
    more = f" and {len(labels) - SHOWN_LABELS} more" if len(labels) > SHOWN_LABELS else ""
    return f"{len(labels)} classes: {', '.join(labels[:SHOWN_LABELS])}{more}"


def _data(card: Mapping[str, Any]) -> str:
    data = card["data"]
    if "imported" in (card.get("training") or {}):
        return f"unknown: imported from {data['name']}, a model of {card['training']['imported']['from']}"
    noun = _ITEM_NOUNS.get(card["kind"], "items")
    counts = ", ".join(f"{count} {part}" for part, count in data["counts"].items())
    text = f"{noun} of {data['name']}: {counts}"
    if any(data["groups"].values()):
        text += "; groups (speakers, say): " + ", ".join(f"{count} {part}" for part, count in data["groups"].items())
    by = {"given": "as the data set gives it", "group": "by group", "item": "by item"}
    return f"{text}; split {by.get(data['split_by'], data['split_by'])}"


def _model(card: Mapping[str, Any]) -> str:
    model = card["config"]["model"]
    direction = "both directions" if model["bidirectional"] else "one direction"
    if card.get("stack"):
        return _stack(card)
    parts = [f"LSTM {_value(model['lstm'])} in {direction}", f"{' + '.join(model['pooling'])} pooling"]
    if card["kind"] == "text":
        parts.insert(0, f"embedding {model['embedding_dim']}")
    if model["dense"]:
        parts.append(f"Dense {_value(model['dense'])} ({model['activation']})")
    causal = "causal" if card["is_causal"] else "not causal: an answer needs the whole item"
    return f"{' -> '.join(parts)} -> logits; {causal}"


def _stack(card: Mapping[str, Any]) -> str:
    """An imported model, layer by layer."""
    parts = ["Embedding"] if card["kind"] == "text" else []
    for layer in card["stack"]["layers"]:
        parts += [node["op"] for node in layer["before"]]
        halves = [layer["forward"], *([layer["backward"]] if layer["backward"] else [])]
        units = " + ".join(f"{half['units']}{' backwards' if half['is_backward'] else ''}" for half in halves)
        unusual = sorted({half[key] for half in halves for key in ("activation", "recurrent_activation")} - {"tanh", "sigmoid"})
        parts.append(f"LSTM {units}{' (' + ', '.join(unusual) + ')' if unusual else ''}")
    parts += [node["op"] for node in card["stack"]["tail"]]
    return f"{' -> '.join(parts)} -> logits; {'causal' if card['is_causal'] else 'not causal: an answer needs the whole item'}"


def _training(card: Mapping[str, Any]) -> str:
    happened, spec = card.get("training") or {}, card["config"]["training"]
    if "imported" in happened:
        return "elsewhere"
    text = f"{happened.get('epochs', '-')} epochs of at most {spec['epochs']}"
    if happened.get("best_epoch"):
        text += f", the best was {happened['best_epoch']}"
    return f"{text}; {duration(happened.get('seconds'))}; {spec['optimizer']}, batch {spec['batch_size']}, seed {spec['seed']}"


def _pairs(values: Mapping[str, Any], *, without: tuple[str, ...] = (), between: str = "=") -> str:
    return ", ".join(f"{name}{between}{_value(value)}" for name, value in values.items() if name not in without)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number(value, digits=6)
    if isinstance(value, list | tuple):
        return ", ".join(_value(entry) for entry in value)
    return "none" if value is None else str(value)


def _entry(title: str, text: str) -> Iterator[str]:
    """A title, and the text beside it on as many lines as it needs."""
    columns = LINE_COLUMNS - TITLE_COLUMNS
    lines = textwrap.wrap(text, columns, break_long_words=False, break_on_hyphens=False) or [""]
    for index, line in enumerate(lines):
        yield f"{pad('' if index else title, TITLE_COLUMNS - 1)} {line}".rstrip()
