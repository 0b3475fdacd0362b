"""An item cut at any of its frames, as if it ended there."""

from __future__ import annotations

import numpy as np

from seqclass.audio.read import Audio
from seqclass.audio.resample import resample
from seqclass.features import mfcc
from seqclass.features.front_end import Encoded, NumericFrontEnd, SpeechFrontEnd
from seqclass.inference.classify import Content, encode_content
from seqclass.inspection.hands import EditedNetwork, edited_network
from seqclass.inspection.trace import needs_one_pass
from seqclass.model.bundle import Bundle
from seqclass.model.network import Activations, Floats, Network
from seqclass.model.stack import Mask


class _Sound:
    """A recording of which beginnings are taken. What a frame holds by itself is computed once for all of them."""

    def __init__(self, front_end: SpeechFrontEnd, audio: Audio) -> None:
        self._front_end = front_end
        self._samples = resample(np.asarray(audio.samples, np.float32), audio.rate_hz, front_end.basis.rate_hz)
        spec, basis = front_end.spec, front_end.basis
        self._power = mfcc.power_spectrum(self._samples, basis, preemphasis=spec.preemphasis)
        self._mel_db = mfcc.decibels(mfcc.mel_power(self._power, basis.mel), amin=spec.amin)

    def encode(self, n_frames: int) -> Encoded:
        """The recording's first ``n_frames`` frames, silence included, as if it ended there."""
        spec, basis = self._front_end.spec, self._front_end.basis
        if spec.remove_dc:  # the mean of a beginning is another one, and changes every frame
            end = (n_frames - 1) * basis.hop_length + basis.n_fft
            return self._front_end.encode(self._samples[:end], basis.rate_hz)
        kept = mfcc.kept_frames(self._power[:n_frames], spec, basis)
        return self._front_end.finish(mfcc.cepstrum(self._mel_db[:n_frames][kept], spec, basis), kept.start)


class Prefixes:
    """An item cut at any of its frames.

    Attributes:
        encoded: The whole item.
        is_one_pass: Whether the outputs of the whole item hold those of each prefix.
    """

    def __init__(self, bundle: Bundle, content: Content, encoded: Encoded | None = None) -> None:
        """Take an item.

        Args:
            bundle: The model, edited or not.
            content: The item before the front end (`seqclass.inference.classify.read_content`).
            encoded: The item after it, where that is there already.

        Raises:
            ItemError: The content does not fit the model.
        """
        self.encoded = encode_content(bundle, content) if encoded is None else encoded
        self.is_one_pass = needs_one_pass(bundle)
        self._bundle = bundle
        self._content = content
        self._whole: Activations | None = None
        self._sound: _Sound | None = None

    @property
    def n_frames(self) -> int:
        """Frames of the whole item."""
        return len(self.encoded.frames)

    @property
    def whole(self) -> Activations:
        """What the whole item does to the network."""
        if self._whole is None:
            self._whole = self._bundle.network.forward(self.encoded.frames)
        return self._whole

    def outputs(self, frame: int) -> tuple[Floats, Mask | None]:
        """Output of the last layer if the item ended after ``frame``, (n_frames_so_far, n_outputs), and which frames count."""
        if self.is_one_pass or frame == self.n_frames - 1:
            given, end = self.whole, frame + 1
        else:
            prefix = self._encode(frame)
            given, end = self._network(prefix).forward(prefix.frames), None
        return given.layers[-1].output[:end], None if given.mask is None else given.mask[:end]

    def _encode(self, frame: int) -> Encoded:
        front_end, content = self._bundle.front_end, self._content
        if isinstance(front_end, SpeechFrontEnd):
            assert isinstance(content, Audio)
            if self._sound is None:
                self._sound = _Sound(front_end, content)
            return self._sound.encode(self._first_frame(self.encoded) + frame + 1)
        if isinstance(front_end, NumericFrontEnd):
            values = np.asarray(content, np.float64)
            return front_end.encode((values[:, None] if values.ndim == 1 else values)[: frame + 1])
        whole = self.encoded
        return Encoded(whole.frames[: frame + 1], whole.features[: frame + 1], whole.times_s[: frame + 1])

    def _first_frame(self, encoded: Encoded) -> int:
        """Frames of silence that were cut before the first."""
        if not isinstance(self._bundle.front_end, SpeechFrontEnd):
            return 0
        basis = self._bundle.front_end.basis
        return round((float(encoded.times_s[0]) * basis.rate_hz - basis.n_fft / 2) / basis.hop_length)

    def _network(self, prefix: Encoded) -> Network:
        """The network; edits count frames of the whole item, and a prefix may begin at another one."""
        network = self._bundle.network
        if not isinstance(network, EditedNetwork):
            return network
        return edited_network(network, network.hands.shifted(self._first_frame(prefix) - self._first_frame(self.encoded)))
