"""The words that are to be said one after the other, and what has become of those before."""

from __future__ import annotations

from collections.abc import Sequence


class Series:
    """Takes in a row.

    Attributes:
        words: Those that are still to be said, the next one first.
        n_kept: Takes that were kept since the series was planned.
    """

    def __init__(self) -> None:
        self.words: list[str] = []
        self.n_kept = 0
        self._kept: list[tuple[str, str]] = []

    @property
    def word(self) -> str:
        """The one to say now; empty where nothing is to be said."""
        return self.words[0] if self.words else ""

    @property
    def n_words(self) -> int:
        """All of the series, said or not."""
        return self.n_kept + len(self.words)

    def plan(self, labels: Sequence[str], chosen: str, *, times: int, in_turn: bool) -> None:
        """Begin anew.

        Args:
            labels: All classes.
            chosen: The class to say, or to begin with; empty for none.
            times: How often each is to be said.
            in_turn: Go through all classes, from the chosen one on.
        """
        words = [chosen] if chosen else []
        if in_turn and chosen in labels:
            place = labels.index(chosen)
            words = [*labels[place:], *labels[:place]]
        self.words = words * times
        self.n_kept = 0
        self._kept.clear()

    def keep(self, change: str) -> None:
        """The word has been said; ``change`` is the id of the change that has put it into the data set."""
        if self.words:
            self._kept.append((change, self.words.pop(0)))
            self.n_kept += 1

    def take_back(self, change: str, *, is_busy: bool = False) -> bool:
        """A change was taken back: where it is the last word that was kept, that word is to be said again.

        Args:
            change: Its id.
            is_busy: A take of the first word is there already; it stays the first.

        Returns:
            Whether it is.
        """
        if not self._kept or self._kept[-1][0] != change:
            return False
        self.words.insert(1 if is_busy else 0, self._kept.pop()[1])
        self.n_kept -= 1
        return True

    def take_labels(self, labels: Sequence[str]) -> None:
        """There are other classes now: the words of those that have gone are not to be said; but the first one is being said."""
        self.words[1:] = [word for word in self.words[1:] if word in labels]
