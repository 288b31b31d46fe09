// A record: what a party of a session says, signed. docs/formats.md has the encoding,
// docs/protocols.md what each part guards against.
//
// Each party's records are a chain of their own, numbered from 0. A record says of *every* party
// how many of its records the author had seen and the digest of the last of them; for the author
// itself that is the record's own number and the record before it. So a record also acknowledges
// what others said, and nothing that anybody answered can be left out, exchanged or put elsewhere.
#pragma once

#include <vector>

#include "records/fields.h"
#include "records/refusal.h"
#include "records/session.h"

namespace vouch {

constexpr std::string_view kRecordMagic = "VOUCHREC";
constexpr size_t kMaxRecordBytes = size_t{1} << 20;

/// Numbers of records and times are below this, so that they are positive in any arithmetic.
constexpr uint64_t kCountLimit = uint64_t{1} << 48;

/// The end of a party's chain as somebody has seen it.
struct ChainEnd {
  uint64_t count = 0;  ///< records, below kCountLimit
  Digest last{};       ///< of the last of them; zeros if there is none
  friend bool operator==(const ChainEnd&, const ChainEnd&) = default;
};

struct Record {
  Session session;
  uint16_t kind = 0;           ///< a number of the protocol
  uint8_t author = 0;          ///< which of the parties
  std::vector<ChainEnd> seen;  ///< one a party
  uint64_t time = 0;           ///< milliseconds since 1970 by the author's clock, below kCountLimit
  Fields body;

  /// How many records of its author come before it.
  [[nodiscard]] uint64_t sequence() const { return seen.at(author).count; }
};

/// A record whose signature is its author's: nothing else makes one.
class SignedRecord {
 public:
  /// Contract: `key` is the author's, everything is within the limits. Error: too long.
  [[nodiscard]] static Result<SignedRecord> sign(Record record, const SecretKey& key);
  /// Refuses what is malformed or forged. All the rest is for check_next (session_history.h).
  [[nodiscard]] static Checked<SignedRecord> open(ByteSpan bytes);

  [[nodiscard]] const Record& record() const { return record_; }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  /// Of its bytes, the signature among them.
  [[nodiscard]] const Digest& digest() const { return digest_; }
  [[nodiscard]] const PublicKey& author() const { return record_.session.parties[record_.author]; }

 private:
  SignedRecord(Record record, Bytes bytes);
  Record record_;
  Bytes bytes_;
  Digest digest_;
};

}  // namespace vouch
