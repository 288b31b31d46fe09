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

  /// Layers are of this operator from now on.
  void begin(std::string type_name, std::string name);

  /// An input of the network. uint8 and int8 are codes whose scale the reader has yet to see.
  Value input(const std::string& name, OnnxType type, Dimensions shape);

  /// The layer's output. `declared` is its shape where the kind leaves that open. Its type is
  /// `type`; uint8 and int8 outputs have input 0's codes. Only kinds that move elements, kMaxPool
  /// and kIdentity have other types than float.
  Result<Value> layer(Layer layer, const Values& inputs, Dimensions declared = {},
                      OnnxType type = OnnxType::kFloat);

  /// Rounded to codes, of type uint8 or int8; one that has these codes is returned as it is.
  Result<Value> rounded(const Value& x, const CodeScale& codes);

  /// Says of which codes an uint8 or int8 activation is, if it is not known already; error if it
  /// is of others.
  Result<void> set_codes(uint32_t tensor, const CodeScale& codes);

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
  std::vector<OnnxType> types_;              // by tensor
  std::vector<uint32_t> makers_;             // by tensor: a layer, or kNone
  std::map<const OnnxTensor*, Value> held_;  // constants that have become tensors
  std::map<const OnnxTensor*, uint32_t> constant_tensors_;
};

}  // namespace vouch::onnx
