"""How a scanned data set looks."""

from __future__ import annotations

from seqclass.cli.render.view import View
from seqclass.cli.tables import plural
from seqclass.events import Finished

SHOWN_PROBLEMS = 20


class ScanView(View):
    """Items per class and split, then every problem up to a number that a person reads."""

    def finished(self, event: Finished) -> None:
        """Show what was found."""
        result = event.result
        self.output.lines([f"{plural(result.get('used', 0), 'item')} used"])
        problems = result.get("problems") or []
        if problems:
            self.output.lines(["", plural(len(problems), "problem") + ":"])
            self.output.lines(f"  {problem['file']}: {problem['reason']}" for problem in problems[:SHOWN_PROBLEMS])
            if len(problems) > SHOWN_PROBLEMS:
                self.output.lines([f"  and {len(problems) - SHOWN_PROBLEMS} more; --json lists all"])
