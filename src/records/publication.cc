#include "records/publication.h"

#include <sodium.h>

#include <algorithm>

namespace vouch {

const ProtocolRules& publication_rules() {
  static const ProtocolRules rules{"publication",
                                   1,
                                   {"publisher"},
                                   {rules_of<ModelCommitted>(), rules_of<DocumentsCommitted>(),
                                    rules_of<Receipt>(), rules_of<TreeHead>()}};
  return rules;
}

Session new_publication(const PublicKey& publisher) {
  const ProtocolRules& rules = publication_rules();
  return {rules.name, rules.version, new_session_id(), {publisher}};
}

Digest file_digest(ByteSpan file) {
  std::array<uint8_t, crypto_hash_sha512_BYTES> whole{};
  crypto_hash_sha512(whole.data(), file.data(), file.size());
  Digest digest;
  std::copy_n(whole.begin(), digest.size(), digest.begin());
  return digest;
}

}  // namespace vouch
