#include "records/merkle.h"

#include <gtest/gtest.h>

#include "field/test_vectors.h"

namespace vouch {
namespace {

// Leaf i is i bytes of value i.
Bytes vector_leaf(size_t i) { return Bytes(i, static_cast<uint8_t>(i)); }

MerkleTree vector_tree(size_t leaves) {
  MerkleTree tree;
  for (size_t i = 0; i < leaves; ++i) {
    tree.add(vector_leaf(i));
  }
  return tree;
}

Digest root_of(const MerkleTree& tree, uint64_t size) {
  return merkle_root(tree.nodes(), size).value();
}

Digest digest_from(const std::string& word) { return array_from_hex<32>(word); }

MerklePath path_from(const Words& words, size_t first) {
  MerklePath path;
  for (size_t i = first; i < words.size(); ++i) {
    path.push_back(digest_from(words[i]));
  }
  return path;
}

TEST(Merkle, RootsAndPathsAreThoseOfTheDefinition) {
  const MerkleTree tree = vector_tree(20);
  const std::vector<Words> lines = read_test_vectors("log_vectors.txt");
  EXPECT_EQ(lines.size(), 21U + 210 + 190);
  for (const Words& line : lines) {
    const uint64_t m = std::stoul(line[1]);
    if (line[0] == "root") {
      EXPECT_EQ(root_of(tree, m), digest_from(line[2])) << m;
      continue;
    }
    const uint64_t n = std::stoul(line[2]);
    const auto path = line[0] == "inclusion" ? prove_inclusion(tree.nodes(), m, n)
                                             : prove_consistency(tree.nodes(), m, n);
    EXPECT_EQ(path.value(), path_from(line, 3)) << line[0] << " " << m << " " << n;
  }
}

// The eight leaves and roots that implementations of Certificate Transparency are tested with.
TEST(Merkle, RootsAreThoseOfCertificateTransparency) {
  MerkleTree tree;
  EXPECT_EQ(root_of(tree, 0),
            digest_from("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
  const std::pair<Bytes, const char*> steps[] = {
      {{}, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
      {{0x00}, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
      {{0x10}, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
      {{0x20, 0x21}, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
      {{0x30, 0x31}, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
      {{0x40, 0x41, 0x42, 0x43},
       "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
      {{0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57},
       "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
      {{0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e,
        0x6f},
       "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"}};
  uint64_t size = 0;
  for (const auto& [leaf, root] : steps) {
    tree.add(leaf);
    EXPECT_EQ(root_of(tree, ++size), digest_from(root)) << size;
  }
}

constexpr uint64_t kMost = 40;

TEST(Merkle, EveryLeafIsProvenInEveryTree) {
  const MerkleTree tree = vector_tree(kMost);
  EXPECT_EQ(tree.root(), root_of(tree, kMost));
  for (uint64_t size = 1; size <= kMost; ++size) {
    const Digest root = root_of(tree, size);
    for (uint64_t i = 0; i < size; ++i) {
      const Digest leaf = leaf_hash(vector_leaf(i));
      const MerklePath path = prove_inclusion(tree.nodes(), i, size).value();
      EXPECT_TRUE(check_inclusion(leaf, i, size, path, root));
      EXPECT_FALSE(check_inclusion(leaf_hash(vector_leaf(i + 1)), i, size, path, root));
      EXPECT_FALSE(check_inclusion(leaf, i, size, path, root_of(tree, size - 1)));
      EXPECT_FALSE(check_inclusion(leaf, size, size, path, root));
      EXPECT_FALSE(check_inclusion(leaf, i, 0, path, root));
      for (uint64_t other = 0; other < size; ++other) {
        EXPECT_EQ(check_inclusion(leaf, other, size, path, root), other == i);
      }
      for (size_t k = 0; k < path.size(); ++k) {
        MerklePath changed = path;
        changed[k][31] ^= 1;
        EXPECT_FALSE(check_inclusion(leaf, i, size, changed, root));
        changed = path;
        changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(k));
        EXPECT_FALSE(check_inclusion(leaf, i, size, changed, root));
      }
      MerklePath longer = path;
      longer.push_back(root);
      EXPECT_FALSE(check_inclusion(leaf, i, size, longer, root));
    }
  }
}

TEST(Merkle, EveryTreeBeginsWithEverySmallerOne) {
  const MerkleTree tree = vector_tree(kMost);
  for (uint64_t size = 0; size <= kMost; ++size) {
    const Digest root = root_of(tree, size);
    for (uint64_t old = 0; old <= size; ++old) {
      const Digest old_root = root_of(tree, old);
      const MerklePath path = prove_consistency(tree.nodes(), old, size).value();
      EXPECT_TRUE(check_consistency(old, old_root, size, root, path)) << old << " " << size;
      EXPECT_FALSE(check_consistency(old, Digest{}, size, root, path));
      EXPECT_FALSE(old != 0 && check_consistency(old, old_root, size, Digest{}, path));
      EXPECT_FALSE(check_consistency(size + 1, old_root, size, root, path));
      for (size_t k = 0; k < path.size(); ++k) {
        MerklePath changed = path;
        changed[k][0] ^= 1;
        EXPECT_FALSE(check_consistency(old, old_root, size, root, changed));
        changed = path;
        changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(k));
        EXPECT_FALSE(check_consistency(old, old_root, size, root, changed));
      }
      MerklePath longer = path;
      longer.push_back(root);
      EXPECT_FALSE(check_consistency(old, old_root, size, root, longer));
    }
  }
}

// A log that changed, left out or inserted one of its first `old` leaves has no path.
TEST(Merkle, ARewrittenLogIsNotConsistent) {
  for (uint64_t changed = 0; changed < 9; ++changed) {
    MerkleTree rewritten;
    for (size_t i = 0; i < 16; ++i) {
      rewritten.add(vector_leaf(i == changed ? 99 : i));
    }
    const MerkleTree tree = vector_tree(9);
    const MerklePath path = prove_consistency(rewritten.nodes(), 9, 16).value();
    EXPECT_FALSE(check_consistency(9, root_of(tree, 9), 16, root_of(rewritten, 16), path))
        << changed;
    EXPECT_TRUE(check_consistency(9, root_of(rewritten, 9), 16, root_of(rewritten, 16), path));
  }
}

// Hashes above the root, for roots that follow from them.
TEST(Merkle, APathEndsAtTheRoot) {
  const Digest above{9};
  const Digest leaf = leaf_hash(vector_leaf(3));
  const MerkleTree tree = vector_tree(4);
  EXPECT_FALSE(check_inclusion(leaf, 0, 1, MerklePath{above}, node_hash(above, leaf)));
  MerklePath path = prove_inclusion(tree.nodes(), 3, 4).value();
  path.push_back(above);
  EXPECT_FALSE(check_inclusion(leaf, 3, 4, path, node_hash(above, tree.root())));
  path = prove_consistency(tree.nodes(), 3, 4).value();
  path.push_back(above);
  EXPECT_FALSE(check_consistency(3, node_hash(above, root_of(tree, 3)), 4,
                                 node_hash(above, tree.root()), path));
  // And below it, for those that follow so far.
  path.resize(2);
  EXPECT_FALSE(check_consistency(3, path[0], 4, node_hash(path[0], path[1]), path));
  EXPECT_FALSE(check_consistency(3, root_of(tree, 3), 4, tree.root(), {}));
}

TEST(Merkle, NothingHasOneRoot) {
  EXPECT_TRUE(check_consistency(0, empty_root(), 0, empty_root(), {}));
  EXPECT_FALSE(check_consistency(0, empty_root(), 0, Digest{1}, {}));
}

TEST(Merkle, NoSizeIsTooLargeToBeRefused) {
  const Digest hash{1};
  const MerklePath path(kMaxMerklePath, hash);
  for (const uint64_t size : {uint64_t{1} << 48, uint64_t{1} << 63, UINT64_MAX}) {
    EXPECT_FALSE(check_inclusion(hash, size - 1, size, path, hash));
    EXPECT_FALSE(check_inclusion(hash, 0, size, path, hash));
    EXPECT_FALSE(check_consistency(size - 1, hash, size, hash, path));
    EXPECT_FALSE(check_consistency(1, hash, size, hash, path));
  }
}

TEST(Merkle, AMissingNodeIsAnError) {
  const MerkleTree tree = vector_tree(5);
  EXPECT_FALSE(merkle_root(tree.nodes(), 6).ok());
  EXPECT_FALSE(prove_inclusion(tree.nodes(), 0, 7).ok());
  EXPECT_FALSE(nodes_of_new_leaf(tree.nodes(), 7, Digest{}).ok());
}

}  // namespace
}  // namespace vouch
