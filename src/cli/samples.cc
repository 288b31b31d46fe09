#include "cli/samples.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/file.h"
#include "cli/printable.h"
#include "evaluate/sample_file.h"
#include "network/picture_input.h"
#include "picture/picture.h"
#include "picture/prepare.h"

namespace vouch {
namespace {

constexpr size_t kMostBytes = size_t{1} << 28;

// A circuit that reads the network's one input as a picture.
Circuit picture_circuit(const PictureInput& picture, uint16_t crop_permille) {
  Circuit circuit;
  circuit.tensors = {{{picture.channels, 1, picture.rows, picture.columns}, 0, 0}};
  if (picture.channels == 1 || picture.channels == 3) {
    circuit.preparation = {picture.rows, picture.columns, crop_permille};
  }
  return circuit;
}

Result<Sample> read_codes(ByteSpan file, const std::string& path, const Network& network,
                          const CompileOptions& options) {
  const std::optional<PictureInput> picture = picture_input(network);
  if (!picture) {
    return Error{"it is a picture or codes, and the network's input is none: give tensors (.pb)"};
  }
  VOUCH_ASSIGN(const std::vector<uint8_t> codes,
               prepare_input(picture_circuit(*picture, options.crop_permille), file, path));
  const size_t area = size_t{picture->rows} * picture->columns;
  Sample sample(1, std::vector<float>(codes.size()));
  for (size_t i = 0; i < codes.size(); ++i) {
    const size_t to = picture->channels_last ? i % area * picture->channels + i / area : i;
    sample[0][to] = options.usual_pixel_scale() * static_cast<float>(codes[i] - options.pixel_zero);
  }
  return sample;
}

Result<std::vector<std::string>> paths_in(const std::string& folder) {
  std::error_code failed;
  std::vector<std::string> paths;
  for (std::filesystem::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    const std::string name = at->path().filename().string();
    const std::string ending = at->path().extension().string();
    const bool readable = ending == ".pb" || ending == ".json" || ending == ".npy" ||
                          ending == ".bin" || ending == ".raw" || ending == ".i8" ||
                          ending == ".png" || ending == ".jpg" || ending == ".jpeg" ||
                          ending == ".bmp" || ending == ".JPEG";
    if (at->is_regular_file(failed) && readable && name.rfind("output", 0) != 0) {
      paths.push_back(at->path().string());
    }
  }
  if (failed || paths.empty()) {
    return Error{printable(folder) +
                 ": no samples in this folder (.pb, .json, .npy, pictures, .bin)"};
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

Result<std::vector<Sample>> read_samples(const std::string& folder, size_t most,
                                         const Network& network, const CompileOptions& options) {
  VOUCH_ASSIGN(const std::vector<std::string> paths, paths_in(folder));
  std::vector<Sample> samples;
  std::map<std::string, size_t> of_folder;  // samples of several tensors
  for (const std::string& path : paths) {
    const std::filesystem::path where(path);
    if (samples.size() == most) {
      break;
    }
    VOUCH_ASSIGN(const Bytes file, read_file(path, kMostBytes));
    Result<Sample> sample = Sample{};
    if (where.extension() == ".pb") {
      sample = read_tensor_sample(file);
    } else {
      sample = where.extension() == ".json" ? read_json_sample(file)
                                            : read_codes(file, path, network, options);
    }
    if (!sample.ok()) {
      return Error{printable(path) + ": " + sample.error().message};
    }
    const std::string parent = where.parent_path().string();
    const auto known = of_folder.find(parent);
    if (where.extension() == ".pb" && network.inputs.size() > 1 && known != of_folder.end()) {
      samples[known->second].push_back(std::move(sample.value()[0]));
    } else {
      of_folder[parent] = samples.size();
      samples.push_back(std::move(sample).value());
    }
  }
  return samples;
}

}  // namespace vouch
