// NumPy's .npy files: a tensor of numbers with its shape.
//
// "\x93NUMPY", version (major, minor), the header's length (16 bits in version 1, 32 in 2 and 3),
// the header (a Python dictionary of 'descr', 'fortran_order' and 'shape'), and the elements.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace vouch {

/// Little-endian where they have several bytes.
enum class NpyType : uint8_t { kUint8, kInt8, kInt32, kInt64, kFloat32, kFloat64 };

struct NpyTensor {
  NpyType type = NpyType::kUint8;
  std::vector<uint32_t> shape;
  ByteSpan data;  ///< a view into the file, row-major

  [[nodiscard]] bool is_real() const {
    return type == NpyType::kFloat32 || type == NpyType::kFloat64;
  }
  [[nodiscard]] size_t element_bytes() const;
  [[nodiscard]] size_t elements() const { return data.size() / element_bytes(); }
  /// Element i as a real number: rounded, if it has more than 53 bits.
  [[nodiscard]] double at(size_t i) const;
};

/// Whether the file begins like one.
[[nodiscard]] bool is_npy(ByteSpan file);

/// Reads hostile bytes. Errors: other element types, Fortran order, more than 8 axes, extents that
/// are not 1…2^31 − 1, a size that is not exactly the shape's.
[[nodiscard]] Result<NpyTensor> read_npy(ByteSpan file);

}  // namespace vouch
