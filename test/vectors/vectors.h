// Reading what the second verifier wrote: testdata/reference (reference/vectors).
#pragma once

#include <gtest/gtest.h>
#include <sodium.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "argument/statement.h"
#include "field/test_vectors.h"

namespace vouch::vectors {

using Json = nlohmann::ordered_json;

inline std::filesystem::path directory() {
  const char* root = std::getenv("VOUCH_SOURCE_DIR");
  return std::filesystem::path(root != nullptr ? root : ".") / "testdata" / "reference";
}

inline Bytes read(const std::string& name) {
  std::ifstream in(directory() / name, std::ios::binary);
  EXPECT_TRUE(in.good()) << name;
  return {std::istreambuf_iterator<char>(in), {}};
}

inline Json read_json(const std::string& name) { return Json::parse(read(name + ".json")); }

/// The entries of a list, of which there must be some.
inline const Json& entries(const Json& file, const char* key) {
  EXPECT_FALSE(file.at(key).empty()) << key;
  return file.at(key);
}
const Json& entries(Json&& file, const char* key) = delete;  // they would not outlive it

inline Bytes bytes_of(const Json& hex) { return from_hex(hex.get<std::string>()); }

template <size_t n>
std::array<uint8_t, n> array_of(const Json& hex) {
  return array_from_hex<n>(hex.get<std::string>());
}

inline Scalar scalar_of(const Json& hex) { return Scalar::decode(array_of<32>(hex)).value(); }

inline std::vector<Scalar> scalars_of(const Json& list) {
  std::vector<Scalar> out;
  for (const Json& hex : list) {
    out.push_back(scalar_of(hex));
  }
  return out;
}

inline std::string hex(ByteSpan bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

inline std::string hex(const Scalar& scalar) { return hex(scalar.bytes()); }

/// The first 32 bytes of SHA-512.
inline std::string digest(ByteSpan bytes) {
  std::array<uint8_t, 64> out{};
  crypto_hash_sha512(out.data(), bytes.data(), bytes.size());
  return hex(ByteSpan(out).first(32));
}

inline Bytes joined(std::span<const Encoding> rows) {
  Bytes out;
  for (const Encoding& row : rows) {
    out.insert(out.end(), row.begin(), row.end());
  }
  return out;
}

/// Two lists are the same, or where they first differ.
inline void expect_same(const Json& wanted, const Json& got, const std::string& what) {
  ASSERT_EQ(wanted.size(), got.size()) << what;
  for (size_t i = 0; i < wanted.size(); ++i) {
    ASSERT_EQ(wanted[i], got[i]) << what << ", number " << i;
  }
}

}  // namespace vouch::vectors
