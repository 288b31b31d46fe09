// The terms of a contest, and what they name.
#pragma once

#include "protocol/contest/contest_objects.h"
#include "verify/verify.h"

namespace vouch {

/// The log's signed root of the terms, and the verifier's half of the contested model.
struct ContestSubject {
  SignedRecord head;
  VerifierModel model;
};

/// Reads it, and checks the terms against it: both objects are what they should be, the records are
/// under the root, samples and deadlines are possible, the commitment to the model is valid. Error:
/// what is wrong.
[[nodiscard]] Result<ContestSubject> check_terms(const Session& session, const ContestOpened& terms,
                                                 const Bytes& head, const Bytes& model);

/// Between the opening of a contest and the first deadline, and between one deadline and the next.
constexpr uint64_t kLeastWindow = uint64_t{24} * 3600 * 1000;  // milliseconds

/// Whether a provider can accept the terms without being late by them: they leave him (and the
/// contester) time for each step, and that to accept is not over. `opened`: the time of the record.
[[nodiscard]] Result<void> check_windows(const ContestOpened& terms, uint64_t opened, uint64_t now);

/// How many answers terms may ask for: enough for their ε and δ if all records of the range are
/// answers, and no more than are enough whatever number of them is. Contract: ε and δ are planned.
struct SampleRange {
  uint64_t least = 0;
  uint64_t most = 0;
};
[[nodiscard]] SampleRange planned_samples(const ContestOpened& terms);

}  // namespace vouch
