#include "verify/proof_reader.h"

namespace vouch {

void ProofReader::fail(std::string_view label, const char* what) {
  if (fault_.empty()) {
    fault_ = "message " + std::to_string(next_) + " (" + std::string(label) + ") " + what;
  }
}

const Encoding* ProofReader::next(std::string_view label) {
  if (fault_.empty() && next_ >= messages_.size()) {
    fail(label, "is missing");
  }
  return fault_.empty() ? &messages_[next_++] : nullptr;
}

Point ProofReader::point(std::string_view label, const std::function<Point()>& /*make*/) {
  const Encoding* bytes = next(label);
  if (bytes == nullptr) {
    return Point::identity();
  }
  const std::optional<Point>& decoded = points_[next_ - 1];
  // A blinded commitment is the identity with probability 2^-252: whoever sends it did not blind.
  if (!decoded || decoded->is_identity()) {
    fail(label, "is not the encoding of a group element other than the identity");
    return Point::identity();
  }
  transcript_.absorb(label, *bytes);
  return *decoded;
}

Scalar ProofReader::scalar(std::string_view label, const std::function<Scalar()>& /*make*/) {
  const Encoding* bytes = next(label);
  if (bytes == nullptr) {
    return Scalar::zero();
  }
  const auto decoded = Scalar::decode(*bytes);
  if (!decoded) {
    fail(label, "is not a canonical scalar");
    return Scalar::zero();
  }
  transcript_.absorb(label, *bytes);
  return *decoded;
}

}  // namespace vouch
