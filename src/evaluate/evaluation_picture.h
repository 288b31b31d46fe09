// An evaluation as a picture (SVG).
#pragma once

#include <string>

#include "evaluate/evaluation.h"

namespace vouch {

/// Accuracies as bars; below, where layers were measured, each layer's errors and their bounds in
/// steps of its codes, on a logarithmic axis. `title` is printed as it is, escaped.
[[nodiscard]] std::string evaluation_picture(const Evaluation& evaluation,
                                             const std::string& title);

}  // namespace vouch
