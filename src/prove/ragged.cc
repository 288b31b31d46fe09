#include "prove/ragged.h"

namespace vouch {
namespace {

size_t ceil_shift(uint64_t x, unsigned bits) {
  return static_cast<size_t>((x + (uint64_t{1} << bits) - 1) >> bits);
}

// The brick at level f < h: lines along its lowest axis that has bits left.
Segment brick_segment(const Brick& brick, unsigned f) {
  Segment s;
  const unsigned c = brick.bits[2];
  const unsigned b = brick.bits[1];
  const auto& e = brick.extents;
  unsigned axis_bits = 0;
  if (f < c) {
    axis_bits = c - f;
    s.lines = size_t{e[0]} * e[1] * e[2];
    s.group = ceil_shift(e[3], f);
    s.a = e[1];
    s.a_bits = brick.bits[0];
    s.b = e[2];
    s.b_bits = b;
  } else if (f < c + b) {
    axis_bits = c + b - f;
    s.lines = size_t{e[0]} * e[1];
    s.group = ceil_shift(e[2], f - c);
    s.b = e[1];
    s.b_bits = brick.bits[0];
  } else {
    axis_bits = brick.height - f;
    s.lines = e[0];
    s.group = ceil_shift(e[1], f - c - b);
  }
  s.stride = uint64_t{1} << axis_bits;
  s.index = brick.offset >> f;
  s.stored = s.group + (s.group & 1);
  return s;
}

}  // namespace

RaggedLevels::RaggedLevels(const Layout& layout) : layout_(&layout) {
  for (unsigned f = 0; f <= layout.bits(); ++f) {
    build_level(f);
  }
}

void RaggedLevels::build_level(unsigned f) {
  Level level;
  size_t raw = 0;
  const auto place = [&](Segment s) {
    s.offset = level.size;
    s.raw = raw;
    level.size += s.lines * s.stored;
    raw += s.lines * s.group;
    level.segments.push_back(s);
  };
  const auto& order = layout_->order();
  size_t k = 0;
  for (; k < order.size() && layout_->bricks()[order[k]].height > f; ++k) {
    const Brick& brick = layout_->bricks()[order[k]];
    place(brick_segment(brick, f));
    if (f == 0) {
      segment_brick_.push_back(static_cast<uint32_t>(k));
    }
  }
  if (k < order.size()) {
    Segment tail;
    tail.index = layout_->bricks()[order[k]].offset >> f;
    tail.lines = 1;
    tail.group = ceil_shift(layout_->used(), f) - tail.index;
    tail.stored = f == layout_->bits() ? 1 : tail.group + (tail.group & 1);
    tail.stride = tail.stored;
    place(tail);
    if (f == 0) {
      segment_brick_.push_back(static_cast<uint32_t>(k));
    }
  }
  levels_.push_back(std::move(level));
}

RaggedLevels::RawRange RaggedLevels::raw_range(unsigned f, size_t begin, size_t count) const {
  RawRange range{0, 0};
  for_each_line(f, begin, count, true, [&](const LinePart& part) {
    range.first = range.count == 0 ? part.raw() : range.first;
    range.count += part.real();
  });
  return range;
}

void RaggedLevels::spread(unsigned f, size_t begin, size_t count, const Scalar& pad,
                          Scalar* out) const {
  // From the last line to the first one: each moves up, by one for every pad before it.
  struct Line {
    size_t position;
    size_t real;
    size_t count;
  };
  std::vector<Line> lines;
  size_t end = 0;
  for_each_line(f, begin, count, true, [&](const LinePart& part) {
    lines.push_back({part.position, part.real(), part.count});
    end += part.real();
  });
  for (auto line = lines.rbegin(); end != count && line != lines.rend(); ++line) {
    end -= line->real;
    std::move_backward(out + end, out + end + line->real, out + line->position + line->real);
    std::fill(out + line->position + line->real, out + line->position + line->count, pad);
    count = line->position;
  }
}

RaggedLevels::PairEq RaggedLevels::fill_pair_eq(unsigned f, size_t first, const SplitEq& eq,
                                                std::span<Scalar> out) const {
  size_t done = 0;
  uint64_t block = 0;
  bool same = true;
  for_each_line(f, 2 * first, 2 * out.size(), false, [&](const LinePart& part) {
    const uint64_t index = part.index() / 2;
    block = done == 0 ? eq.block(index) : block;
    same = same && eq.block(index) == block;
    if (same) {
      const auto low = eq.low_from(index);
      const size_t n = std::min(part.count / 2, low.size());
      std::copy_n(low.begin(), n, out.begin() + static_cast<std::ptrdiff_t>(done));
      done += n;
      same = n == part.count / 2;
    }
  });
  return {done, eq.high(block)};
}

}  // namespace vouch
