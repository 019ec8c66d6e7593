"""The innermost loops, compiled once for every platform.

The C files beside this one are compiled to WebAssembly (`make kernels`), the same files for every processor and system,
each of which the package `wasmtime` turns into machine code when it is first used (some 40 ms): what finds quoted
speech, and what finds who speaks, are as much code as all else, and have their own. Nothing waits for a compiler, and a
fault in a loop over untrusted text cannot reach outside the kernel's own memory. Each kernel has an equal in NumPy
beside the place where it is called; `ANALYSIS_KERNELS=numpy` in the environment chooses it, and so does a platform
without `wasmtime`.
"""

from __future__ import annotations

import atexit
import ctypes
import math
import os
import threading
import warnings
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Kernels", "Name", "load", "utf8"]

#: The compiled files.
Name: TypeAlias = Literal["kernels", "voice", "clauses"]

_FOLDER: Final = Path(__file__).parent
_ADDRESS: Final = 0xFFFF_FFFF
_LEAST_SCRATCH, _MOST_SCRATCH = 1 << 20, 1 << 25


@dataclass
class _Mirror:
    owner: weakref.ref[Any]
    address: int
    n_bytes: int
    n_rows: int = 0


class Kernels:
    """The kernels of one compiled file and their memory.

    Blocks of that memory are numbers (addresses). A call copies what it needs in and its result out; what stays there
    between calls is the newest vocabulary (see `analysis.text.tokens`) and what is `kept`.
    """

    def __init__(self, name: Name = "kernels") -> None:
        import wasmtime

        engine = wasmtime.Engine()
        self._store: Any = wasmtime.Store(engine)
        instance = wasmtime.Instance(self._store, wasmtime.Module(engine, (_FOLDER / f"{name}.wasm").read_bytes()), [])
        exports: dict[str, Any] = dict(instance.exports(self._store).items())
        self._memory: Any = exports.pop("memory")
        self._functions = {name: _quick(item, self._store) for name, item in exports.items() if callable(item)}
        # A call lets other threads of Python run, and two of them in one memory would be a fault.
        self.lock = threading.RLock()
        self._seen: NDArray[np.uint8] | None = None  # all memory, unless it may have moved
        # Room for blocks, kept between calls: taking and giving back costs as much as a small kernel.
        self._scratch, self._room, self._used = 0, 0, 0
        self._kept: dict[str, int] = {}
        self._mirrors: dict[str, _Mirror] = {}

    def close(self) -> None:
        """Give the memory back."""
        self._functions = {}
        self._memory = self._store = None

    def call(self, name: str, *arguments: int) -> int:
        """Call a kernel; `MemoryError` where it says so by a negative number."""
        with self.lock:
            self._seen = None
            result = self._functions[name](*arguments)
        if result is not None and result < 0:
            raise MemoryError(f"the kernel {name} has no more memory; cut the corpus into smaller parts.")
        return int(result or 0)

    def take(self, size: int) -> int:
        """Return a block of `size` bytes."""
        with self.lock:
            self._seen = None
            address: int = self._functions["take"](max(size, 1)) & _ADDRESS
        if not address:
            raise MemoryError(f"the kernels have no room for {size:,} bytes more; cut the corpus into smaller parts.")
        return address

    def give(self, address: int, size: int) -> None:
        """Give a block back."""
        self.call("give", address, max(size, 1))

    def view(self, address: int, shape: int | tuple[int, ...], dtype: Any) -> NDArray[Any]:
        """Look at a block as an array; valid until the next call, which may move memory."""
        kind = np.dtype(dtype)
        size = (shape if isinstance(shape, int) else math.prod(shape)) * kind.itemsize
        address &= _ADDRESS
        values: NDArray[Any] = self._bytes()[address : address + size].view(kind)
        return values if isinstance(shape, int) else values.reshape(shape)

    def _bytes(self) -> NDArray[np.uint8]:
        """Return all memory, which a call may move and make larger."""
        if self._seen is None:
            base = ctypes.addressof(self._memory.data_ptr(self._store).contents)
            size = self._memory.data_len(self._store)
            self._seen = np.frombuffer((ctypes.c_ubyte * size).from_address(base), np.uint8)
        return self._seen

    def put(self, address: int, values: NDArray[Any]) -> None:
        """Copy an array into a block."""
        if values.size:
            self.view(address, values.shape, values.dtype)[...] = values

    def kept(self, name: str, values: NDArray[Any]) -> int:
        """Return the address of a copy of a table that never changes, made once under this name."""
        with self.lock:
            if name not in self._kept:
                address = self.take(values.nbytes)
                self.put(address, values)
                self._kept[name] = address
            return self._kept[name]

    def mirrored(self, name: str, owner: object, table: NDArray[Any]) -> int:
        """Return the address of a copy of a table that grows at its end; rows copied before are not looked at again.

        A table of another `owner` takes the place of the one before.
        """
        row_size = int(np.prod(table.shape[1:])) * table.itemsize
        with self.lock:
            mirror = self._mirrors.get(name)
            if mirror is None or mirror.owner() is not owner or table.nbytes > mirror.n_bytes:
                if mirror is not None:
                    del self._mirrors[name]  # first: there may be no room for the new one
                    self.give(mirror.address, mirror.n_bytes)
                n_bytes = max(1024, 2 * len(table)) * row_size
                mirror = self._mirrors[name] = _Mirror(weakref.ref(owner), self.take(n_bytes), n_bytes)
            self.put(mirror.address + mirror.n_rows * row_size, table[mirror.n_rows :])
            mirror.n_rows = len(table)
            return mirror.address

    @contextmanager
    def blocks(self, *wanted: int | NDArray[Any]) -> Iterator[tuple[int, ...]]:
        """Give the addresses of blocks for the time of a `with`: of so many bytes, or holding a copy of an array."""
        sizes = [size if isinstance(size, int) else size.nbytes for size in wanted]
        ends = list(accumulate((size + 63) // 64 * 64 for size in sizes))
        with self.lock:
            first = self._borrow(ends[-1])
            used, self._used = self._used, self._used + (ends[-1] if first is not None else 0)
            begin = self.take(ends[-1]) if first is None else first
            try:
                addresses = [begin + end - (size + 63) // 64 * 64 for size, end in zip(sizes, ends, strict=True)]
                for address, values in zip(addresses, wanted, strict=True):
                    if not isinstance(values, int):
                        self.put(address, values)
                yield tuple(addresses)
            finally:
                self._used = used
                if first is None:
                    self.give(begin, ends[-1])

    def _borrow(self, size: int) -> int | None:
        """Return where so many bytes of the scratch room are free; None where they are not."""
        if self._used + size > self._room and not self._used and size <= _MOST_SCRATCH:
            if self._room:
                self.give(self._scratch, self._room)
                self._room = 0
            room = min(max(2 * size, _LEAST_SCRATCH), _MOST_SCRATCH)
            self._scratch, self._room = self.take(room), room
        return self._scratch + self._used if self._used + size <= self._room else None


def _quick(function: Any, store: Any) -> Callable[..., Any]:
    """Return a kernel that is not asked for its type at each call, as wasmtime does, which takes longer than most do.

    One thread at a time may call it.
    """
    import wasmtime

    try:
        foreign = wasmtime._ffi
        kind = function.type(store)
        given = [str(parameter) for parameter in kind.params]
        values, results = (foreign.wasmtime_val_t * len(given))(), (foreign.wasmtime_val_t * len(kind.results))()
        for value, name in zip(values, given, strict=True):
            value.kind = {"i32": foreign.WASMTIME_I32, "i64": foreign.WASMTIME_I64}[name].value
        places = [(value.of, name) for value, name in zip(values, given, strict=True)]
        result_kind = str(kind.results[0]) if len(results) else ""
        context, called, fault = store._context(), ctypes.byref(function._func), ctypes.POINTER(foreign.wasm_trap_t)
    except (AttributeError, KeyError):  # a release of wasmtime whose inside is another
        return partial(function, store)

    def call(*arguments: int) -> int | None:
        for (place, name), argument in zip(places, arguments, strict=True):
            setattr(place, name, argument)
        trap = fault()
        error = foreign.wasmtime_func_call(
            context, called, values, len(values), results, len(results), ctypes.byref(trap)
        )
        if error:
            raise wasmtime.WasmtimeError._from_ptr(error)
        if trap:
            raise wasmtime.Trap._from_ptr(trap)
        return getattr(results[0].of, result_kind) if result_kind else None

    return call


@cache
def load(name: Name = "kernels") -> Kernels | None:
    """Return the kernels of this process; None where NumPy, or plain Python, does the work.

    Examples
    --------
    >>> kernels = load()
    >>> kernels is None or kernels.take(100) > 0
    True
    """
    if os.environ.get("ANALYSIS_KERNELS", "") == "numpy":
        return None
    try:
        kernels = Kernels(name)
    except Exception as why:  # no wheel for this platform, or a release of wasmtime that works otherwise
        warnings.warn(f"the compiled kernels cannot be used ({why}); NumPy does their work, slower.", stacklevel=2)
        return None
    # Let go of everything while the interpreter is whole: wasmtime's own finalisers fail after that.
    atexit.register(kernels.close)
    return kernels


def utf8(strings: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return large strings, none missing, as kernels take them: their bytes, and where each begins, with the end.

    Examples
    --------
    >>> import pyarrow as pa
    >>> data, edges = utf8(pa.array(["no", "né"], pa.large_string()))
    >>> data.size, edges.tolist()
    (5, [0, 2, 5])
    """
    _, offsets, buffer = strings.buffers()
    edges = np.frombuffer(offsets, np.int64)[strings.offset : strings.offset + len(strings) + 1]
    data = np.zeros(0, np.uint8) if buffer is None else np.frombuffer(buffer, np.uint8)
    return data[edges[0] : edges[-1]], edges - edges[0]
