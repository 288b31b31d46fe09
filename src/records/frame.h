// What all files begin with: 8 bytes of kind and a version.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace vouch {

void write_frame(ByteWriter& out, std::string_view magic);

/// Reads the frame of `what` ("a record"). Error: it is not such a file, or of another version.
[[nodiscard]] Result<void> read_frame(ByteReader& in, std::string_view magic,
                                      const std::string& what);

}  // namespace vouch
