// Ragged arrays: functions on the slots of a layout whose pads cost nothing.
//
// A function on {0,1}^n is folded from the lowest bit up. After f folds it has 2^(n−f) entries, of
// which only those above an element of the layout need to be held; all others have one constant
// value. At level f a brick with h > f is a set of lines along its lowest axis that is not folded
// away (⌈extent / 2^folded⌉ entries each), and all bricks with h ≤ f are one dense run. Lines of
// odd length are stored with one pad more, so that pairs are always neighbours in memory and every
// kernel works on plain contiguous arrays.
//
// Two offsets: `stored` counts entries with those extra pads, `raw` without. Pair number p of level
// f (stored entries 2p, 2p + 1) folds into the entry with raw offset p of level f + 1.
#pragma once

#include <algorithm>
#include <functional>
#include <span>
#include <vector>

#include "base/buffer.h"
#include "circuit/layout.h"
#include "poly/eq.h"

namespace vouch {

/// Lines of one level with the same length. Line (o, a, b) of extents (…, a, b) begins at index
/// `index + ((o·2^a_bits + a)·2^b_bits + b)·stride`; lines are numbered with b fastest.
struct Segment {
  uint64_t index = 0;   ///< of the first line's first entry, in the level's index space
  uint64_t stride = 0;  ///< index distance between lines that differ by 1 in b
  size_t a = 1;
  size_t b = 1;
  unsigned a_bits = 0;
  unsigned b_bits = 0;
  size_t lines = 0;
  size_t group = 0;   ///< entries of a line
  size_t stored = 0;  ///< entries of a line in memory: group, rounded up to even
  size_t offset = 0;  ///< stored offset of the first line
  size_t raw = 0;     ///< raw offset of the first line

  [[nodiscard]] uint64_t line_index(size_t line) const {
    const uint64_t q = line / b;
    return index + ((((q / a) << a_bits) + q % a) * (uint64_t{1} << b_bits) + line % b) * stride;
  }
};

/// Entries of one line within a range of stored entries.
struct LinePart {
  const Segment* segment;
  size_t line;
  size_t group;     ///< entries of the line
  size_t first;     ///< within the line
  size_t count;     ///< stored entries
  size_t position;  ///< of `first` within the range

  /// How many of them are entries, not the extra pad.
  [[nodiscard]] size_t real() const { return first >= group ? 0 : std::min(count, group - first); }
  /// Raw offset of the first one.
  [[nodiscard]] size_t raw() const { return segment->raw + line * group + first; }
  /// Index of the first one in the level's index space.
  [[nodiscard]] uint64_t index() const { return segment->line_index(line) + first; }
};

class RaggedLevels {
 public:
  explicit RaggedLevels(const Layout& layout);

  [[nodiscard]] const Layout& layout() const { return *layout_; }
  [[nodiscard]] unsigned bits() const { return layout_->bits(); }
  /// Stored entries of level f, 0 ≤ f ≤ n; even but for level n, which has one.
  [[nodiscard]] size_t size(unsigned f) const { return levels_[f].size; }

  /// Calls body(LinePart) for the parts of lines that make up stored entries [begin, begin + count)
  /// of level f. With `joined`, all lines of a segment without extra pads count as one long line,
  /// whose index() means nothing.
  template <class Body>
  void for_each_line(unsigned f, size_t begin, size_t count, bool joined, const Body& body) const;

  /// The same at level 0, brick by brick: body(brick, first element of the brick, count, position).
  /// Positions not covered are pads.
  template <class Body>
  void for_each_piece(size_t begin, size_t count, const Body& body) const;

  /// Entries, raw ones, without the extra pads.
  struct RawRange {
    size_t first;
    size_t count;
  };
  /// The entries among stored entries [begin, begin + count) of level f, begin even.
  [[nodiscard]] RawRange raw_range(unsigned f, size_t begin, size_t count) const;
  /// Moves the raw_range of [begin, begin + count), which out begins with, to the places of stored
  /// entries in out, and fills the others with `pad`.
  void spread(unsigned f, size_t begin, size_t count, const Scalar& pad, Scalar* out) const;

  /// Pairs whose eq are multiples of one factor.
  struct PairEq {
    size_t count;
    Scalar factor;
  };
  /// factor·out[p] = eq at the index of stored pair first + p of level f, for p < count: all of
  /// out, or as many as are in one block of eq. eq is over the indices of level f + 1.
  [[nodiscard]] PairEq fill_pair_eq(unsigned f, size_t first, const SplitEq& eq,
                                    std::span<Scalar> out) const;

 private:
  struct Level {
    std::vector<Segment> segments;
    size_t size = 0;
  };
  void build_level(unsigned f);

  const Layout* layout_;
  std::vector<Level> levels_;
  std::vector<uint32_t>
      segment_brick_;  // level 0: brick of each segment; the tail's is the first one's
};

template <class Body>
void RaggedLevels::for_each_line(unsigned f, size_t begin, size_t count, bool joined,
                                 const Body& body) const {
  const auto& segments = levels_[f].segments;
  auto s = std::upper_bound(segments.begin(), segments.end(), begin,
                            [](size_t offset, const Segment& x) { return offset < x.offset; }) -
           1;
  for (size_t done = 0; done < count; ++s) {
    const size_t inside = begin + done - s->offset;
    const bool one_line = joined && s->group == s->stored;
    const size_t group = one_line ? s->group * s->lines : s->group;
    const size_t stored = one_line ? group : s->stored;
    const size_t lines = one_line ? 1 : s->lines;
    size_t first = inside % stored;
    for (size_t line = inside / stored; done < count && line < lines; ++line, first = 0) {
      const size_t part = std::min(stored - first, count - done);
      body(LinePart{&*s, line, group, first, part, done});
      done += part;
    }
  }
}

template <class Body>
void RaggedLevels::for_each_piece(size_t begin, size_t count, const Body& body) const {
  for_each_line(0, begin, count, true, [&](const LinePart& part) {
    size_t n = part.real();
    size_t element = part.line * part.group + part.first;
    size_t position = part.position;
    auto b = segment_brick_[static_cast<size_t>(part.segment - levels_[0].segments.data())];
    // The tail's one line runs through all bricks of height 0.
    for (size_t at = b; n != 0; ++at) {
      const uint32_t brick = layout_->order()[at];
      const size_t elements = layout_->bricks()[brick].elements();
      if (element < elements) {
        const size_t run = std::min(n, elements - element);
        body(brick, element, run, position);
        n -= run;
        position += run;
        element = elements;
      }
      element -= elements;
    }
  });
}

}  // namespace vouch
