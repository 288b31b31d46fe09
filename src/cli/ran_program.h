// Programs run in a test as the shell would run them.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "cli/program.h"

namespace vouch {

using Words = std::vector<std::string>;

/// How a program ended, and what it printed.
struct Ended {
  int status = -1;
  std::string out;
  std::string problems;
  /// Of --json; a discarded value if it printed none.
  [[nodiscard]] Json object() const { return Json::parse(out, nullptr, false); }
};

inline Ended run(const Program& program, Words words) {
  std::ostringstream out;
  std::ostringstream problems;
  const int status = program.run(std::move(words), out, problems);
  return {status, out.str(), problems.str()};
}

}  // namespace vouch
