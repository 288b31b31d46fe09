#include "protocol/retrieval/retrieval_fault.h"

#include "base/check.h"

namespace vouch {
namespace {

struct RetrievalTexts {
  const char* name;
  const char* text;
};

RetrievalTexts retrieval_texts_of(RetrievalFault fault) {
  switch (fault) {
    case RetrievalFault::kNone:
      return {"none", "Nothing is wrong."};
    case RetrievalFault::kBadRequest:
      return {"bad request", "The request names a model or a predicate that cannot be answered."};
    case RetrievalFault::kNotRevealed:
      return {"not revealed", "The requester did not reveal the random bytes by the deadline."};
    case RetrievalFault::kOtherNonce:
      return {"other bytes", "The requester revealed other random bytes than those committed to."};
    case RetrievalFault::kBadComplaint:
      return {"bad complaint", "The requester complains about documents that are not due to him."};
    case RetrievalFault::kBadDocuments:
      return {"bad documents",
              "Root and number of the documents are not those of the commitments that are named."};
    case RetrievalFault::kNotAnswered:
      return {"not answered", "The responder did not commit to the inputs by the deadline."};
    case RetrievalFault::kMissingDocument:
      return {"missing document",
              "The responder did not commit to exactly one input for each document."};
    case RetrievalFault::kRepeatedInput:
      return {"repeated input", "The responder answered for two documents with one input."};
    case RetrievalFault::kNotProven:
      return {"not proven", "The responder did not give the proofs by the deadline."};
    case RetrievalFault::kMissingProof:
      return {"missing proof", "The responder did not give a proof for each document."};
    case RetrievalFault::kInvalidProof:
      return {"invalid proof", "A proof of the responder is not valid."};
    case RetrievalFault::kOtherContext:
      return {"other context", "A proof of the responder was made for something else."};
    case RetrievalFault::kOtherInput:
      return {"other input", "The responder proved something of another input than committed to."};
    case RetrievalFault::kOtherPredicate:
      return {"other predicate", "The responder proved something else than what was asked."};
    case RetrievalFault::kNotDelivered:
      return {"not delivered", "The responder did not hand documents over by the deadline."};
    case RetrievalFault::kWrongSet:
      return {"wrong set", "The responder opened other documents than those that are due."};
    case RetrievalFault::kOtherDocument:
      return {"other document", "The responder opened another document in the place of this one."};
    case RetrievalFault::kOtherFile:
      return {"other file", "The file is not the one that the responder committed to at first."};
    case RetrievalFault::kOtherPixels:
      return {"other pixels",
              "What the responder proved is about other pixels than those of the file."};
    case RetrievalFault::kNotOpened:
      return {"not opened", "The responder did not open the sample by the deadline."};
    case RetrievalFault::kOtherNonceShown:
      return {"other bytes", "The responder revealed other random bytes than those committed to."};
    case RetrievalFault::kNotReadable:
      return {"not readable", "The responder sealed something else than what is announced."};
    case RetrievalFault::kBadFinding:
      return {"bad finding", "The judge did not find something of each document that was opened."};
    case RetrievalFault::kLate:
      return {"late", "It came after the deadline, by the judge's clock."};
    case RetrievalFault::kMissingObject:
      return {"missing object", "What is announced was not handed over by the deadline."};
  }
  VOUCH_CHECK(false);
}

}  // namespace

const char* fault_name(RetrievalFault fault) { return retrieval_texts_of(fault).name; }
const char* fault_text(RetrievalFault fault) { return retrieval_texts_of(fault).text; }

bool is_document_fault(RetrievalFault fault) {
  return fault == RetrievalFault::kOtherDocument || fault == RetrievalFault::kOtherFile ||
         fault == RetrievalFault::kOtherPixels || fault == RetrievalFault::kNotReadable;
}

}  // namespace vouch
