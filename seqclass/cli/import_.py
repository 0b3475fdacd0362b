"""``seqclass import``."""

from __future__ import annotations

import argparse

EXAMPLES = """
seqclass import model.keras                                   what is in it, and what has to be said to import it
seqclass import model.keras --out M.seqclass --features numeric --labels walk,run,jump
seqclass import model.h5 --out M.seqclass --features speech,sample_rate_hz=16000,n_mels=40 --labels labels.txt
seqclass import model.keras --out M.seqclass --features text,vocabulary=words.txt --labels bad,good
seqclass import lstm.safetensors --out M.seqclass --features numeric
Keras layers: Embedding, Masking, LSTM, RNN over LSTMCells, Bidirectional, Dropout and noise, BatchNormalization,
LayerNormalization, Normalization, Rescaling, global average and maximum pooling, the last step, Dense, TimeDistributed, activations,
joins after the last LSTM layer. PyTorch: the state_dict of one nn.LSTM as .safetensors or .npz, with at most one Embedding and
one Linear layer. Nothing in a file is run. The bundle is compared with Keras by numbers before it is written.

--features says what the file does not: what a frame is.
  numeric                items are frames of such numbers already
  speech,NAME=VALUE,...  MFCC; sample_rate_hz is needed, the rest as in --help-settings of train (here without derivatives,
                         normalisation, cuts and floors unless they are named)
  text,vocabulary=FILE   a token a line, the first line being id 0; unknown=TOKEN for all others; tokenizer, lowercase, max_tokens
  FILE.toml, FILE.json   the same with kind = "speech" and so on; mean and deviation as lists with normalisation = "train"
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("file", metavar="FILE", help="a Keras model (.keras, .h5) or PyTorch weights (.safetensors, .npz)")
    parser.add_argument(
        "--out", default="", metavar="M.seqclass", help="the bundle to write; without it the file is only described"
    )
    parser.add_argument("--features", default="", metavar="SPEC", help="what a frame is; see below")
    parser.add_argument(
        "--labels",
        action="append",
        default=[],
        metavar="A,B,C",
        help="labels in the order of the outputs, or a .txt file with one a line; NAME=A,B,C where there are several outputs",
    )
    parser.add_argument(
        "--pooling",
        choices=("last", "mean", "max"),
        default="last",
        help="PyTorch: how frames become the vector that the linear layer gets (default: last, as h_n)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from seqclass.cli.render.convert import ImportView
    from seqclass.cli.running import run_job
    from seqclass.model.features_file import parse_features
    from seqclass.specs import ImportJob

    job = ImportJob(
        file=arguments.file,
        out=arguments.out,
        features=parse_features(arguments.features) if arguments.features else {},
        labels=tuple(arguments.labels),
        pooling=arguments.pooling,
    )
    return run_job(job, ImportView, arguments)
