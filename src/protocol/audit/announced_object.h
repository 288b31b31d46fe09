// Objects that a record of an audit names. What is not what it has to be is the fault of who
// announced it; what is not there, or damaged, of nobody.
#pragma once

#include "protocol/bundle.h"
#include "protocol/fault.h"

namespace vouch {

/// Who announced the object, and in which record.
struct Announcer {
  size_t party = 0;
  uint16_t kind = 0;
};

/// Of at most `most` bytes. Fault: it has more.
[[nodiscard]] Result<Judged<Bytes>> open_announced(const Bundle& bundle, const Digest& object,
                                                   size_t most, const std::string& what,
                                                   Announcer author);

/// A list of exactly `count` objects. Fault: it is no list, or has another number.
[[nodiscard]] Result<Judged<std::vector<Digest>>> open_announced_list(const Bundle& bundle,
                                                                      const Digest& list,
                                                                      uint64_t count,
                                                                      const std::string& what,
                                                                      Announcer author);

}  // namespace vouch
