// A party's state in a session: all records that it signed and was given, the Merkle tree over its
// own, and what it keeps to itself; one SQLite file, one a party a session.
//
// Whatever happens, happens in one transaction: a record is there with its place in the tree, or
// not at all. What was said once is not said again: to append a record of the same kind and body
// gives the one that is there. So a command that was killed is simply run again.
//
// The file is the party's memory. Whoever goes on from an old copy of it signs two different
// records with the same number, and these convict him: it is never to be restored, or used in two
// places.
#pragma once

#include <optional>

#include "records/database.h"
#include "records/merkle.h"
#include "records/session_history.h"

namespace vouch {

/// What a party wants to say.
struct Saying {
  uint16_t kind = 0;
  Fields body;
};
template <class Body>
[[nodiscard]] Saying saying(const Body& body) {
  return {Body::kKind, fields_of(body)};
}

struct Appended {
  SignedRecord record;
  bool is_new;  ///< false: it was there
};

/// Milliseconds since 1970.
[[nodiscard]] uint64_t now_milliseconds();

class SessionStore final : public SessionHistory {
 public:
  /// Of party number `self`. Error: there is a file already, other than one that was killed in
  /// here.
  [[nodiscard]] static Result<SessionStore> create(const std::string& path, const Session& session,
                                                   size_t self);
  /// Error: no such file, not such a file, or of another version.
  [[nodiscard]] static Result<SessionStore> open(const std::string& path);

  [[nodiscard]] const Session& session() const override { return session_; }
  [[nodiscard]] size_t self() const { return self_; }
  [[nodiscard]] const PublicKey& own_key() const { return session_.parties[self_]; }
  [[nodiscard]] Result<uint64_t> count(size_t party) const override;
  [[nodiscard]] Result<ChainLink> link(size_t party, uint64_t sequence) const override;
  /// Contract: sequence < count(party).
  [[nodiscard]] Result<SignedRecord> record(size_t party, uint64_t sequence) const;
  /// The number of a party's newest record of a kind, if there is one.
  [[nodiscard]] Result<std::optional<uint64_t>> newest(size_t party, uint16_t kind) const;
  /// Every party's records, each after those that it answers (record_list.h).
  [[nodiscard]] Result<std::vector<Bytes>> records() const;

  /// Runs `body`, which returns a Result, in one transaction; it may be in one already, which it
  /// then is a part of. On error nothing has happened.
  template <class Body>
  [[nodiscard]] auto atomically(Body&& body) -> decltype(body()) {
    VOUCH_TRY(begin());
    auto result = body();
    if (!result.ok()) {
      roll_back();
      return result;
    }
    VOUCH_TRY(commit());
    return result;
  }

  /// Signs and keeps. `now`: the record's time, or that of the own record before it if that is
  /// later. Error: it is not the store's key, or not a record that the rules allow.
  [[nodiscard]] Result<Appended> append(const ProtocolRules& rules, const SecretKey& key,
                                        const Saying& saying, uint64_t now);
  /// Keeps a record of another party that may come next; else tells why not.
  [[nodiscard]] Result<MaybeRefusal> receive(const ProtocolRules& rules, ByteSpan record);

  /// The tree over the own records.
  [[nodiscard]] NodeSource nodes() const;

  /// Bytes that are nobody else's business, by name: openings, seeds of choices, how far work is.
  [[nodiscard]] Result<void> keep(const std::string& name, ByteSpan value);
  /// Empty if there is none of that name.
  [[nodiscard]] Result<Bytes> kept(const std::string& name) const;

  /// Reads everything again: each record is signed and may follow those before it, and the tree is
  /// theirs. Error: it is not so, and how.
  [[nodiscard]] Result<void> verify(const ProtocolRules& rules) const;

 private:
  SessionStore(Database database, Session session, size_t self)
      : database_(std::move(database)), session_(std::move(session)), self_(self) {}
  [[nodiscard]] static Result<SessionStore> read(Database database);
  [[nodiscard]] Result<void> begin();
  [[nodiscard]] Result<void> commit();
  void roll_back();
  [[nodiscard]] Result<Appended> append_new(const ProtocolRules& rules, const SecretKey& key,
                                            const Saying& saying, uint64_t now);
  [[nodiscard]] Result<void> insert(const SignedRecord& record);
  [[nodiscard]] Result<void> add_leaf(const SignedRecord& record);

  Database database_;
  Session session_;
  size_t self_;
  int depth_ = 0;  // of atomically
  bool failed_ = false;
};

}  // namespace vouch
