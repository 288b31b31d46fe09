// What the readers know, as a document.
#pragma once

#include <string>

#include "model/operator_description.h"

namespace vouch {

/// "convolution", "linear map": what it becomes, for tables and JSON.
[[nodiscard]] const char* name_of(Becomes becomes);

/// docs/operators.md.
[[nodiscard]] std::string operators_markdown();

}  // namespace vouch
