// A third party's verdict about a bundle of any protocol.
#pragma once

#include "protocol/judgement.h"

namespace vouch {

struct Arbitration {
  const Workflow* workflow = nullptr;
  Exchange exchange;
  Judgement judgement;
};

/// Finds the protocol by the records that are there, and has it judged. Error: there are none of a
/// protocol that can be judged, in a session that is looked for, or files could not be read.
[[nodiscard]] Result<Arbitration> arbitrate(const Bundle& bundle,
                                            const SessionFilter& wanted = any_session);

}  // namespace vouch
