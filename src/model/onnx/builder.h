// A Network under construction.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/onnx/value.h"
#include "network/network.h"

namespace vouch::onnx {

/// Makes layers, infers their shapes, and computes at once what depends on constants alone.
class Builder {
 public:
  /// Constants and tables of indices that are made may have `budget` elements in all.
  explicit Builder(uint64_t budget) : budget_(budget) {}

  /// Layers are of this operator from now on. `obstacle`: as Layer's.
  void begin(std::string type_name, std::string name, std::string obstacle);

  /// An input of the network. uint8 and int8 are codes whose scale the reader has yet to see;
  /// other whole numbers are read as real ones, which a note says.
  Value input(const std::string& name, OnnxType type, Dimensions shape);

  /// The layer's output. `declared` is its shape where the kind leaves that open. Its type is
  /// `type`, other than float only of kinds that move elements, kMaxPool, kIdentity, and indices;
  /// uint8 and int8 outputs have input 0's codes, if that holds codes.
  Result<Value> layer(Layer layer, const Values& inputs, Dimensions declared = {},
                      OnnxType type = OnnxType::kFloat);

  /// Rounded to codes, of type uint8 or int8; one that has these codes is returned as it is.
  Result<Value> rounded(const Value& x, const CodeScale& codes);

  /// Says of which codes an uint8 or int8 activation is, if it is not known already; error if it
  /// is of others.
  Result<void> set_codes(uint32_t tensor, const CodeScale& codes);

  /// Has a uint8 or int8 activation of codes stand for its whole numbers, if it does not already;
  /// error if its codes have another meaning. Of others: nothing.
  Result<void> read_as_numbers(const Value& x);
  /// True of an uint8 or int8 activation that is not of whole numbers that stand for themselves.
  [[nodiscard]] bool holds_codes(const Value& x) const;
  /// What is computed, x, of the type of whole numbers (or of floats) that `like` has.
  Value computed_like(Value x, const Value& like);
  /// Says once that whole numbers are real ones.
  void note_whole_numbers();

  /// Has x changed the shape; the elements stay in order.
  Result<Value> reshaped(const Value& x, Dimensions shape);
  Result<Value> transposed(const Value& x, std::vector<uint32_t> axes);

  /// Takes n from the budget, or says that the file asks for too much.
  Result<void> spend(uint64_t n);

  void note(std::string sentence) { network_.notes.push_back(std::move(sentence)); }

  /// Gives codes to what is still without, makes outputs of values, and lets go of the network.
  Result<Network> finish(const Values& outputs, std::string source);

 private:
  Result<uint32_t> tensor_of(const Value& value);
  Result<uint32_t> add_constant(const Value& value);
  Result<Value> fold(const Layer& layer, const Values& inputs, Dimensions declared);
  void complete_codes();

  Network network_;
  uint64_t budget_;
  std::string type_name_;
  std::string name_;
  std::string obstacle_;
  bool noted_whole_numbers_ = false;
  std::vector<OnnxType> types_;              // by tensor: uint8 and int8 if it holds codes
  std::vector<uint32_t> makers_;             // by tensor: a layer, or kNone
  std::map<const OnnxTensor*, Value> held_;  // constants that have become tensors
  std::map<const OnnxTensor*, uint32_t> constant_tensors_;
};

}  // namespace vouch::onnx
