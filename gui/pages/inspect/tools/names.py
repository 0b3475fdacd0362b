"""What the tools are called, what each is for, and how to read it."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication


class ToolName(NamedTuple):
    """The words of a tool.

    Attributes:
        short: Below its icon: one word.
        title: Above its panel.
        reading: How to read it, in one sentence or two.
    """

    short: str
    title: str
    reading: str


def tool_name(tool: str) -> ToolName:
    """The words of a tool by its name."""
    translate = QCoreApplication.translate
    return {
        "cell": ToolName(
            translate("InspectTools", "Cell"),
            translate("InspectTools", "Inside one cell"),
            translate(
                "InspectTools",
                "One LSTM cell at the cursor's frame: thick wires carry much, thin ones little; orange raises, blue lowers.",
            ),
        ),
        "decision": ToolName(
            translate("InspectTools", "Decision"),
            translate("InspectTools", "How the answer came about"),
            translate(
                "InspectTools",
                "What the model would say if the item ended here; the line marks where the final answer takes the lead for good.",
            ),
        ),
        "memory": ToolName(
            translate("InspectTools", "Memory"),
            translate("InspectTools", "What is still in the cell"),
            translate(
                "InspectTools",
                "How much of what each frame wrote is still there at the chosen frame: exact accounting given the gates, not a "
                "claim about causes.",
            ),
        ),
        "hands": ToolName(
            translate("InspectTools", "Hands"),
            translate("InspectTools", "Hands on the gates"),
            translate(
                "InspectTools",
                "Hold a gate open, shut it, or freeze it: everything after it is computed anew with your change.",
            ),
        ),
        "compare": ToolName(
            translate("InspectTools", "Compare"),
            translate("InspectTools", "Two takes, aligned"),
            translate(
                "InspectTools",
                "Both takes on one time axis; orange: the first is greater, blue: the second; the line is where they part.",
            ),
        ),
        "find": ToolName(
            translate("InspectTools", "Find"),
            translate("InspectTools", "Find this moment elsewhere"),
            translate(
                "InspectTools",
                "The units that are on in the chosen range and off around it, and where else in the data set they are on together.",
            ),
        ),
        "film": ToolName(
            translate("InspectTools", "Film"),
            translate("InspectTools", "How training shaped it"),
            translate(
                "InspectTools", "The same item after each epoch: move through the epochs and see gates take their roles."
            ),
        ),
        "stress": ToolName(
            translate("InspectTools", "Stress"),
            translate("InspectTools", "When does it break?"),
            translate("InspectTools", "Add noise, shift, speed up or cut the band, and see gates and answer follow at once."),
        ),
        "health": ToolName(
            translate("InspectTools", "Health"),
            translate("InspectTools", "Are the gates healthy?"),
            translate(
                "InspectTools", "Over many items: gates that always stand open or shut, units that never write or never let go."
            ),
        ),
    }[tool]
