// How a command ended, as the shell sees it.
#pragma once

namespace vouch {

enum class ExitStatus {
  kAccepted = 0,  ///< done; a proof that was checked is valid
  kRejected = 1,  ///< a proof was checked and is not valid, or not about what was asked
  kError = 2,     ///< nothing was decided: a wrong option, an unreadable file, a full disk
};

}  // namespace vouch
