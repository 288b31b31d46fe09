// Where tests find models and pictures that are not part of the project. For tests only.
#pragma once

#include <cstdlib>
#include <string>

#include "base/file.h"

namespace vouch {

/// A file of the data directory: $VOUCH_DATA, or shared/data beside the sources. Empty if it is
/// absent; the test should then skip itself and say so.
inline Bytes shared_data(const std::string& path) {
  const char* data = std::getenv("VOUCH_DATA");
  const char* source = std::getenv("VOUCH_SOURCE_DIR");
  const std::string directory = data != nullptr     ? data
                                : source != nullptr ? std::string(source) + "/../shared/data"
                                                    : "../shared/data";
  Result<Bytes> file = read_file(directory + "/" + path, size_t{256} << 20);
  return file ? std::move(file).value() : Bytes{};
}

}  // namespace vouch

/// `const Bytes name = shared_data(path)`, or the test is skipped.
#define VOUCH_SHARED_DATA(name, path)                                               \
  const ::vouch::Bytes name = ::vouch::shared_data(path);                           \
  if (name.empty()) {                                                               \
    GTEST_SKIP() << "no " << (path) << ": set VOUCH_DATA to the directory of data"; \
  }                                                                                 \
  static_assert(true)
