#include "protocol/judgement.h"

#include "base/check.h"

namespace vouch {

const char* state_name(Judgement::State state) {
  switch (state) {
    case Judgement::State::kWaiting:
      return "waiting";
    case Judgement::State::kIncomplete:
      return "incomplete";
    case Judgement::State::kFulfilled:
      return "fulfilled";
    case Judgement::State::kDeviation:
      return "deviation";
  }
  VOUCH_CHECK(false);
}

}  // namespace vouch
