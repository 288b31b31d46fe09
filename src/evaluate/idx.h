// IDX files, as MNIST has them: a tensor of bytes.
//
// 0, 0, the type (8: unsigned bytes), the number of axes, each extent in 32 bits, the most
// significant byte first, and the elements, row-major.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace vouch {

struct IdxTensor {
  std::vector<uint32_t> shape;
  ByteSpan data;  ///< a view into the file
};

/// Whether the file begins like one of bytes.
[[nodiscard]] bool is_idx(ByteSpan file);

/// Reads hostile bytes. Errors: other element types, no or more than 8 axes, an extent of 0, a size
/// that is not exactly the shape's.
[[nodiscard]] Result<IdxTensor> read_idx(ByteSpan file);

}  // namespace vouch
