// What a third party says of a session, from the exchanged files alone. Every protocol offers a
// Judge; what it finds is the same for all.
#pragma once

#include <string>
#include <vector>

#include "protocol/exchange.h"

namespace vouch {

/// Somebody did not do what the protocol demands.
struct Deviation {
  size_t party = 0;
  std::string step;              ///< the kind of record that it is about: "proofs"
  std::string reason;            ///< a name: "wrong output"
  std::string detail;            ///< a sentence
  std::vector<Digest> evidence;  ///< digests of records and objects that show it
};

struct Judgement {
  Session session;
  /// "waiting", "incomplete", "fulfilled", "deviation".
  enum class State : uint8_t {
    kWaiting,     ///< nobody has deviated so far, and something is still due
    kIncomplete,  ///< objects are not in the bundle, and nothing shows whose fault that is
    kFulfilled,   ///< all that is due was done, and nobody has deviated
    kDeviation,
  } state = State::kWaiting;
  std::string detail;                 ///< what is awaited or missing
  std::vector<Deviation> deviations;  ///< those of the first step that has any
};

[[nodiscard]] const char* state_name(Judgement::State state);

/// What signatures alone show: whose records are none that the protocol has to come. It ends the
/// session: nobody needs to go on with one who did that. Nothing if there are none.
[[nodiscard]] std::optional<Judgement> judge_offences(const Exchange& exchange,
                                                      const ProtocolRules& rules);

/// With judge_offences first. Error: files could not be read.
using Judge = Result<Judgement> (*)(const Exchange& exchange, const Bundle& bundle);

}  // namespace vouch
