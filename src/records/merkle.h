// The Merkle tree of RFC 9162, section 2.1 (RFC 6962's), with SHA-256 as there, so that a log can
// be checked with other programs too: over leaves d_0 … d_(n−1)
//
//     MTH({})     = SHA-256()
//     MTH({d})    = SHA-256(0 ‖ d)
//     MTH(D[0:n]) = SHA-256(1 ‖ MTH(D[0:k]) ‖ MTH(D[k:n])),  k the largest power of two below n
//
// The bytes 0 and 1 keep leaves and inner nodes apart. A subtree of 2^level leaves that begins at
// index·2^level never changes again once it is full: only these are kept (*nodes*), and everything
// else is a few hashes of them.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "base/result.h"
#include "records/digest.h"

namespace vouch {

/// A path of a log with fewer than 2^48 leaves is no longer.
constexpr size_t kMaxMerklePath = 64;

using MerklePath = std::vector<Digest>;

/// The hash of a full subtree: leaves index·2^level … (index + 1)·2^level − 1.
using NodeSource = std::function<Result<Digest>(unsigned level, uint64_t index)>;

[[nodiscard]] Digest leaf_hash(ByteSpan leaf);
[[nodiscard]] Digest node_hash(const Digest& left, const Digest& right);
[[nodiscard]] Digest empty_root();

struct MerkleNode {
  unsigned level;
  uint64_t index;
  Digest hash;
};
/// The nodes that become full with leaf `position`, the leaf itself first: to be kept.
[[nodiscard]] Result<std::vector<MerkleNode>> nodes_of_new_leaf(const NodeSource& nodes,
                                                                uint64_t position,
                                                                const Digest& leaf);

/// A tree in memory.
class MerkleTree {
 public:
  void add(ByteSpan leaf);
  [[nodiscard]] uint64_t size() const { return levels_.empty() ? 0 : levels_[0].size(); }
  [[nodiscard]] Digest root() const;
  /// Contract: does not outlive the tree.
  [[nodiscard]] NodeSource nodes() const;

 private:
  std::vector<std::vector<Digest>> levels_;  // of full nodes
};

/// The root of the first `size` leaves.
[[nodiscard]] Result<Digest> merkle_root(const NodeSource& nodes, uint64_t size);
/// That leaf `index` is one of the first `size`. Contract: index < size.
[[nodiscard]] Result<MerklePath> prove_inclusion(const NodeSource& nodes, uint64_t index,
                                                 uint64_t size);
/// That the first `size` leaves begin with the first `old_size` ones. Contract: old_size ≤ size.
[[nodiscard]] Result<MerklePath> prove_consistency(const NodeSource& nodes, uint64_t old_size,
                                                   uint64_t size);

/// RFC 9162, 2.1.3.2. Any bytes may come as path and hashes.
[[nodiscard]] bool check_inclusion(const Digest& leaf, uint64_t index, uint64_t size,
                                   std::span<const Digest> path, const Digest& root);
/// RFC 9162, 2.1.4.2; for 0 leaves the empty root and path.
[[nodiscard]] bool check_consistency(uint64_t old_size, const Digest& old_root, uint64_t size,
                                     const Digest& root, std::span<const Digest> path);

}  // namespace vouch
