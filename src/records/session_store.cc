#include "records/session_store.h"

#include <algorithm>
#include <chrono>

namespace vouch {
namespace {

constexpr uint64_t kApplicationId = 0x766f7563;  // "vouc": what kind of database it is
constexpr uint64_t kSchemaVersion = 1;

// `said` is what an own record says (said_digest), and null for those of others.
constexpr const char* kSchema = R"(
  CREATE TABLE session(
    only_row INTEGER PRIMARY KEY CHECK (only_row = 0),
    encoding BLOB NOT NULL,
    self INTEGER NOT NULL) STRICT;
  CREATE TABLE records(
    position INTEGER PRIMARY KEY,
    party INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    said BLOB UNIQUE,
    UNIQUE (party, sequence)) STRICT;
  CREATE INDEX kinds ON records(party, kind, sequence);
  CREATE TABLE nodes(
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (level, number)) STRICT, WITHOUT ROWID;
  CREATE TABLE kept(
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL) STRICT, WITHOUT ROWID;
)";

Digest said_digest(const Saying& saying) {
  ByteWriter out;
  out.u16(saying.kind);
  write_fields(out, saying.body);
  return labelled_digest("vouch saying v1", out.bytes());
}

Result<SignedRecord> open_own(const Bytes& bytes) {
  auto opened = SignedRecord::open(bytes);
  if (!opened.ok()) {
    return Error{"the database is damaged: a record in it is " +
                 std::string(refused_name(opened.refusal().reason))};
  }
  return std::move(opened).value();
}

Result<Digest> to_digest(const Bytes& bytes) {
  Digest digest;
  if (bytes.size() != digest.size()) {
    return Error{"the database is damaged: a hash in it has another length"};
  }
  std::ranges::copy(bytes, digest.begin());
  return digest;
}

// Whether the file is a new one, which is nothing yet, or one of ours. Error: something else.
Result<bool> is_new(const Database& database) {
  VOUCH_ASSIGN(const uint64_t id, database.pragma("application_id"));
  VOUCH_ASSIGN(const uint64_t version, database.pragma("user_version"));
  VOUCH_ASSIGN(const uint64_t changes, database.pragma("schema_version"));
  if (id == 0 && version == 0 && changes == 0) {
    return true;
  }
  if (id != kApplicationId) {
    return Error{"it is a database of another program"};
  }
  if (version != kSchemaVersion) {
    return Error{"it is a session's database of version " + std::to_string(version) +
                 "; this program reads version " + std::to_string(kSchemaVersion)};
  }
  return false;
}

Result<void> make_tables(Database& database, const Session& session, size_t self) {
  VOUCH_TRY(database.run(kSchema));
  VOUCH_TRY(database.run("PRAGMA application_id = " + std::to_string(kApplicationId)));
  VOUCH_TRY(database.run("PRAGMA user_version = " + std::to_string(kSchemaVersion)));
  ByteWriter encoding;
  write_session(encoding, session);
  VOUCH_ASSIGN(Query insert, database.prepare("INSERT INTO session VALUES (0, ?, ?)"));
  return insert.bind(0, ByteSpan(encoding.bytes())).bind(1, uint64_t{self}).run();
}

Error about(const std::string& path, const Error& error) {
  return Error{path + ": " + error.message};
}

}  // namespace

uint64_t now_milliseconds() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count());
}

Result<SessionStore> SessionStore::create(const std::string& path, const Session& session,
                                          size_t self) {
  VOUCH_CHECK(self < session.parties.size());
  VOUCH_ASSIGN(Database database, Database::open(path, Database::IfMissing::kCreate));
  SessionStore store(std::move(database), session, self);
  const auto made = store.atomically([&]() -> Result<void> {
    VOUCH_ASSIGN(const bool fresh, is_new(store.database_));
    if (!fresh) {
      return Error{"it exists already, and is not overwritten"};
    }
    return make_tables(store.database_, session, self);
  });
  if (!made.ok()) {
    return about(path, made.error());
  }
  return store;
}

Result<SessionStore> SessionStore::open(const std::string& path) {
  VOUCH_ASSIGN(Database database, Database::open(path, Database::IfMissing::kRefuse));
  auto store = read(std::move(database));
  return store.ok() ? std::move(store) : about(path, store.error());
}

Result<SessionStore> SessionStore::read(Database database) {
  VOUCH_ASSIGN(const bool fresh, is_new(database));
  if (fresh) {
    return Error{"it is an empty database, no session's"};
  }
  VOUCH_ASSIGN(Query row, database.prepare("SELECT encoding, self FROM session"));
  VOUCH_ASSIGN(const bool found, row.step());
  if (!found) {
    return Error{"the database is damaged: it names no session"};
  }
  const Bytes encoding = row.bytes(0);
  ByteReader in(encoding);
  VOUCH_ASSIGN(Session session, read_session(in));
  const uint64_t self = row.number(1);
  if (!in.finished() || self >= session.parties.size()) {
    return Error{"the database is damaged: its session is none"};
  }
  return SessionStore(std::move(database), std::move(session), self);
}

Result<void> SessionStore::begin() {
  if (depth_ == 0) {
    VOUCH_TRY(database_.run("BEGIN IMMEDIATE"));  // writers wait here, not half-way
    failed_ = false;
  }
  ++depth_;
  return {};
}

Result<void> SessionStore::commit() {
  if (--depth_ != 0) {
    return {};
  }
  if (failed_) {
    static_cast<void>(database_.run("ROLLBACK"));
    return Error{"a part of the transaction failed"};
  }
  auto done = database_.run("COMMIT");
  if (!done.ok()) {
    static_cast<void>(database_.run("ROLLBACK"));
  }
  return done;
}

// SQLite may have rolled back by itself, so its answer says nothing.
void SessionStore::roll_back() {
  failed_ = true;
  if (--depth_ == 0) {
    static_cast<void>(database_.run("ROLLBACK"));
  }
}

Result<uint64_t> SessionStore::count(size_t party) const {
  VOUCH_ASSIGN(Query row, database_.prepare(
                              "SELECT ifnull(max(sequence) + 1, 0) FROM records WHERE party = ?"));
  VOUCH_ASSIGN(const bool found, row.bind(0, uint64_t{party}).step());
  VOUCH_CHECK(found);
  return row.number(0);
}

Result<SignedRecord> SessionStore::record(size_t party, uint64_t sequence) const {
  VOUCH_ASSIGN(Query row,
               database_.prepare("SELECT bytes FROM records WHERE party = ? AND sequence = ?"));
  VOUCH_ASSIGN(const bool found, row.bind(0, uint64_t{party}).bind(1, sequence).step());
  if (!found) {
    return Error{"there is no record " + std::to_string(sequence)};
  }
  return open_own(row.bytes(0));
}

Result<ChainLink> SessionStore::link(size_t party, uint64_t sequence) const {
  VOUCH_ASSIGN(const SignedRecord there, record(party, sequence));
  return link_of(there);
}

Result<std::optional<uint64_t>> SessionStore::newest(size_t party, uint16_t kind) const {
  VOUCH_ASSIGN(Query row, database_.prepare("SELECT sequence FROM records WHERE party = ? AND "
                                            "kind = ? ORDER BY sequence DESC LIMIT 1"));
  VOUCH_ASSIGN(const bool found, row.bind(0, uint64_t{party}).bind(1, uint64_t{kind}).step());
  return found ? std::optional(row.number(0)) : std::nullopt;
}

Result<std::vector<Bytes>> SessionStore::records() const {
  VOUCH_ASSIGN(Query rows, database_.prepare("SELECT bytes FROM records ORDER BY position"));
  std::vector<Bytes> all;
  while (true) {
    VOUCH_ASSIGN(const bool found, rows.step());
    if (!found) {
      return all;
    }
    all.push_back(rows.bytes(0));
  }
}

Result<Appended> SessionStore::append(const ProtocolRules& rules, const SecretKey& key,
                                      const Saying& saying, uint64_t now) {
  if (key.public_key() != own_key()) {
    return Error{"the key is that of " + fingerprint(key.public_key()) + ", the session that of " +
                 fingerprint(own_key())};
  }
  return atomically([&]() -> Result<Appended> {
    VOUCH_ASSIGN(Query row, database_.prepare("SELECT bytes FROM records WHERE said = ?"));
    VOUCH_ASSIGN(const bool found, row.bind(0, ByteSpan(said_digest(saying))).step());
    if (found) {
      VOUCH_ASSIGN(SignedRecord there, open_own(row.bytes(0)));
      return Appended{std::move(there), false};
    }
    return append_new(rules, key, saying, now);
  });
}

Result<Appended> SessionStore::append_new(const ProtocolRules& rules, const SecretKey& key,
                                          const Saying& saying, uint64_t now) {
  Record next{session_, saying.kind, static_cast<uint8_t>(self_), {}, now, saying.body};
  VOUCH_ASSIGN(next.seen, ends_of(*this));
  if (next.sequence() != 0) {
    VOUCH_ASSIGN(const ChainLink last, link(self_, next.sequence() - 1));
    next.time = std::max(now, last.time);  // clocks are set back
  }
  if (const auto refusal = check_kind(rules, next)) {  // also that no field is too long to encode
    return Error{"this cannot be said: " + refusal->detail};
  }
  VOUCH_ASSIGN(SignedRecord record, SignedRecord::sign(std::move(next), key));
  VOUCH_ASSIGN(const MaybeRefusal refusal, check_next(*this, rules, record));
  if (refusal) {
    return Error{"this cannot be said: " + refusal->detail};
  }
  VOUCH_TRY(insert(record));
  VOUCH_TRY(add_leaf(record));
  return Appended{std::move(record), true};
}

Result<void> SessionStore::insert(const SignedRecord& record) {
  const Record& r = record.record();
  VOUCH_ASSIGN(Query row, database_.prepare("INSERT INTO records(party, sequence, kind, bytes, "
                                            "said) VALUES (?, ?, ?, ?, ?)"));
  row.bind(0, uint64_t{r.author}).bind(1, r.sequence()).bind(2, uint64_t{r.kind});
  row.bind(3, ByteSpan(record.bytes()));
  if (r.author == self_) {
    row.bind(4, ByteSpan(said_digest({r.kind, r.body})));
  } else {
    row.bind_null(4);
  }
  return row.run();
}

Result<void> SessionStore::add_leaf(const SignedRecord& record) {
  VOUCH_ASSIGN(const auto full,
               nodes_of_new_leaf(nodes(), record.record().sequence(), leaf_hash(record.bytes())));
  for (const MerkleNode& node : full) {
    VOUCH_ASSIGN(Query row, database_.prepare("INSERT INTO nodes VALUES (?, ?, ?)"));
    VOUCH_TRY(
        row.bind(0, uint64_t{node.level}).bind(1, node.index).bind(2, ByteSpan(node.hash)).run());
  }
  return {};
}

Result<MaybeRefusal> SessionStore::receive(const ProtocolRules& rules, ByteSpan bytes) {
  auto opened = SignedRecord::open(bytes);
  if (!opened.ok()) {
    return MaybeRefusal(opened.refusal());
  }
  const SignedRecord record = std::move(opened).value();
  return atomically([&]() -> Result<MaybeRefusal> {
    VOUCH_ASSIGN(MaybeRefusal refusal, check_next(*this, rules, record));
    if (!refusal && record.record().author == self_) {
      refusal =
          Refusal{Refused::kForked,
                  "it is a record of our own that this database does not have: another copy of "
                  "it, or of the key, is in use"};
    }
    if (!refusal) {
      VOUCH_TRY(insert(record));
    }
    return refusal;
  });
}

NodeSource SessionStore::nodes() const {
  return [this](unsigned level, uint64_t index) -> Result<Digest> {
    VOUCH_ASSIGN(Query row,
                 database_.prepare("SELECT hash FROM nodes WHERE level = ? AND number = ?"));
    VOUCH_ASSIGN(const bool found, row.bind(0, uint64_t{level}).bind(1, index).step());
    if (!found) {
      return Error{"the database is damaged: a node of the tree is missing"};
    }
    return to_digest(row.bytes(0));
  };
}

Result<void> SessionStore::keep(const std::string& name, ByteSpan value) {
  return atomically([&]() -> Result<void> {
    VOUCH_ASSIGN(Query row, database_.prepare("INSERT OR REPLACE INTO kept VALUES (?, ?)"));
    return row.bind(0, name).bind(1, value).run();
  });
}

Result<Bytes> SessionStore::kept(const std::string& name) const {
  VOUCH_ASSIGN(Query row, database_.prepare("SELECT value FROM kept WHERE name = ?"));
  VOUCH_ASSIGN(const bool found, row.bind(0, name).step());
  return found ? row.bytes(0) : Bytes();
}

Result<void> SessionStore::verify(const ProtocolRules& rules) const {
  VOUCH_ASSIGN(const std::vector<Bytes> all, records());
  MemoryHistory history(session_);
  for (const Bytes& bytes : all) {
    VOUCH_ASSIGN(const SignedRecord record, open_own(bytes));
    if (const auto refusal = check_next(history, rules, record).value()) {
      return Error{"the database is damaged: " + refusal->detail};
    }
    history.add(record);
    if (record.record().author != self_) {
      continue;
    }
    VOUCH_ASSIGN(const auto full,
                 nodes_of_new_leaf(nodes(), record.record().sequence(), leaf_hash(bytes)));
    for (const MerkleNode& node : full) {
      VOUCH_ASSIGN(const Digest there, nodes()(node.level, node.index));
      if (there != node.hash) {
        return Error{"the database is damaged: the tree is not that of the records"};
      }
    }
  }
  return {};
}

}  // namespace vouch
