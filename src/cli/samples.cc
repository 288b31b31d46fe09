#include "cli/samples.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/file.h"
#include "cli/printable.h"
#include "evaluate/npy_inputs.h"
#include "evaluate/sample_file.h"
#include "network/picture_input.h"
#include "picture/npy.h"
#include "picture/picture.h"
#include "picture/prepare.h"

namespace vouch {
namespace {

constexpr size_t kMostBytes = size_t{1} << 28;

Shape shape_of(const PictureInput& picture) {
  return {picture.channels, 1, picture.rows, picture.columns};
}

// A circuit that reads the network's one input as a picture.
Circuit picture_circuit(const PictureInput& picture, uint16_t crop_permille) {
  Circuit circuit;
  circuit.tensors = {{shape_of(picture), 0, 0}};
  if (picture.channels == 1 || picture.channels == 3) {
    circuit.preparation = {picture.rows, picture.columns, crop_permille};
  }
  return circuit;
}

// Codes in the circuit's order as values in the network's.
std::vector<float> reals_of_pixels(const Bytes& codes, const PictureInput& picture,
                                   const CompileOptions& options) {
  const size_t area = size_t{picture.rows} * picture.columns;
  std::vector<float> reals(codes.size());
  for (size_t i = 0; i < codes.size(); ++i) {
    const size_t to = picture.channels_last ? i % area * picture.channels + i / area : i;
    reals[to] = options.usual_pixel_scale() * static_cast<float>(codes[i] - options.pixel_zero);
  }
  return reals;
}

Result<Sample> read_codes(ByteSpan file, const std::string& path, const Network& network,
                          const CompileOptions& options) {
  const std::optional<PictureInput> picture = picture_input(network);
  if (!picture) {
    return Error{
        "it is a picture or codes, and the network's input is none: give tensors (.pb, or .npy of "
        "float32)"};
  }
  VOUCH_ASSIGN(const Bytes codes,
               prepare_input(picture_circuit(*picture, options.crop_permille), file, path));
  return Sample{reals_of_pixels(codes, *picture, options)};
}

// Values of the network's input `at`, of at most `most` samples.
Result<std::vector<Sample>> read_array(ByteSpan file, size_t at, size_t most,
                                       const Network& network, const CompileOptions& options) {
  VOUCH_ASSIGN(const NpyTensor tensor, read_npy(file));
  const std::optional<PictureInput> picture = picture_input(network);
  const auto codes = picture ? std::optional(shape_of(*picture)) : std::nullopt;
  VOUCH_ASSIGN(const NpyInputs inputs,
               NpyInputs::of(tensor, codes, network.tensors[network.inputs[at]].shape));
  if (network.inputs.size() > 1 && inputs.size() > 1) {
    return Error{"it has " + std::to_string(inputs.size()) +
                 " inputs, and the model has several: give a folder for each sample, with a file "
                 "for each of its inputs"};
  }
  std::vector<Sample> samples;
  for (size_t i = 0; i < std::min(inputs.size(), most); ++i) {
    samples.emplace_back();
    if (inputs.are_reals()) {
      VOUCH_ASSIGN(samples.back().emplace_back(), inputs.reals(i));
    } else {
      samples.back().push_back(reals_of_pixels(inputs.codes(i), *picture, options));
    }
  }
  return samples;
}

bool is_readable(const std::string& ending) {
  static constexpr std::string_view kEndings[] = {".pb", ".json", ".npy", ".bin",  ".raw",
                                                  ".i8", ".png",  ".jpg", ".jpeg", ".bmp"};
  return std::find(std::begin(kEndings), std::end(kEndings), ending) != std::end(kEndings);
}

Result<std::vector<std::string>> paths_in(const std::string& folder) {
  std::error_code failed;
  std::vector<std::string> paths;
  for (std::filesystem::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    const std::string name = at->path().filename().string();
    if (at->is_regular_file(failed) && is_readable(extension_of(at->path().string())) &&
        name.rfind("output", 0) != 0) {
      paths.push_back(at->path().string());
    }
  }
  if (failed) {
    return Error{printable(folder) + ": " + failed.message() +
                 "; --samples takes a folder of inputs"};
  }
  if (paths.empty()) {
    return Error{printable(folder) +
                 ": no samples in this folder (.pb, .json, .npy, pictures, .bin)"};
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// The samples of a file whose tensor, if it is one, is the network's input `at`.
Result<std::vector<Sample>> read_file_samples(const std::string& path, size_t at, size_t most,
                                              const Network& network,
                                              const CompileOptions& options) {
  VOUCH_ASSIGN(const Bytes file, read_file(path, kMostBytes));
  if (is_npy(file)) {
    return read_array(file, at, most, network, options);
  }
  const std::string ending = extension_of(path);
  VOUCH_ASSIGN(Sample sample, ending == ".pb"     ? read_tensor_sample(file)
                              : ending == ".json" ? read_json_sample(file)
                                                  : read_codes(file, path, network, options));
  std::vector<Sample> samples;
  samples.push_back(std::move(sample));
  return samples;
}

// Whether a file's tensor is one of several inputs of a sample.
bool is_part(const std::string& path, const Network& network) {
  const std::string ending = extension_of(path);
  return network.inputs.size() > 1 && (ending == ".pb" || ending == ".npy");
}

}  // namespace

Result<std::vector<Sample>> read_samples(const std::string& folder, size_t most,
                                         const Network& network, const CompileOptions& options) {
  VOUCH_ASSIGN(const std::vector<std::string> paths, paths_in(folder));
  std::vector<Sample> samples;
  std::map<std::string, size_t> of_folder;  // samples of several tensors
  for (const std::string& path : paths) {
    if (samples.size() >= most) {
      break;
    }
    const std::string parent = std::filesystem::path(path).parent_path().string();
    const auto known = is_part(path, network) ? of_folder.find(parent) : of_folder.end();
    const bool more = known != of_folder.end();
    const size_t at = more ? samples[known->second].size() : 0;
    auto read = at < network.inputs.size()
                    ? read_file_samples(path, at, most - samples.size(), network, options)
                    : Error{
                          "its folder has more tensors than the model has inputs: give a folder "
                          "for each sample"};
    if (!read.ok()) {
      return Error{printable(path) + ": " + read.error().message};
    }
    if (more) {
      samples[known->second].push_back(std::move(read.value()[0][0]));
      continue;
    }
    of_folder[parent] = samples.size();
    std::move(read.value().begin(), read.value().end(), std::back_inserter(samples));
  }
  return samples;
}

}  // namespace vouch
