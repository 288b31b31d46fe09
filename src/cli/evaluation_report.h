// An evaluation as lines of text and as an object.
#pragma once

#include "cli/output.h"
#include "evaluate/evaluation.h"

namespace vouch {

void report_evaluation(const Evaluation& evaluation, Output& output);

}  // namespace vouch
