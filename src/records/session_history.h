// The records of a session that are there, and whether another one may come next.
#pragma once

#include <vector>

#include "records/record_kind.h"

namespace vouch {

/// What later records are held against.
struct ChainLink {
  Digest digest{};
  uint64_t time = 0;
  std::vector<ChainEnd> seen;
};

/// Where the records are: in memory, or in a party's database (session_store.h).
class SessionHistory {
 public:
  virtual ~SessionHistory() = default;
  [[nodiscard]] virtual const Session& session() const = 0;
  /// How many records of a party there are.
  [[nodiscard]] virtual Result<uint64_t> count(size_t party) const = 0;
  /// Contract: `sequence` < count(party).
  [[nodiscard]] virtual Result<ChainLink> link(size_t party, uint64_t sequence) const = 0;
};

/// Why `record` cannot be the next one of its author, or nothing. Error: the history could not be
/// read. A party may be told records of several authors in any order in which each comes after
/// those that it answers. Contract: the rules are those of the history's session.
[[nodiscard]] Result<MaybeRefusal> check_next(const SessionHistory& history,
                                              const ProtocolRules& rules,
                                              const SignedRecord& record);

/// The ends of all chains.
[[nodiscard]] Result<std::vector<ChainEnd>> ends_of(const SessionHistory& history);

/// Keeps links only.
class MemoryHistory final : public SessionHistory {
 public:
  explicit MemoryHistory(Session session);
  [[nodiscard]] const Session& session() const override { return session_; }
  [[nodiscard]] Result<uint64_t> count(size_t party) const override;
  [[nodiscard]] Result<ChainLink> link(size_t party, uint64_t sequence) const override;
  /// Contract: check_next refuses it not.
  void add(const SignedRecord& record);

 private:
  Session session_;
  std::vector<std::vector<ChainLink>> chains_;
};

[[nodiscard]] ChainLink link_of(const SignedRecord& record);

}  // namespace vouch
