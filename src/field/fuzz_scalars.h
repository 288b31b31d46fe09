// Scalars made of fuzz bytes, where the special ones are as near as any other.
#pragma once

#include "base/bytes.h"
#include "field/scalar.h"

namespace vouch {

/// One byte says which kind, up to 32 more what it is: 0, 1, −1, small ones, powers of two and
/// their negatives, and any. Whatever the bytes, also none, it is a scalar.
inline Scalar fuzz_scalar(ByteReader& bytes) {
  const uint8_t kind = bytes.u8();
  switch (kind % 8) {
    case 0:
      return Scalar::zero();
    case 1:
      return Scalar::one();
    case 2:
      return -Scalar::one();
    case 3:
      return Scalar::from_i64(static_cast<int8_t>(bytes.u8()));
    case 4:
      return Scalar::from_u64(2).power(bytes.u8());
    case 5:
      return -Scalar::from_u64(2).power(bytes.u8());
    case 6:  // a generator of many: nine bytes give an arbitrary one
      return Scalar::from_u64(bytes.u64()) * Scalar::from_u64(0x9e3779b97f4a7c15).power(4);
    default: {
      std::array<uint8_t, Scalar::kWideBytes> wide{};
      bytes.read(std::span(wide).first(32));
      return Scalar::reduce_wide(wide);
    }
  }
}

}  // namespace vouch
