// `inspect FILE`: what a file is and everything in it that is public.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "cli/program.h"

namespace vouch {

/// One kind of file.
class FileInspector {
 public:
  virtual ~FileInspector() = default;
  /// "a proof (.proof)"
  [[nodiscard]] virtual std::string kind() const = 0;
  /// Largest file of this kind, in bytes.
  [[nodiscard]] virtual size_t max_bytes() const = 0;
  /// Whether the first bytes of `file` say that it is of this kind.
  [[nodiscard]] virtual bool recognises(ByteSpan file) const = 0;
  /// Decodes and describes it. Error: what is wrong with it.
  [[nodiscard]] virtual Result<void> inspect(ByteSpan file, Output& output) const = 0;
};

using FileInspectors = std::vector<std::unique_ptr<FileInspector>>;

[[nodiscard]] std::unique_ptr<Command> inspect_command(FileInspectors inspectors);

/// Whether `file` begins with `magic`.
[[nodiscard]] bool begins_with(ByteSpan file, std::string_view magic);

}  // namespace vouch
