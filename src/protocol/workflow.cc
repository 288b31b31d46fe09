#include "protocol/workflow.h"

#include <algorithm>

namespace vouch {
namespace {

std::string kind_name(const ProtocolRules& rules, uint16_t kind) {
  const KindRules* found = rules.find(kind);
  return found == nullptr ? "kind " + std::to_string(kind) : found->name;
}

std::string text_of(const ProtocolRules& rules, const std::vector<Turn>& turns) {
  if (turns.empty()) {
    return "the session is over";
  }
  std::string text;
  for (const Turn& turn : turns) {
    text += (text.empty() ? "next comes the " : ", or the ") + kind_name(rules, turn.kind) +
            " of the " + rules.roles.at(turn.author);
  }
  return text;
}

}  // namespace

void TurnOrder::add(const SignedRecord& record) {
  ++count_;
  if (!workflow_->is_aside(record.record().kind)) {
    steps_.push_back(record);
  }
}

MaybeRefusal TurnOrder::check(const SignedRecord& next) const {
  const Record& record = next.record();
  if (count_ >= kMostSessionRecords) {
    // No word of its author's being out of turn, which would convict him.
    return Refusal{Refused::kMalformed, "the session has " + std::to_string(kMostSessionRecords) +
                                            " records, as many as any may have"};
  }
  std::vector<SignedRecord> seen;
  std::ranges::copy_if(steps_, std::back_inserter(seen), [&](const SignedRecord& before) {
    return before.record().sequence() < record.seen.at(before.record().author).count;
  });
  const std::vector<Turn> turns = workflow_->due(seen);
  if (std::ranges::any_of(turns, [&](const Turn& turn) {
        return turn.kind == record.kind && turn.author == record.author;
      })) {
    return {};
  }
  const ProtocolRules& rules = workflow_->rules();
  return Refusal{Refused::kOutOfTurn,
                 "a " + kind_name(rules, record.kind) + " of the " + rules.roles.at(record.author) +
                     " is not due after what its author had seen: " + text_of(rules, turns)};
}

}  // namespace vouch
