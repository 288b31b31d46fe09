// The commands of retrievals, each in a file of its own.
#pragma once

#include <memory>

#include "cli/program.h"

namespace vouch {

/// `retrieval commit BUNDLE --documents DIRECTORY`.
[[nodiscard]] std::unique_ptr<Command> retrieval_commit_command();
/// `retrieval request BUNDLE --model FILE.vouch --commitment FILE.pub --predicate PREDICATE`.
[[nodiscard]] std::unique_ptr<Command> retrieval_request_command();
/// `retrieval approve BUNDLE`.
[[nodiscard]] std::unique_ptr<Command> retrieval_approve_command();
/// `retrieval prove BUNDLE --documents DIRECTORY [--shard I/N]`.
[[nodiscard]] std::unique_ptr<Command> retrieval_prove_command();
/// `retrieval deliver BUNDLE --documents DIRECTORY`.
[[nodiscard]] std::unique_ptr<Command> retrieval_deliver_command();
/// `retrieval verify BUNDLE --into DIRECTORY`.
[[nodiscard]] std::unique_ptr<Command> retrieval_verify_command();
/// `retrieval sample BUNDLE`.
[[nodiscard]] std::unique_ptr<Command> retrieval_sample_command();
/// `retrieval open-sample BUNDLE --documents DIRECTORY`.
[[nodiscard]] std::unique_ptr<Command> retrieval_open_sample_command();
/// `retrieval judge-sample BUNDLE`.
[[nodiscard]] std::unique_ptr<Command> retrieval_judge_sample_command();
/// `retrieval time BUNDLE`.
[[nodiscard]] std::unique_ptr<Command> retrieval_time_command();
/// `retrieval check BUNDLE`.
[[nodiscard]] std::unique_ptr<Command> retrieval_check_command();
/// `retrieval status BUNDLE`.
[[nodiscard]] std::unique_ptr<Command> retrieval_status_command();
/// `retrieval …`.
[[nodiscard]] std::unique_ptr<Command> retrieval_command();

}  // namespace vouch
