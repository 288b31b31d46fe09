// A part of work that several machines share.
#pragma once

#include <cstdint>

namespace vouch {

/// Every of-th batch, from number `number` on.
struct Shard {
  uint64_t number = 0;  ///< below `of`
  uint64_t of = 1;
};

}  // namespace vouch
