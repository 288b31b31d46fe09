#include "protocol/contest/contest_fault.h"

#include "base/check.h"

namespace vouch {
namespace {

struct Texts {
  const char* name;
  const char* text;
};

Texts texts_of(ContestFault fault) {
  switch (fault) {
    case ContestFault::kNone:
      return {"none", "Nothing is wrong."};
    case ContestFault::kBadTerms:
      return {"bad terms",
              "The terms name no signed root of the provider, or records and deadlines "
              "that are not possible."};
    case ContestFault::kNotRevealed:
      return {"not revealed", "The contester did not reveal the random bytes by the deadline."};
    case ContestFault::kOtherNonce:
      return {"other bytes", "The contester revealed other random bytes than those committed to."};
    case ContestFault::kFalseClaim:
      return {"false claim", "The contester claims a fault of the provider that there is not."};
    case ContestFault::kMissingTerms:
      return {"missing terms",
              "The contester did not show the signed root or the model that the terms name."};
    case ContestFault::kNotDisclosed:
      return {
          "not disclosed",
          "The provider did not reveal the random bytes and show what is drawn by the deadline."};
    case ContestFault::kOtherNonceShown:
      return {"other bytes", "The provider revealed other random bytes than those committed to."};
    case ContestFault::kMissingReceipt:
      return {"missing receipt", "The provider did not show a record that is drawn."};
    case ContestFault::kOtherReceipt:
      return {"other receipt",
              "What the provider showed is not the record of the log that is drawn."};
    case ContestFault::kMissingInput:
      return {"missing input", "The provider did not show the input of an answer that is drawn."};
    case ContestFault::kNotProven:
      return {"not proven", "The provider did not give the proofs by the deadline."};
    case ContestFault::kMissingProof:
      return {"missing proof", "The provider did not give the proof of an answer that is drawn."};
    case ContestFault::kInvalidProof:
      return {"invalid proof", "A proof of the provider is not valid."};
    case ContestFault::kOtherContext:
      return {"other context", "A proof of the provider was made for something else."};
    case ContestFault::kOtherInput:
      return {"other input", "The provider proved the answer to another input than the receipt's."};
    case ContestFault::kWrongOutput:
      return {"wrong output",
              "The committed model's answer is another than that of the provider's receipt."};
    case ContestFault::kLate:
      return {"late", "It came after the deadline, by the judge's clock."};
  }
  VOUCH_CHECK(false);
}

}  // namespace

const char* fault_name(ContestFault fault) { return texts_of(fault).name; }
const char* fault_text(ContestFault fault) { return texts_of(fault).text; }

}  // namespace vouch
