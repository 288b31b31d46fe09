// A Network under construction from the tensors of a TensorFlow Lite file.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/tflite/tensor.h"
#include "network/network.h"

namespace vouch::tflite {

/// Indices `file` are of the file's tensors, `tensor` of the network's. Every activation of the
/// file is one of the network, with its shape and codes; reals and the codes that they are
/// dequantised from are the same tensor.
class Builder {
 public:
  /// Constants and tables of indices that are made may have `budget` elements in all.
  Builder(std::vector<FileTensor> files, uint64_t budget)
      : files_(std::move(files)),
        states_(files_.size(), State::kUnknown),
        tensors_(files_.size(), kNone),
        budget_(budget) {}

  [[nodiscard]] const std::vector<FileTensor>& files() const { return files_; }
  [[nodiscard]] const NetworkTensor& tensor(uint32_t tensor) const {
    return network_.tensors[tensor];
  }

  /// Of a constant of the network: none if it holds reals.
  [[nodiscard]] const std::vector<float>& scales(uint32_t constant) const {
    return network_.constants[*network_.tensors[constant].constant].scales;
  }

  /// Layers are of this operator from now on.
  void begin(std::string type_name, std::string name);
  /// As Layer's, of the layers from now on until the next operator.
  void set_obstacle(std::string obstacle) { obstacle_ = std::move(obstacle); }

  Result<void> input(uint32_t file);

  /// What operators before have made; error if they have not.
  Result<uint32_t> activation(uint32_t file) const;
  /// Of the file, or what is dequantised from one.
  [[nodiscard]] bool is_constant(uint32_t file) const;
  /// Whether it is known, as a constant, an activation or shape work.
  [[nodiscard]] bool is_known(uint32_t file) const;
  /// Whether it is whole numbers that only say shapes: computed, and never looked at.
  [[nodiscard]] bool is_shape_work(uint32_t file) const {
    return states_[file] == State::kShapeWork;
  }
  /// A constant as it is, and with its axis axes[i] as axis i.
  Result<uint32_t> constant(uint32_t file);
  Result<uint32_t> constant(uint32_t file, const std::vector<uint32_t>& axes);
  uint32_t add_constant(std::string name, Dimensions shape, Constant constant);

  /// The layer's output: a tensor that the file does not have. `declared` is its shape where the
  /// kind leaves that open.
  Result<uint32_t> layer(Layer layer, Dimensions declared = {},
                         std::optional<CodeScale> codes = std::nullopt);
  /// The layer's output is this tensor of the file: error if the shape that the file gives it is
  /// another.
  Result<void> make(uint32_t file, Layer layer);
  /// The file's tensor has the values of one that is there.
  Result<void> define(uint32_t file, uint32_t tensor);
  Result<void> define_shape_work(uint32_t file);

  /// Takes n from the budget, or says that the file asks for too much.
  Result<void> spend(uint64_t n);
  /// Lets go of the network.
  Result<Network> finish(const std::vector<uint32_t>& outputs, std::string source);

 private:
  static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
  enum class State : uint8_t { kUnknown, kMade, kShapeWork };

  Result<void> claim(uint32_t file);
  Result<std::optional<CodeScale>> codes(const FileTensor& file) const;
  Result<uint32_t> append(Layer layer, NetworkTensor output);

  std::vector<FileTensor> files_;
  std::vector<State> states_;      // by tensor of the file
  std::vector<uint32_t> tensors_;  // by tensor of the file: where it is known or a plain constant
  uint64_t budget_;
  Network network_;
  std::string type_name_;
  std::string name_;
  std::string obstacle_;
};

}  // namespace vouch::tflite
