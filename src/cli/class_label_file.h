// Classes of inputs from the file that the command line names.
#pragma once

#include <string>

#include "evaluate/class_labels.h"

namespace vouch {

/// What read_class_labels makes of the file at `path`, which may be packed by gzip; errors name it.
[[nodiscard]] Result<ClassLabels> read_class_label_file(const std::string& path, size_t classes,
                                                        const std::string& column);

}  // namespace vouch
