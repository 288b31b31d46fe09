#include "cli/class_label_file.h"

#include "base/file.h"
#include "cli/printable.h"
#include "evaluate/gzip.h"

namespace vouch {
namespace {

constexpr size_t kMostLabelBytes = size_t{64} << 20;

Error about(const std::string& path, const Error& error) {
  return Error{printable(path) + ": " + printable(error.message)};
}

}  // namespace

Result<ClassLabels> read_class_label_file(const std::string& path, size_t classes,
                                          const std::string& column) {
  VOUCH_ASSIGN(Bytes file, read_file(path, kMostLabelBytes));
  if (is_gzip(file)) {
    auto unpacked = gunzip(file, kMostLabelBytes);
    if (!unpacked.ok()) {
      return about(path, unpacked.error());
    }
    file = std::move(unpacked).value();
  }
  auto labels = read_class_labels(file, classes, column);
  return labels.ok() ? std::move(labels) : about(path, labels.error());
}

}  // namespace vouch
