#include "records/merkle.h"

#include <sodium.h>

#include <algorithm>
#include <bit>

namespace vouch {
namespace {

static_assert(crypto_hash_sha256_BYTES == sizeof(Digest));

Digest tagged_hash(uint8_t tag, ByteSpan first, ByteSpan second) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, &tag, 1);
  crypto_hash_sha256_update(&state, first.data(), first.size());
  crypto_hash_sha256_update(&state, second.data(), second.size());
  Digest hash;
  crypto_hash_sha256_final(&state, hash.data());
  return hash;
}

// Leaves begin … begin + size − 1, a subtree of the tree: begin is a multiple of the power of two
// that is not below size.
struct Range {
  uint64_t begin;
  uint64_t size;

  // The size of the left half. Contract: size > 1.
  [[nodiscard]] uint64_t split() const { return std::bit_floor(size - 1); }
  [[nodiscard]] Range left() const { return {begin, split()}; }
  [[nodiscard]] Range right() const { return {begin + split(), size - split()}; }
};

// At most 64 levels deep.
Result<Digest> range_hash(const NodeSource& nodes, Range range) {
  if (std::has_single_bit(range.size)) {
    const auto level = static_cast<unsigned>(std::countr_zero(range.size));
    return nodes(level, range.begin >> level);
  }
  VOUCH_ASSIGN(const Digest left, range_hash(nodes, range.left()));
  VOUCH_ASSIGN(const Digest right, range_hash(nodes, range.right()));
  return node_hash(left, right);
}

// The other half, for each half that is gone down into, the topmost last.
Result<MerklePath> hash_all(const NodeSource& nodes, const std::vector<Range>& from_the_top) {
  MerklePath path;
  for (auto range = from_the_top.rbegin(); range != from_the_top.rend(); ++range) {
    VOUCH_ASSIGN(const Digest hash, range_hash(nodes, *range));
    path.push_back(hash);
  }
  return path;
}

bool odd(uint64_t x) { return (x & 1U) != 0; }

}  // namespace

Digest leaf_hash(ByteSpan leaf) { return tagged_hash(0, leaf, {}); }

Digest node_hash(const Digest& left, const Digest& right) { return tagged_hash(1, left, right); }

Digest empty_root() {
  Digest hash;
  crypto_hash_sha256(hash.data(), nullptr, 0);
  return hash;
}

Result<std::vector<MerkleNode>> nodes_of_new_leaf(const NodeSource& nodes, uint64_t position,
                                                  const Digest& leaf) {
  std::vector<MerkleNode> full{{0, position, leaf}};
  while (odd(full.back().index)) {
    const MerkleNode right = full.back();
    VOUCH_ASSIGN(const Digest left, nodes(right.level, right.index - 1));
    full.push_back({right.level + 1, right.index >> 1, node_hash(left, right.hash)});
  }
  return full;
}

void MerkleTree::add(ByteSpan leaf) {
  const auto full = nodes_of_new_leaf(nodes(), size(), leaf_hash(leaf));
  for (const MerkleNode& node : full.value()) {
    if (node.level == levels_.size()) {
      levels_.emplace_back();
    }
    VOUCH_CHECK(levels_.at(node.level).size() == node.index);
    levels_[node.level].push_back(node.hash);
  }
}

Digest MerkleTree::root() const { return merkle_root(nodes(), size()).value(); }

NodeSource MerkleTree::nodes() const {
  return [this](unsigned level, uint64_t index) -> Result<Digest> {
    if (level >= levels_.size() || index >= levels_[level].size()) {
      return Error{"the tree has fewer leaves"};
    }
    return levels_[level][index];
  };
}

Result<Digest> merkle_root(const NodeSource& nodes, uint64_t size) {
  return size == 0 ? Result<Digest>(empty_root()) : range_hash(nodes, {0, size});
}

Result<MerklePath> prove_inclusion(const NodeSource& nodes, uint64_t index, uint64_t size) {
  VOUCH_CHECK(index < size);
  std::vector<Range> others;
  Range range{0, size};
  while (range.size > 1) {
    const bool in_left = index < range.right().begin;
    others.push_back(in_left ? range.right() : range.left());
    range = in_left ? range.left() : range.right();
  }
  return hash_all(nodes, others);
}

Result<MerklePath> prove_consistency(const NodeSource& nodes, uint64_t old_size, uint64_t size) {
  VOUCH_CHECK(old_size <= size);
  if (old_size == 0 || old_size == size) {
    return MerklePath();
  }
  // Down to the subtree that ends where the old tree does. It is told first, unless it is the old
  // tree, whose root the verifier has.
  std::vector<Range> others;
  Range range{0, size};
  while (range.begin + range.size != old_size) {
    const bool in_left = old_size <= range.right().begin;
    others.push_back(in_left ? range.right() : range.left());
    range = in_left ? range.left() : range.right();
  }
  if (range.begin != 0) {
    others.push_back(range);
  }
  return hash_all(nodes, others);
}

bool check_inclusion(const Digest& leaf, uint64_t index, uint64_t size,
                     std::span<const Digest> path, const Digest& root) {
  if (index >= size) {
    return false;
  }
  uint64_t fn = index;
  uint64_t sn = size - 1;
  Digest hash = leaf;
  for (const Digest& other : path) {
    if (sn == 0) {
      return false;
    }
    if (odd(fn) || fn == sn) {
      hash = node_hash(other, hash);
      while (!odd(fn) && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      hash = node_hash(hash, other);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && hash == root;
}

bool check_consistency(uint64_t old_size, const Digest& old_root, uint64_t size, const Digest& root,
                       std::span<const Digest> path) {
  if (old_size > size) {
    return false;
  }
  if (old_size == 0) {
    return path.empty() && old_root == empty_root() && (size != 0 || root == old_root);
  }
  if (old_size == size) {
    return path.empty() && old_root == root;
  }
  const bool whole = std::has_single_bit(old_size);  // the old tree is one node of the new one
  if (!whole && path.empty()) {
    return false;
  }
  Digest old_hash = whole ? old_root : path.front();
  Digest new_hash = old_hash;
  uint64_t fn = old_size - 1;
  uint64_t sn = size - 1;
  while (odd(fn)) {
    fn >>= 1;
    sn >>= 1;
  }
  for (const Digest& other : path.subspan(whole ? 0 : 1)) {
    if (sn == 0) {
      return false;
    }
    if (odd(fn) || fn == sn) {
      old_hash = node_hash(other, old_hash);
      new_hash = node_hash(other, new_hash);
      while (!odd(fn) && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      new_hash = node_hash(new_hash, other);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && old_hash == old_root && new_hash == root;
}

}  // namespace vouch
