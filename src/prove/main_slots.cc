#include "prove/main_slots.h"

#include <algorithm>

#include "base/buffer.h"
#include "base/check.h"
#include "field/kernels/kernels.h"

namespace vouch {
namespace {

// Bits of the low digit of a product that may not fit 30 bits; products are below 2^50.
constexpr unsigned kDigitBits = 28;

constexpr unsigned bit(size_t column) { return 1U << column; }
constexpr unsigned kLinear = bit(SlotTerms::kX) | bit(SlotTerms::kE) | bit(SlotTerms::kTag);
constexpr unsigned kProducts = bit(SlotTerms::kRX) | bit(SlotTerms::kRE) | bit(SlotTerms::kRTag) |
                               bit(SlotTerms::kHighRX) | bit(SlotTerms::kHighRE) |
                               bit(SlotTerms::kHighRTag);
constexpr unsigned kOfTags =
    bit(SlotTerms::kTag) | bit(SlotTerms::kRTag) | bit(SlotTerms::kHighRTag);

// constant + Σ s·x over up to all columns of two planes.
class Combination {
 public:
  void add_constant(const Scalar& c) { constant_ += c; }
  void add(const Scalar& s, const int32_t* x) {
    s_[terms_] = s;
    x_[terms_++] = x;
  }
  // As many terms at a time as the kernel takes.
  void write(Scalar* dst, size_t n) const {
    constexpr size_t kMost = FieldKernels::kMostTerms;
    kernels().combine_small_i32(dst, constant_, s_.data(), x_.data(), std::min(terms_, kMost), n);
    Buffer<Scalar> more(terms_ <= kMost ? 0 : n);
    for (size_t k = kMost; k < terms_; k += kMost) {
      kernels().combine_small_i32(more.data(), Scalar::zero(), s_.data() + k, x_.data() + k,
                                  std::min(terms_ - k, kMost), n);
      kernels().add(dst, dst, more.data(), n);
    }
  }

 private:
  std::array<Scalar, 2 * SlotTerms::kColumns> s_;
  std::array<const int32_t*, 2 * SlotTerms::kColumns> x_{};
  size_t terms_ = 0;
  Scalar constant_;
};

}  // namespace

// The integers of some slots in planes: slot i is entry i / planes of plane i % planes. Tags are
// counted from that of the first element, so that most blocks, which are within one tensor and have
// no pads, do without.
class SlotBlock {
 public:
  // All of them are pads.
  SlotBlock(const MainSlots& slots, size_t count, size_t planes)
      : slots_(slots),
        planes_(planes),
        plane_(count / planes),
        integers_(SlotTerms::kColumns * count) {
    VOUCH_CHECK(count % planes == 0);
    for (const size_t k : {SlotTerms::kX, SlotTerms::kE, SlotTerms::kR}) {
      std::fill_n(column(k), count, 0);
    }
    std::fill_n(column(SlotTerms::kTag), count, static_cast<int32_t>(kPlainTag));
  }

  // Slots [at, at + n) become stored entries [begin, begin + n) of level 0.
  void read(size_t begin, size_t n, size_t at) {
    slots_.levels_.for_each_piece(begin, n,
                                  [&](size_t brick, size_t element, size_t count, size_t position) {
                                    read_elements(brick, element, count, at + position);
                                  });
  }

  // After the last read: with the products of columns, if they are wanted.
  void finish(bool products) {
    mixed_ = mixed_ || (elements_ != 0 && elements_ != count());
    columns_ = kLinear | bit(SlotTerms::kR);
    for (size_t i = 0; mixed_ && i < count(); ++i) {
      column(SlotTerms::kTag)[i] -= static_cast<int32_t>(base_);
    }
    if (products) {
      multiply(SlotTerms::kX);
      multiply(SlotTerms::kE);
      multiply(SlotTerms::kTag);
    }
    columns_ &= mixed_ ? ~0U : ~kOfTags;
  }

  // The upper half of the planes less the lower half.
  void subtract_lower_half() {
    const size_t half = count() / 2;
    for (size_t k = 0; k < SlotTerms::kColumns; ++k) {
      int32_t* x = column(k);
      for (size_t i = 0; (columns_ & bit(k)) != 0 && i < half; ++i) {
        x[half + i] -= x[i];
      }
    }
  }

  [[nodiscard]] const int32_t* plane(size_t column, size_t plane) const {
    return integers_.data() + column * count() + plane * plane_;
  }
  [[nodiscard]] bool mixed() const { return mixed_; }

  // A form's values on a plane.
  void write(const SlotTerms& terms, size_t plane, Scalar* dst) const {
    Combination sum;
    add(sum, terms, plane);
    sum.add_constant(constant(terms));
    sum.write(dst, plane_);
  }
  // Without its constant.
  void write_slopes(const SlotTerms& terms, size_t plane, Scalar* dst) const {
    Combination sum;
    add(sum, terms, plane);
    sum.write(dst, plane_);
  }
  // One form's values on a plane and another's on a second, added.
  void write_sum(const SlotTerms& a, size_t plane_a, const SlotTerms& b, size_t plane_b,
                 Scalar* dst) const {
    Combination sum;
    add(sum, a, plane_a);
    add(sum, b, plane_b);
    sum.add_constant(constant(a) + constant(b));
    sum.write(dst, plane_);
  }

 private:
  [[nodiscard]] size_t count() const { return planes_ * plane_; }
  [[nodiscard]] int32_t* column(size_t k) { return integers_.data() + k * count(); }

  void read_elements(size_t brick, size_t element, size_t count, size_t at) {
    const TensorTrace& t = slots_.witness_.tensor(brick + 1);
    const uint64_t tag = slots_.witness_.columns().tag_of(brick);
    base_ = elements_ == 0 ? tag : base_;
    mixed_ = mixed_ || tag != base_;
    elements_ += count;
    int32_t* X = column(SlotTerms::kX);
    int32_t* E = column(SlotTerms::kE);
    int32_t* tags = column(SlotTerms::kTag);
    int32_t* R = column(SlotTerms::kR);
    for (size_t first = 0; first < std::min(planes_, count); ++first) {
      size_t to = (at + first) % planes_ * plane_ + (at + first) / planes_;
      for (size_t i = element + first; i < element + count; i += planes_, ++to) {
        X[to] = t.X[i];
        E[to] = t.V[i] - t.X[i];
        tags[to] = static_cast<int32_t>(tag);
        R[to] = static_cast<int32_t>(t.R[i]);
      }
    }
  }

  // R times column k, one of the first three.
  void multiply(size_t k) {
    if (k == SlotTerms::kTag && !mixed_) {
      return;
    }
    const bool wide = slots_.wide_[k];
    const int32_t* x = column(k);
    const int32_t* R = column(SlotTerms::kR);
    int32_t* low = column(SlotTerms::kRX + k);
    int32_t* high = column(SlotTerms::kHighRX + k);
    for (size_t i = 0; i < count(); ++i) {
      const int64_t product = int64_t{x[i]} * R[i];
      low[i] = static_cast<int32_t>(wide ? product & ((1 << kDigitBits) - 1) : product);
      high[i] = static_cast<int32_t>(product >> kDigitBits);
    }
    columns_ |= bit(SlotTerms::kRX + k) | (wide ? bit(SlotTerms::kHighRX + k) : 0);
  }

  [[nodiscard]] Scalar base() const { return Scalar::from_u64(base_); }
  [[nodiscard]] Scalar constant(const SlotTerms& terms) const {
    return terms.constant + base() * terms.s[SlotTerms::kTag];
  }
  void add(Combination& sum, const SlotTerms& terms, size_t plane) const {
    for (size_t k = 0; k < SlotTerms::kColumns; ++k) {
      if ((terms.columns & columns_ & bit(k)) != 0) {
        const Scalar& s = terms.s[k];
        sum.add(k == SlotTerms::kR ? s + base() * terms.s[SlotTerms::kRTag] : s,
                this->plane(k, plane));
      }
    }
  }

  const MainSlots& slots_;
  size_t planes_;
  size_t plane_;  // entries of a plane
  size_t elements_ = 0;
  uint64_t base_ = kPlainTag;
  bool mixed_ = false;
  unsigned columns_ = 0;
  Buffer<int32_t> integers_;  // column by column, each plane by plane
};

SlotTerms SlotTerms::times(const Scalar& factor) const {
  SlotTerms out = *this;
  for (Scalar& x : out.s) {
    x *= factor;
  }
  out.constant *= factor;
  return out;
}

MainSlots::MainSlots(const Witness& witness, const RaggedLevels& levels,
                     const LookupChallenges& challenges)
    : witness_(witness),
      levels_(levels),
      challenges_(challenges),
      scales_{Scalar::one(), challenges.gamma, challenges.gamma.square()},
      P_(terms({.c = Scalar::one(), .r = Scalar::one()})),
      Q_(terms({.product = Scalar::one()})) {
  const Circuit& circuit = witness.circuit();
  unsigned bits = 0;
  for (const ActivationTable& table : circuit.tables) {
    bits = std::max<unsigned>(bits, table.bits);
  }
  const std::array<uint64_t, 3> most{255, (uint64_t{1} << bits) + 255,
                                     kFirstActivationTag + circuit.tables.size()};
  // So that a difference of two products in one digit is below 2^31.
  for (size_t k = 0; k < 3; ++k) {
    wide_[k] = most[k] << circuit.shift > uint64_t{1} << 30;
  }
}

// With b = α − γ²·range: c·Q_C + r·(b − R) + p·Q_C·(b − R).
SlotTerms MainSlots::terms(const SlotForm& form) const {
  SlotTerms out;
  const Scalar b = challenges_.shifted(kRangeTag);
  const Scalar of_C = form.c + form.product * b;
  out.constant = form.constant + form.r * b + of_C * challenges_.alpha;
  out.s[SlotTerms::kR] = -(form.r + form.product * challenges_.alpha);
  for (size_t k = 0; k < 3; ++k) {
    out.s[SlotTerms::kX + k] = -(of_C * scales_[k]);
    out.s[SlotTerms::kRX + k] = form.product * scales_[k];
    out.s[SlotTerms::kHighRX + k] =
        out.s[SlotTerms::kRX + k] * Scalar::from_u64(uint64_t{1} << kDigitBits);
  }
  const bool product = !form.product.is_zero();
  out.columns = (product || !form.c.is_zero() ? kLinear : 0) |
                (product || !form.r.is_zero() ? bit(SlotTerms::kR) : 0) | (product ? kProducts : 0);
  return out;
}

Scalar MainSlots::pad(const SlotForm& form) const {
  const Scalar C = challenges_.shifted(kPlainTag);
  const Scalar R = challenges_.shifted(kRangeTag);
  return form.c * C + form.r * R + form.product * C * R + form.constant;
}

FractionTree MainSlots::tree() const {
  const auto leaves = [this](size_t begin, size_t count, Scalar* P, Scalar* Q) {
    SlotBlock block(*this, count, 1);
    block.read(begin, count, 0);
    block.finish(true);
    block.write(P_, 0, P);
    block.write(Q_, 0, Q);
  };
  return {levels_, leaves, pad({.c = Scalar::one(), .r = Scalar::one()}),
          pad({.product = Scalar::one()})};
}

// Slots 2i and 2i + 1 belong to entry i of level 1: with two planes an entry has one of each, with
// four a pair of entries has.
class MainSlots::Children final : public RaggedSource {
 public:
  Children(const MainSlots& slots, const Scalar& lambda)
      : slots_(slots),
        forms_{slots.P_, slots.Q_,
               slots.terms({.c = Scalar::one(), .r = Scalar::one(), .product = lambda}), slots.Q_} {
  }

  void write(size_t begin, size_t count, Scalar* const* out) const override {
    const SlotBlock block = read(begin, count, 2);
    for (size_t a = 0; a < 4; ++a) {
      block.write(forms_[a], a / 2, out[a]);
    }
  }
  Scalar leading(size_t first, size_t pairs, const Scalar* eq) const override {
    SlotBlock block = read(2 * first, 2 * pairs, 4);
    block.subtract_lower_half();
    Buffer<Scalar> slopes(4 * pairs);
    std::array<Scalar*, 4> rows;
    for (size_t a = 0; a < 4; ++a) {
      rows[a] = slopes.data() + a * pairs;
      block.write_slopes(forms_[a], 2 + a / 2, rows[a]);
    }
    return kernels().fraction_sum(rows[0], rows[1], rows[2], rows[3], eq, pairs);
  }
  void bind(const Scalar& z) override {
    for (size_t a = 0; a < 4; ++a) {
      at_0_[a] = forms_[a].times(Scalar::one() - z);
      at_1_[a] = forms_[a].times(z);
    }
  }
  void fold(size_t first, size_t pairs, Scalar* const* out) const override {
    const SlotBlock block = read(2 * first, 2 * pairs, 4);
    for (size_t a = 0; a < 4; ++a) {
      block.write_sum(at_0_[a], a / 2, at_1_[a], 2 + a / 2, out[a]);
    }
  }

 private:
  [[nodiscard]] SlotBlock read(size_t begin, size_t count, size_t planes) const {
    SlotBlock block(slots_, 2 * count, planes);
    slots_.levels_.for_each_line(1, begin, count, true, [&](const LinePart& part) {
      block.read(2 * part.raw(), 2 * part.real(), 2 * part.position);
    });
    block.finish(true);
    return block;
  }

  const MainSlots& slots_;
  std::array<SlotTerms, 4> forms_;  // P_0, Q_0, M, Q_1
  std::array<SlotTerms, 4> at_0_;
  std::array<SlotTerms, 4> at_1_;
};

std::unique_ptr<RaggedSource> MainSlots::children(const Scalar& lambda) const {
  return std::make_unique<Children>(*this, lambda);
}

class MainSlots::Bottom final : public RaggedSource {
 public:
  Bottom(const MainSlots& slots, const SlotForm& A, const SlotForm& B)
      : slots_(slots), scale_(A.c * B.r), forms_{slots.terms(A), slots.terms(B)} {}

  void write(size_t begin, size_t count, Scalar* const* out) const override {
    const SlotBlock block = read(begin, count, 1);
    block.write(forms_[0], 0, out[0]);
    block.write(forms_[1], 0, out[1]);
  }
  // With Δ for the difference of two slots, ΔA·ΔB = λ·(ΔX + γ·ΔE + γ²·Δtag)·ΔR.
  Scalar leading(size_t first, size_t pairs, const Scalar* eq) const override {
    SlotBlock block = read(2 * first, 2 * pairs, 2);
    block.subtract_lower_half();
    const int32_t* R = block.plane(SlotTerms::kR, 1);
    Scalar sum;
    for (size_t k = 0; k < (block.mixed() ? 3 : 2); ++k) {
      const int32_t* x = block.plane(SlotTerms::kX + k, 1);
      std::array<int64_t, kMostPairs> products;
      for (size_t i = 0; i < pairs; ++i) {
        products[i] = int64_t{x[i]} * R[i];
      }
      sum += slots_.scales_[k] * dot_small(eq, products.data(), pairs).reduce();
    }
    return scale_ * sum;
  }
  void bind(const Scalar& z) override {
    for (size_t a = 0; a < 2; ++a) {
      at_0_[a] = forms_[a].times(Scalar::one() - z);
      at_1_[a] = forms_[a].times(z);
    }
  }
  void fold(size_t first, size_t pairs, Scalar* const* out) const override {
    const SlotBlock block = read(2 * first, 2 * pairs, 2);
    block.write_sum(at_0_[0], 0, at_1_[0], 1, out[0]);
    block.write_sum(at_0_[1], 0, at_1_[1], 1, out[1]);
  }

 private:
  [[nodiscard]] SlotBlock read(size_t begin, size_t count, size_t planes) const {
    SlotBlock block(slots_, count, planes);
    block.read(begin, count, 0);
    block.finish(false);
    return block;
  }

  const MainSlots& slots_;
  Scalar scale_;
  std::array<SlotTerms, 2> forms_;
  std::array<SlotTerms, 2> at_0_;
  std::array<SlotTerms, 2> at_1_;
};

RaggedArrays MainSlots::bottom(const Scalar& lambda, const Scalar& lambda_inverse) const {
  const SlotForm A{.c = lambda, .constant = Scalar::one()};
  const SlotForm B{.r = Scalar::one(), .constant = lambda_inverse};
  return {levels_, 0, {pad(A), pad(B)}, std::make_unique<Bottom>(*this, A, B)};
}

}  // namespace vouch
