"""Section 4.1, "Reading through a window", axis by axis."""

from collections.abc import Sequence
from dataclasses import dataclass

from .field import ORDER
from .verdicts import require_valid


@dataclass(frozen=True)
class WindowAxis:
    """A window along the rows or along the columns."""

    kernel: int
    stride: int = 1
    pad_before: int = 0
    pad_after: int = 0
    dilation: int = 1
    transposed: bool = False

    def outputs(self, extent: int) -> int:
        """Section 4.2: "A window gives, with span = dilation_rows·(kernel_rows − 1) + 1, …" """
        span = self.dilation * (self.kernel - 1) + 1
        pads = self.pad_before + self.pad_after
        if self.transposed:
            outputs = self.stride * (extent - 1) + span - pads
            require_valid(outputs >= 1, "a transposed window without outputs")
            return outputs
        numerator = extent + pads - span
        require_valid(numerator >= 0, "a window larger than its input")
        return numerator // self.stride + 1

    def reads(self, y: int, d: int, extent: int) -> int | None:
        """The i that output y reads through tap d: "i = stride_rows·y + dilation_rows·dy − pad_top",
        or "the i with y = stride_rows·i + dilation_rows·dy − pad_top (transposed; there may be
        none)", "if 0 ≤ i < rows_in".
        """
        moved = self.dilation * d - self.pad_before
        if self.transposed:
            i, remainder = divmod(y - moved, self.stride)
        else:
            i, remainder = self.stride * y + moved, 0
        return i if remainder == 0 and 0 <= i < extent else None

    def spread(self, taps: Sequence[int], outs: Sequence[int], extent: int) -> list[int]:
        """Section 12: "spread(axis, taps, outs)[i] = Σ taps[d]·outs[y] over all d, y for which y
        reads i through d".
        """
        result = [0] * extent
        for y, out in enumerate(outs):
            for d, tap in enumerate(taps):
                i = self.reads(y, d, extent)
                if i is not None:
                    result[i] += tap * out
        return [value % ORDER for value in result]


@dataclass(frozen=True)
class Window:
    """Both axes; either both are transposed or none."""

    rows: WindowAxis
    columns: WindowAxis

    @property
    def axes(self) -> tuple[WindowAxis, WindowAxis]:
        """Rows, columns."""
        return self.rows, self.columns

    @property
    def transposed(self) -> bool:
        """Whether both are."""
        return self.rows.transposed

    def check(self) -> None:
        """Section 4.3, rule 4: "kernels, strides and dilations 1…512, pads −512…512"."""
        for axis in self.axes:
            for value in (axis.kernel, axis.stride, axis.dilation):
                require_valid(1 <= value <= 512, "kernel, stride or dilation out of range")
            for value in (axis.pad_before, axis.pad_after):
                require_valid(-512 <= value <= 512, "pad out of range")
