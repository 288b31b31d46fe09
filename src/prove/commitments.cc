#include "prove/commitments.h"

#include <algorithm>

#include "base/parallel.h"
#include "group/msm.h"

namespace vouch {
namespace {

// Σ row_i·G_i, with 32-bit integers where they suffice.
Point commit_row(std::span<const int64_t> row, std::span<const NielsPoint> G) {
  const bool narrow =
      std::all_of(row.begin(), row.end(), [](int64_t x) { return x == static_cast<int32_t>(x); });
  if (!narrow) {
    return msm_small_vartime(G, row);
  }
  const SecretVector<int32_t> narrow_row(row.begin(), row.end());
  return msm_small_vartime(G, narrow_row);
}

// The same of the values in a row that are no integers. They may be many, but are few different
// ones (where a network's ties are, steps of a table): generators of equal values are added up
// first.
Point commit_further(const SlotValues& further, uint64_t row, unsigned kappa,
                     std::span<const NielsPoint> G) {
  const auto in_row = [&](uint64_t at) {
    return std::lower_bound(further.begin(), further.end(), at << kappa,
                            [](const SlotValue& x, uint64_t slot) { return x.slot < slot; });
  };
  SlotValues by_value(in_row(row), in_row(row + 1));
  std::sort(by_value.begin(), by_value.end(),
            [](const SlotValue& a, const SlotValue& b) { return a.value.limbs < b.value.limbs; });
  SecretVector<Scalar> values;
  std::vector<Point> sums;
  for (const SlotValue& x : by_value) {
    if (values.empty() || !(values.back() == x.value)) {
      values.push_back(x.value);
      sums.emplace_back();
    }
    sums.back() = sums.back() + G[x.slot & (G.size() - 1)];
  }
  return msm_vartime(values, sums);
}

}  // namespace

ColumnOpening commit_column_vartime(const ColumnShape& column, const ColumnReader& read,
                                    const Generators& generators,
                                    const std::function<Scalar(uint32_t row)>& blinder,
                                    const SlotValues& further) {
  const Layout& layout = *column.layout;
  const unsigned kappa = column.kappa;
  const auto present = layout.present_rows(kappa);
  std::vector<uint32_t> rows;
  ColumnOpening out;
  for (uint32_t row = 0; row < present.size(); ++row) {
    if (present[row]) {
      rows.push_back(row);
      out.blinders.push_back(blinder(row));
    }
  }
  out.rows.resize(rows.size());
  const auto G = generators.G().first(size_t{1} << kappa);
  parallel_for(rows.size(), 1, [&](size_t begin, size_t end) {
    SecretVector<int64_t> values(G.size());
    for (size_t i = begin; i < end; ++i) {
      std::fill(values.begin(), values.end(), 0);
      for_each_run_of_row(layout, kappa, rows[i],
                          [&](size_t brick, size_t element, size_t n, size_t at) {
                            read(brick, element, n, values.data() + at);
                          });
      out.rows[i] = (commit_row(values, G) + commit_further(further, rows[i], kappa, G) +
                     generators.blind(out.blinders[i]))
                        .encode();
    }
  });
  return out;
}

}  // namespace vouch
