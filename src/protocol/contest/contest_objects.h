// What the records of a contest name by digests.
#pragma once

#include <map>

#include "protocol/bundle.h"
#include "protocol/contest/contest_records.h"

namespace vouch {

/// An object of the bundle: at most so many bytes, and what it should be.
struct NamedObject {
  Digest digest{};
  size_t most = 0;
  const char* what = "";
};

[[nodiscard]] NamedObject model_object(const ContestOpened& terms);
[[nodiscard]] NamedObject head_object(const ContestOpened& terms);
[[nodiscard]] NamedObject record_object(const Digest& digest);
[[nodiscard]] NamedObject input_object(const Digest& digest);
[[nodiscard]] NamedObject proof_object(const Digest& digest);

[[nodiscard]] Result<Bytes> get(const Bundle& bundle, const NamedObject& object);

/// That it is missing, damaged or too large; without the bundle's path, so that verdicts are the
/// same everywhere.
[[nodiscard]] Error absent(const NamedObject& object);

/// Which objects are there. Each is read once, however often records name it: a list of a million
/// times the same large one costs no more than that one.
class ObjectFinder {
 public:
  /// Contract: the bundle outlives it.
  explicit ObjectFinder(const Bundle& bundle) : bundle_(bundle) {}
  [[nodiscard]] bool finds(const NamedObject& object);

 private:
  const Bundle& bundle_;
  std::map<std::pair<Digest, size_t>, bool> found_;  // of a digest and its `most`
};

/// Those of all these records that the bundle does not have, or has damaged; each once.
[[nodiscard]] std::vector<Digest> missing_objects(std::span<const SignedRecord> records,
                                                  const Bundle& bundle);

}  // namespace vouch
