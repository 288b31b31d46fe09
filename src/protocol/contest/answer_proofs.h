// Proofs of drawn answers, held against their receipts.
#pragma once

#include "protocol/contest/drawn_answers.h"
#include "verify/verify.h"

namespace vouch {

struct AnswerFault {
  ContestFault fault = ContestFault::kNone;
  uint64_t item = 0;  ///< which answer, or for the first five faults the first of a proof
  std::string detail;
  Digest object{};      ///< the proof or input
  bool absent = false;  ///< the bundle does not have it
};

/// All faults in the order of the answers. Proofs are verified as a batch. Contract: as many inputs
/// as answers if the terms have them shown.
[[nodiscard]] Result<std::vector<AnswerFault>> check_answer_proofs(
    const Session& session, const ContestOpened& terms, const VerifierModel& model,
    std::span<const DrawnAnswer> answers, std::span<const Digest> inputs,
    const AnswersProven& proven, const Bundle& bundle);

}  // namespace vouch
