#include "cli/samples.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "cli/printable.h"
#include "model/onnx/tensor.h"

namespace vouch {
namespace {

constexpr size_t kMostBytes = size_t{1} << 30;

}  // namespace

Result<std::vector<Sample>> read_samples(const std::string& folder, size_t most) {
  std::error_code failed;
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, failed)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && entry.path().extension() == ".pb" &&
        name.rfind("output", 0) != 0) {
      paths.push_back(entry.path().string());
    }
  }
  if (failed || paths.empty()) {
    return Error{printable(folder) + ": no samples (.pb) in this folder"};
  }
  std::sort(paths.begin(), paths.end());
  paths.resize(std::min(paths.size(), most));
  std::vector<Sample> samples;
  for (const std::string& path : paths) {
    VOUCH_ASSIGN(const Bytes file, read_file(path, kMostBytes));
    const Result<OnnxTensor> tensor = read_onnx_tensor(file);
    if (!tensor.ok()) {
      return Error{printable(path) + ": " + tensor.error().message};
    }
    samples.push_back({onnx::reals_of(tensor.value())});
  }
  return samples;
}

}  // namespace vouch
