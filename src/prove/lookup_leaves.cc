#include "prove/lookup_leaves.h"

#include <algorithm>

#include "base/check.h"
#include "field/kernels/kernels.h"

namespace vouch {
namespace {

using Integers = std::array<int32_t, kMaxLeaves>;

// dst[i] = c + Σ_k s[k]·x_k[i], with as many terms as there are arrays.
template <size_t terms>
void combine(Scalar* dst, const Scalar& c, const std::array<Scalar, terms>& s,
             const std::array<const int32_t*, terms>& x, size_t n) {
  kernels().combine_small_i32(dst, c, s.data(), x.data(), terms, n);
}

}  // namespace

TableLeaves::TableLeaves(const Witness& witness, const RaggedLevels& levels,
                         const LookupChallenges& challenges)
    : witness_(witness),
      levels_(levels),
      challenges_(challenges),
      minus_row_{-Scalar::one(), -challenges.gamma} {
  for (const ActivationTable& table : witness.circuit().tables) {
    values_.push_back(table.values());
  }
  for (const WindowTable& table : witness.circuit().windows) {
    edges_.push_back(window_errors(table, witness.circuit().limbs(), table.below + 1,
                                   3U * (table.hi - table.lo)));
    kernels().scale(edges_.back().data(), edges_.back().data(), challenges.gamma,
                    edges_.back().size());
  }
}

void TableLeaves::write(size_t begin, size_t count, Scalar* P, Scalar* Q) const {
  VOUCH_CHECK(count <= kMaxLeaves);
  std::fill(P, P + count, Scalar::zero());
  std::fill(Q, Q + count, Scalar::one());
  const auto& bricks = witness_.columns().layout(Column::kM).bricks();
  levels_.for_each_piece(begin, count, [&](size_t brick, size_t row, size_t n, size_t at) {
    write_multiplicities({witness_.multiplicities().data() + bricks[brick].offset + row, n},
                         P + at);
    write_rows(brick, static_cast<uint32_t>(row), n, Q + at);
  });
}

// A row is looked up at most once by every slot of X and of D, of which there are 2^30 each at
// most, pads included, and not all of them are pads: m < 2^31. With exact rounding the range
// table's rows are looked up twice by a slot of X, of which no prover's memory holds 2^30.
void TableLeaves::write_multiplicities(std::span<const uint32_t> m, Scalar* P) const {
  Integers x;
  std::transform(m.begin(), m.end(), x.begin(), [](uint32_t v) { return static_cast<int32_t>(v); });
  combine<1>(P, Scalar::zero(), {-Scalar::one()}, {x.data()}, m.size());
}

void TableLeaves::write_rows(size_t brick, uint32_t first, size_t count, Scalar* Q) const {
  const Circuit& circuit = witness_.circuit();
  const bool of_circuit = brick != 0 && brick <= circuit.table_count();
  if (of_circuit && circuit.exact()) {
    write_windows(brick - 1, first, count, Q);
    return;
  }
  Integers X;
  if (!of_circuit) {
    for (size_t i = 0; i < count; ++i) {
      X[i] = static_cast<int32_t>(first + i);
    }
    combine<1>(Q, challenges_.shifted(brick == 0 ? kRangeTag : kPlainTag), {minus_row_[0]},
               {X.data()}, count);
    return;
  }
  Integers E;
  const int32_t zero = int32_t{1} << circuit.tables[brick - 1].bits;
  for (size_t i = 0; i < count; ++i) {
    X[i] = values_[brick - 1][first + i];
    E[i] = static_cast<int32_t>(first + i) - zero - X[i];
  }
  combine<2>(Q, challenges_.shifted(kFirstActivationTag + brick - 1), minus_row_,
             {X.data(), E.data()}, count);
}

void TableLeaves::write_windows(size_t table, uint32_t first, size_t count, Scalar* Q) const {
  const WindowTable& windows = witness_.circuit().windows[table];
  const uint32_t steps = windows.below + 1;
  const uint32_t steps_end = steps + static_cast<uint32_t>(edges_[table].size());
  Integers X;
  Integers E{};
  for (size_t i = 0; i < count; ++i) {
    const auto u = static_cast<uint32_t>(first + i);
    X[i] = u < steps ? windows.lo
           : u < steps_end
               ? static_cast<int32_t>(windows.lo + (u - steps) / 3 + ((u - steps) % 3 == 0 ? 0 : 1))
               : windows.hi;
    E[i] = u < steps       ? static_cast<int32_t>(u - windows.below)
           : u < steps_end ? 0
                           : static_cast<int32_t>(u - steps_end + 1);
  }
  combine<2>(Q, challenges_.shifted(kFirstActivationTag + table), minus_row_, {X.data(), E.data()},
             count);
  for (uint32_t u = std::max(first, steps); u < std::min<uint64_t>(first + count, steps_end); ++u) {
    Q[u - first] -= edges_[table][u - steps];
  }
}

}  // namespace vouch
