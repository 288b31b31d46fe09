// A third party's verdict about a bundle of any protocol.
#pragma once

#include <optional>

#include "protocol/judgement.h"

namespace vouch {

/// A protocol that can be judged.
struct JudgedProtocol {
  const Workflow* workflow = nullptr;
  Judge judge = nullptr;
};

struct Arbitration {
  const Workflow* workflow = nullptr;
  std::optional<Exchange> exchange;
  /// Why the records are not those of one session: then there is no exchange, and a judgement only
  /// if two of them convict who signed both.
  MaybeRefusal refusal;
  std::optional<Judgement> judgement;
};

/// Finds the protocol by the records that are there, and has it judged. Error: there are none of a
/// protocol that can be judged, or files could not be read.
[[nodiscard]] Result<Arbitration> arbitrate(const Bundle& bundle);

}  // namespace vouch
