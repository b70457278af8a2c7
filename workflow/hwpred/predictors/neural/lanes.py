"""Programs on a GPU that are recorded once as CUDA graphs and replayed, several of them side by side.

What takes time in small steps is to launch their operations, one after the other, from Python. A recorded step is
launched as a whole; it works on tensors that stay where they are. Without a GPU the same step runs operation by
operation, which is how it is tested.
"""

import logging
from contextlib import nullcontext

import torch

from hwpred.joblog import Progress

logger = logging.getLogger(__name__)

LANES = 8
"""Stacks that run side by side: the operations of one alone leave most of a GPU idle."""


class Recorded:
    """A function without arguments: called the first time, recorded the second time, then replayed.

    Without a GPU it is called each time. The first call is one of eager execution, in which libraries get ready.

    Parameters
    ----------
    function : callable
        It reads and writes tensors that stay where they are.
    lane : Lane
    """

    def __init__(self, function, lane):
        self._function, self._lane, self._called, self._graph = function, lane, False, None

    def __call__(self):
        """Do once what the function does."""
        if not self._called or self._lane.stream is None:
            self._called = True
            self._function()
            return
        if self._graph is None:
            self._graph = self._lane.record(self._function)
        self._graph.replay()


class Lane:
    """What runs one after the other on a GPU: a stream, and the memory of the graphs that are recorded in it."""

    def __init__(self):
        self.stream = torch.cuda.Stream() if torch.get_default_device().type == "cuda" else None
        if self.stream is not None:
            self.stream.wait_stream(torch.cuda.current_stream())
            self._pool = torch.cuda.graph_pool_handle()
            self._number = torch.zeros(1)
            with self.context():
                # The memory of recorded steps stays with the lane as long as one graph lives.
                self._keeper = self.record(lambda: self._number.add_(1))

    def context(self):
        """Return a context in which torch computes in this lane."""
        return nullcontext() if self.stream is None else torch.cuda.stream(self.stream)

    def record(self, function):
        """Return the CUDA graph of a function; nothing is computed yet."""
        graph = torch.cuda.CUDAGraph()
        # torch.cuda.graph() would wait for the whole device; other lanes are to go on.
        graph.capture_begin(pool=self._pool, capture_error_mode="thread_local")
        try:
            function()
        finally:
            graph.capture_end()
        return graph


def side_by_side(runs):
    """Run generator functions of one argument, a ``Lane``, several at once; return what each returns.

    A generator yields whenever another one may be served: what it has asked the GPU for goes on.
    """
    progress = Progress(len(runs))
    results, waiting = [None] * len(runs), list(enumerate(runs))[::-1]
    lanes = [Lane() for _ in range(min(LANES, len(runs)))]
    running = {}
    while waiting or running:
        for lane in lanes:
            if lane not in running and waiting:
                i, run = waiting.pop()
                running[lane] = i, run(lane)
            if lane not in running:
                continue
            i, generator = running[lane]
            try:
                with lane.context():
                    next(generator)
            except StopIteration as end:
                results[i] = end.value
                del running[lane]
                if progress.advance(1):
                    logger.info("%d of %d stacks done, about %.0f s left", progress.done, len(runs), progress.left)
    return results
