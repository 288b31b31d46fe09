#include "model/tflite/builder.h"

#include "network/shapes.h"
#include "network/strided_walk.h"

namespace vouch::tflite {
namespace {

constexpr size_t kMaxLayers = size_t{1} << 18U;

bool is_whole(TensorType type) { return type == TensorType::INT32 || type == TensorType::INT64; }

// Element i of the result is element order[i] of what has these extents.
std::vector<size_t> transposition(const Dimensions& from, const std::vector<uint32_t>& axes) {
  const std::vector<int64_t> own = row_major_steps(from);
  Dimensions to;
  std::vector<int64_t> steps;
  for (const uint32_t axis : axes) {
    to.push_back(from[axis]);
    steps.push_back(own[axis]);
  }
  std::vector<size_t> order(element_count(to));
  strided_walk(to, steps, [&](size_t at, int64_t other, size_t n, int64_t step) {
    for (size_t i = 0; i < n; ++i) {
      order[at + i] = static_cast<size_t>(other + static_cast<int64_t>(i) * step);
    }
  });
  return order;
}

template <class T>
void reorder(std::vector<T>& values, const std::vector<size_t>& order) {
  std::vector<T> moved;
  moved.reserve(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    moved.push_back(values[order[i]]);
  }
  values = std::move(moved);
}

}  // namespace

void Builder::begin(std::string type_name, std::string name) {
  type_name_ = std::move(type_name);
  name_ = std::move(name);
  obstacle_.clear();
}

Result<void> Builder::spend(uint64_t n) {
  if (n > budget_) {
    return Error{
        "the model's constants are far larger than its file; convert it with constants folded"};
  }
  budget_ -= n;
  return {};
}

Result<void> Builder::claim(uint32_t file) {
  if (is_known(file)) {
    return Error{quoted(files_[file].name) + " has a value already"};
  }
  return {};
}

Result<std::optional<CodeScale>> Builder::codes(const FileTensor& file) const {
  if (file.type == TensorType::FLOAT32) {
    return std::optional<CodeScale>();
  }
  if (file.type != TensorType::UINT8 && file.type != TensorType::INT8) {
    return Error{quoted(file.name) + " is " + type_name(file.type) +
                 "; convert the model with activations of FLOAT32, UINT8 or INT8"};
  }
  VOUCH_ASSIGN(const CodeScale codes, codes_of(file));
  return std::optional<CodeScale>(codes);
}

Result<void> Builder::input(uint32_t file) {
  const FileTensor& from = files_[file];
  if (from.constant) {
    return Error{"it is a constant"};
  }
  VOUCH_TRY(claim(file));
  VOUCH_TRY(check_extents(from.shape));
  VOUCH_ASSIGN(const std::optional<CodeScale> stored, codes(from));
  tensors_[file] = static_cast<uint32_t>(network_.tensors.size());
  states_[file] = State::kMade;
  network_.inputs.push_back(tensors_[file]);
  network_.tensors.push_back({from.name, from.shape, stored, std::nullopt});
  return {};
}

bool Builder::is_known(uint32_t file) const {
  return files_[file].constant || states_[file] != State::kUnknown;
}

bool Builder::is_constant(uint32_t file) const {
  return files_[file].constant ||
         (states_[file] == State::kMade && network_.tensors[tensors_[file]].constant);
}

Result<uint32_t> Builder::activation(uint32_t file) const {
  const std::string name = quoted(files_[file].name);
  if (is_constant(file)) {
    return Error{name +
                 " is a constant; let the converter compute what depends on constants alone"};
  }
  if (states_[file] == State::kShapeWork) {
    return Error{name + " is computed from shapes; convert the model with fixed extents"};
  }
  if (states_[file] == State::kUnknown) {
    return Error{name + " is not computed before it is used"};
  }
  return tensors_[file];
}

Result<uint32_t> Builder::constant(uint32_t file) {
  if (states_[file] == State::kMade) {
    return tensors_[file];  // of a constant that was dequantised
  }
  // Later passes may give each reader a copy of its own.
  VOUCH_TRY(spend(element_count(files_[file].shape)));
  if (tensors_[file] == kNone) {
    VOUCH_TRY(check_extents(files_[file].shape));
    VOUCH_ASSIGN(Constant constant, constant_of(files_[file]));
    tensors_[file] = add_constant(files_[file].name, files_[file].shape, std::move(constant));
  }
  return tensors_[file];
}

Result<uint32_t> Builder::constant(uint32_t file, const std::vector<uint32_t>& axes) {
  VOUCH_ASSIGN(const uint32_t plain, constant(file));
  const NetworkTensor from = network_.tensors[plain];
  VOUCH_TRY(spend(element_count(from.shape)));
  Constant constant = network_.constants[*from.constant];
  const std::vector<size_t> order = transposition(from.shape, axes);
  reorder(constant.reals, order);
  reorder(constant.integers, order);
  Dimensions shape;
  uint32_t scaled = 0;
  for (uint32_t a = 0; a < axes.size(); ++a) {
    shape.push_back(from.shape[axes[a]]);
    scaled = axes[a] == constant.axis ? a : scaled;
  }
  constant.axis = scaled;
  return add_constant(from.name, std::move(shape), std::move(constant));
}

uint32_t Builder::add_constant(std::string name, Dimensions shape, Constant constant) {
  network_.tensors.push_back({std::move(name), std::move(shape), std::nullopt,
                              static_cast<uint32_t>(network_.constants.size())});
  network_.constants.push_back(std::move(constant));
  return static_cast<uint32_t>(network_.tensors.size() - 1);
}

Result<uint32_t> Builder::append(Layer layer, NetworkTensor output) {
  if (network_.layers.size() >= kMaxLayers) {
    return Error{"the model has more than " + std::to_string(kMaxLayers) +
                 " layers; prove a model of fewer"};
  }
  layer.type_name = type_name_;
  layer.name = name_;
  layer.obstacle = obstacle_;
  layer.output = static_cast<uint32_t>(network_.tensors.size());
  const Dimensions declared = output.shape;
  network_.tensors.push_back(std::move(output));
  VOUCH_ASSIGN(Dimensions shape, output_extents(network_, layer));
  VOUCH_TRY(check_extents(shape));
  network_.tensors[layer.output].shape = std::move(shape);
  network_.layers.push_back(std::move(layer));
  return network_.layers.back().output;
}

Result<uint32_t> Builder::layer(Layer layer, Dimensions declared, std::optional<CodeScale> codes) {
  return append(std::move(layer), {name_, std::move(declared), codes, std::nullopt});
}

Result<void> Builder::make(uint32_t file, Layer layer) {
  const FileTensor& to = files_[file];
  VOUCH_TRY(claim(file));
  NetworkTensor output{to.name, to.shape, std::nullopt, std::nullopt};
  if (!(is_whole(to.type) && layer.kind == LayerKind::kArgMax)) {
    VOUCH_ASSIGN(output.codes, codes(to));
  }
  VOUCH_ASSIGN(const uint32_t made, append(std::move(layer), std::move(output)));
  if (network_.tensors[made].shape != to.shape) {
    return Error{"its output is " + text(network_.tensors[made].shape) + ", and the file says " +
                 text(to.shape) + ""};
  }
  tensors_[file] = made;
  states_[file] = State::kMade;
  return {};
}

Result<void> Builder::define(uint32_t file, uint32_t tensor) {
  VOUCH_TRY(claim(file));
  if (network_.tensors[tensor].shape != files_[file].shape) {
    return Error{"its output is " + text(network_.tensors[tensor].shape) + ", and the file says " +
                 text(files_[file].shape) + ""};
  }
  tensors_[file] = tensor;
  states_[file] = State::kMade;
  return {};
}

Result<void> Builder::define_shape_work(uint32_t file) {
  VOUCH_TRY(claim(file));
  states_[file] = State::kShapeWork;
  return {};
}

Result<Network> Builder::finish(const std::vector<uint32_t>& outputs, std::string source) {
  for (const uint32_t file : outputs) {
    const Result<uint32_t> tensor = activation(file);
    if (!tensor) {
      return Error{"the model's output " + tensor.error().message};
    }
    network_.outputs.push_back(tensor.value());
  }
  network_.source = std::move(source);
  return std::move(network_);
}

}  // namespace vouch::tflite
