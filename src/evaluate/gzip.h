// Files that gzip has packed.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace vouch {

/// Whether the file begins like one.
[[nodiscard]] bool is_gzip(ByteSpan file);

/// What was packed. Takes hostile bytes: at most `most` bytes come out. Error: damage, more than
/// that, anything behind the end.
[[nodiscard]] Result<Bytes> gunzip(ByteSpan file, size_t most);

}  // namespace vouch
