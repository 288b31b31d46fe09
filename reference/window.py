"""Section 4.1: windows, axis by axis."""

from collections.abc import Sequence
from dataclasses import dataclass

from .field import ORDER
from .verdicts import Reason, check


@dataclass(frozen=True)
class WindowAxis:
    """A window along the rows or along the columns."""

    kernel: int
    stride: int
    pad_before: int
    pad_after: int

    def outputs(self, extent: int) -> int:
        """Section 4.2: "⌊(rows_in + pad_top + pad_bottom − kernel_rows) / stride_rows⌋ + 1 …
        the numerator must not be negative."
        """
        numerator = extent + self.pad_before + self.pad_after - self.kernel
        check(numerator >= 0, Reason.DESCRIPTOR, "a window larger than its input")
        return numerator // self.stride + 1

    def inside(self, extent: int, y: int) -> int:
        """ "in_y(y) = min(start + kernel_rows, rows) − max(start, 0) with start =
        stride_rows·y − pad_top"
        """
        start = self.stride * y - self.pad_before
        return min(start + self.kernel, extent) - max(start, 0)

    def all_inside(self, extent: int) -> list[int]:
        """in_y(0), in_y(1), …"""
        return [self.inside(extent, y) for y in range(self.outputs(extent))]

    def spread(self, taps: Sequence[int], outs: Sequence[int], extent: int) -> list[int]:
        """Section 12: "spread(axis, taps, outs)[i] = Σ taps[d]·outs[y] over all d, y with
        stride·y + d − pad = i, 0 ≤ i < extent of the input"
        """
        result = [0] * extent
        for y, out in enumerate(outs):
            start = self.stride * y - self.pad_before
            for d, tap in enumerate(taps):
                if 0 <= start + d < extent:
                    result[start + d] += tap * out
        return [value % ORDER for value in result]


@dataclass(frozen=True)
class Window:
    """Kernel, stride and pads of both axes."""

    rows: WindowAxis
    columns: WindowAxis

    @property
    def axes(self) -> tuple[WindowAxis, WindowAxis]:
        """Rows, columns."""
        return self.rows, self.columns

    @property
    def kernel(self) -> int:
        """The number of its taps."""
        return self.rows.kernel * self.columns.kernel

    @property
    def is_shift(self) -> bool:
        """Kernel and stride 1."""
        return all(axis.kernel == axis.stride == 1 for axis in self.axes)

    @property
    def is_unpadded(self) -> bool:
        """No pads."""
        return all(axis.pad_before == axis.pad_after == 0 for axis in self.axes)

    @property
    def pads_below_kernel(self) -> bool:
        """ "each pad smaller than the kernel on its axis" """
        return all(max(axis.pad_before, axis.pad_after) < axis.kernel for axis in self.axes)

    def check(self) -> None:
        """Section 4.3, rule 4: "kernels and strides 1…512, pads 0…512"."""
        for axis in self.axes:
            for value in (axis.kernel, axis.stride):
                check(1 <= value <= 512, Reason.DESCRIPTOR, "kernel or stride out of range")
            for value in (axis.pad_before, axis.pad_after):
                check(value <= 512, Reason.DESCRIPTOR, "pad out of range")
