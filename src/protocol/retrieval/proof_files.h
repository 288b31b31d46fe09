// Proofs that several machines make at once: a file each in the bundle, `proofs/NUMBER.proof`,
// written in one step and only if there is none, so that whatever is killed and started again, or
// runs twice, each proof is there once. When all are there they become objects.
#pragma once

#include <string>

#include "protocol/bundle.h"

namespace vouch {

class ProofFiles {
 public:
  explicit ProofFiles(const Bundle& bundle) : bundle_(bundle) {}

  /// Error: something else is in the directory's place, as a link to one of another.
  [[nodiscard]] Result<void> check() const;
  [[nodiscard]] std::string path(uint64_t number) const;
  [[nodiscard]] bool has(uint64_t number) const;
  [[nodiscard]] Result<Bytes> read(uint64_t number) const;
  /// Unless somebody else has meanwhile.
  [[nodiscard]] Result<void> write(uint64_t number, ByteSpan proof) const;
  void remove(uint64_t number) const;

 private:
  [[nodiscard]] std::string directory() const;
  const Bundle& bundle_;
};

}  // namespace vouch
