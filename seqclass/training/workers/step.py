"""A worker's share of the training, over `tf.distribute.MultiWorkerMirroredStrategy`.

Keras's own loop does not run under it (keras issue 20585), and an optimizer under it would cut each worker's gradient by itself. So
every worker has plain variables and an optimizer of its own; what the strategy does is to let the workers find one another and,
once a step, to bring together the sums of all workers' groups of rows, with figures and wishes. Each worker adds them in the one order
of `seqclass.training.groups`, in which one process does, and so has the same gradient and the same weights to the bit.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Sequence
from typing import Any

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import tensorflow as tf
from numpy.typing import NDArray

from seqclass.errors import WorkersError
from seqclass.training.drawing import Batch
from seqclass.training.share import Share
from seqclass.training.workers.gather import Address
from seqclass.training.workers.team import Team

_N_WISHES = 2


class WorkerShare(Share):
    """Some groups of rows of each batch; what they add up to goes to all workers."""

    def __init__(self, team: Team) -> None:
        """Bring the workers together; all must come here.

        Args:
            team: The workers.

        Raises:
            WorkersError: TensorFlow was used before in this process, or cannot listen at its port.
        """
        self.index, self.n_workers = team.index, team.n_workers
        self._team = team
        self._strategy = _strategy(team.addresses, team.index)
        team.when_failed(_abort)
        self._weight = tf.Variable(1.0, trainable=False)
        self._wishes = tf.Variable([0.0] * _N_WISHES, trainable=False)
        self._agreed = tf.Variable([0.0] * _N_WISHES, trainable=False)
        self._sum = tf.function(self._summed, autograph=False, reduce_retracing=True)

    def require_same(self, settings: dict[str, str]) -> None:
        """End all workers where one has settled something else than another.

        Raises:
            WorkersError: The first difference.
        """
        self._team.require_same("", settings, way_out="Use like computers, or set training.lstm=keras on all.")

    def in_step(self) -> contextlib.AbstractContextManager[None]:
        """Within the block a person's wish counts after the step in which all workers learn of it."""
        return self._team.cancel.agreeing()

    def before(self, batch: Batch) -> None:
        """Note whether the rows count, and what the person wishes."""
        self._weight.assign(float(batch.counts))
        self._wishes.assign([float(wish) for wish in self._team.cancel.wishes])

    def after(self) -> None:
        """Heed what a person wished at any worker before this step."""
        stop, cancel = self._agreed.numpy()
        if stop:
            self._team.cancel.stop()
        if cancel:
            self._team.cancel.cancel()

    @property
    def weight(self) -> Any:
        """0 where this worker has no row of the batch."""
        return self._weight.read_value()

    def from_all(self, numbers: Any) -> Any:
        """Rows of all workers, worker after worker."""
        wishes = tf.broadcast_to(self._wishes, [numbers.shape[0], _N_WISHES])
        gathered = self._strategy.run(_from_replicas, (tf.concat([numbers, wishes], 1),))
        gathered = tf.ensure_shape(gathered, [self.n_workers * numbers.shape[0], numbers.shape[1] + _N_WISHES])
        found, agreed = tf.split(gathered, [numbers.shape[1], _N_WISHES], axis=1)
        self._agreed.assign(tf.reduce_sum(agreed, 0))
        return found

    def gathered(self, logits: NDArray[Any]) -> NDArray[Any]:
        """Rows of all workers."""
        rows: NDArray[Any] = self._sum(tf.constant(logits)).numpy()
        return rows

    def agreed(self, figures: dict[str, float]) -> dict[str, float]:
        """The chief's figures."""
        chief: dict[str, float] = self._team.from_chief("figures", figures)
        return chief

    def _summed(self, values: Any) -> Any:
        return self._strategy.run(_sum_of_replicas, (values,))


def _sum_of_replicas(values: Any) -> Any:
    # The copy is made on this replica's device; what comes from outside has none, and that is refused.
    return tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, tf.identity(values))


def _from_replicas(values: Any) -> Any:
    return tf.distribute.get_replica_context().all_gather(tf.identity(values), axis=0)


def _strategy(found: Sequence[Address], index: int) -> Any:
    options = tf.distribute.experimental.CommunicationOptions(
        implementation=tf.distribute.experimental.CommunicationImplementation.RING
    )
    resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
        tf.train.ClusterSpec({"worker": [str(address) for address in found]}),
        task_type="worker",
        task_id=index,
        rpc_layer="grpc",
        num_accelerators={"GPU": 0},  # the sum is made in memory; a graphics card still computes the step
    )
    try:
        strategy = tf.distribute.MultiWorkerMirroredStrategy(cluster_resolver=resolver, communication_options=options)
    except RuntimeError as error:
        raise WorkersError(
            "Workers need a process in which TensorFlow has done nothing yet. Received: one that has used it. "
            "Train from the command line, or in a new process."
        ) from error
    except tf.errors.OpError as error:
        raise WorkersError(
            f"TensorFlow must be able to listen at the worker's address. Received: {found[index]} "
            f"({(error.message or str(error)).splitlines()[0]}). Choose a free port."
        ) from error
    _heed_sigterm_again()
    return strategy


def _heed_sigterm_again() -> None:
    """TensorFlow has taken the signal, as a sign that a rented computer is about to be taken away."""
    handler = signal.getsignal(signal.SIGTERM)
    if handler is not None and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, handler)


def _abort() -> None:
    """End the sums that wait for a worker that has gone; TensorFlow has no public name for it."""
    try:
        from tensorflow.python.eager import context

        context.context().abort_collective_ops(tf.errors.UNAVAILABLE, "a worker has gone")
    except Exception:  # whatever a later TensorFlow makes of it: the connection's end or the watchdog does the same, later
        return
