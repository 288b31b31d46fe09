// What the readers' registries say of each operator of a file format, for docs/operators.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vouch {

/// What an operator becomes in a circuit: what it costs, and what it is off by, follow from it.
enum class Becomes : uint8_t {
  kConvolution,  ///< one operator with a weight for each of the file's
  kSum,          ///< one linear map with a few weights
  kMove,         ///< nothing where axes only change places; else a linear map of weight 1
  kProduct,      ///< one product of two tensors
  kTable,        ///< a lookup table of what computes its argument, or of a copy of it
  kMaximum,      ///< two linear maps for each pair that is compared
  kSeveral,      ///< several of the others
  kRanking,      ///< nothing: it is told from the circuit's output, at the end only
  kCodes,        ///< what codes of a tensor stand for; a copy where they change
  kConstant,     ///< nothing: it computes with shapes and constants
};

struct OperatorDescription {
  Becomes becomes = Becomes::kConstant;
  std::string attributes;  ///< those that are read, separated by blanks
  std::string limits;      ///< what is refused, beyond what all operators share
};

struct DescribedOperator {
  std::string name;
  OperatorDescription description;
};

}  // namespace vouch
