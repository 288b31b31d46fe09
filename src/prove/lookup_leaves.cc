#include "prove/lookup_leaves.h"

#include <algorithm>

#include "base/check.h"
#include "field/kernels/kernels.h"

namespace vouch {
namespace {

using Integers = std::array<int32_t, kMaxLeaves>;

// Entries that share a clamp table.
struct Run {
  size_t table;
  size_t begin;
  size_t end;
};

// dst[i] = c + Σ_k s[k]·x_k[i], with as many terms as there are arrays.
template <size_t terms>
void combine(Scalar* dst, const Scalar& c, const std::array<Scalar, terms>& s,
             const std::array<const int32_t*, terms>& x, size_t n) {
  kernels().combine_small_i32(dst, c, s.data(), x.data(), terms, n);
}

}  // namespace

MainLeaves::MainLeaves(const Witness& witness, const RaggedLevels& levels,
                       const LookupChallenges& challenges, const Affine& c, const Affine& r)
    : witness_(witness),
      levels_(levels),
      code_scales_{-c.scale, -(c.scale * challenges.gamma)},
      remainder_scale_(-r.scale),
      pad_C_(c(challenges.shifted(kPlainTag))),
      pad_R_(r(challenges.shifted(kRangeTag))) {
  for (size_t k = 0; k < witness.columns().clamp_tables().size(); ++k) {
    clamp_.push_back(c(challenges.shifted(kFirstClampTag + k)));
  }
}

void MainLeaves::write(size_t begin, size_t count, Scalar* C, Scalar* R) const {
  VOUCH_CHECK(count <= kMaxLeaves);
  Integers X;
  Integers E;
  Integers remainder;
  std::fill_n(remainder.begin(), count, 0);
  std::array<std::pair<size_t, size_t>, kMaxLeaves> gaps;  // of pads
  size_t gap_count = 0;
  std::vector<Run> runs;
  size_t next = 0;
  const auto skip_to = [&](size_t at) {
    if (at != next) {
      std::fill(X.begin() + static_cast<std::ptrdiff_t>(next),
                X.begin() + static_cast<std::ptrdiff_t>(at), 0);
      std::fill(E.begin() + static_cast<std::ptrdiff_t>(next),
                E.begin() + static_cast<std::ptrdiff_t>(at), 0);
      gaps[gap_count++] = {next, at};
    }
  };
  levels_.for_each_piece(begin, count, [&](size_t brick, size_t element, size_t n, size_t at) {
    skip_to(at);
    const TensorTrace& t = witness_.tensor(brick + 1);
    const size_t table = witness_.columns().clamp_table_of(brick);
    if (runs.empty() || runs.back().table != table) {
      runs.push_back({table, at, at});
    }
    runs.back().end = next = at + n;
    for (size_t i = 0; i < n; ++i) {
      X[at + i] = t.X[element + i];
      E[at + i] = t.V[element + i] - t.X[element + i];
      remainder[at + i] = static_cast<int32_t>(t.R[element + i]);
    }
  });
  skip_to(count);
  for (const Run& run : runs) {
    combine<2>(C + run.begin, clamp_[run.table], code_scales_,
               {X.data() + run.begin, E.data() + run.begin}, run.end - run.begin);
  }
  for (size_t g = 0; g < gap_count; ++g) {
    std::fill(C + gaps[g].first, C + gaps[g].second, pad_C_);
  }
  combine<1>(R, pad_R_, {remainder_scale_}, {remainder.data()}, count);
}

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
      minus_m_{-Scalar::one(), -Scalar::from_u64(1U << 16)},
      minus_row_{-Scalar::one(), -challenges.gamma} {}

void TableLeaves::write(size_t begin, size_t count, Scalar* P, Scalar* Q) const {
  VOUCH_CHECK(count <= kMaxLeaves);
  std::fill(P, P + count, Scalar::zero());
  std::fill(Q, Q + count, Scalar::one());
  const auto& bricks = witness_.columns().layout(Column::kM).bricks();
  levels_.for_each_piece(begin, count, [&](size_t brick, size_t row, size_t n, size_t at) {
    const uint32_t* m = witness_.multiplicities().data() + bricks[brick].offset + row;
    Integers low;
    Integers high;
    for (size_t i = 0; i < n; ++i) {
      low[i] = static_cast<int32_t>(m[i] & 0xffff);
      high[i] = static_cast<int32_t>(m[i] >> 16);
    }
    combine<2>(P + at, Scalar::zero(), minus_m_, {low.data(), high.data()}, n);
    write_rows(brick, static_cast<uint32_t>(row), n, Q + at);
  });
}

void TableLeaves::write_rows(size_t brick, uint32_t first, size_t count, Scalar* Q) const {
  const auto& clamps = witness_.columns().clamp_tables();
  Integers X;
  Integers E{};
  for (size_t i = 0; i < count; ++i) {
    X[i] = static_cast<int32_t>(first + i);
  }
  uint64_t tag = brick == 0 ? kRangeTag : kPlainTag;
  if (brick != 0 && brick <= clamps.size()) {
    tag = kFirstClampTag + brick - 1;
    const ClampTable& c = clamps[brick - 1];
    for (size_t i = 0; i < count; ++i) {
      const int32_t V = X[i] - (int32_t{1} << witness_.circuit().value_bits);
      X[i] = std::clamp<int32_t>(V, c.lo, c.hi);
      E[i] = V - X[i];
    }
  }
  combine<2>(Q, challenges_.shifted(tag), minus_row_, {X.data(), E.data()}, count);
}

}  // namespace vouch
