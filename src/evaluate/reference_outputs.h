// What a framework answered, from a file: one row of output values an input.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace vouch {

class ReferenceOutputs {
 public:
  /// A .npy array [inputs, …], or {"outputs": [[numbers] …]}, of `per_input` numbers each. Takes
  /// hostile bytes. Error: neither, another number of them, what is not finite.
  [[nodiscard]] static Result<ReferenceOutputs> read(ByteSpan file, size_t per_input);

  [[nodiscard]] size_t size() const { return values_.size() / per_input_; }
  [[nodiscard]] std::span<const double> of(size_t i) const {
    return std::span(values_).subspan(i * per_input_, per_input_);
  }
  /// True if every row adds up to about 1, as behind a softmax.
  [[nodiscard]] bool are_probabilities() const;

 private:
  std::vector<double> values_;
  size_t per_input_ = 1;
};

}  // namespace vouch
