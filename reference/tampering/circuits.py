"""Circuits with something changed: what is still valid, and what is not, often just so."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import TypeVar

from ..activation_table import ActivationTable, Ramp
from ..circuit import WINDOWED, Circuit, Operator, Preparation, Rounding
from ..linear_map import Matrix, Run, Term
from ..window import Window
from ..windows import MOST_BEYOND, Boundaries, WindowTable

# Beside the limits of section 4.3, and of the encoding.
UNSIGNED = (*range(9), 255, 256, 511, 512, 513, 1023, 1024, 1025, 4095, 4096, 4097, 32767, 65535)
SIGNED = (*range(-3, 4), -32768, -513, -512, -511, -256, -255, 255, 256, 511, 512, 513, 32767)
EXTENTS = (*range(8), 100, 4096, 4097, 65536, 65537)
BEYOND = (0, 1, 100, MOST_BEYOND - 1, MOST_BEYOND, MOST_BEYOND + 1, 2**31, 2**32 - 1)
SHIFTS = (3, 4, 12, 13, 20, 21, 24, 25)
STEPS_AT = (-(2**31), 2**31 - 1, -512, -511, 511, 512, -1024, -1023, 1023, 1024, 2**24 - 1, 2**24)

Change = Callable[[Circuit, Random], Circuit]
T = TypeVar("T")


def other_circuit(circuit: Circuit, draw: Random) -> Circuit:
    """One thing changed. Encoding it works; whether it is valid is the question."""
    changes, weights = zip(*CHANGES)
    (change,) = draw.choices(changes, weights)
    return change(circuit, draw)


def parameters(circuit: Circuit, draw: Random) -> Circuit:
    """What stands before the tables."""
    shape = list(circuit.input.shape)
    shape[draw.randrange(4)] = draw.choice(EXTENTS)
    extents = dict(zip(("channels", "batch", "rows", "columns"), shape))
    sizes = draw.choice(((0, 0), circuit.input.shape[2:], (1, 1)))
    fields = draw.choice(
        (
            {"shift": draw.choice((*SHIFTS, max(0, circuit.shift - 1), circuit.shift + 1))},
            _other_rounding(circuit),
            {"model_kappa": draw.randrange(3, 18)},
            {"input_kappa": draw.randrange(3, 18)},
            {"scale": draw.choice((0.0, 2.0, float("inf")))},
            {"softmax": not circuit.softmax},
            {"preparation": Preparation(*sizes, draw.choice((0, 1, 1000, 1001)))},
            {"input": replace(circuit.input, zero_point=draw.randrange(256))},
            {"input": replace(circuit.input, batch=circuit.input.batch + 1)},
            {"input": replace(circuit.input, **extents)},
        )
    )
    return replace(circuit, **fields)


def tables(circuit: Circuit, draw: Random) -> Circuit:
    """One more or less, or one of them changed."""
    changed = _one_other(circuit.tables, _other_table, draw)
    return replace(circuit, tables=changed[:255])


def operators(circuit: Circuit, draw: Random) -> Circuit:
    """One changed, seldom one more or less."""
    if draw.randrange(8) == 0:
        return replace(circuit, operators=_one_other(circuit.operators, _other_operator, draw))
    number = draw.randrange(len(circuit.operators)) if circuit.operators else 0
    changed = [_other_operator(operator, draw) for operator in circuit.operators[number:][:1]]
    before, behind = circuit.operators[:number], circuit.operators[number + 1 :]
    return replace(circuit, operators=(*before, *changed, *behind))


def _other_rounding(circuit: Circuit) -> dict:
    """The other rounding, with a table for each; s is left as it is."""
    if circuit.rounding == Rounding.EXACT:
        clamps = (ActivationTable.clamp(9, min(t.lo, t.hi), t.hi) for t in circuit.tables)
        return {"rounding": Rounding.FAST, "tables": tuple(clamps)}
    windows = (WindowTable(Boundaries.FLOOR, 0, t.first, 255) for t in circuit.tables)
    return {"rounding": Rounding.EXACT, "tables": tuple(windows)}


CHANGES: tuple[tuple[Change, int], ...] = ((parameters, 1), (tables, 1), (operators, 6))


def _one_other(
    things: tuple[T, ...], change: Callable[[T, Random], T], draw: Random
) -> tuple[T, ...]:
    """One missing, twice there, or changed."""
    number = draw.randrange(len(things)) if things else 0
    before, here, behind = things[:number], things[number : number + 1], things[number + 1 :]
    match draw.randrange(8):
        case 0:
            here = ()
        case 1:
            here = 2 * here
        case _:
            here = tuple(change(thing, draw) for thing in here)
    return (*before, *here, *behind)


def _unsigned(value: int, draw: Random, most: int = 65535) -> int:
    """Another number of 16 bits, or of fewer."""
    near = value + draw.choice((-2, -1, 1, 2))
    return min(max(0, near if draw.randrange(3) else draw.choice(UNSIGNED)), most)


def _signed(value: int, draw: Random) -> int:
    """Another signed number of 16 bits."""
    near = value + draw.choice((-2, -1, 1, 2))
    return min(max(-32768, near if draw.randrange(3) else draw.choice(SIGNED)), 32767)


def _other_table(
    table: ActivationTable | WindowTable, draw: Random
) -> ActivationTable | WindowTable:
    if isinstance(table, WindowTable):
        return _other_windows(table, draw)
    return draw.choice(
        (
            replace(table, bits=draw.choice((8, 9, 24, 25, table.bits - 1, table.bits + 1))),
            replace(table, first=(table.first + draw.choice((1, 255))) % 256),
            replace(table, ramps=_other_ramps(table.ramps, draw)),
            replace(table, ramps=_other_ramps(table.ramps, draw)),
            replace(table, ramps=_other_ramps(table.ramps, draw)),
        )
    )


def _other_windows(table: WindowTable, draw: Random) -> WindowTable:
    """Another parameter, also an impossible one."""
    name = draw.choice(("boundaries", "zero_point", "lo", "hi", "below", "above"))
    match name:
        case "boundaries":
            value = draw.choice((0, 1, 1, 2, 255))
        case "below" | "above":
            value = draw.choice((*BEYOND, getattr(table, name) + 1))
        case _:
            near = getattr(table, name) + draw.choice((1, 255))
            value = draw.choice((0, 1, 128, 255, near, table.lo, table.hi)) % 256
    return replace(table, **{name: value})


def _other_ramps(ramps: tuple[Ramp, ...], draw: Random) -> tuple[Ramp, ...]:
    """A new one, or one of them changed."""
    if ramps and draw.randrange(4):
        return _one_other(ramps, _other_ramp, draw)
    at = draw.randrange(-600, 600)
    new = Ramp(at, draw.choice((1, 2, 3)), draw.choice((1, 2, 50)), draw.choice((-2, -1, 1, 2, 5)))
    number = draw.randrange(len(ramps) + 1)
    return (*ramps[:number], new, *ramps[number:])


def _other_ramp(ramp: Ramp, draw: Random) -> Ramp:
    near = min(max(-(2**31), ramp.at + draw.choice((-50, -1, 1, 50))), 2**31 - 1)
    return draw.choice(
        (
            replace(ramp, at=near if draw.randrange(3) else draw.choice(STEPS_AT)),
            replace(ramp, every=_unsigned(ramp.every, draw)),
            replace(ramp, count=_unsigned(ramp.count, draw)),
            replace(ramp, rise=_signed(ramp.rise, draw)),
        )
    )


def _other_operator(operator: Operator, draw: Random) -> Operator:
    changes: list[Callable[[], dict]] = [
        lambda: {"zero_point": draw.randrange(256)},
        lambda: {"table": draw.randrange(8)},
        lambda: {draw.choice(("channels", "rows", "columns")): draw.choice(EXTENTS)},
        lambda: {"kind": draw.randrange(4)},
        lambda: {"inputs": _other_inputs(operator.inputs, draw)},
    ]
    if operator.kind in WINDOWED:
        changes += 5 * [lambda: {"window": _other_window(operator.window, draw)}]
    if operator.terms:
        changes += 10 * [lambda: {"terms": _one_other(operator.terms, _other_term, draw)}]
    return replace(operator, **draw.choice(changes)())


def _other_inputs(inputs: tuple[int, ...], draw: Random) -> tuple[int, ...]:
    """In reverse, one more or less, or another tensor."""
    if not inputs:
        return (0,)
    near = max(0, draw.choice(inputs) + draw.choice((-1, 0, 1)))
    changed = (inputs[::-1], inputs[:-1], (*inputs, near), (near, *inputs[1:]))
    return draw.choice(changed)[:255]


def _other_window(window: Window, draw: Random) -> Window:
    """Another number of one axis, or transposed if it was not."""
    axes = list(window.axes)
    if draw.randrange(6) == 0:
        return Window(*(replace(axis, transposed=not axis.transposed) for axis in axes))
    number, name = draw.randrange(2), draw.choice(("kernel", "stride", "dilation"))
    if draw.randrange(2):
        name = draw.choice(("pad_before", "pad_after"))
    other = _signed if name.startswith("pad") else _unsigned
    axes[number] = replace(axes[number], **{name: other(getattr(axes[number], name), draw)})
    return Window(*axes)


def _other_term(term: Term, draw: Random) -> Term:
    matrices = list(term.matrices)
    axis = draw.randrange(3)
    matrices[axis] = _other_matrix(matrices[axis], draw)
    any_axes = (draw.sample(range(3), 3), [draw.randrange(4) for _ in range(3)])
    return draw.choice(
        (
            replace(term, weight=_unsigned(term.weight, draw)),
            replace(term, input=_unsigned(term.input, draw, 255)),
            replace(term, axes=tuple(draw.choice(any_axes))),
            *3 * (replace(term, matrices=tuple(matrices)),),
        )
    )


def _other_matrix(matrix: Matrix, draw: Random) -> Matrix:
    """A new run, or one of them changed."""
    if matrix.runs and draw.randrange(4):
        return Matrix(_one_other(matrix.runs, _other_run, draw))
    out, into, count = (draw.randrange(4) for _ in range(3))
    steps = draw.choice((-1, 0, 1, 2)), draw.choice((-1, 0, 1))
    new = Run(out, steps[0], into, steps[1], count, draw.choice((-1, 1, 9)))
    return Matrix((*matrix.runs, new))


def _other_run(run: Run, draw: Random) -> Run:
    name = draw.choice(("out", "out_step", "into", "in_step", "count", "coefficient"))
    other = _signed if name in ("out_step", "in_step", "coefficient") else _unsigned
    return replace(run, **{name: other(getattr(run, name), draw)})
