#include "verify/checked_model.h"

namespace vouch {

Result<VerifierModel> open_checked_model(ByteSpan model_public,
                                         const Generators::Executor& executor) {
  LoadedModel loaded = load_model(model_public);
  if (!loaded.model) {
    return Error{"the model commitment: " + loaded.verdict.detail};
  }
  VOUCH_ASSIGN(const Generators generators,
               Generators::load(generators_needed(*loaded.model), executor));
  if (const Verdict bound = check_bound(*loaded.model, generators); !bound.accepted()) {
    return Error{"the model commitment: " + bound.detail};
  }
  return std::move(*loaded.model);
}

}  // namespace vouch
