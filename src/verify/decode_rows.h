// From the bytes of committed rows to points.
#pragma once

#include <optional>
#include <vector>

#include "argument/statement.h"
#include "group/ristretto.h"

namespace vouch {

/// Nothing if one is not a group element or is the identity, which a blinded row never is.
[[nodiscard]] std::optional<std::vector<Point>> decode_rows(const Rows& rows);

}  // namespace vouch
