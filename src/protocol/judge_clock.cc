#include "protocol/judge_clock.h"

#include <algorithm>

namespace vouch {
namespace {

bool has_seen(const SignedRecord& witness, size_t party, uint64_t sequence) {
  return witness.record().seen.at(party).count > sequence;
}

bool tells_time(const SignedRecord& record) { return record.record().kind == TimeTold::kKind; }

// What else a judge says rests on all that he has seen, so nothing of it is missing.
bool lacks(const SignedRecord& witness, std::span<const Digest> names) {
  if (!tells_time(witness)) {
    return false;
  }
  const std::vector<Digest> missing = body_of<TimeTold>(witness.record().body).missing;
  return std::ranges::find_first_of(missing, names) != missing.end();
}

// One that was not over at `from`, and is at `to`.
bool has_deadline_between(std::span<const SignedRecord> records, const Workflow& workflow,
                          uint64_t from, uint64_t to) {
  std::vector<SignedRecord> steps;
  std::ranges::copy_if(records, std::back_inserter(steps), [&](const SignedRecord& record) {
    return !workflow.is_aside(record.record().kind);
  });
  for (size_t n = 0; n <= steps.size(); ++n) {
    for (const Turn& turn : workflow.due(std::span(steps).first(n))) {
      if (turn.deadline && from <= *turn.deadline && *turn.deadline < to) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

bool shows_more(const TimeTold& told, std::span<const SignedRecord> records,
                const Workflow& workflow) {
  if (records.empty() || !tells_time(records.back())) {
    return true;
  }
  const auto last = body_of<TimeTold>(records.back().record().body);
  return told.missing != last.missing || has_deadline_between(records, workflow, last.at, told.at);
}

const SignedRecord* JudgeClock::missed(size_t party, uint64_t sequence, uint64_t deadline) const {
  const SignedRecord* shown = nullptr;
  for (const SignedRecord& other : records_) {
    const Record& record = other.record();
    if (record.author == party) {
      continue;
    }
    if (record.time <= deadline && has_seen(other, party, sequence)) {
      return nullptr;
    }
    if (record.author == kRoleOfJudge && record.time > deadline &&
        !has_seen(other, party, sequence)) {
      shown = &other;
    }
  }
  return shown;
}

const SignedRecord* JudgeClock::missed(const SignedRecord& record, std::span<const Digest> names,
                                       uint64_t deadline) const {
  for (const SignedRecord& other : records_) {
    if (other.record().author != kRoleOfJudge ||
        !has_seen(other, record.record().author, record.record().sequence())) {
      continue;
    }
    const bool was_there = !lacks(other, names);
    if (was_there || other.record().time > deadline) {
      return was_there ? nullptr : &other;
    }
  }
  return nullptr;
}

}  // namespace vouch
