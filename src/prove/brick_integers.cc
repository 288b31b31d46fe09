#include "prove/brick_integers.h"

#include <algorithm>

#include "base/secret.h"
#include "field/kernels/kernels.h"

namespace vouch {
namespace {

// Integers that are made on reading, in portions; of a matrix, so many columns at once.
constexpr size_t kPortion = 8192;
constexpr size_t kPortionWidth = 128;

struct Excess {  ///< E = V − X
  using Int = int32_t;
  const int32_t* V;
  const uint8_t* X;
  Int operator[](size_t i) const { return V[i] - X[i]; }
};

struct Counts {  ///< m, which may exceed 2^31
  using Int = int64_t;
  const uint32_t* m;
  Int operator[](size_t i) const { return m[i]; }
};

// b = 2^31·(upper half) + (lower half): exact circuits' biases reach 2^61, kernels' integers 2^51.
constexpr unsigned kHalfBits = 31;
struct LowerHalf {
  using Int = int32_t;
  const int64_t* b;
  Int operator[](size_t i) const {
    return static_cast<Int>(b[i] & ((int64_t{1} << kHalfBits) - 1));
  }
};
struct UpperHalf {
  using Int = int32_t;
  const int64_t* b;
  Int operator[](size_t i) const { return static_cast<Int>(b[i] >> kHalfBits); }
};

std::vector<Scalar> times_half(std::span<const Scalar> w) {
  std::vector<Scalar> out(w.size());
  kernels().scale(out.data(), w.data(), Scalar::from_u64(uint64_t{1} << kHalfBits), w.size());
  return out;
}

template <class Source>
void copy(const Source& x, size_t begin, size_t count, typename Source::Int* out) {
  for (size_t i = 0; i < count; ++i) {
    out[i] = x[begin + i];
  }
}

// acc[i] += Σ_o w[o]·x[o·length + first + i]
template <class Int>
void add_combination(const Int* x, size_t length, std::span<const Scalar> w, size_t first,
                     std::span<SmallProductSum> acc) {
  add_small_combination(acc.data(), w.data(), w.size(), x + first, length, acc.size());
}

template <class Source>
void add_combination(const Source& x, size_t length, std::span<const Scalar> w, size_t first,
                     std::span<SmallProductSum> acc) {
  SecretVector<typename Source::Int> block(kPortion);
  const size_t width = std::min(acc.size(), kPortionWidth);
  for (size_t i = 0; i < acc.size(); i += width) {
    const size_t n = std::min(width, acc.size() - i);
    const size_t step = kPortion / width;
    for (size_t o = 0; o < w.size(); o += step) {
      const size_t rows = std::min(step, w.size() - o);
      for (size_t r = 0; r < rows; ++r) {
        copy(x, (o + r) * length + first + i, n, block.data() + r * width);
      }
      add_small_combination(acc.data() + i, w.data() + o, rows, block.data(), width, n);
    }
  }
}

template <class Int>
SmallProductSum dot_portion(const Int* x, size_t begin, std::span<const Scalar> w) {
  return dot_small(w.data(), x + begin, w.size());
}

template <class Source>
SmallProductSum dot_portion(const Source& x, size_t begin, std::span<const Scalar> w) {
  std::array<typename Source::Int, kPortion> portion;
  copy(x, begin, w.size(), portion.data());
  const SmallProductSum sum = dot_small(w.data(), portion.data(), w.size());
  secure_wipe(portion.data(), w.size() * sizeof(portion[0]));
  return sum;
}

}  // namespace

template <class Body>
void BrickIntegers::visit(const Body& body) const {
  switch (column_) {
    case Column::kX:
      return body(witness_.tensor(brick_ + 1).X.data());
    case Column::kE: {
      const TensorTrace& t = witness_.tensor(brick_ + 1);
      return body(Excess{t.V.data(), t.X.data()});
    }
    case Column::kM:
      return body(Counts{witness_.multiplicities().data() +
                         witness_.columns().layout(column_).bricks()[brick_].offset});
    case Column::kW:
      return body(witness_.weights()[brick_].weights.data());
    case Column::kL:
      // Limbs are below 2^20.
      return body(reinterpret_cast<const int32_t*>(witness_.tensor(brick_ + 1).L.data()));
    case Column::kB:
      return body(LowerHalf{biases()});
    case Column::kD:
      return body(witness_.input().data());
    case Column::kY:
      return body(witness_.predicate()->part(brick_).data());
  }
}

void BrickIntegers::add_rows(std::span<const Scalar> w, size_t first,
                             std::span<SmallProductSum> acc) const {
  visit([&](const auto& x) { add_combination(x, length_, w, first, acc); });
  if (column_ == Column::kB) {
    add_combination(UpperHalf{biases()}, length_, times_half(w), first, acc);
  }
}

SmallProductSum BrickIntegers::dot(size_t o, size_t first, std::span<const Scalar> w) const {
  SmallProductSum sum;
  const auto add = [&](const auto& x, std::span<const Scalar> weights) {
    for (size_t done = 0; done < weights.size(); done += kPortion) {
      const size_t n = std::min(kPortion, weights.size() - done);
      sum += dot_portion(x, o * length_ + first + done, weights.subspan(done, n));
    }
  };
  visit([&](const auto& x) { add(x, w); });
  if (column_ == Column::kB) {
    add(UpperHalf{biases()}, times_half(w));
  }
  return sum;
}

}  // namespace vouch
