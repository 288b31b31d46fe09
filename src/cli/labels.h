// Names of classes, one a line, class 0 first.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace vouch {

/// Reads the file at `path`: one label a line, `classes` lines; a carriage return at a line's end
/// and empty lines at the file's end are ignored. Labels are made printable and cut to 200
/// characters' worth of bytes. Error: unreadable, larger than 4 MiB, or another number of lines.
[[nodiscard]] Result<std::vector<std::string>> read_labels(const std::string& path, size_t classes);

/// The same of a file's content.
[[nodiscard]] Result<std::vector<std::string>> parse_labels(std::string_view content,
                                                            size_t classes);

}  // namespace vouch
