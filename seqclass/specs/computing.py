"""Where the work is done."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from seqclass.specs.base import Spec

Parallel = Annotated[
    str,
    Meta(pattern=r"^(local|dask:\S+)$", description="local: on this machine; dask:ADDRESS: by the workers of a Dask cluster"),
]


class ComputeSpec(Spec, frozen=True):
    """Where features are computed and kept. None of it changes a number, so no bundle records it."""

    parallel: Parallel = "local"
    cache_mb: Annotated[
        int, Meta(ge=0, description="Most that features of all data sets may take in the cache; 0: nothing is kept there")
    ] = 8192


HERE = ComputeSpec()
"""On this machine, within the usual limit."""
