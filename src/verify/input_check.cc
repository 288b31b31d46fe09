#include "verify/input_check.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "field/kernels/kernels.h"
#include "field/random_scalar.h"
#include "group/msm.h"

namespace vouch {
namespace {

std::vector<uint32_t> present_rows(const Columns& columns) {
  const auto present = columns.layout(Column::kD).present_rows(columns.kappa(Column::kD));
  std::vector<uint32_t> numbers;
  for (uint32_t row = 0; row < present.size(); ++row) {
    if (present[row]) {
      numbers.push_back(row);
    }
  }
  return numbers;
}

// Calls body(row, where in it, codes) for the codes that lie side by side both in the input and in
// a row of D. There is no copy of them with D's pads, which may be seven times as many.
template <class Body>
void for_each_run(const VerifierModel& model, std::span<const uint8_t> codes, const Body& body) {
  const Shape& shape = model.circuit.input().shape;
  const Brick& brick = model.columns.layout(Column::kD).bricks()[0];
  const unsigned kappa = model.columns.kappa(Column::kD);
  size_t side_by_side = shape.columns;
  if (std::has_single_bit(shape.columns)) {  // no pads between rows
    side_by_side *= shape.rows;
    if (std::has_single_bit(shape.rows) && shape.batch == 1) {
      side_by_side *= shape.channels;
    }
  }
  for (size_t at = 0; at < codes.size(); at += side_by_side) {
    const size_t line = at / shape.columns;
    const size_t plane = line / shape.rows;
    uint64_t slot = brick.slot(static_cast<uint32_t>(plane % shape.batch),
                               static_cast<uint32_t>(plane / shape.batch),
                               static_cast<uint32_t>(line % shape.rows), 0);
    for (size_t done = 0; done < side_by_side;) {
      const size_t in_row = slot & ((uint64_t{1} << kappa) - 1);
      const size_t n = std::min(side_by_side - done, (size_t{1} << kappa) - in_row);
      body(static_cast<uint32_t>(slot >> kappa), in_row, codes.subspan(at + done, n));
      done += n;
      slot += n;
    }
  }
}

}  // namespace

InputCheck::InputCheck(const VerifierModel& model, std::span<const Bytes> inputs,
                       std::vector<Salt> salts, SecretRandom& random)
    : model_(model),
      inputs_(inputs),
      salts_(std::move(salts)),
      present_(present_rows(model.columns)),
      rho_(inputs.size() * present_.size()) {
  random_scalars(random, rho_);
  sum_ = sum_of(rho_);
}

InputCheck::Sum InputCheck::sum_of(const std::vector<Scalar>& rho) const {
  const size_t length = size_t{1} << model_.columns.kappa(Column::kD);
  std::vector<size_t> place(present_.back() + size_t{1});
  for (size_t k = 0; k < present_.size(); ++k) {
    place[present_[k]] = k;
  }
  Sum sum;
  // 2^14 rows of 8 bits at most, of all inputs: far from what a SmallProductSum holds.
  std::vector<SmallProductSum> sums(length);
  for (size_t i = 0; i < inputs_.size(); ++i) {
    const Scalar* of_input = rho.data() + i * present_.size();
    for_each_run(model_, inputs_[i],
                 [&](uint32_t row, size_t first, std::span<const uint8_t> codes) {
                   kernels().add_small_multiples_u8(&sums[first], of_input[place[row]],
                                                    codes.data(), codes.size());
                 });
    for (size_t k = 0; k < present_.size(); ++k) {
      sum.h += of_input[k] * input_blinder(salts_[i], present_[k]);
    }
  }
  sum.generators.reserve(length);
  for (const SmallProductSum& s : sums) {
    sum.generators.push_back(s.reduce());
  }
  sum.rows.reserve(rho.size());
  for (const Scalar& r : rho) {
    sum.rows.push_back(-r);
  }
  return sum;
}

void InputCheck::add_to(Equation& equation, size_t first) const {
  VOUCH_CHECK(sum_.generators.size() <= equation.generators.size() &&
              first + sum_.rows.size() <= equation.scalars.size());
  const auto add = [](const std::vector<Scalar>& from, Scalar* to) {
    std::transform(from.begin(), from.end(), to, to, std::plus<>());
  };
  add(sum_.generators, equation.generators.data());
  add(sum_.rows, equation.scalars.data() + first);
  equation.h += sum_.h;
}

Point InputCheck::value_of(const Sum& sum, std::span<const Point> rows,
                           const Generators& generators) {
  return msm_vartime(sum.generators, generators.G().first(sum.generators.size())) +
         msm_vartime(sum.rows, rows) + generators.blind(sum.h);
}

Point InputCheck::value_vartime(std::span<const Point> rows, const Generators& generators) const {
  return value_of(sum_, rows, generators);
}

// With P_i the share of input i: if one alone is not the identity, Σ (i + 1)·P_i = (i + 1)·Σ P_i.
std::optional<size_t> InputCheck::other_input_vartime(const Point& value,
                                                      std::span<const Point> rows,
                                                      const Generators& generators) const {
  std::vector<Scalar> times_number = rho_;
  for (size_t k = 0; k < times_number.size(); ++k) {
    times_number[k] *= Scalar::from_u64(k / present_.size() + 1);
  }
  const Point by_number = value_of(sum_of(times_number), rows, generators);
  Point multiple = Point::identity();
  for (size_t i = 0; i < inputs_.size(); ++i) {
    multiple += value;
    if (multiple == by_number) {
      return i;
    }
  }
  return std::nullopt;
}

Rows commit_input_vartime(const Circuit& circuit, const Columns& columns,
                          std::span<const uint8_t> codes, const Salt& salt,
                          const Generators& generators) {
  const Layout& layout = columns.layout(Column::kD);
  const Shape& shape = circuit.input().shape;
  const size_t length = size_t{1} << columns.kappa(Column::kD);
  Bytes slots(size_t{1} << layout.bits());
  size_t at = 0;
  for (uint32_t a = 0; a < shape.channels; ++a) {
    for (uint32_t o = 0; o < shape.batch; ++o) {
      for (uint32_t b = 0; b < shape.rows; ++b) {
        for (uint32_t c = 0; c < shape.columns; ++c) {
          slots[layout.bricks()[0].slot(o, a, b, c)] = codes[at++];
        }
      }
    }
  }
  Rows out;
  for (const uint32_t row : present_rows(columns)) {
    const auto of_row = std::span<const uint8_t>(slots).subspan(row * length, length);
    out.push_back((msm_small_vartime(generators.G().first(length), of_row) +
                   generators.blind(input_blinder(salt, row)))
                      .encode());
  }
  return out;
}

}  // namespace vouch
