#include "records/refusal.h"

namespace vouch {

const char* refused_name(Refused reason) {
  switch (reason) {
    case Refused::kMalformed:
      return "malformed";
    case Refused::kForged:
      return "forged";
    case Refused::kOtherProtocol:
      return "other protocol";
    case Refused::kOtherSession:
      return "other session";
    case Refused::kOtherParties:
      return "other parties";
    case Refused::kUnknownKind:
      return "unknown kind";
    case Refused::kWrongBody:
      return "wrong body";
    case Refused::kReplayed:
      return "replayed";
    case Refused::kForked:
      return "forked";
    case Refused::kOutOfOrder:
      return "out of order";
    case Refused::kMissing:
      return "missing records";
    case Refused::kBrokenChain:
      return "broken chain";
    case Refused::kForgetful:
      return "forgetful";
    case Refused::kBackInTime:
      return "back in time";
    case Refused::kOutOfTurn:
      return "out of turn";
    case Refused::kNotInLog:
      return "not in the log";
    case Refused::kNotAppendOnly:
      return "not append-only";
  }
  VOUCH_CHECK(false);
}

}  // namespace vouch
