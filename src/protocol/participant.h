// A party that takes part in a session by a bundle: its own state (SessionStore) outside of it, its
// key, and what the protocol lets it say.
//
// A step of a workflow is: join (or begin); take_in; own work, whose results are put into the
// bundle as objects; say. Each is safe to kill anywhere and to run again: a record is said in one
// transaction, the same saying gives the same record, and the bundle's file is written from the
// state each time. What is drawn at random is kept in the state before it is used.
#pragma once

#include <set>

#include "protocol/exchange.h"
#include "records/session_store.h"

namespace vouch {

/// Where a party's things are.
struct PartyPaths {
  std::string bundle;
  std::string state;
};

class Participant {
 public:
  /// Begins a session between `parties`, in which the key's owner is one, or goes on with that of
  /// the state file. Error: the state file's session is between others, or no such protocol's.
  [[nodiscard]] static Result<Participant> begin(const Workflow& workflow, const PartyPaths& paths,
                                                 SecretKey key, std::vector<PublicKey> parties);
  /// Takes part as `role` in the session that others began in the bundle with the key's owner in
  /// this role, or goes on with that of the state file. Refused: no record is one of the protocol.
  /// Error: there are no records; the key's owner does not have this role.
  [[nodiscard]] static Result<Checked<Participant>> join(const Workflow& workflow,
                                                         const PartyPaths& paths, SecretKey key,
                                                         size_t role);

  /// Takes in all that the others have said. Returns why what else is in their files is none of
  /// it: one party's rubbish does not keep another from what is due.
  [[nodiscard]] Result<std::vector<Refusal>> take_in();

  /// That take_in found a record of our own that the state does not have: who said more would sign
  /// two records of one number.
  [[nodiscard]] const MaybeRefusal& lost_state() const { return lost_state_; }

  /// Says it, if it was not said before, and writes the bundle. Error: it is not its turn.
  template <class Body>
  [[nodiscard]] Result<SignedRecord> say(const Body& body) {
    return say(saying(body));
  }
  [[nodiscard]] Result<SignedRecord> say(const Saying& saying);
  /// Writes the bundle from the state: say() does, but may have been killed before.
  [[nodiscard]] Result<void> publish() const;

  /// All that is said and taken in.
  [[nodiscard]] const std::vector<SignedRecord>& records() const { return records_; }
  [[nodiscard]] const Session& session() const { return store_.session(); }
  [[nodiscard]] const Bundle& bundle() const { return bundle_; }
  [[nodiscard]] size_t self() const { return store_.self(); }
  [[nodiscard]] SessionStore& store() { return store_; }

 private:
  Participant(const Workflow& workflow, Bundle bundle, SessionStore store, SecretKey key)
      : workflow_(&workflow),
        bundle_(std::move(bundle)),
        store_(std::move(store)),
        key_(std::move(key)),
        order_(workflow) {}
  [[nodiscard]] static Result<Participant> open(const Workflow& workflow, const PartyPaths& paths,
                                                SecretKey key, Bundle bundle);
  [[nodiscard]] static Result<Participant> create(const Workflow& workflow, const PartyPaths& paths,
                                                  SecretKey key, Bundle bundle,
                                                  const Session& session);
  [[nodiscard]] Result<void> load_records();
  [[nodiscard]] Result<void> require_role(size_t role) const;
  void add(SignedRecord record);
  [[nodiscard]] Result<MaybeRefusal> receive(const SignedRecord& record);

  const Workflow* workflow_;
  Bundle bundle_;
  SessionStore store_;
  SecretKey key_;
  std::vector<SignedRecord> records_;
  std::set<Digest> known_;  // of records_
  TurnOrder order_;         // likewise
  MaybeRefusal lost_state_;
};

}  // namespace vouch
