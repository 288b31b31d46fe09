// Who deviated in a contest, from the exchanged files alone.
#pragma once

#include "protocol/contest/contest_fault.h"
#include "protocol/judgement.h"

namespace vouch {

/// A fault of a contest, before it is told as a Deviation.
struct FaultFound {
  ContestFault fault = ContestFault::kNone;
  size_t party = 0;
  uint16_t step = 0;   ///< a kind of record
  uint64_t item = 0;   ///< which answer, record, proof of those drawn
  std::string detail;  ///< what was found, beyond fault_text; may be empty
  std::vector<Digest> evidence;
};

/// All that a contest came to.
struct ContestOutcome {
  Judgement judgement;
  std::vector<FaultFound> faults;  ///< of judgement.deviations, in the same order, but for offences
  std::vector<uint64_t> drawn;     ///< numbers of the log's records, as far as they are known
  std::vector<Digest> answers;     ///< digests of the receipts that had to be proven
  uint64_t proven = 0;             ///< answers whose proof shows what the receipt says
};

/// Contract: the exchange is one of contest_workflow(). Error: files could not be read.
[[nodiscard]] Result<ContestOutcome> examine_contest(const Exchange& exchange,
                                                     const Bundle& bundle);

/// A Judge.
[[nodiscard]] Result<Judgement> judge_contest(const Exchange& exchange, const Bundle& bundle);

}  // namespace vouch
