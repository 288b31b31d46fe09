// Lists of objects that a record of an audit names: of what follows, one each.
#pragma once

#include "protocol/bundle.h"
#include "protocol/fault.h"

namespace vouch {

/// Who announced the list, and in which record.
struct ListAuthor {
  size_t party = 0;
  uint16_t kind = 0;
};

/// Exactly `count` objects. Fault, of the list's author: it is no list, or has another number.
[[nodiscard]] Result<Judged<std::vector<Digest>>> open_announced_list(const Bundle& bundle,
                                                                      const Digest& list,
                                                                      uint64_t count,
                                                                      const std::string& what,
                                                                      ListAuthor author);

}  // namespace vouch
