// A program that links this and wraps `free`, `getrandom` and `sodium_memzero`
// (test/CMakeLists.txt) sees which secrets are in what it frees, and which in what it wipes.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"

namespace vouch {

/// A secret to look for: where it is wiped it has the first form, and it is freed in none of them.
struct Watched {
  std::string name;
  std::vector<Bytes> forms;  ///< of 16 bytes or more each
  size_t freed = 0;          ///< times that a block held it when it was freed
  size_t wiped = 0;          ///< times that it was in what was wiped
};

/// Looks for the secrets from its construction to end(), on all threads. One at a time.
class SecretWatch {
 public:
  explicit SecretWatch(std::vector<Watched> secrets);
  SecretWatch(const SecretWatch&) = delete;
  SecretWatch& operator=(const SecretWatch&) = delete;
  ~SecretWatch();
  /// What was seen.
  std::vector<Watched> end();

 private:
  std::vector<Watched> secrets_;
};

/// From now on the operating system's randomness is the same 64 bytes at every call; or, in the
/// end, random again.
void repeat_system_randomness(bool repeat);

}  // namespace vouch
