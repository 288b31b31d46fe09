// Generators for tests, loaded once.
#pragma once

#include "base/parallel.h"
#include "group/generators.h"

namespace vouch {

/// 2^15 of them: enough for every network of the tests.
inline const Generators& test_generators() {
  static const Generators instance = Generators::load(1 << 15, parallel_for).value();
  return instance;
}

}  // namespace vouch
