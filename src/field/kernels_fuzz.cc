// Every back-end against the portable one, on arrays made of the input: the first byte is their
// length, then come Montgomery limbs, reduced if they are not below the modulus.
#include <algorithm>
#include <array>
#include <vector>

#include "base/check.h"
#include "field/kernels/kernels.h"

namespace {

using vouch::FieldKernels;
using vouch::Scalar;

constexpr size_t kLongest = 40;

struct Arrays {
  std::array<std::vector<Scalar>, 4> f;
  std::vector<Scalar> eq;
  std::vector<int64_t> x;
  std::vector<int32_t> x32;
  std::vector<uint8_t> x8;
  std::vector<int32_t> V;
  std::vector<uint32_t> R;
  unsigned planes = 1;
  size_t n = 0;
};

// The input over and over, as long as it takes.
class Source {
 public:
  explicit Source(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  uint64_t word() {
    uint64_t x = 0;
    for (int i = 0; i < 8; ++i) {
      x = x << 8 | bytes_[at_++ % bytes_.size()];
    }
    return x;
  }
  Scalar scalar() {
    vouch::internal::Limbs4 limbs = {word(), word(), word(), word() >> 3};
    return Scalar::from_limbs(vouch::internal::subtract_modulus_once(limbs));
  }

 private:
  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
};

Arrays arrays_of(std::span<const uint8_t> bytes) {
  Arrays out;
  out.n = bytes[0] % (kLongest + 1);
  out.planes = 1U << bytes[1] % 3;
  Source source(bytes.subspan(1));
  for (auto& f : out.f) {
    std::generate_n(std::back_inserter(f), 2 * out.n, [&] { return source.scalar(); });
  }
  std::generate_n(std::back_inserter(out.eq), out.n + 1, [&] { return source.scalar(); });
  for (size_t i = 0; i < 2 * out.n; ++i) {
    out.x.push_back(static_cast<int64_t>(source.word()) >> 12);
    out.x32.push_back(static_cast<int32_t>(out.x.back()));
    out.x8.push_back(static_cast<uint8_t>(out.x.back()));
    out.V.push_back(out.x32.back() >> 7);
    out.R.push_back(static_cast<uint32_t>(out.x32.back()) >> 8);
  }
  return out;
}

struct Results {
  std::vector<Scalar> scalars;
  std::vector<vouch::SmallProductSum> sums;
  bool operator==(const Results&) const = default;
};

// Of the scalars of f, on two planes.
vouch::SlotCombination combination(const Arrays& in, unsigned planes, bool second) {
  constexpr size_t kScalars = 2 * vouch::SlotCombination::kColumns;
  vouch::SlotCombination form{in.eq[0], {}, planes, (1 << 24) + 255};
  for (size_t i = 0; i < (second ? kScalars : kScalars / 2); ++i) {
    auto& part = form.parts[i / vouch::SlotCombination::kColumns];
    part.s[i % vouch::SlotCombination::kColumns] = in.eq[i % in.eq.size()];
    part.columns = 31 & ~(in.planes - 1);
  }
  form.parts[1].plane = planes - 1;
  return form;
}

Results run(const FieldKernels& k, const Arrays& in) {
  const auto& [P, Q, M, R] = in.f;
  const size_t n = in.n;
  const Scalar z = in.eq[n];
  Results out;
  const auto keep = [&](const std::vector<Scalar>& values) {
    out.scalars.insert(out.scalars.end(), values.begin(), values.end());
  };
  std::vector<Scalar> a(2 * n);
  std::vector<Scalar> b(2 * n);
  k.fold_pairs(a.data(), P.data(), n, z);
  keep(a);
  a = P;
  k.fold_blocks(a.data(), n / 2, in.eq.data(), n < 2 ? 0 : 2);
  keep({a.begin(), a.begin() + static_cast<std::ptrdiff_t>(n / 2)});
  for (const auto operation : {k.multiply, k.add, k.subtract}) {
    operation(a.data(), P.data(), Q.data(), 2 * n);
    keep(a);
  }
  k.scale(a.data(), P.data(), z, 2 * n);
  k.add_scaled(a.data(), Q.data(), z, 2 * n);
  keep(a);
  k.combine_fractions(a.data(), b.data(), P.data(), Q.data(), n);
  keep(a);
  keep(b);
  std::vector<Scalar> sums(10, z);
  k.fraction_round(P.data(), Q.data(), M.data(), R.data(), in.eq.data(), n, sums.data());
  k.product_round(P.data(), Q.data(), in.eq.data(), n, sums.data() + 2);
  k.product_grid(P.data(), Q.data(), n, 1, sums.data() + 4);
  k.eq_round(P.data(), in.eq.data(), n, sums.data() + 7);
  sums[9] = k.inner_product(P.data(), Q.data(), 2 * n);
  keep(sums);
  k.fold_quads(a.data(), b.data(), P.data(), n / 2, z);
  keep({a.begin(), a.begin() + static_cast<std::ptrdiff_t>(n / 2)});
  keep({b.begin(), b.begin() + static_cast<std::ptrdiff_t>(n / 2)});
  keep({k.fraction_slopes(P.data(), Q.data(), z, in.eq.data(), n / 2)});
  const vouch::SlotIntegers slots{in.x8.data(), in.V.data(), in.R.data()};
  const size_t entries = 2 * n / in.planes;
  k.combine_slots(a.data(), combination(in, in.planes, true), slots, entries);
  keep({a.begin(), a.begin() + static_cast<std::ptrdiff_t>(entries)});
  const auto fraction = combination(in, 1, false);
  k.combine_slot_fractions(a.data(), b.data(), fraction, fraction, slots, n);
  keep({a.begin(), a.begin() + static_cast<std::ptrdiff_t>(n)});
  keep({b.begin(), b.begin() + static_cast<std::ptrdiff_t>(n)});
  const int32_t* columns[] = {in.x32.data(), in.x32.data() + n};
  k.combine_small_i32(a.data(), z, Q.data(), columns, n == 0 ? 0 : 2, n);
  keep(a);
  out.sums.resize(n);
  k.add_small_multiples_i64(out.sums.data(), z, in.x.data(), n);
  k.add_small_multiples_i32(out.sums.data(), z, in.x32.data(), n);
  k.add_small_multiples_u8(out.sums.data(), z, in.x8.data(), n);
  k.add_small_combination_i64(out.sums.data(), P.data(), 2, in.x.data(), n, n);
  k.add_small_combination_i32(out.sums.data(), P.data(), 2, in.x32.data(), n, n);
  k.add_small_combination_u8(out.sums.data(), P.data(), 2, in.x8.data(), n, n);
  out.sums.push_back(k.dot_small_i64(P.data(), in.x.data(), 2 * n));
  out.sums.push_back(k.dot_small_i32(P.data(), in.x32.data(), 2 * n));
  out.sums.push_back(k.dot_small_u8(P.data(), in.x8.data(), 2 * n));
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) {
    return 0;
  }
  const Arrays arrays = arrays_of({data, size});
  VOUCH_CHECK(vouch::select_kernels("portable").ok());
  const Results expected = run(vouch::kernels(), arrays);
  for (const std::string_view name : vouch::available_kernels()) {
    VOUCH_CHECK(vouch::select_kernels(name).ok());
    VOUCH_CHECK(run(vouch::kernels(), arrays) == expected);
  }
  return 0;
}
