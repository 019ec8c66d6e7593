"""Formulas that are read by people and worked out by the kit: one text for both, so that they cannot drift apart."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np

__all__ = ["names_in", "work_out"]

_WHERE: Final = " where "


def _ratio(top: float, bottom: float) -> Any:
    """Divide; a ratio over zero is 0, as in textstat."""
    if isinstance(bottom, np.ndarray):
        return top / bottom
    return top / bottom if bottom else 0.0


def _round(value: Any, digits: int) -> Any:
    # Python's own: NumPy's rounds a product with a power of ten.
    if isinstance(value, np.ndarray):
        return np.array([round(one, digits) for one in value.tolist()])
    return round(float(value), digits)


def _mean(values: Any) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _weighted_mean(values: Any, weights: Any, of: Any = None) -> Any:
    """Return the mean weighted by words, of all or, with a number for each value, of those with the same number."""
    if of is None:
        return float(_weighted_mean(values, weights, np.zeros(len(values)))[0]) if len(values) else float("nan")
    _, first, number = np.unique(of, return_index=True, return_inverse=True)
    alone = np.bincount(number) == 1
    with np.errstate(invalid="ignore"):  # no words, no mean
        means = np.bincount(number, values * weights) / np.bincount(number, weights)
    return np.where(alone, values[first], means)  # one by itself is its own mean, to the last bit


def _sd(values: Any) -> float:
    return float(values.std(ddof=1)) if len(values) > 1 else float("nan")


_SIGNS: Final[Mapping[type, Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: _ratio,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.LtE: operator.le,
}
_FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "abs": abs,
    "max": np.maximum,
    "mean": _mean,
    "round": _round,
    "sd": _sd,
    "sqrt": np.sqrt,
    "weighted_mean": _weighted_mean,
}


def work_out(formula: str, values: Mapping[str, Any]) -> float:
    """Work a formula of the kit out: sums, products, ratios (0 over zero), a few functions, `… if … else …`; also of
    many numbers at once, which a mean makes one.

    Examples
    --------
    >>> work_out("n_cues / n_words if n_words > 0 else nan", {"n_cues": 3, "n_words": 12})
    0.25
    >>> work_out("r - (2 if r <= 20 else 0) where r = 3 * n", {"n": 4})
    10.0
    >>> work_out("weighted_mean(x, n_words)", {"x": np.array([0.5, -0.5]), "n_words": np.array([3, 1])})
    0.25
    """
    shown, _, aside = formula.partition(_WHERE)
    known = dict(values) | {"nan": float("nan")}
    if aside:
        name, _, meaning = aside.partition(" = ")
        known[name] = _value(_tree(meaning), known)
    return float(_value(_tree(shown), known))


def names_in(formula: str) -> list[str]:
    """Return the numbers that a formula needs, in its order.

    Examples
    --------
    >>> names_in("sqrt(n_cues) / r where r = 2 * n_sentences")
    ['n_cues', 'n_sentences']
    """
    shown, _, aside = formula.partition(_WHERE)
    own, _, meaning = aside.partition(" = ")
    names = [
        node.id
        for part in (shown, meaning or "0")
        for node in sorted(
            (node for node in ast.walk(_tree(part)) if isinstance(node, ast.Name)), key=lambda node: node.col_offset
        )
    ]
    return [name for name in dict.fromkeys(names) if name not in (*_FUNCTIONS, "nan", own)]


@lru_cache(maxsize=128)
def _tree(formula: str) -> ast.expr:
    return ast.parse(formula, mode="eval").body


def _value(node: ast.expr, known: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return known[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, known)
        case ast.BinOp(left=left, op=sign, right=right) | ast.Compare(left=left, ops=[sign], comparators=[right]):
            return _SIGNS[type(sign)](_value(left, known), _value(right, known))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _value(body if _value(test, known) else orelse, known)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _FUNCTIONS[name](*(_value(argument, known) for argument in arguments))
    raise ValueError(f"a formula has what formulas do not have: {ast.dump(node)}")
