#include "cli/labels.h"

#include <fmt/format.h>

#include "base/file.h"
#include "cli/printable.h"

namespace vouch {
namespace {

constexpr size_t kMaxFile = size_t{4} << 20;
constexpr size_t kMaxLabel = 200;

}  // namespace

Result<std::vector<std::string>> parse_labels(std::string_view content, size_t classes) {
  if (content.starts_with("\xEF\xBB\xBF")) {  // some editors' byte order mark
    content.remove_prefix(3);
  }
  const size_t last = content.find_last_not_of("\r\n");
  content = content.substr(0, last == std::string_view::npos ? 0 : last + 1);
  std::vector<std::string> labels;
  while (!content.empty()) {
    const size_t end = content.find('\n');
    std::string_view line = content.substr(0, end);
    content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    labels.push_back(printable(line.substr(0, kMaxLabel)));
  }
  if (labels.size() != classes) {
    return Error{
        fmt::format("has {} labels, but the network has {} classes", labels.size(), classes)};
  }
  return labels;
}

Result<std::vector<std::string>> read_labels(const std::string& path, size_t classes) {
  VOUCH_ASSIGN(const Bytes bytes, read_file(path, kMaxFile));
  const std::string content(bytes.begin(), bytes.end());
  auto labels = parse_labels(content, classes);
  return labels.ok() ? std::move(labels) : Error{path + ": " + labels.error().message};
}

}  // namespace vouch
