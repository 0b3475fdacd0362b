"""How imports and exports look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seqclass.cli.render.items import VerifyView
from seqclass.cli.render.view import View
from seqclass.cli.tables import plural
from seqclass.events import Finished, StageVerified


class ImportView(VerifyView):
    """The comparison with Keras, then what was imported. With ``--json`` the stages and the result."""

    json_events = (StageVerified, Finished)

    def finished(self, event: Finished) -> None:
        """Say what is in the file, and what was written or is missing."""
        result = event.result
        self.output.lines(_described(result))
        if result.get("needs"):
            self.output.lines([result["needs"]])
        if result.get("bundle"):
            self.output.lines([f"bundle written to {result['bundle']}"])

    def failure(self) -> str | None:
        """None: the job itself fails where a comparison does."""
        return None


class ExportView(View):
    """What was written where."""

    def finished(self, event: Finished) -> None:
        """Name the file."""
        result = event.result
        size = f", {result['bytes'] / 1e6:.2f} MB" if result.get("bytes") else ""
        self.output.lines([f"{result['format']} written to {result['out']}{size}"])
        self.show_warnings(result)


def _described(result: Mapping[str, Any]) -> Iterator[str]:
    reads = f"{result['n_tokens']} tokens" if result.get("n_tokens") else f"frames of {result['n_features']} numbers"
    yield f"{result['source']} model that reads {reads}"
    for layer in result["layers"]:
        units = " + ".join(str(count) for count in layer["units"])
        usual = layer.get("activation") in (None, "tanh")
        yield f"  LSTM {layer['name']}: {units} units{'' if usual else ', ' + layer['activation']}"
    for output in result["outputs"]:
        yield f"  {output['name']}: {'a number' if output['kind'] == 'number' else plural(output['classes'], 'output')}"
