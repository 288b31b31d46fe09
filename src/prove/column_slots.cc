#include "prove/column_slots.h"

#include <algorithm>
#include <array>

#include "base/buffer.h"
#include "base/check.h"
#include "base/secret.h"
#include "field/kernels/kernels.h"

namespace vouch {
namespace {

// Level 1 is made from the integers whenever it is read.
constexpr unsigned kFirstStored = 2;

// dst[i] = c + Σ_k s[k]·x_k[i]
template <size_t terms>
void combine_columns(Scalar* dst, const Scalar& c, const std::array<Scalar, terms>& s,
                     const std::array<const int32_t*, terms>& x, size_t n) {
  kernels().combine_small_i32(dst, c, s.data(), x.data(), terms, n);
}

}  // namespace

void ColumnSlots::read(size_t begin, size_t count, int32_t* x) const {
  std::fill_n(x, count, 0);
  levels_.for_each_piece(begin, count, [&](size_t brick, size_t element, size_t n, size_t at) {
    read_(brick, element, n, x + at);
  });
}

FractionTree ColumnSlots::tree() const {
  const auto leaves = [this](size_t begin, size_t count, Scalar* P, Scalar* Q) {
    SecretVector<int32_t> x(count);
    read(begin, count, x.data());
    std::fill_n(P, count, Scalar::one());
    combine_columns<1>(Q, pad_, {-Scalar::one()}, {x.data()}, count);
  };
  // 1/Q_0 + 1/Q_1 = (Q_0 + Q_1)/(Q_0·Q_1)
  const auto sums = [this](size_t begin, size_t count, Scalar* P, Scalar* Q) {
    SecretVector<int32_t> x(4 * count);
    int32_t* first = x.data() + 2 * count;
    int32_t* second = first + count;
    read(begin, 2 * count, x.data());
    for (size_t i = 0; i < count; ++i) {
      first[i] = x[2 * i];
      second[i] = x[2 * i + 1];
    }
    const Scalar minus = -Scalar::one();
    combine_columns<1>(P, pad_, {minus}, {first}, count);
    combine_columns<1>(Q, pad_, {minus}, {second}, count);
    Buffer<Scalar> product(count);
    kernels().multiply(product.data(), P, Q, count);
    kernels().add(P, P, Q, count);
    std::copy_n(product.data(), count, Q);
  };
  return {levels_, leaves, Scalar::one(), pad_, kFirstStored, sums};
}

class ColumnSlots::Bottom final : public RaggedSource {
 public:
  Bottom(const ColumnSlots& slots, const Scalar& lambda, const Scalar& lambda_inverse)
      : slots_(slots),
        lambda_(lambda),
        A_(lambda * slots.pad_ + Scalar::one()),
        B_(slots.pad_ + lambda_inverse) {}

  [[nodiscard]] std::vector<Scalar> pads() const { return {A_, B_}; }

  void write(size_t begin, size_t count, Scalar* const* out) const override {
    const Integers<2> x(slots_, begin, count);
    combine_columns<1>(out[0], A_, {-lambda_}, {x[0]}, count);
    combine_columns<1>(out[1], B_, {-Scalar::one()}, {x[1]}, count);
  }
  // ΔA·ΔB = λ·Δx_0·Δx_1
  Scalar leading(size_t first, size_t pairs, const Scalar* eq) const override {
    const Integers<4> x(slots_, 2 * first, pairs);
    SecretVector<int64_t> products(pairs);
    for (size_t j = 0; j < pairs; ++j) {
      products[j] = (int64_t{x[2][j]} - x[0][j]) * (int64_t{x[3][j]} - x[1][j]);
    }
    return lambda_ * dot_small(eq, products.data(), pairs).reduce();
  }
  void bind(const Scalar& z) override { z_ = z; }
  void fold(size_t first, size_t pairs, Scalar* const* out) const override {
    const Integers<4> x(slots_, 2 * first, pairs);
    const Scalar rest = z_ - Scalar::one();
    combine_columns<2>(out[0], A_, {lambda_ * rest, -(lambda_ * z_)}, {x[0], x[2]}, pairs);
    combine_columns<2>(out[1], B_, {rest, -z_}, {x[1], x[3]}, pairs);
  }

 private:
  // The integers of slots 2i and 2i + 1, i an entry of level 1: of one entry after the other, or of
  // pairs of entries; by their place there.
  template <size_t places>
  class Integers {
   public:
    Integers(const ColumnSlots& slots, size_t begin, size_t count)
        : count_(count), x_(2 * places * count) {
      int32_t* raw = x_.data() + places * count;
      std::fill_n(raw, places * count, 0);
      slots.levels_.for_each_line(1, begin, places / 2 * count, true, [&](const LinePart& part) {
        slots.read(2 * part.raw(), 2 * part.real(), raw + 2 * part.position);
      });
      for (size_t i = 0; i < count; ++i) {
        for (size_t k = 0; k < places; ++k) {
          x_[k * count + i] = raw[places * i + k];
        }
      }
    }
    const int32_t* operator[](size_t place) const { return x_.data() + place * count_; }

   private:
    size_t count_;
    SecretVector<int32_t> x_;
  };

  const ColumnSlots& slots_;
  Scalar lambda_;
  Scalar A_;  // on pads
  Scalar B_;
  Scalar z_;
};

RaggedArrays ColumnSlots::bottom(const Scalar& lambda, const Scalar& lambda_inverse) const {
  auto source = std::make_unique<Bottom>(*this, lambda, lambda_inverse);
  auto pads = source->pads();
  return {levels_, 1, std::move(pads), std::move(source)};
}

ColumnSlots input_slots(const Witness& witness, const RaggedLevels& levels,
                        const LookupChallenges& challenges) {
  const auto read = [&witness](size_t, size_t element, size_t count, int32_t* out) {
    std::copy_n(witness.input().data() + element, count, out);
  };
  return {read, levels, challenges.shifted(kPlainTag)};
}

ColumnSlots low_slots(const Witness& witness, const RaggedLevels& levels,
                      const LookupChallenges& challenges) {
  const auto read = [&witness](size_t brick, size_t element, size_t count, int32_t* out) {
    std::copy_n(witness.tensor(brick + 1).L.data() + element, count, out);
  };
  return {read, levels, challenges.shifted(kRangeTag)};
}

ColumnSlots predicate_slots(const Witness& witness, const RaggedLevels& levels,
                            const LookupChallenges& challenges) {
  const auto read = [&witness](size_t brick, size_t element, size_t count, int32_t* out) {
    std::copy_n(witness.predicate()->lookup(brick).data() + element, count, out);
  };
  return {read, levels, challenges.shifted(kPlainTag)};
}

}  // namespace vouch
