// What a proof says of an output that stays hidden, for people and programs.
#pragma once

#include "circuit/predicate.h"
#include "cli/output.h"

namespace vouch {

/// The predicate: a line, and in `object` {predicate: {kind, text, counted, …}}.
void report_predicate(const Predicate& predicate, const Circuit& circuit, Output& output,
                      Json& object);
/// What a valid result says of input `i`: a line, and in `object` {classes: […]} or {holds: bool}.
void report_result(const Predicate& predicate, ByteSpan result, size_t i, Output& output,
                   Json& object);

}  // namespace vouch
