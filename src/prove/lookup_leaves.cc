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

InputLeaves::InputLeaves(const Witness& witness, const RaggedLevels& levels,
                         const LookupChallenges& challenges)
    : witness_(witness), levels_(levels), pad_(challenges.shifted(kPlainTag)) {}

void InputLeaves::write(size_t begin, size_t count, Scalar* Q) const {
  VOUCH_CHECK(count <= kMaxLeaves);
  Integers D{};
  levels_.for_each_piece(begin, count, [&](size_t, size_t element, size_t n, size_t at) {
    std::copy_n(witness_.input().begin() + static_cast<std::ptrdiff_t>(element), n,
                D.begin() + static_cast<std::ptrdiff_t>(at));
  });
  combine<1>(Q, pad_, {-Scalar::one()}, {D.data()}, count);
}

TableLeaves::TableLeaves(const Witness& witness, const RaggedLevels& levels,
                         const LookupChallenges& challenges)
    : witness_(witness),
      levels_(levels),
      challenges_(challenges),
      minus_row_{-Scalar::one(), -challenges.gamma} {
  for (const ActivationTable& table : witness.columns().tables()) {
    values_.push_back(table.values());
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
// most, pads included, and not all of them are pads: m < 2^31.
void TableLeaves::write_multiplicities(std::span<const uint32_t> m, Scalar* P) const {
  Integers x;
  std::transform(m.begin(), m.end(), x.begin(), [](uint32_t v) { return static_cast<int32_t>(v); });
  combine<1>(P, Scalar::zero(), {-Scalar::one()}, {x.data()}, m.size());
}

void TableLeaves::write_rows(size_t brick, uint32_t first, size_t count, Scalar* Q) const {
  const auto& tables = witness_.columns().tables();
  Integers X;
  if (brick == 0 || brick > tables.size()) {
    for (size_t i = 0; i < count; ++i) {
      X[i] = static_cast<int32_t>(first + i);
    }
    combine<1>(Q, challenges_.shifted(brick == 0 ? kRangeTag : kPlainTag), {minus_row_[0]},
               {X.data()}, count);
    return;
  }
  Integers E;
  const int32_t zero = int32_t{1} << tables[brick - 1].bits;
  for (size_t i = 0; i < count; ++i) {
    X[i] = values_[brick - 1][first + i];
    E[i] = static_cast<int32_t>(first + i) - zero - X[i];
  }
  combine<2>(Q, challenges_.shifted(kFirstActivationTag + brick - 1), minus_row_,
             {X.data(), E.data()}, count);
}

}  // namespace vouch
