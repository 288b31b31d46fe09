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

}  // namespace vouch
