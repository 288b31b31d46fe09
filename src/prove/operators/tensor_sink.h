// Where operators write one tensor's elements.
#pragma once

#include <cstdint>
#include <mutex>
#include <span>

#include "base/secret.h"

namespace vouch {

/// An element of an exact circuit whose window is not a whole number of windows away from its
/// code's own one: `row` of its table.
struct Edge {
  uint32_t element;
  uint32_t row;
  bool operator==(const Edge&) const = default;
};

/// The edges of a tensor, written by several threads: an element in 30,000, but where scales are
/// powers of two all ties. Wiped.
class EdgeList {
 public:
  void add(std::span<const Edge> edges) {
    const std::scoped_lock lock(mutex_);
    edges_.insert(edges_.end(), edges.begin(), edges.end());
  }
  /// In order of elements.
  [[nodiscard]] SecretVector<Edge> take();

 private:
  std::mutex mutex_;
  SecretVector<Edge> edges_;
};

/// V, R, L and edges are null when only the codes are wanted.
struct TensorSink {
  uint8_t* X = nullptr;
  int32_t* V = nullptr;
  uint32_t* R = nullptr;
  uint32_t* L = nullptr;      ///< of exact circuits
  EdgeList* edges = nullptr;  ///< of exact circuits
};

}  // namespace vouch
