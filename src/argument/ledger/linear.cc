#include "argument/ledger/linear.h"

namespace vouch {

Linear& Linear::operator+=(const Linear& other) {
  terms_.insert(terms_.end(), other.terms_.begin(), other.terms_.end());
  constant_ += other.constant_;
  return *this;
}

Linear& Linear::operator-=(const Linear& other) {
  for (const auto& [slot, coefficient] : other.terms_) {
    terms_.emplace_back(slot, -coefficient);
  }
  constant_ -= other.constant_;
  return *this;
}

Linear& Linear::operator*=(const Scalar& factor) {
  for (auto& term : terms_) {
    term.second *= factor;
  }
  constant_ *= factor;
  return *this;
}

Scalar Linear::at(std::span<const Scalar> values) const {
  Scalar sum = constant_;
  for (const auto& [slot, coefficient] : terms_) {
    sum += coefficient * values[slot];
  }
  return sum;
}

}  // namespace vouch
