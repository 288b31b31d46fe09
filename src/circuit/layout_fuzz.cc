// Bricks of extents from the bytes at points from the bytes: eq by axes, by tables and by runs
// against eq of one slot after another.
#include "base/check.h"
#include "circuit/functional.h"
#include "circuit/layout.h"
#include "field/fuzz_scalars.h"

namespace {

using namespace vouch;  // NOLINT(google-build-using-namespace)

std::vector<Extents> extents_of(ByteReader& bytes) {
  std::vector<Extents> all(1 + bytes.u8() % 4);
  for (Extents& extents : all) {
    for (uint32_t& extent : extents) {
      extent = 1 + bytes.u8() % 6;
    }
  }
  return all;
}

std::vector<Scalar> point_of(ByteReader& bytes, size_t n) {
  std::vector<Scalar> point(n);
  for (Scalar& r : point) {
    r = fuzz_scalar(bytes);
  }
  return point;
}

// Every element's slot: eq(r, slot) is the product of its axes, and Live their sum.
void check_brick(const Brick& brick, std::span<const Scalar> r, const std::vector<Scalar>& table,
                 std::vector<bool>& taken) {
  const BrickEq eq = brick_eq(brick, r);
  Scalar live;
  for (uint32_t o = 0; o < brick.extents[0]; ++o) {
    for (uint32_t a = 0; a < brick.extents[1]; ++a) {
      for (uint32_t b = 0; b < brick.extents[2]; ++b) {
        for (uint32_t c = 0; c < brick.extents[3]; ++c) {
          const uint64_t slot = brick.slot(o, a, b, c);
          VOUCH_CHECK(!taken[slot]);
          taken[slot] = true;
          VOUCH_CHECK(eq.axes[0][o] * eq.axes[1][a] * eq.axes[2][b] * eq.axes[3][c] == table[slot]);
          live += table[slot];
        }
      }
    }
  }
  VOUCH_CHECK(live == brick_live(brick, r));
}

void check_runs(ByteReader& bytes, std::span<const Scalar> r, const std::vector<Scalar>& table) {
  const uint64_t first = bytes.u32() % table.size();
  const uint64_t count = bytes.u32() % (table.size() - first + 1);
  const SplitEq split(r);
  const auto range = eq_range(r, first, count);
  Scalar below;
  for (uint64_t i = 0; i < first + count; ++i) {
    VOUCH_CHECK(i < first || (split.high(split.block(i)) * split.low_from(i)[0] == table[i] &&
                              range[i - first] == table[i]));
    below += table[i];
  }
  VOUCH_CHECK(eq_below(r, first + count) == below);
}

// Ω̃ at a point against Σ_slots eq(z, slot)·coefficient.
void check_functional(ByteReader& bytes, const Layout& layout, std::span<const Scalar> r,
                      const std::vector<Scalar>& table) {
  Functional functional{{{fuzz_scalar(bytes), point_of(bytes, r.size())}}, {}, {}};
  BrickTerm term{bytes.u8() % layout.bricks().size(), {}};
  const Brick& brick = layout.bricks()[term.brick];
  for (size_t axis = 0; axis < 4; ++axis) {
    term.axes[axis] = point_of(bytes, brick.extents[axis]);
  }
  const auto& [scale, point] = functional.evaluations[0];
  Scalar expected = scale * eq_points(point, r);
  Scalar sum;
  for (uint64_t i = 0; i < brick.elements(); ++i) {
    const auto [o, a, b, c] = brick.extents;
    const std::array<uint64_t, 4> at{i / c / b / a, i / c / b % a, i / c % b, i % c};
    Scalar coefficient = Scalar::one();
    for (size_t axis = 0; axis < 4; ++axis) {
      coefficient *= term.axes[axis][at[axis]];
    }
    expected += coefficient * table[brick.slot(at[0], at[1], at[2], at[3])];
    sum += coefficient;
  }
  VOUCH_CHECK(total(term) == sum);
  functional.bricks.push_back(std::move(term));
  VOUCH_CHECK(evaluate(functional, layout, r) == expected);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ByteReader bytes({data, size});
  const unsigned min_bits = bytes.u8() % 8;
  const Layout layout(extents_of(bytes), min_bits);
  if (layout.bits() > 12) {
    return 0;
  }
  const std::vector<Scalar> r = point_of(bytes, layout.bits());
  const std::vector<Scalar> table = eq_table(r);
  VOUCH_CHECK(table.size() == size_t{1} << layout.bits() && layout.used() <= table.size());
  for (size_t i = 0; i < table.size(); i += 1 + table.size() / 64) {
    VOUCH_CHECK(table[i] == eq_at(r, i));
  }
  std::vector<bool> taken(table.size());
  for (const Brick& brick : layout.bricks()) {
    check_brick(brick, r, table, taken);
  }
  check_runs(bytes, r, table);
  check_functional(bytes, layout, r, table);
  return 0;
}
