// A party's random bytes of a session, to which it commits before it reveals them.
#pragma once

#include "records/session_store.h"

namespace vouch {

/// Drawn at the first call and kept in the party's state, so that it is the same ever after.
[[nodiscard]] Result<Digest> own_nonce(SessionStore& state);

}  // namespace vouch
