#include "verify/input_check.h"

#include "base/check.h"
#include "circuit/pictures.h"
#include "field/kernels/kernels.h"
#include "field/random_scalar.h"
#include "group/msm.h"

namespace vouch {
namespace {

/// Codes where they lie in D: the present rows, one after another, and their numbers.
struct InputRows {
  std::vector<uint32_t> numbers;
  size_t length = 0;  ///< of a row
  Bytes codes;
};

InputRows input_rows(const Circuit& circuit, const Columns& columns,
                     std::span<const uint8_t> codes) {
  const Bytes ordered = batch_first(circuit.input().shape, codes);
  const Layout& layout = columns.layout(Column::kD);
  const Brick& brick = layout.bricks()[0];
  const unsigned kappa = columns.kappa(Column::kD);
  const auto present = layout.present_rows(kappa);
  InputRows rows;
  rows.length = size_t{1} << kappa;
  std::vector<size_t> place(present.size());
  for (uint32_t row = 0; row < present.size(); ++row) {
    if (present[row]) {
      place[row] = rows.numbers.size();
      rows.numbers.push_back(row);
    }
  }
  rows.codes.resize(rows.numbers.size() * rows.length);
  size_t i = 0;
  const auto& e = brick.extents;
  for (uint32_t o = 0; o < e[0]; ++o) {
    for (uint32_t a = 0; a < e[1]; ++a) {
      for (uint32_t b = 0; b < e[2]; ++b) {
        for (uint32_t c = 0; c < e[3]; ++c) {
          const uint64_t slot = brick.slot(o, a, b, c);
          rows.codes[place[slot >> kappa] * rows.length + (slot & (rows.length - 1))] =
              ordered[i++];
        }
      }
    }
  }
  return rows;
}

}  // namespace

const Salt* salt_of(const Proof& proof, const Expectation& expected, size_t i) {
  if (proof.input_public) {
    return &proof.salts[i];
  }
  return i < expected.openings.size() ? &expected.openings[i].salt : nullptr;
}

void add_input_check(Equation& equation, size_t first, const VerifierModel& model,
                     std::span<const uint8_t> codes, const Salt& salt, SecretRandom& random) {
  const InputRows rows = input_rows(model.circuit, model.columns, codes);
  const size_t count = rows.numbers.size();
  VOUCH_CHECK(rows.length <= equation.generators.size() &&
              first + count <= equation.scalars.size());
  std::vector<Scalar> rho(count);
  random_scalars(random, rho);
  // 2^14 rows of 8 bits at most: far from what a SmallProductSum holds.
  std::vector<SmallProductSum> sums(rows.length);
  kernels().add_small_combination_u8(sums.data(), rho.data(), count, rows.codes.data(), rows.length,
                                     rows.length);
  for (size_t i = 0; i < rows.length; ++i) {
    equation.generators[i] += sums[i].reduce();
  }
  Scalar* of_rows = equation.scalars.data() + first;
  for (size_t i = 0; i < count; ++i) {
    equation.h += rho[i] * input_blinder(salt, rows.numbers[i]);
    of_rows[i] -= rho[i];
  }
}

Rows commit_input_vartime(const Circuit& circuit, const Columns& columns,
                          std::span<const uint8_t> codes, const Salt& salt,
                          const Generators& generators) {
  const InputRows rows = input_rows(circuit, columns, codes);
  Rows out;
  for (size_t i = 0; i < rows.numbers.size(); ++i) {
    const auto row = std::span(rows.codes).subspan(i * rows.length, rows.length);
    const Point blind = generators.blind(input_blinder(salt, rows.numbers[i]));
    out.push_back((msm_small_vartime(generators.G().first(rows.length), row) + blind).encode());
  }
  return out;
}

}  // namespace vouch
