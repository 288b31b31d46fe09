#include "field/scalar.h"

#include <vector>

namespace vouch {

// Left-to-right over the public exponent ℓ − 2, four bits at a time.
Scalar Scalar::inverse() const {
  std::array<Scalar, 16> powers;
  powers[0] = one();
  for (size_t i = 1; i < powers.size(); ++i) {
    powers[i] = powers[i - 1] * *this;
  }
  internal::Limbs4 exponent = internal::kModulus;
  exponent[0] -= 2;  // the lowest limb of ℓ is far above 2
  Scalar result = one();
  for (size_t nibble = 64; nibble-- > 0;) {
    for (int i = 0; i < 4; ++i) {
      result = result.square();
    }
    result *= powers[(exponent[nibble / 16] >> (4 * (nibble % 16))) & 15];
  }
  return result;
}

void invert_all(std::span<Scalar> values) {
  // before[i] = product of the nonzero values 0…i−1; zeros count as ones.
  std::vector<Scalar> before(values.size());
  Scalar product = Scalar::one();
  for (size_t i = 0; i < values.size(); ++i) {
    before[i] = product;
    const uint64_t zero = 0 - static_cast<uint64_t>(values[i].is_zero());
    product *= Scalar::select(values[i], Scalar::one(), zero);
  }
  Scalar inverse = product.inverse();
  for (size_t i = values.size(); i-- > 0;) {
    const uint64_t zero = 0 - static_cast<uint64_t>(values[i].is_zero());
    const Scalar value = Scalar::select(values[i], Scalar::one(), zero);
    values[i] = Scalar::select(inverse * before[i], Scalar::zero(), zero);
    inverse *= value;
  }
}

}  // namespace vouch
