"""What tests let workers do; they import little, so that they start soon."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

__all__ = ["deadly", "failing", "not_lost", "process", "square"]


def square(task: int) -> int:
    return task * task


def failing(task: int) -> int:
    if task == 3:
        raise ZeroDivisionError(f"task {task}")
    return task


def deadly(task: tuple[str, int]) -> int:
    """Kill the worker of task 2 as often as the file says."""
    path, number = task
    if number == 2 and (left := int(Path(path).read_text())):
        Path(path).write_text(str(left - 1))
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def process(_: int) -> int:
    time.sleep(0.2)
    return os.getpid()


def not_lost(task: Any, reason: str) -> Any:
    raise AssertionError(f"{task} was lost: {reason}")
