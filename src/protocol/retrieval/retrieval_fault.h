// What can go wrong in a retrieval, and whose fault it is.
#pragma once

#include <cstdint>

namespace vouch {

/// Numbers are those of findings.
enum class RetrievalFault : uint8_t {
  kNone = 0,
  // The requester's.
  kBadRequest = 1,    ///< asks what cannot be answered: model, predicate, numbers
  kNotRevealed = 2,   ///< has not shown the random bytes by the deadline
  kOtherNonce = 3,    ///< has shown others than committed to
  kBadComplaint = 4,  ///< complains about documents that are not due to him
  // The responder's.
  kBadDocuments = 16,     ///< root, count and commitments do not belong together
  kNotAnswered = 17,      ///< has not committed to inputs by the deadline
  kMissingDocument = 18,  ///< has not committed to one input a document
  kRepeatedInput = 19,    ///< has answered for two documents with one commitment
  kNotProven = 20,        ///< has not given the proofs by the deadline
  kMissingProof = 21,     ///< has not given one proof a batch
  kInvalidProof = 22,     ///< has given a proof that is not valid
  kOtherContext = 23,     ///< has given a proof that was made for something else
  kOtherInput = 24,       ///< has proven something of another input than the document's
  kOtherPredicate = 25,   ///< has proven something else than was asked, or more
  kNotDelivered = 26,     ///< has not handed documents over by the deadline
  kWrongSet = 27,         ///< has handed over other documents than those that are due
  kOtherDocument = 28,    ///< has opened another document than the one that is due
  kOtherFile = 29,        ///< has opened another file than committed to at first
  kOtherPixels = 30,      ///< has proven something of other pixels than the file's
  kNotOpened = 31,        ///< has not opened the sample by the deadline
  kOtherNonceShown = 32,  ///< has shown other random bytes than committed to
  kNotReadable = 33,      ///< has sealed something else than announced
  // The judge's.
  kBadFinding = 48,  ///< has not found something of each document that was opened
  // A party's.
  kLate = 64,           ///< came after the deadline
  kMissingObject = 65,  ///< has announced an object and not handed it over by the deadline
};

/// "other pixels".
[[nodiscard]] const char* fault_name(RetrievalFault fault);
/// A sentence for people.
[[nodiscard]] const char* fault_text(RetrievalFault fault);
/// Whether it may be found of an opened document.
[[nodiscard]] bool is_document_fault(RetrievalFault fault);

}  // namespace vouch
