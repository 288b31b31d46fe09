#include "verify/decode_rows.h"

#include <algorithm>

namespace vouch {

std::optional<std::vector<Point>> decode_rows(const Rows& rows) {
  auto points = decode_points(rows);
  if (points &&
      std::any_of(points->begin(), points->end(), [](const Point& p) { return p.is_identity(); })) {
    return std::nullopt;
  }
  return points;
}

}  // namespace vouch
