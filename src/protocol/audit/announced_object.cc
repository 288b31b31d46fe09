#include "protocol/audit/announced_object.h"

#include "base/bytes.h"

namespace vouch {

Result<Judged<Bytes>> open_announced(const Bundle& bundle, const Digest& object, size_t most,
                                     const std::string& what, Announcer author) {
  VOUCH_ASSIGN(auto bytes, bundle.find(object, most, what));
  return bytes ? Judged<Bytes>(*std::move(bytes))
               : Judged<Bytes>(Fault{author.party, author.kind,
                                     what + " has more than " + std::to_string(most) + " bytes"});
}

// Not get_list(): an object that its author announced and that is what its name says is his, of
// whatever length it is.
Result<Judged<std::vector<Digest>>> open_announced_list(const Bundle& bundle, const Digest& list,
                                                        uint64_t count, const std::string& what,
                                                        Announcer author) {
  using List = Judged<std::vector<Digest>>;
  VOUCH_ASSIGN(const Bytes bytes, bundle.get(list, kMaxObjectBytes, what));
  if (bytes.size() % sizeof(Digest) != 0) {
    return List(Fault{author.party, author.kind, what + " is no list of digests"});
  }
  const size_t entries = bytes.size() / sizeof(Digest);
  if (entries != count) {
    return List(
        Fault{author.party, author.kind,
              what + " has " + std::to_string(entries) + " entries, not " + std::to_string(count)});
  }
  std::vector<Digest> objects(entries);
  ByteReader in(bytes);
  for (Digest& object : objects) {
    in.read(object);
  }
  return List(std::move(objects));
}

}  // namespace vouch
