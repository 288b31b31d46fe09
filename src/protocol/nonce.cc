#include "protocol/nonce.h"

#include <algorithm>

#include "base/random.h"

namespace vouch {

Result<Digest> own_nonce(SessionStore& state) {
  constexpr const char* kName = "nonce";
  return state.atomically([&]() -> Result<Digest> {
    Digest nonce{};
    VOUCH_ASSIGN(const Bytes kept, state.kept(kName));
    if (kept.size() == nonce.size()) {
      std::ranges::copy(kept, nonce.begin());
      return nonce;
    }
    SecretRandom::from_system({}, {}).fill(nonce);
    VOUCH_TRY(state.keep(kName, nonce));
    return nonce;
  });
}

}  // namespace vouch
