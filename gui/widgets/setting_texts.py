"""Names and explanations of settings in the person's language.

The library explains each setting in English (`seqclass.settings.describe`); a form needs a short name for it as well, and both in
any language. The explanations stand here once more as literals because Qt's tools read nothing else; a test compares them.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from seqclass.settings import SettingHelp


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:  # noqa: N802 - the name that Qt's tools look for
    """Mark a text for translation."""
    return text


NAMES: dict[str, str] = {
    "data.targets": QT_TRANSLATE_NOOP("SettingName", "What to learn"),
    "data.group": QT_TRANSLATE_NOOP("SettingName", "Group column"),
    "data.pattern": QT_TRANSLATE_NOOP("SettingName", "File name pattern"),
    "data.lines": QT_TRANSLATE_NOOP("SettingName", "One item a line"),
    "data.validation_share": QT_TRANSLATE_NOOP("SettingName", "Validation share"),
    "data.test_share": QT_TRANSLATE_NOOP("SettingName", "Test share"),
    "data.split_by": QT_TRANSLATE_NOOP("SettingName", "Divide by"),
    "data.salt": QT_TRANSLATE_NOOP("SettingName", "Split salt"),
    "data.max_duration_s": QT_TRANSLATE_NOOP("SettingName", "Longest recording (s)"),
    "data.silence_class": QT_TRANSLATE_NOOP("SettingName", "Learn silence"),
    "features.sample_rate_hz": QT_TRANSLATE_NOOP("SettingName", "Sample rate (Hz)"),
    "features.window_ms": QT_TRANSLATE_NOOP("SettingName", "Window (ms)"),
    "features.hop_ms": QT_TRANSLATE_NOOP("SettingName", "Hop (ms)"),
    "features.n_fft": QT_TRANSLATE_NOOP("SettingName", "FFT length"),
    "features.n_mels": QT_TRANSLATE_NOOP("SettingName", "Mel bands"),
    "features.f_min_hz": QT_TRANSLATE_NOOP("SettingName", "Lowest frequency (Hz)"),
    "features.f_max_hz": QT_TRANSLATE_NOOP("SettingName", "Highest frequency (Hz)"),
    "features.n_mfcc": QT_TRANSLATE_NOOP("SettingName", "MFCC coefficients"),
    "features.amin": QT_TRANSLATE_NOOP("SettingName", "Power floor"),
    "features.delta_order": QT_TRANSLATE_NOOP("SettingName", "Derivatives"),
    "features.delta_width": QT_TRANSLATE_NOOP("SettingName", "Derivative width (frames)"),
    "features.preemphasis": QT_TRANSLATE_NOOP("SettingName", "Pre-emphasis"),
    "features.remove_dc": QT_TRANSLATE_NOOP("SettingName", "Remove the mean"),
    "features.trim_db": QT_TRANSLATE_NOOP("SettingName", "Trim silence (dB)"),
    "features.trim_margin_ms": QT_TRANSLATE_NOOP("SettingName", "Trim margin (ms)"),
    "features.floor_db": QT_TRANSLATE_NOOP("SettingName", "Loudness floor (dB)"),
    "features.normalisation": QT_TRANSLATE_NOOP("SettingName", "Normalisation"),
    "features.tokenizer": QT_TRANSLATE_NOOP("SettingName", "Tokenizer"),
    "features.lowercase": QT_TRANSLATE_NOOP("SettingName", "Fold case"),
    "features.max_vocabulary": QT_TRANSLATE_NOOP("SettingName", "Vocabulary size"),
    "features.min_count": QT_TRANSLATE_NOOP("SettingName", "Least count of a token"),
    "features.max_tokens": QT_TRANSLATE_NOOP("SettingName", "Longest text (tokens)"),
    "features.max_frames": QT_TRANSLATE_NOOP("SettingName", "Longest sequence (frames)"),
    "model.embedding_dim": QT_TRANSLATE_NOOP("SettingName", "Embedding size"),
    "model.lstm": QT_TRANSLATE_NOOP("SettingName", "LSTM units"),
    "model.bidirectional": QT_TRANSLATE_NOOP("SettingName", "Bidirectional"),
    "model.pooling": QT_TRANSLATE_NOOP("SettingName", "Pooling"),
    "model.dense": QT_TRANSLATE_NOOP("SettingName", "Dense units"),
    "model.activation": QT_TRANSLATE_NOOP("SettingName", "Activation"),
    "model.input_dropout": QT_TRANSLATE_NOOP("SettingName", "Input dropout"),
    "model.lstm_dropout": QT_TRANSLATE_NOOP("SettingName", "LSTM dropout"),
    "model.head_dropout": QT_TRANSLATE_NOOP("SettingName", "Head dropout"),
    "augmentation.enabled": QT_TRANSLATE_NOOP("SettingName", "Vary training items"),
    "augmentation.warp": QT_TRANSLATE_NOOP("SettingName", "Vocal tract length"),
    "augmentation.tempo": QT_TRANSLATE_NOOP("SettingName", "Tempo"),
    "augmentation.gain_db": QT_TRANSLATE_NOOP("SettingName", "Gain (dB)"),
    "augmentation.tilt_db": QT_TRANSLATE_NOOP("SettingName", "Frequency response (dB)"),
    "augmentation.shift_ms": QT_TRANSLATE_NOOP("SettingName", "Shift (ms)"),
    "augmentation.edge_silence_ms": QT_TRANSLATE_NOOP("SettingName", "Silence at edges (ms)"),
    "augmentation.noise_probability": QT_TRANSLATE_NOOP("SettingName", "Share with noise"),
    "augmentation.snr_min_db": QT_TRANSLATE_NOOP("SettingName", "Loudest noise (dB SNR)"),
    "augmentation.snr_max_db": QT_TRANSLATE_NOOP("SettingName", "Softest noise (dB SNR)"),
    "augmentation.time_masks": QT_TRANSLATE_NOOP("SettingName", "Time masks"),
    "augmentation.time_mask_share": QT_TRANSLATE_NOOP("SettingName", "Longest time mask"),
    "augmentation.feature_masks": QT_TRANSLATE_NOOP("SettingName", "Feature masks"),
    "augmentation.feature_mask_width": QT_TRANSLATE_NOOP("SettingName", "Widest feature mask"),
    "augmentation.feature_noise": QT_TRANSLATE_NOOP("SettingName", "Feature noise"),
    "augmentation.mixup": QT_TRANSLATE_NOOP("SettingName", "Mixing of items"),
    "augmentation.token_dropout": QT_TRANSLATE_NOOP("SettingName", "Token dropout"),
    "training.epochs": QT_TRANSLATE_NOOP("SettingName", "Epochs"),
    "training.batch_size": QT_TRANSLATE_NOOP("SettingName", "Batch size"),
    "training.optimizer": QT_TRANSLATE_NOOP("SettingName", "Optimizer"),
    "training.learning_rate": QT_TRANSLATE_NOOP("SettingName", "Learning rate"),
    "training.schedule": QT_TRANSLATE_NOOP("SettingName", "Learning rate schedule"),
    "training.weight_decay": QT_TRANSLATE_NOOP("SettingName", "Weight decay"),
    "training.clip_norm": QT_TRANSLATE_NOOP("SettingName", "Gradient limit"),
    "training.label_smoothing": QT_TRANSLATE_NOOP("SettingName", "Label smoothing"),
    "training.weight_average": QT_TRANSLATE_NOOP("SettingName", "Weight average"),
    "training.class_weights": QT_TRANSLATE_NOOP("SettingName", "Class weights"),
    "training.patience": QT_TRANSLATE_NOOP("SettingName", "Patience (epochs)"),
    "training.min_validation": QT_TRANSLATE_NOOP("SettingName", "Least validation items"),
    "training.lstm": QT_TRANSLATE_NOOP("SettingName", "LSTM of the training"),
    "training.seed": QT_TRANSLATE_NOOP("SettingName", "Seed"),
    "training.tensorboard": QT_TRANSLATE_NOOP("SettingName", "TensorBoard folder"),
}

HELP: tuple[str, ...] = (
    QT_TRANSLATE_NOOP("SettingHelp", "What to learn: columns of a manifest, or parts of --pattern; empty means `label`"),
    QT_TRANSLATE_NOOP("SettingHelp", "Column that must not stand on both sides of a split"),
    QT_TRANSLATE_NOOP("SettingHelp", 'File name pattern of a flat folder, as "{label}_{speaker}_{take}.wav"'),
    QT_TRANSLATE_NOOP("SettingHelp", "Text: each line of a .txt file is an item, not the whole file"),
    QT_TRANSLATE_NOOP("SettingHelp", "Share of the training part kept for validation; 0 trains on all"),
    QT_TRANSLATE_NOOP("SettingHelp", "Share kept for test where the data set names no test part"),
    QT_TRANSLATE_NOOP("SettingHelp", "Divide by group (speaker) or by item; auto: by group where there are at least four"),
    QT_TRANSLATE_NOOP("SettingHelp", "Text that the split hash starts with; another salt, another split"),
    QT_TRANSLATE_NOOP("SettingHelp", "Recordings longer than this are listed as problems"),
    QT_TRANSLATE_NOOP("SettingHelp", "Learn `_silence_` from _background_noise_ where that folder exists"),
    QT_TRANSLATE_NOOP(
        "SettingHelp", "Rate at which features are computed; unset: the lowest that 5 % of training has, at most 16000"
    ),
    QT_TRANSLATE_NOOP("SettingHelp", "Length of the analysis window"),
    QT_TRANSLATE_NOOP("SettingHelp", "Step from one frame to the next"),
    QT_TRANSLATE_NOOP("SettingHelp", "FFT length; unset: the next power of two from the window"),
    QT_TRANSLATE_NOOP("SettingHelp", "Mel bands"),
    QT_TRANSLATE_NOOP("SettingHelp", "Lower edge of the mel bands"),
    QT_TRANSLATE_NOOP("SettingHelp", "Upper edge of the mel bands; unset: half the rate"),
    QT_TRANSLATE_NOOP("SettingHelp", "Cepstral coefficients, the zeroth included"),
    QT_TRANSLATE_NOOP("SettingHelp", "Power floor before the logarithm; keeps digital silence finite"),
    QT_TRANSLATE_NOOP("SettingHelp", "0: none, 1: first, 2: first and second time derivatives"),
    QT_TRANSLATE_NOOP("SettingHelp", "Frames that a derivative spans, odd"),
    QT_TRANSLATE_NOOP("SettingHelp", "y[t] - a*y[t-1] before the transform; 0: none"),
    QT_TRANSLATE_NOOP("SettingHelp", "Subtract the recording's mean first (not causal)"),
    QT_TRANSLATE_NOOP("SettingHelp", "Cut edge silence this far below the loudest frame; unset: keep all (causal)"),
    QT_TRANSLATE_NOOP("SettingHelp", "Silence that the cut leaves at each edge"),
    QT_TRANSLATE_NOOP("SettingHelp", "Lift what lies this far below the loudest mel value up to there; unset: no (causal)"),
    QT_TRANSLATE_NOOP(
        "SettingHelp",
        "utterance: each item to mean 0, deviation 1 per coefficient; utterance_mean: mean only; train: by the "
        "training set's figures; running: causal, from what was heard so far",
    ),
    QT_TRANSLATE_NOOP("SettingHelp", "auto: words, or characters where most letters belong to scripts without spaces"),
    QT_TRANSLATE_NOOP("SettingHelp", "Fold case before counting"),
    QT_TRANSLATE_NOOP("SettingHelp", "Most frequent tokens that are kept"),
    QT_TRANSLATE_NOOP("SettingHelp", "Times that a token must occur in training to be kept"),
    QT_TRANSLATE_NOOP("SettingHelp", "Longer texts are cut here, and training says so"),
    QT_TRANSLATE_NOOP("SettingHelp", "As for speech"),
    QT_TRANSLATE_NOOP("SettingHelp", "Time derivatives to append"),
    QT_TRANSLATE_NOOP("SettingHelp", "Longer sequences are left out, and training says so"),
    QT_TRANSLATE_NOOP("SettingHelp", "Text: numbers that stand for a token"),
    QT_TRANSLATE_NOOP("SettingHelp", "Units of each LSTM layer"),
    QT_TRANSLATE_NOOP("SettingHelp", "Read each layer in both directions (not causal)"),
    QT_TRANSLATE_NOOP("SettingHelp", "How frames become one vector; several are joined"),
    QT_TRANSLATE_NOOP("SettingHelp", "Units of each Dense layer before the logits"),
    QT_TRANSLATE_NOOP("SettingHelp", "Of the Dense layers"),
    QT_TRANSLATE_NOOP("SettingHelp", "Dropout on frames or embeddings, in training only"),
    QT_TRANSLATE_NOOP("SettingHelp", "Dropout between LSTM layers, in training only"),
    QT_TRANSLATE_NOOP("SettingHelp", "Dropout before each Dense layer and the logits, in training only"),
    QT_TRANSLATE_NOOP("SettingHelp", "false: train on the items as they are"),
    QT_TRANSLATE_NOOP("SettingHelp", "Speech: vocal tract length; frequency axis warped by up to this share"),
    QT_TRANSLATE_NOOP("SettingHelp", "Stretched or squeezed in time by up to this share"),
    QT_TRANSLATE_NOOP("SettingHelp", "Speech: louder or softer by up to this"),
    QT_TRANSLATE_NOOP("SettingHelp", "Speech: deviation of a random smooth frequency response, as of another microphone"),
    QT_TRANSLATE_NOOP("SettingHelp", "Speech: up to this much cut off at each edge, moving the start"),
    QT_TRANSLATE_NOOP("SettingHelp", "Speech: up to this much room tone added at each edge"),
    QT_TRANSLATE_NOOP("SettingHelp", "Speech: share of items with noise mixed in"),
    QT_TRANSLATE_NOOP("SettingHelp", "Speech: loudest noise, as signal-to-noise ratio"),
    QT_TRANSLATE_NOOP("SettingHelp", "Speech: softest noise, as signal-to-noise ratio"),
    QT_TRANSLATE_NOOP("SettingHelp", "Ranges of frames set to zero"),
    QT_TRANSLATE_NOOP("SettingHelp", "Longest range, as share of the item"),
    QT_TRANSLATE_NOOP("SettingHelp", "Ranges of features set to zero"),
    QT_TRANSLATE_NOOP("SettingHelp", "Widest range of features"),
    QT_TRANSLATE_NOOP("SettingHelp", "Deviation of noise added to normalised frames"),
    QT_TRANSLATE_NOOP("SettingHelp", "Speech: items of a batch laid over one another; beta distribution's parameter"),
    QT_TRANSLATE_NOOP("SettingHelp", "Text: share of tokens replaced by `unknown`"),
    QT_TRANSLATE_NOOP("SettingHelp", "Passes over the training part at most; unset: enough for 1,200 steps, 8 to 200"),
    QT_TRANSLATE_NOOP("SettingHelp", "Sequences a step; unset: 16 to 64, by the number of items"),
    QT_TRANSLATE_NOOP("SettingHelp", "Update rule"),
    QT_TRANSLATE_NOOP("SettingHelp", "Greatest step size"),
    QT_TRANSLATE_NOOP(
        "SettingHelp", "cosine: falls to 0; onecycle: rises, then falls; plateau: halves when validation stops improving"
    ),
    QT_TRANSLATE_NOOP("SettingHelp", "adamw: decoupled weight decay"),
    QT_TRANSLATE_NOOP("SettingHelp", "Greatest norm of all gradients together; 0: no limit"),
    QT_TRANSLATE_NOOP("SettingHelp", "Share of the label spread over all classes"),
    QT_TRANSLATE_NOOP("SettingHelp", "Decay of the running average of weights that is evaluated and kept; 0: none"),
    QT_TRANSLATE_NOOP("SettingHelp", "balanced: rare classes weigh more, by inverse count"),
    QT_TRANSLATE_NOOP("SettingHelp", "Epochs without a better validation loss before stopping; 0: never stop early"),
    QT_TRANSLATE_NOOP("SettingHelp", "With fewer validation items no epoch is chosen by them, unless patience is set"),
    QT_TRANSLATE_NOOP(
        "SettingHelp", "auto: the faster way to train where there is one, with the same gradients; keras: that of Keras"
    ),
    QT_TRANSLATE_NOOP("SettingHelp", "Of weights, order and augmentation"),
    QT_TRANSLATE_NOOP("SettingHelp", "Folder for TensorBoard logs; empty: none"),
)


def name_of(setting: str) -> str:
    """The short name of ``section.name`` in the language in use; that itself for one that is not known here."""
    known = NAMES.get(setting)
    return QCoreApplication.translate("SettingName", known) if known else setting


def help_of(one: SettingHelp) -> str:
    """The explanation of a setting in the language in use."""
    return QCoreApplication.translate("SettingHelp", one.help)
