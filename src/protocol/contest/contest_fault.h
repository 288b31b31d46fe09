// What can go wrong in a contest, and whose fault it is.
#pragma once

#include <cstdint>

namespace vouch {

/// Numbers are those of claims.
enum class ContestFault : uint8_t {
  kNone = 0,
  // The contester's.
  kBadTerms = 1,      ///< terms that are none: no signed root of the provider, no such records
  kNotRevealed = 2,   ///< has not shown the random bytes by the deadline
  kOtherNonce = 3,    ///< has shown others than committed to
  kFalseClaim = 4,    ///< claims a fault of the provider that there is not
  kMissingTerms = 5,  ///< has not shown what the terms name: signed root, model
  // The provider's. (16 was that he had not agreed: that is nobody's fault.)
  kNotDisclosed = 17,     ///< has not shown random bytes and records by the deadline
  kOtherNonceShown = 18,  ///< has shown others than committed to
  kMissingReceipt = 19,   ///< has not shown a record that is drawn
  kOtherReceipt = 20,     ///< has shown something else in its place
  kMissingInput = 21,     ///< has not shown the input of an answer that is drawn
  kNotProven = 22,        ///< has not given the proofs by the deadline
  kMissingProof = 23,     ///< has not given a proof
  kInvalidProof = 24,     ///< has given a proof that is not valid
  kOtherContext = 25,     ///< has given a proof that was made for something else
  kOtherInput = 26,       ///< has proven the answer to another input than the receipt's
  kWrongOutput = 27,      ///< has proven another answer than the receipt's: that was wrong
  // Either's.
  kLate = 32,  ///< came after the deadline
};

/// "wrong output".
[[nodiscard]] const char* fault_name(ContestFault fault);
/// A sentence for people.
[[nodiscard]] const char* fault_text(ContestFault fault);

}  // namespace vouch
