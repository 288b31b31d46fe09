// Writes .npy files: for tests.
#pragma once

#include <bit>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace vouch {

/// `descr` as NumPy has it ("|u1", "<f4"), `shape` without its brackets ("2, 3" or "6,").
[[nodiscard]] inline Bytes new_npy(const std::string& descr, const std::string& shape,
                                   const Bytes& data) {
  const std::string header =
      "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + shape + "), }\n";
  ByteWriter out;
  out.raw(Bytes{0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
  out.u16(static_cast<uint16_t>(header.size()));
  out.raw(Bytes(header.begin(), header.end()));
  out.raw(data);
  return out.take();
}

[[nodiscard]] inline Bytes new_npy(const std::string& shape, const std::vector<float>& values) {
  ByteWriter data;
  for (const float x : values) {
    data.u32(std::bit_cast<uint32_t>(x));
  }
  return new_npy("<f4", shape, data.take());
}

}  // namespace vouch
