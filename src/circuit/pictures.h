// Codes of several pictures in one tensor: picture i has batch entries i·B … (i + 1)·B − 1, B the
// batch of a single one.
#pragma once

#include <span>
#include <vector>

#include "base/bytes.h"
#include "circuit/circuit.h"

namespace vouch {

/// Codes [channel][batch][row][column] of all pictures from those of each. `shape` is that of a
/// single picture's tensor; each entry of `pictures` has its number of elements.
[[nodiscard]] Bytes join_pictures(const Shape& shape, std::span<const Bytes> pictures);

/// The reverse.
[[nodiscard]] std::vector<Bytes> split_pictures(const Shape& shape, std::span<const uint8_t> codes);

/// Codes [batch][channel][row][column], the order of column D, from [channel][batch][row][column].
[[nodiscard]] Bytes batch_first(const Shape& shape, std::span<const uint8_t> codes);

}  // namespace vouch
