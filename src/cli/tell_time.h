// The judge's step in protocols that have one: he signs the time, and what is missing in the bundle
// by then (protocol/judge_clock.h).
#pragma once

#include "cli/party_options.h"
#include "cli/program.h"

namespace vouch {

/// How a protocol's judge tells the time.
struct TimeTeller {
  const Workflow& workflow;
  std::vector<Digest> (*missing)(std::span<const SignedRecord> records, const Bundle& bundle);
  const char* example;  ///< of the command
};

/// The command `time` of the protocol.
[[nodiscard]] std::unique_ptr<Command> time_command(const TimeTeller& teller);

}  // namespace vouch
