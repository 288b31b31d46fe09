// Deadlines of protocols with a judge. Only his clock counts: whoever wants to show that something
// was there in time has the judge see it, and whoever wants to show that it was not has the judge
// tell the time afterwards.
#pragma once

#include "protocol/workflow.h"

namespace vouch {

/// In protocols that have one.
constexpr uint8_t kRoleOfJudge = 2;

/// The judge's clock: by then nothing else was there than what this record has seen.
struct TimeTold {
  static constexpr uint16_t kKind = 7;
  static constexpr const char* kName = "time";
  static constexpr uint32_t kAuthors = 1U << kRoleOfJudge;
  uint64_t at = 0;              ///< the record's time, so that no two are alike
  std::vector<Digest> missing;  ///< objects that records name and that were not there
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("at", self.at);
    visit("missing", self.missing, uint32_t{1} << 15);
  }
};

/// Whether a judge who has these records can show anything by telling this, too: not if he told the
/// time last, the same was missing, and no deadline has passed since. Who asks a judge over and
/// over would fill the session otherwise (kMostSessionRecords).
[[nodiscard]] bool shows_more(const TimeTold& told, std::span<const SignedRecord> records,
                              const Workflow& workflow);

class JudgeClock {
 public:
  explicit JudgeClock(std::span<const SignedRecord> records) : records_(records) {}

  /// That a party's record number `sequence` was not there at the deadline: the judge told a later
  /// time without having seen it, and nobody had answered it by the deadline by their own clock.
  /// Returns the judge's record, or null.
  [[nodiscard]] const SignedRecord* missed(size_t party, uint64_t sequence,
                                           uint64_t deadline) const;

  /// The same of an object that this record names, by any of the digests that stand for it: of the
  /// judge's records that have seen this one, the first that is later says that it was missing, and
  /// none before it that it was there, as all do that do not tell the time: he finds what he finds
  /// of what is there.
  [[nodiscard]] const SignedRecord* missed(const SignedRecord& record,
                                           std::span<const Digest> names, uint64_t deadline) const;

 private:
  std::span<const SignedRecord> records_;
};

}  // namespace vouch
