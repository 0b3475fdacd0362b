"""Text to tokens, and the vocabulary that a training part gives."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from seqclass.errors import MissingDependencyError
from seqclass.specs import TextFeatureSpec

# A word with inner apostrophes and its marks, all of which are written as _MARK meanwhile; or one other visible sign.
_MARK = "\u0301"
_WORD = re.compile(rf"\w(?:\w|{_MARK}|['’](?=\w))*|[^\w\s]")
# These join letters within a word: zero-width non-joiner (Persian) and joiner (Indic scripts).
_JOINERS = "\u200c\u200d"
# Scripts that put no spaces between words: Thai and Lao, Tibetan, Burmese, Khmer, kana, Han.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
_LETTER = re.compile(r"[^\W\d_]")

UNKNOWN = "<unknown>"
UNKNOWN_ID = 0

TokenizerName = Literal["words", "characters", "jieba"]


def normalise_text(text: str, *, lowercase: bool) -> str:
    """Compatibility-compose (NFKC: full-width letters become plain) and fold case where asked."""
    composed = unicodedata.normalize("NFKC", text)
    return composed.casefold() if lowercase else composed


def choose_tokenizer(texts: Iterable[str]) -> TokenizerName:
    """``characters`` where most letters belong to scripts without spaces between words, else ``words``."""
    letters = unspaced = 0
    for text in texts:
        letters += len(_LETTER.findall(text))
        unspaced += len(_UNSPACED.findall(text))
    return "characters" if unspaced * 2 > letters else "words"


def tokenizer(name: TokenizerName) -> Callable[[str], list[str]]:
    """The function that cuts a normalised text into tokens.

    Raises:
        MissingDependencyError: ``jieba`` is asked for and not installed.
    """
    if name == "words":
        return _cut_words
    if name == "characters":
        return lambda text: [sign for sign in text if not sign.isspace()]
    try:
        import jieba
    except ImportError as error:
        raise MissingDependencyError(
            "features.tokenizer=jieba needs the word segmenter jieba. Install it with: pip install 'seqclass[chinese]', "
            "or use features.tokenizer=characters."
        ) from error
    jieba.setLogLevel("ERROR")
    return lambda text: [token for token in jieba.lcut(text) if not token.isspace()]


def _cut_words(text: str) -> list[str]:
    """Cut at spaces and before and after punctuation; vowel signs and accents (Unicode's marks) stay in their word."""
    if text.isascii():
        return _WORD.findall(text)
    marks = {ord(sign): _MARK for sign in set(text) if sign in _JOINERS or unicodedata.category(sign).startswith("M")}
    return [text[match.start() : match.end()] for match in _WORD.finditer(text.translate(marks))]


@dataclass(frozen=True)
class Vocabulary:
    """Tokens that the network knows; one id stands for all others.

    Attributes:
        tokenizer: How texts are cut, never ``auto``.
        lowercase: Whether case is folded first.
        max_tokens: Longer texts are cut here.
        tokens: Token of each id; the first is `UNKNOWN`, but for an imported model.
        unknown_id: What stands for all others.
    """

    tokenizer: TokenizerName
    lowercase: bool
    max_tokens: int
    tokens: tuple[str, ...]
    unknown_id: int = UNKNOWN_ID
    _ids: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ids", {token: index for index, token in enumerate(self.tokens)})

    def split(self, text: str) -> list[str]:
        """Tokens of a text, at most ``max_tokens``; an empty text is one unknown token, so that it has a frame."""
        tokens = tokenizer(self.tokenizer)(normalise_text(text, lowercase=self.lowercase))
        return tokens[: self.max_tokens] or [UNKNOWN]

    def encode(self, tokens: Sequence[str]) -> NDArray[np.int32]:
        """Ids of tokens, (n_tokens,)."""
        return np.asarray([self._ids.get(token, self.unknown_id) for token in tokens], dtype=np.int32)


def build_vocabulary(texts: Sequence[str], spec: TextFeatureSpec) -> Vocabulary:
    """Count the tokens of the training part and keep the frequent ones.

    Args:
        texts: Training texts only; a token of validation or test must stay unknown.
        spec: Settings.
    """
    name = choose_tokenizer(texts) if spec.tokenizer == "auto" else spec.tokenizer
    cut = tokenizer(name)
    counts = Counter[str]()
    for text in texts:
        counts.update(cut(normalise_text(text, lowercase=spec.lowercase))[: spec.max_tokens])
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    kept = [token for token, count in ranked if count >= spec.min_count][: spec.max_vocabulary]
    return Vocabulary(name, spec.lowercase, spec.max_tokens, (UNKNOWN, *kept))
