// What a provider does in a contest: shows what is drawn of his log, and proves it.
#pragma once

#include <functional>

#include "protocol/contest/contest_terms.h"
#include "protocol/contest/drawn_answers.h"
#include "protocol/contest/receipt_service.h"
#include "protocol/participant.h"
#include "prove/profile.h"

namespace vouch {

/// The records that are drawn, as objects of the bundle, and inputs if the terms demand them.
/// Error: they are not this log's, or an input was not kept.
[[nodiscard]] Result<ReceiptsDisclosed> disclose_drawn(Participant& provider,
                                                       const SessionStore& log);

struct ContestProving {
  Profile profile = Profile::kFast;
  uint64_t memory = UINT64_MAX;  ///< bytes that a proof may take
  /// Called after each proof, whether made now or before: how many there are, of how many.
  std::function<void(size_t done, size_t of)> progress = [](size_t, size_t) {};
};

struct ProvenAnswers {
  AnswersProven said;
  std::vector<uint64_t> wrong;  ///< answers whose receipts say something else than the model
};

/// Proves all answers that were disclosed. A proof that is made is an object of the bundle and
/// noted in the state, so that none is made twice. Error: a salt or input was not kept, the model
/// is another.
[[nodiscard]] Result<ProvenAnswers> prove_drawn(Participant& provider, const SessionStore& log,
                                                const ProverModel& model,
                                                const ContestProving& how);

}  // namespace vouch
