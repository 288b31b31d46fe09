#include "verify/verdict.h"

namespace vouch {

const char* reason_name(Reason reason) {
  switch (reason) {
    case Reason::kAccepted:
      return "accepted";
    case Reason::kDecoding:
      return "decoding";
    case Reason::kDescriptor:
      return "descriptor";
    case Reason::kStatement:
      return "statement";
    case Reason::kProduct:
      return "product";
    case Reason::kLinearForm:
      return "linear form";
  }
  return "unknown";
}

}  // namespace vouch
