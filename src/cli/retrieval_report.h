// What a retrieval came to, for people and programs.
#pragma once

#include "cli/exit_status.h"
#include "cli/output.h"
#include "protocol/retrieval/retrieval_judge.h"

namespace vouch {

/// The question: documents, model, predicate.
void report_question(const RetrievalSubject& subject, Output& output);

/// "0, 3, 7"; beyond some hundred how many more there are.
[[nodiscard]] std::string numbers_text(std::span<const uint64_t> numbers);

/// What was found so far, the bound that the sample gives, and the verdict.
void report_retrieval(const RetrievalOutcome& outcome, double confidence, Output& output);

/// 0: nobody is at fault; 1: somebody is; 2: objects are missing.
[[nodiscard]] ExitStatus status_of_retrieval(const Judgement& judgement);

}  // namespace vouch
