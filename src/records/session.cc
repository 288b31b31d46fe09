#include "records/session.h"

#include <algorithm>

#include "base/random.h"

namespace vouch {
namespace {

bool is_protocol_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxProtocolName &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

bool all_different(std::vector<PublicKey> keys) {
  std::ranges::sort(keys);
  return std::ranges::adjacent_find(keys) == keys.end();
}

bool is_session(const Session& session) {
  return is_protocol_name(session.protocol) && !session.parties.empty() &&
         session.parties.size() <= kMaxParties && all_different(session.parties);
}

}  // namespace

SessionId new_session_id() {
  SessionId id{};
  SecretRandom::from_system({}, {}).fill(id);
  return id;
}

void write_session(ByteWriter& out, const Session& session) {
  VOUCH_CHECK(is_session(session));
  out.prefixed(session.protocol);
  out.u16(session.version);
  out.raw(session.id);
  out.u8(static_cast<uint8_t>(session.parties.size()));
  for (const PublicKey& key : session.parties) {
    out.raw(key);
  }
}

Result<Session> read_session(ByteReader& in) {
  Session session;
  session.protocol = in.text(kMaxProtocolName);
  session.version = in.u16();
  in.read(session.id);
  session.parties.resize(in.u8());
  for (PublicKey& key : session.parties) {
    in.read(key);
  }
  if (!in.ok()) {
    return Error{"the session is cut short"};
  }
  if (!is_session(session)) {
    return Error{
        "the session has no protocol of letters a-z, no parties, more than 8, or one twice"};
  }
  return session;
}

Digest proof_context(const Session& session, std::string_view purpose) {
  ByteWriter out;
  write_session(out, session);
  out.prefixed(purpose);
  return labelled_digest("vouch proof context v1", out.bytes());
}

}  // namespace vouch
