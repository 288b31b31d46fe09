// A model commitment for whoever relies on it before there is a proof.
#pragma once

#include "verify/verify.h"

namespace vouch {

/// load_model and check_bound: a commitment whose proof that weights are bounded is false is worth
/// nothing, as no proof about it will ever be accepted. Error: why it is none.
[[nodiscard]] Result<VerifierModel> open_checked_model(ByteSpan model_public,
                                                       const Generators::Executor& executor);

}  // namespace vouch
