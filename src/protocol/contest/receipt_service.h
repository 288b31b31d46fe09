// A provider's side of receipts: answers given out at once, with what it takes to prove them later.
#pragma once

#include "group/generators.h"
#include "prove/prove.h"
#include "records/publication_log.h"

namespace vouch {

/// An answer, and what only provider and customer have of it.
struct Answered {
  Receipt receipt;
  Salt salt{};  ///< opens the commitment to the input
  Bytes codes;  ///< the input
};

/// How many generators commitments to inputs need.
[[nodiscard]] size_t generators_for_inputs(const ProverModel& model);

/// Runs the model and commits to the input with a random salt. Error: not the model's input.
/// Variable-time in the input. Contract: generators_for_inputs.
[[nodiscard]] Result<Answered> answer(const ProverModel& model, const Digest& request, Bytes codes,
                                      const Generators& generators);

/// The receipt, signed and in the log, and salt and input kept there, in one transaction. A request
/// is answered once: again, with the same input, gives what was given. Error: another input.
[[nodiscard]] Result<Appended> issue_receipt(SessionStore& log, const SecretKey& key,
                                             const Answered& answered, uint64_t now);

/// What was kept of an answered request, if it was answered.
[[nodiscard]] Result<std::optional<Answered>> answered_request(const SessionStore& log,
                                                               const Digest& request);

}  // namespace vouch
