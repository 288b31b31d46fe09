// Deadlines of a contest. Only the judge's clock counts: whoever wants to show that something was
// there in time has the judge see it, and whoever wants to show that it was not has the judge tell
// the time afterwards.
#pragma once

#include "protocol/contest/contest_records.h"

namespace vouch {

class ContestClock {
 public:
  explicit ContestClock(std::span<const SignedRecord> records) : records_(records) {}

  /// That a party's record number `sequence` was not there at the deadline: the judge told a later
  /// time without having seen it, and nobody had answered it by the deadline by their own clock.
  /// Returns the judge's record, or null.
  [[nodiscard]] const SignedRecord* missed(size_t party, uint64_t sequence,
                                           uint64_t deadline) const;

  /// The same of an object that this record names, by any of the digests that stand for it: of the
  /// judge's records that have seen this one, the first that is later says that it was missing, and
  /// none before it that it was there.
  [[nodiscard]] const SignedRecord* missed(const SignedRecord& record,
                                           std::span<const Digest> names, uint64_t deadline) const;

 private:
  std::span<const SignedRecord> records_;
};

}  // namespace vouch
