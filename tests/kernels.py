"""Compile `analysis/kernels/*.c` to the files that are committed: `make kernels`.

    python -m tests.kernels            compile
    python -m tests.kernels --check    compile and compare with the committed files

Needs `ziglang`, whose version is fixed below, so that anyone gets the same bytes. Each file carries the digest of
its sources, which a test compares without a compiler.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).resolve().parents[1] / "analysis" / "kernels"
#: The compiled files; those that are `APART` have only these sources, and the others all that are of none or `SHARED`.
NAMES = ("kernels", "voice", "clauses")
APART = {"voice": ("base.c", "voice.c"), "clauses": ("base.c", "clauses.c", "table.c")}
SHARED = {"base.c", "table.c"}
ZIGLANG = "0.17.1"
_TARGET = "-mcpu=generic+bulk_memory+bulk_memory_opt+simd128+nontrapping_fptoint+sign_ext"
_OPTIONS = [
    *("--target=wasm32-freestanding", _TARGET, "-O3", "-std=c11", "-Wall", "-Wextra", "-Werror", "-nostdlib", "-s"),
    *("-fvisibility=hidden", "-Wl,--no-entry", "-Wl,--export-dynamic"),
]
_SECTION = b"sources"


def code_of(name: str) -> Path:
    """Return the path of a compiled file."""
    return HERE / f"{name}.wasm"


def sources_of(name: str) -> list[Path]:
    """Return the C files of a compiled file."""
    if name in APART:
        return [HERE / source for source in APART[name]]
    apart = {source for sources in APART.values() for source in sources} - SHARED
    return sorted(file for file in HERE.glob("*.c") if file.name not in apart)


def digest_of_sources(name: str) -> bytes:
    """Digest of the C files, by name and content."""
    digest = hashlib.sha256(ZIGLANG.encode())
    for file in sorted([*sources_of(name), *HERE.glob("*.h")]):
        digest.update(f"{file.name}\n".encode() + file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.digest()


def digest_within(code: bytes) -> bytes | None:
    """The digest that a compiled file carries in its last section."""
    marked = b"\x00" + bytes([1 + len(_SECTION) + 32, len(_SECTION)]) + _SECTION
    at = len(code) - len(marked) - 32
    return code[-32:] if at >= 0 and code[at:-32] == marked else None


def compiled(name: str) -> bytes:
    """Compile the kernels of one file."""
    if metadata.version("ziglang") != ZIGLANG:
        sys.exit(f"the kernels are compiled with ziglang {ZIGLANG}; found {metadata.version('ziglang')}.")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "kernels.wasm"
        sources = [file.name for file in sources_of(name)]
        command = [sys.executable, "-m", "ziglang", "cc", *_OPTIONS, *sources, "-o", str(out)]
        subprocess.run(command, cwd=HERE, check=True)
        code = out.read_bytes()
    # A custom section: its kind, its size, its name, and 32 bytes.
    return code + b"\x00" + bytes([1 + len(_SECTION) + 32, len(_SECTION)]) + _SECTION + digest_of_sources(name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only compare")
    check = parser.parse_args().check
    for name in NAMES:
        file, code = code_of(name), compiled(name)
        if not check:
            file.write_bytes(code)
        elif code != file.read_bytes():
            sys.exit(f"{file.name} is not what its sources compile to: run `make kernels`.")
        print(f"{file.name}: {len(code):,} bytes")  # noqa: T201


if __name__ == "__main__":
    main()
