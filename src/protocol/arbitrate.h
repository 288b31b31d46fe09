// A third party's verdict about a bundle of any protocol.
#pragma once

#include <optional>

#include "protocol/judgement.h"

namespace vouch {

/// A protocol that can be judged.
struct JudgedProtocol {
  const Workflow* workflow = nullptr;
  Judge judge = nullptr;
  /// What is refused is passed over, so that nobody's rubbish keeps the others from a verdict.
  bool passes_over = false;
};

struct Arbitration {
  const Workflow* workflow = nullptr;
  std::optional<Exchange> exchange;
  /// Why some record is none of the session. If the protocol does not pass it over, there is no
  /// exchange, and a judgement only if two records convict who signed both.
  MaybeRefusal refusal;
  std::optional<Judgement> judgement;
};

/// Finds the protocol by the records that are there, and has it judged. Error: there are none of a
/// protocol that can be judged, or files could not be read.
[[nodiscard]] Result<Arbitration> arbitrate(const Bundle& bundle);

}  // namespace vouch
