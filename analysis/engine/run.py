"""One function over many tasks: in this process, in several, or on the workers of a Dask cluster.

Results come as they are ready, numbered by their tasks, of which only a few are held at a time. A worker that dies is
survived: what was in flight is done again, one task at a time, and a task that takes its worker with it twice is given
up and named.
"""

from __future__ import annotations

import os
import signal
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa

from analysis.errors import OptionError

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["run"]

Task = TypeVar("Task")
Result = TypeVar("Result")

# Tasks beyond one for each worker that wait in line, so that no worker does.
_IN_LINE = 2
_TRIES = 2
_DIED = "a worker process died twice while measuring it, perhaps for want of memory."


def run(
    function: Callable[[Task], Result],
    tasks: Iterable[Task],
    *,
    workers: int = 1,
    dask: str | Client | None = None,
    lost: Callable[[Task, str], Result],
) -> Iterator[tuple[int, Result]]:
    """Call a function of each task, and yield the tasks' numbers and results as they are ready.

    Parameters
    ----------
    function
        Of one task; importable in another process. An error that it raises ends the run.
    tasks
        Taken one after the other, a few ahead of the results.
    workers
        Processes on this machine; 1 for this one.
    dask
        Address of a Dask scheduler, or a client of one, whose workers do the work; a client is left open.
    lost
        Of a task and a reason, in place of `function` where workers die of a task.

    Raises
    ------
    OptionError
        If `workers` is no whole number above 0, or Dask is not installed or cannot be reached.

    Examples
    --------
    >>> list(run(str.upper, ["a", "b"], lost=lambda task, reason: task))
    [(0, 'A'), (1, 'B')]
    """
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise OptionError(f"`workers` must be a whole number, 1 or more; got {workers!r}.")
    numbered = enumerate(tasks)
    if dask is not None:
        return _on_cluster(function, numbered, dask, lost)
    if workers > 1:
        return _in_processes(function, numbered, workers, lost)
    return ((number, function(task)) for number, task in numbered)


def _in_processes(
    function: Callable[[Task], Result],
    tasks: Iterator[tuple[int, Task]],
    workers: int,
    lost: Callable[[Task, str], Result],
) -> Iterator[tuple[int, Result]]:
    # loky starts fresh interpreters, so it is safe among threads, in notebooks and in scripts without a main guard.
    from loky import ProcessPoolExecutor
    from loky.process_executor import BrokenProcessPool

    again: deque[tuple[int, Task, int]] = deque()
    in_flight: dict[Future[Result], tuple[int, Task, int]] = {}

    def fresh() -> Any:
        return ProcessPoolExecutor(workers, initializer=_begin_worker, initargs=(os.getpid(),))

    pool = fresh()
    try:
        while True:
            # After a death one at a time, so that it is seen which task was the cause.
            room = 1 if again else workers + _IN_LINE
            while len(in_flight) < room:
                number, task, tries = again.popleft() if again else (*next(tasks, (-1, None)), 0)
                if number < 0:
                    break
                in_flight[pool.submit(function, task)] = (number, task, tries)
            if not in_flight:
                return
            died = False
            for future in wait(in_flight, return_when=FIRST_COMPLETED).done:
                number, task, tries = in_flight.pop(future)
                try:
                    result = future.result()
                except BrokenProcessPool:
                    died = True
                    alone = room == 1
                    if alone and tries + 1 >= _TRIES:
                        yield number, lost(task, _DIED)
                    else:
                        again.append((number, task, tries + alone))
                    continue
                yield number, result
            if died:
                again.extend((number, task, tries) for number, task, tries in in_flight.values())
                in_flight.clear()
                again = deque(sorted(again, key=lambda entry: entry[0]))
                pool.shutdown(wait=True, kill_workers=True)
                pool = fresh()
    finally:
        # Where the run ends by itself no worker has anything to do; else nobody waits for what they do.
        pool.shutdown(wait=True, kill_workers=bool(in_flight))


def _begin_worker(parent: int) -> None:
    """Let Ctrl+C be the parent's affair, and end with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Arrow's own pool keeps what it was given; several workers share the machine.
    pa.set_memory_pool(pa.system_memory_pool())

    def watch() -> None:
        pause = threading.Event()
        while not pause.wait(1.0):
            if os.getppid() != parent:
                os._exit(1)

    if hasattr(os, "getppid") and os.getppid() == parent:
        threading.Thread(target=watch, daemon=True).start()


_one_at_a_time = threading.Lock()


class _Locked:
    """A function that one thread of a process calls at a time: the vocabulary is the process's."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function

    def __call__(self, task: Any) -> Any:
        with _one_at_a_time:
            return self._function(task)


def _on_cluster(
    function: Callable[[Task], Result],
    tasks: Iterator[tuple[int, Task]],
    dask: str | Client,
    lost: Callable[[Task, str], Result],
) -> Iterator[tuple[int, Result]]:
    try:
        from distributed import Client, as_completed
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise OptionError(
            "`dask` needs the packages of the extra 'cluster'. Install them: pip install 'media-analysis-kit[cluster]'."
        ) from None
    with ExitStack() as opened:
        client = dask
        if isinstance(dask, str):
            try:
                client = opened.enter_context(Client(dask, timeout=10, set_as_default=False))
            except (OSError, TimeoutError, ValueError) as error:
                raise OptionError(
                    f"`dask`: no scheduler answers at {dask!r} ({error}). Start one: dask scheduler."
                ) from None
        elif not isinstance(dask, Client):
            raise OptionError(f"`dask` must be the address of a scheduler or a distributed.Client; got {dask!r}.")
        assert isinstance(client, Client)  # noqa: S101 - for mypy
        in_flight: dict[Any, tuple[int, Task]] = {}
        ready = as_completed([])

        def submit() -> bool:
            number, task = next(tasks, (-1, None))
            if number < 0 or task is None:
                return False
            with warnings.catch_warnings():  # a piece that carries its articles is large, and meant to be
                warnings.filterwarnings("ignore", message="Sending large graph", category=UserWarning)
                future = client.submit(_Locked(function), task, pure=False)
            in_flight[future] = (number, task)
            ready.add(future)
            return True

        try:
            while len(in_flight) < _threads(client) + _IN_LINE and submit():
                pass
            while in_flight:
                future = next(ready)
                number, task = in_flight.pop(future)
                if future.status == "error" and isinstance(future.exception(), KilledWorker):
                    result = lost(task, _DIED)
                else:
                    result = future.result()
                future.release()
                yield number, result
                while len(in_flight) < _threads(client) + _IN_LINE and submit():
                    pass
        finally:
            client.cancel(list(in_flight), force=True)


def _threads(client: Client) -> int:
    threads: dict[str, int] = client.nthreads()
    return max(1, sum(threads.values()))
