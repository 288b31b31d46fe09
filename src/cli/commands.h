// The commands, each in a file of its own.
#pragma once

#include <memory>

#include "cli/program.h"

namespace vouch {

/// `verify MODEL.pub X.proof`: needs the verifier library and src/picture, nothing else.
[[nodiscard]] std::unique_ptr<Command> verify_command();

/// `compile MODEL.tflite -o FILE.vouch`.
[[nodiscard]] std::unique_ptr<Command> compile_command();

/// `commit MODEL.vouch -o FILE.pub`.
[[nodiscard]] std::unique_ptr<Command> commit_command();

/// `run MODEL.vouch PICTURE…`.
[[nodiscard]] std::unique_ptr<Command> run_command();

/// `estimate MODEL`.
[[nodiscard]] std::unique_ptr<Command> estimate_command();

/// `evaluate MODEL.vouch --data DATA`.
[[nodiscard]] std::unique_ptr<Command> evaluate_command();

/// `prove MODEL.vouch PICTURE -o X.proof`.
[[nodiscard]] std::unique_ptr<Command> prove_command();

/// `label MODEL.pub --class CLASS -o X.classes`.
[[nodiscard]] std::unique_ptr<Command> label_command();

/// `operators`.
[[nodiscard]] std::unique_ptr<Command> operators_command();

/// `new-model ARCHITECTURE -o FILE.tflite`.
[[nodiscard]] std::unique_ptr<Command> new_model_command();

/// `new-picture -o FILE.png`.
[[nodiscard]] std::unique_ptr<Command> new_picture_command();

}  // namespace vouch
