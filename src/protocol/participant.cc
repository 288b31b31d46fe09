#include "protocol/participant.h"

#include <algorithm>
#include <filesystem>

namespace vouch {
namespace {

// A state file that was killed in its creation is none yet.
bool has_state(const std::string& path) { return SessionStore::open(path).ok(); }

std::optional<size_t> party_of(const Session& session, const PublicKey& key) {
  const auto found = std::ranges::find(session.parties, key);
  return found == session.parties.end()
             ? std::nullopt
             : std::optional(static_cast<size_t>(found - session.parties.begin()));
}

// The state is a secret, and the bundle is handed on.
Result<void> check_outside(const PartyPaths& paths) {
  namespace fs = std::filesystem;
  std::error_code failed;
  const fs::path bundle = fs::weakly_canonical(fs::absolute(paths.bundle) / "", failed);
  const fs::path state = fs::weakly_canonical(fs::absolute(paths.state), failed);
  for (fs::path above = state.parent_path(); above != above.root_path();
       above = above.parent_path()) {
    if (above / "" == bundle / "") {
      return Error{paths.state + ": the state is inside of the bundle, which others are given"};
    }
  }
  return {};
}

}  // namespace

Result<Participant> Participant::open(const Workflow& workflow, const PartyPaths& paths,
                                      SecretKey key, Bundle bundle) {
  VOUCH_ASSIGN(SessionStore store, SessionStore::open(paths.state));
  if (const auto refusal = check_protocol(workflow.rules(), store.session())) {
    return Error{paths.state + ": " + refusal->detail};
  }
  if (store.own_key() != key.public_key()) {
    return Error{paths.state + ": it is the state of " + fingerprint(store.own_key()) +
                 ", the key is that of " + fingerprint(key.public_key())};
  }
  Participant participant(workflow, std::move(bundle), std::move(store), std::move(key));
  VOUCH_TRY(participant.load_records());
  return participant;
}

Result<Participant> Participant::create(const Workflow& workflow, const PartyPaths& paths,
                                        SecretKey key, Bundle bundle, const Session& session) {
  const auto self = party_of(session, key.public_key());
  if (!self) {
    return Error{"the key of " + fingerprint(key.public_key()) +
                 " is none of the session's parties"};
  }
  VOUCH_ASSIGN(SessionStore store, SessionStore::create(paths.state, session, *self));
  return Participant(workflow, std::move(bundle), std::move(store), std::move(key));
}

Result<Participant> Participant::begin(const Workflow& workflow, const PartyPaths& paths,
                                       SecretKey key, std::vector<PublicKey> parties) {
  VOUCH_TRY(check_outside(paths));
  VOUCH_ASSIGN(Bundle bundle, Bundle::create(paths.bundle));
  const ProtocolRules& rules = workflow.rules();
  if (!has_state(paths.state)) {
    const Session session{rules.name, rules.version, new_session_id(), std::move(parties)};
    return create(workflow, paths, std::move(key), std::move(bundle), session);
  }
  VOUCH_ASSIGN(Participant participant, open(workflow, paths, std::move(key), std::move(bundle)));
  if (participant.session().parties != parties) {
    return Error{paths.state + ": it is the state of a session between others"};
  }
  return participant;
}

Result<Checked<Participant>> Participant::join(const Workflow& workflow, const PartyPaths& paths,
                                               SecretKey key, size_t role) {
  VOUCH_TRY(check_outside(paths));
  VOUCH_ASSIGN(Bundle bundle, Bundle::open(paths.bundle));
  if (has_state(paths.state)) {
    VOUCH_ASSIGN(Participant participant, open(workflow, paths, std::move(key), std::move(bundle)));
    VOUCH_TRY(participant.require_role(role));
    return Checked<Participant>(std::move(participant));
  }
  VOUCH_ASSIGN(const std::vector<RecordFile> files, read_record_files(bundle, workflow.rules()));
  if (files.empty()) {
    return Error{bundle.path() + ": nobody has begun a session of the protocol '" +
                 workflow.rules().name + "' in it"};
  }
  const Checked<ToldSession> found = session_of(files, workflow, [&](const Session& session) {
    return session.parties.at(role) == key.public_key();
  });
  if (!found.ok()) {
    const Checked<ToldSession> of_others = session_of(files, workflow, any_session);
    if (of_others.ok()) {
      return Error{paths.bundle + ": the " + workflow.rules().roles.at(role) + " is " +
                   fingerprint(of_others.value().session.parties.at(role)) +
                   ", the key is that of " + fingerprint(key.public_key())};
    }
    return Checked<Participant>(found.refusal());
  }
  VOUCH_ASSIGN(Participant participant,
               create(workflow, paths, std::move(key), std::move(bundle), found.value().session));
  return Checked<Participant>(std::move(participant));
}

Result<void> Participant::require_role(size_t role) const {
  const auto& roles = workflow_->rules().roles;
  return self() == role ? Result<void>()
                        : Error{std::string("the state is that of the ") + roles.at(self()) +
                                ", not of the " + roles.at(role)};
}

void Participant::add(SignedRecord record) {
  known_.insert(record.digest());
  order_.add(record);
  records_.push_back(std::move(record));
}

Result<void> Participant::load_records() {
  VOUCH_ASSIGN(const std::vector<Bytes> all, store_.records());
  for (const Bytes& bytes : all) {
    auto record = SignedRecord::open(bytes);
    if (!record.ok()) {
      return Error{"the state is damaged: " + record.refusal().detail};
    }
    add(std::move(record).value());
  }
  return {};
}

Result<std::vector<Refusal>> Participant::take_in() {
  VOUCH_ASSIGN(const std::vector<RecordFile> files, read_record_files(bundle_, workflow_->rules()));
  std::vector<Refusal> refused = unreadable_of(files);
  VOUCH_TRY(take_in_files(
      files, [&](const SignedRecord& record) { return receive(record); },
      [&](const SignedRecord& record, const Refusal& /*refusal*/, const Refusal& with_place) {
        if (record.record().author == self() && record.record().session == session()) {
          lost_state_ = lost_state_ ? lost_state_ : with_place;
        }
        refused.push_back(with_place);
      }));
  return refused;
}

// A record that is there already is no news: everybody's file has what its owner has seen.
Result<MaybeRefusal> Participant::receive(const SignedRecord& record) {
  if (known_.contains(record.digest())) {
    return MaybeRefusal();
  }
  VOUCH_ASSIGN(MaybeRefusal refusal, check_next(store_, workflow_->rules(), record));
  if (!refusal) {
    refusal = order_.check(record);
  }
  if (!refusal) {
    VOUCH_ASSIGN(refusal, store_.receive(workflow_->rules(), record.bytes()));
  }
  if (!refusal) {
    add(record);
  }
  return refusal;
}

Result<SignedRecord> Participant::say(const Saying& saying) {
  VOUCH_ASSIGN(Appended appended, store_.atomically([&]() -> Result<Appended> {
    VOUCH_ASSIGN(Appended said,
                 store_.append(workflow_->rules(), key_, saying, now_milliseconds()));
    if (said.is_new) {
      if (const auto refusal = order_.check(said.record)) {
        return Error{"this cannot be said: " + refusal->detail};
      }
    }
    return said;
  }));
  if (appended.is_new) {
    add(appended.record);
  }
  VOUCH_TRY(publish());
  return std::move(appended.record);
}

Result<void> Participant::publish() const {
  VOUCH_ASSIGN(const std::vector<Bytes> all, store_.records());
  return bundle_.put_records(workflow_->rules().roles.at(self()), all);
}

}  // namespace vouch
