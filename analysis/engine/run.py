"""One function over many tasks: in this process, in several, or on the workers of a Dask cluster.

Results come as they are ready, numbered by their tasks, of which only a few are held at a time. A worker that dies is
survived: what was in flight is done again, one task at a time, and a task that takes its worker with it each time is
given up and named.
"""

from __future__ import annotations

import importlib
import logging
import os
import pkgutil
import queue
import signal
import socket
import sys
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent import futures
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from analysis import __version__
from analysis.errors import OptionError

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["begun", "run"]

Task = TypeVar("Task")
Result = TypeVar("Result")

# Tasks beyond one for each worker that wait in line, so that no worker does.
_IN_LINE = 2
# Seconds: to a scheduler's answer; and without any result, until it is asked whether it has workers.
_TIMEOUT, _PATIENCE = 10, 60
# loky takes what a worker remembers of the words it has met for a leak, and would begin it anew again and again.
_ENVIRONMENT = {"LOKY_MAX_MEMORY_LEAK_SIZE": "1e15"}
_PROTOCOLS = ("tcp", "tls", "ws", "wss")
_DIED = (
    "a worker process died each time it was measured, perhaps for want of memory. "
    "Run the same again with fewer workers or more memory."
)


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
        If `workers` is no whole number above 0, or Dask is not installed, cannot be reached, has no workers, or has
        some without this package.

    Examples
    --------
    >>> list(run(str.upper, ["a", "b"], lost=lambda task, reason: task))
    [(0, 'A'), (1, 'B')]
    """
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise OptionError(f"`workers` must be a whole number, 1 or more; got {workers!r}.")
    numbered = enumerate(tasks)
    if dask is not None:
        return _ahead(lambda: _Cluster(dask), function, numbered, lost)
    if workers > 1:
        return _ahead(lambda: _waiting.pop(workers, None) or _Processes(workers), function, numbered, lost)
    return ((number, function(task)) for number, task in numbered)


@contextmanager
def begun(workers: int) -> Iterator[None]:
    """Start worker processes now, which a `run` with as many inside the `with` takes: they get ready meanwhile.

    Examples
    --------
    >>> with begun(2):
    ...     sorted(run(abs, [-1, 2], workers=2, lost=lambda task, reason: task))
    [(0, 1), (1, 2)]
    """
    ready = _Processes(workers) if workers > 1 and workers not in _waiting else None
    if ready is not None:
        for _ in range(workers):
            ready.submit(_get_ready, None)
        _waiting[workers] = ready
    try:
        yield
    finally:
        if ready is not None and _waiting.pop(workers, None) is ready:  # nothing took them
            ready.close([None])


def _get_ready(_: None) -> None:
    """Load what it takes to measure."""
    importlib.import_module("analysis.engine.partition")


class _DiedError(Exception):
    """A worker died of a task, or of another that it had at the time."""


class _Workers(Protocol):
    """What the two kinds of workers have in common."""

    #: How often a task is tried again, with no other beside it, after a worker died of it.
    tries: int

    def count(self) -> int:
        """Return how many tasks they work at."""

    def submit(self, function: Callable[[Any], Any], task: Any) -> Any:
        """Return a future."""

    def done(self, waiting: Collection[Any]) -> Iterable[Any]:
        """Wait until some futures are done, and return these."""

    def result(self, future: Any) -> Any:
        """Return a future's result, or raise its error."""

    def close(self, waiting: Collection[Any]) -> None:
        """End; what is not done will not be asked for."""


def _ahead(
    kind: Callable[[], _Workers],
    function: Callable[[Task], Result],
    tasks: Iterator[tuple[int, Task]],
    lost: Callable[[Task, str], Result],
) -> Iterator[tuple[int, Result]]:
    """Keep workers busy."""
    again: deque[tuple[int, Task, int]] = deque()
    in_flight: dict[Any, tuple[int, Task, int]] = {}
    workers = kind()

    def submit(number: int, task: Task, deaths: int) -> None:
        in_flight[workers.submit(function, task)] = (number, task, deaths)

    try:
        while True:
            if not again:
                room = workers.count() + _IN_LINE
                while len(in_flight) < room and (following := next(tasks, None)) is not None:
                    submit(*following, deaths=0)
            elif not in_flight:  # one at a time, so that it is seen which task was the cause
                submit(*again.popleft())
            if not in_flight:
                return
            for future in workers.done(in_flight):
                number, task, deaths = in_flight.pop(future)
                try:
                    result = workers.result(future)
                except _DiedError:
                    if deaths < workers.tries:
                        again.append((number, task, deaths + 1))
                        continue
                    result = lost(task, _DIED)
                yield number, result
    finally:
        workers.close(in_flight)


# ---- processes -------------------------------------------------------------------------------------------------------


class _Processes:
    """Processes on this machine."""

    tries = 2

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool = self._fresh()

    def _fresh(self) -> Any:
        # loky starts fresh interpreters, so it is safe among threads, in notebooks and in scripts without a main guard.
        from loky import ProcessPoolExecutor

        return ProcessPoolExecutor(self._workers, initializer=_begin_worker, initargs=(os.getpid(),), env=_ENVIRONMENT)

    def count(self) -> int:
        return self._workers

    def submit(self, function: Callable[[Any], Any], task: Any) -> Any:
        from loky.process_executor import BrokenProcessPool

        try:
            return self._pool.submit(function, task)
        except BrokenProcessPool:  # a worker died, perhaps an idle one
            self._pool.shutdown(wait=True, kill_workers=True)
            self._pool = self._fresh()
            return self._pool.submit(function, task)

    def done(self, waiting: Collection[Any]) -> Iterable[Any]:
        return futures.wait(waiting, return_when=futures.FIRST_COMPLETED).done

    def result(self, future: Any) -> Any:
        from loky.process_executor import BrokenProcessPool

        try:
            return future.result()
        except BrokenProcessPool:
            raise _DiedError from None

    def close(self, waiting: Collection[Any]) -> None:
        # At the end no worker has anything to do, and ends on its own; before it, nobody waits for what they do.
        self._pool.shutdown(wait=bool(waiting), kill_workers=bool(waiting))


#: Processes that were begun for a run to come, by their number.
_waiting: dict[int, _Processes] = {}


def _begin_worker(parent: int) -> None:
    """Let Ctrl+C be the parent's affair, and end with it, however it ends."""
    import pyarrow as pa

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Arrow's own pool keeps what it was given; several workers share the machine.
    pa.set_memory_pool(pa.system_memory_pool())
    # On Windows the parent may be a launcher in between.
    if sys.platform != "win32" or os.getppid() == parent:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


# ---- Dask ------------------------------------------------------------------------------------------------------------


class _Cluster:
    """Workers of a Dask cluster."""

    # The scheduler itself tries a task of which a worker died on several others.
    tries = 1

    def __init__(self, dask: str | Client) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise OptionError(
                "`dask` needs the packages of the extra 'cluster'. "
                "Install them: pip install 'media-analysis-kit[cluster]'."
            ) from None
        self._ready: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._opened = ExitStack()
        if isinstance(dask, str):
            _check_address(dask)
            self._opened.enter_context(_quiet())
            try:
                client = self._opened.enter_context(Client(dask, timeout=_TIMEOUT, set_as_default=False))
            except (OSError, ValueError) as error:
                self._opened.close()
                raise _no_scheduler(dask, error) from None
        elif not isinstance(dask, Client):
            raise OptionError(f"`dask` must be the address of a scheduler or a distributed.Client; got {dask!r}.")
        else:
            client = dask
        self._client, self._ours = client, isinstance(dask, str)
        try:
            self._check_workers()
        except BaseException:
            self._opened.close()
            raise

    def _check_workers(self) -> None:
        """Raise unless the workers have this package: a task would only tell them to end, one after the other."""
        try:
            self._client.run(pkgutil.resolve_name, "analysis.engine.partition:measure_piece.__name__")
            found = set(self._client.run(pkgutil.resolve_name, "analysis:__version__").values())
        except ImportError as error:
            raise OptionError(
                f"`dask`: workers of the scheduler at {self._where} lack a package ({error}). Install the kit "
                "for scheduler and workers too."
            ) from None
        if others := ", ".join(sorted(found - {__version__})):
            raise OptionError(
                f"`dask`: workers of the scheduler at {self._where} have version {others} of the kit; "
                f"this is {__version__}. Install the same for scheduler and workers."
            )

    def count(self) -> int:
        try:
            threads: dict[str, int] = self._client.nthreads()
        except OSError:
            raise self._gone() from None
        return max(1, sum(threads.values()))

    def submit(self, function: Callable[[Any], Any], task: Any) -> Any:
        with warnings.catch_warnings():  # a piece that carries its articles is large, and meant to be
            warnings.filterwarnings("ignore", message="Sending large graph", category=UserWarning)
            future = self._client.submit(_Locked(function), task, pure=False)
        future.add_done_callback(self._ready.put)
        return future

    def done(self, waiting: Collection[Any]) -> Iterable[Any]:  # noqa: ARG002 - they say themselves that they are done
        while True:
            with suppress(queue.Empty):
                return [self._ready.get(timeout=_PATIENCE)]
            # Who made the client knows what it waits for, such as a cluster's queue.
            if self._ours and not self._client.nthreads():
                raise OptionError(
                    f"`dask`: the scheduler at {self._where} has had no worker for {_PATIENCE} seconds. Start some "
                    f"(dask worker {self._where}) and run the same again: what was measured is kept."
                )

    def result(self, future: Any) -> Any:
        from distributed.scheduler import KilledWorker

        try:
            result = future.result()
        except KilledWorker:
            raise _DiedError from None
        except futures.CancelledError:
            raise self._gone() from None
        finally:
            future.release()
        return result

    def close(self, waiting: Collection[Any]) -> None:
        with suppress(OSError):
            self._client.cancel(list(waiting), force=True)
        self._opened.close()

    @property
    def _where(self) -> str:
        return str(self._client.scheduler.address)

    def _gone(self) -> OptionError:
        return OptionError(
            f"`dask`: the scheduler at {self._where} went away. Start it and run the same again: "
            "what was measured is kept."
        )


class _Locked:
    """A function that one thread of a process calls at a time: the vocabulary is the process's."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function

    def __call__(self, task: Any) -> Any:
        with _one_at_a_time:
            return self._function(task)


_one_at_a_time = threading.Lock()


def _check_address(dask: str) -> None:
    """Raise unless a scheduler listens at an address: a client says so much later if ever, and not as plainly."""
    from distributed.comm.addressing import parse_address, parse_host_port

    try:
        protocol, place = parse_address(dask)
        host, port = parse_host_port(place)
    except ValueError:
        protocol = ""
    if protocol not in _PROTOCOLS:
        raise OptionError(f"`dask` must be the address of a scheduler, such as tcp://name:8786; got {dask!r}.")
    try:
        with socket.create_connection((host, port), timeout=_TIMEOUT) as asked:
            if protocol == "tcp" and not asked.recv(1):  # a scheduler speaks first; its dashboard, say, does not
                raise ConnectionError("what listens there is no scheduler")
    except (OSError, OverflowError) as error:
        raise _no_scheduler(dask, error) from None


def _no_scheduler(dask: str, error: Exception) -> OptionError:
    why = error.strerror if isinstance(error, OSError) and error.strerror else error
    return OptionError(f"`dask`: no scheduler answers at {dask!r} ({why}). Start one: dask scheduler.")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from telling on the terminal, with tracebacks, what our messages say."""
    loggers = [logging.getLogger(f"distributed{name}") for name in ("", ".batched", ".client", ".comm", ".core")]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
