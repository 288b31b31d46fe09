// What a provider shows of the log after the draw, held against what is drawn.
#pragma once

#include "protocol/contest/contest_fault.h"
#include "protocol/contest/contest_objects.h"

namespace vouch {

struct DrawnAnswer {
  Digest record{};  ///< digest of the receipt's record
  Receipt receipt;
};

/// Up to the first fault.
struct DrawnAnswers {
  std::vector<uint64_t> drawn;       ///< numbers of the log's records
  std::vector<DrawnAnswer> answers;  ///< those among them that are answers of the model
  ContestFault fault = ContestFault::kNone;
  std::string detail;
  Digest object{};  ///< what was shown instead, or is missing
};

/// Draws with the seed, and reads the record of each draw. kMissingReceipt: one is not named, or
/// its object not in the bundle; kOtherReceipt: it is another, not under the terms' root, or there
/// are more than were drawn.
[[nodiscard]] DrawnAnswers read_drawn_answers(const Session& session, const ContestOpened& terms,
                                              const Digest& seed,
                                              const ReceiptsDisclosed& disclosed,
                                              const Bundle& bundle);

}  // namespace vouch
