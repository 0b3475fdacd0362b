"""The exception tree.

::

    SeqclassError                 anything a person can mend; the command line prints its one line and exits with 1
    ├── UsageError                the command was put together wrongly (exit 2)
    ├── SpecError                 a setting is unknown or out of range
    ├── DataError                 a data set as a whole cannot be used
    │   └── ItemError             one item cannot be read; a scan lists it as a problem
    ├── BundleError               a bundle is damaged, foreign or of a later version
    ├── StorageError              a file or folder cannot be read or written (disk full, no permission)
    ├── DeviceError               a microphone or loudspeaker cannot be used
    ├── WorkersError              processes that train together cannot begin or go on
    ├── MissingDependencyError    an optional library is not installed
    └── CancelledError            the person stopped the job (exit 130)

Every message gives the rule, then ``Received: name=value``, then the way out.
"""

from __future__ import annotations


class SeqclassError(Exception):
    """Base of all errors that a person can mend."""


class UsageError(SeqclassError):
    """The command was put together wrongly."""


class SpecError(SeqclassError):
    """A setting is unknown or out of range."""


class DataError(SeqclassError):
    """A data set as a whole cannot be used."""


class ItemError(DataError):
    """One item cannot be read. The text is the reason alone; the caller adds the item's name."""


class BundleError(SeqclassError):
    """A bundle is damaged, foreign or of a later version."""


class StorageError(SeqclassError):
    """A file or folder cannot be read or written."""


class DeviceError(SeqclassError):
    """A microphone or loudspeaker cannot be used."""


class WorkersError(SeqclassError):
    """Processes that train together cannot begin or go on."""


class MissingDependencyError(SeqclassError):
    """An optional library is not installed."""


class CancelledError(SeqclassError):
    """The person stopped the job."""
