// A session: one run of a protocol between parties. All its records say which, so that none can be
// shown in another session, to other parties, or as a word of another protocol.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "records/digest.h"
#include "records/identity.h"

namespace vouch {

constexpr size_t kMaxParties = 8;
constexpr size_t kMaxProtocolName = 32;

using SessionId = std::array<uint8_t, 32>;

struct Session {
  std::string protocol;            ///< 1 … kMaxProtocolName letters a-z and hyphens
  uint16_t version = 1;            ///< of the protocol
  SessionId id{};                  ///< drawn at random by whoever opens it
  std::vector<PublicKey> parties;  ///< 1 … kMaxParties, all different, by the protocol's roles

  friend bool operator==(const Session&, const Session&) = default;
};

/// A random session id.
[[nodiscard]] SessionId new_session_id();

/// Contract: a session within the limits above.
void write_session(ByteWriter& out, const Session& session);
/// Error: beyond the limits, or cut short.
[[nodiscard]] Result<Session> read_session(ByteReader& in);

/// The context of proofs (`prove --context`) that are made for `purpose` in a session: 32 bytes
/// that no other protocol, session, parties or purpose have.
[[nodiscard]] Digest proof_context(const Session& session, std::string_view purpose);

}  // namespace vouch
