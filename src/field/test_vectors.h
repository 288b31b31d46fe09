// Reading testdata/*.txt in tests: one vector a line, words between spaces, # begins a comment
// line.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace vouch {

using Words = std::vector<std::string>;

/// The lines of testdata/<name>; no lines, and a failure, if the file cannot be read.
inline std::vector<Words> read_test_vectors(const std::string& name) {
  const char* root = std::getenv("VOUCH_SOURCE_DIR");
  const std::string path = std::string(root != nullptr ? root : ".") + "/testdata/" + name;
  std::ifstream in(path);
  EXPECT_TRUE(in.good()) << path << " (VOUCH_SOURCE_DIR names the source directory)";
  std::vector<Words> lines;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    Words parsed;
    for (std::string word; words >> word;) {
      parsed.push_back(word);
    }
    if (!parsed.empty() && parsed[0][0] != '#') {
      lines.push_back(parsed);
    }
  }
  return lines;
}

/// Bytes of a hexadecimal word; "-" is no bytes.
inline Bytes from_hex(const std::string& hex) {
  Bytes out;
  for (size_t i = 0; hex != "-" && i + 1 < hex.size(); i += 2) {
    out.push_back(static_cast<uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
  }
  return out;
}

/// Exactly n bytes of a hexadecimal word.
template <size_t n>
std::array<uint8_t, n> array_from_hex(const std::string& hex) {
  const Bytes bytes = from_hex(hex);
  EXPECT_EQ(bytes.size(), n) << hex;
  std::array<uint8_t, n> out{};
  std::copy_n(bytes.begin(), std::min(n, bytes.size()), out.begin());
  return out;
}

}  // namespace vouch
