"""The ways to look at an item beside the lens, one module each. `tool` has the conventions."""

TOOLS: tuple[str, ...] = ("cell", "decision", "memory", "hands", "compare", "find", "film", "stress", "health")
"""Names of all tools, in the order of their buttons."""
