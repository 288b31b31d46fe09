// A model's own framework on a data set, where a Python has it: run_framework.py as a child
// process.
#pragma once

#include <string>

#include "evaluate/data_set.h"
#include "evaluate/original_model.h"
#include "evaluate/reference_outputs.h"

namespace vouch {

struct FrameworkAnswers {
  std::string framework;  ///< what ran, with its version; printable
  ReferenceOutputs outputs;
};

/// Runs the model file at `path`, which `original` was read from, on all of `data`. `python` is a
/// program's name, or path. The inputs and outputs lie in a folder of their own, for its owner
/// only, in the directory for temporary files, and are removed. Error, a sentence: no such python,
/// the framework is not installed or does not take the model, inputs that no array holds.
[[nodiscard]] Result<FrameworkAnswers> run_framework(const std::string& python,
                                                     const std::string& path,
                                                     const OriginalModel& original,
                                                     const DataSet& data);

}  // namespace vouch
