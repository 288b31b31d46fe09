#include "evaluate/data_set.h"

#include <algorithm>
#include <filesystem>
#include <limits>

#include "base/check.h"
#include "base/file.h"
#include "evaluate/gzip.h"
#include "evaluate/idx.h"
#include "evaluate/sample_file.h"
#include "picture/npy.h"
#include "picture/picture.h"
#include "picture/prepare.h"

namespace vouch {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostArrayBytes = size_t{1} << 31;
constexpr size_t kMostInputBytes = size_t{1} << 28;
constexpr size_t kMostFiles = size_t{1} << 20;

bool is_raw(const std::string& ending) {
  return ending == ".bin" || ending == ".raw" || ending == ".i8";
}

bool is_input_file(const std::string& path) {
  static constexpr std::string_view kEndings[] = {".png", ".jpg",  ".jpeg", ".bmp",
                                                  ".npy", ".json", ".pb"};
  const std::string ending = extension_of(path);
  const bool known =
      std::find(std::begin(kEndings), std::end(kEndings), ending) != std::end(kEndings);
  return (known || is_raw(ending)) && fs::path(path).filename().string().rfind("output", 0) != 0;
}

bool holds(const std::string& path, std::string_view word) {
  return fs::path(path).filename().string().find(word) != std::string::npos;
}

Result<std::vector<std::string>> files_in(const std::string& folder) {
  std::error_code failed;
  std::vector<std::string> paths;
  for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    if (at->is_regular_file(failed)) {
      paths.push_back(at->path().string());
    }
    if (paths.size() > kMostFiles) {
      return Error{folder + " has more than " + std::to_string(kMostFiles) + " files"};
    }
  }
  if (failed) {
    return Error{folder + ": " + failed.message()};
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// The one IDX file of pictures among `paths`, if there is one.
std::string images_among(const std::vector<std::string>& paths) {
  std::string found;
  for (const std::string& path : paths) {
    if (holds(path, "idx") && holds(path, "images")) {
      if (!found.empty()) {
        return {};
      }
      found = path;
    }
  }
  return found;
}

// x-images-idx3-ubyte.gz has its labels in x-labels-idx1-ubyte.gz.
std::string labels_beside(const std::string& images, const std::vector<std::string>& paths) {
  std::string name = images;
  for (const auto& [from, to] : {std::pair("images", "labels"), std::pair("idx3", "idx1")}) {
    const size_t at = name.rfind(from);
    if (at != std::string::npos) {
      name.replace(at, std::string_view(from).size(), to);
    }
  }
  return std::find(paths.begin(), paths.end(), name) == paths.end() ? "" : name;
}

std::vector<uint32_t> without_ones_of(std::vector<uint32_t> shape) {
  std::erase(shape, 1U);
  return shape;
}

// Input i of a .npy file.
Result<DataInput> input_of(const NpyInputs& npy, size_t i) {
  DataInput input;
  if (npy.are_reals()) {
    VOUCH_ASSIGN(input.reals.emplace_back(), npy.reals(i));
  } else {
    input.codes = npy.codes(i);
  }
  return input;
}

}  // namespace

Result<DataSet> DataSet::open(const std::string& path, const Circuit& circuit, bool is_signed,
                              std::optional<Dimensions> network) {
  if (circuit.input().shape.batch != 1) {
    return Error{"the circuit takes " + std::to_string(circuit.input().shape.batch) +
                 " inputs at once, not one"};
  }
  DataSet set(circuit, is_signed, std::move(network));
  std::error_code failed;
  const bool folder = fs::is_directory(path, failed);
  VOUCH_TRY(folder ? set.open_folder(path) : set.open_array(path));
  return set;
}

Result<void> DataSet::open_folder(const std::string& path) {
  VOUCH_ASSIGN(const std::vector<std::string> paths, files_in(path));
  if (const std::string images = images_among(paths); !images.empty()) {
    labels_path_ = labels_beside(images, paths);
    return open_array(images);
  }
  std::copy_if(paths.begin(), paths.end(), std::back_inserter(files_), is_input_file);
  if (files_.empty()) {
    return Error{path +
                 ": no inputs in this folder: pictures, .npy, .bin, .raw, .i8, .pb, .json "
                 "or an IDX file of images"};
  }
  count_ = files_.size();
  return {};
}

Result<void> DataSet::open_array(const std::string& path) {
  VOUCH_ASSIGN(array_, read_file(path, kMostArrayBytes));
  std::string inner = path;
  if (is_gzip(array_)) {
    auto unpacked = gunzip(array_, kMostArrayBytes);
    if (!unpacked.ok()) {
      return Error{path + ": " + unpacked.error().message};
    }
    array_ = std::move(unpacked).value();
    inner = extension_of(path) == ".gz" ? path.substr(0, path.size() - 3) : path;
  }
  const auto named = [&](const Result<void>& done) {
    return done.ok() ? done : Error{path + ": " + done.error().message};
  };
  if (is_npy(array_)) {
    const auto inputs = read_npy_inputs(array_);
    kind_ = Kind::kNpy;
    count_ = inputs.ok() ? inputs.value().size() : 0;
    return named(inputs.ok() ? Result<void>() : inputs.error());
  }
  kind_ = Kind::kCodes;
  if (is_raw(extension_of(inner))) {
    is_signed_ = is_signed_ || extension_of(inner) == ".i8";
    const size_t one = circuit_.input().shape.elements();
    const Shape& shape = circuit_.input().shape;
    if (array_.empty() || array_.size() % one != 0) {
      return Error{path + ": its " + std::to_string(array_.size()) +
                   " bytes are not those of inputs of " + std::to_string(one)};
    }
    return named(take_array(
        array_, 0,
        {static_cast<uint32_t>(array_.size() / one), shape.rows, shape.columns, shape.channels}));
  }
  const auto tensor = read_idx(array_);
  if (!tensor.ok()) {
    return Error{path + ": " + tensor.error().message};
  }
  is_signed_ = false;
  return named(take_array(tensor.value().data, array_.size() - tensor.value().data.size(),
                          tensor.value().shape));
}

Result<void> DataSet::take_array(ByteSpan array, size_t at, const std::vector<uint32_t>& shape) {
  const Shape& input = circuit_.input().shape;
  const std::vector<uint32_t> own(shape.begin() + 1, shape.end());
  uint64_t elements = 1;
  for (const uint32_t extent : own) {
    elements *= extent;
  }
  const std::vector<uint32_t> wanted = {input.rows, input.columns, input.channels};
  if (elements != input.elements() || without_ones_of(own) != without_ones_of(wanted)) {
    return Error{"an input in it is not one of " + std::to_string(input.rows) + " rows, " +
                 std::to_string(input.columns) + " columns, " + std::to_string(input.channels) +
                 " channels"};
  }
  first_ = at;
  input_bytes_ = elements;
  count_ = shape[0];
  VOUCH_CHECK(array.size() == count_ * input_bytes_);
  return {};
}

Result<DataInput> DataSet::load(size_t i) const {
  if (kind_ == Kind::kFiles) {
    auto loaded = load_file(files_[i]);
    return loaded.ok() ? std::move(loaded) : Error{files_[i] + ": " + loaded.error().message};
  }
  if (kind_ == Kind::kNpy) {
    VOUCH_ASSIGN(const NpyInputs npy, read_npy_inputs(array_));
    return input_of(npy, i);
  }
  const ByteSpan own = ByteSpan(array_).subspan(first_ + i * input_bytes_, input_bytes_);
  return DataInput{codes_of_bytes(circuit_.input().shape, own, is_signed_), {}};
}

Result<NpyInputs> DataSet::read_npy_inputs(ByteSpan file) const {
  VOUCH_ASSIGN(const NpyTensor tensor, read_npy(file));
  if (tensor.is_real() && !network_) {
    return Error{
        "its inputs are real numbers: --original, a model of one input, says what codes stand for "
        "them"};
  }
  return NpyInputs::of(tensor, circuit_.input().shape, network_.value_or(Dimensions{}));
}

Result<DataInput> DataSet::load_file(const std::string& path) const {
  VOUCH_ASSIGN(const Bytes file, read_file(path, std::max(kMaxPictureBytes, kMostInputBytes)));
  const std::string ending = extension_of(path);
  DataInput input;
  if (holds_reals(file, path)) {
    VOUCH_ASSIGN(input.reals, read_sample(file, path, network_));
  } else if (is_npy(file)) {
    VOUCH_ASSIGN(const NpyInputs npy, read_npy_inputs(file));
    if (npy.size() != 1) {
      return Error{"it has " + std::to_string(npy.size()) +
                   " inputs, and a folder's files have one each: give the file itself as --data"};
    }
    return input_of(npy, 0);
  } else {
    const bool as_signed = is_signed_ && is_raw(ending);
    VOUCH_ASSIGN(input.codes, prepare_input(circuit_, file, as_signed ? "codes.i8" : path));
  }
  return input;
}

}  // namespace vouch
