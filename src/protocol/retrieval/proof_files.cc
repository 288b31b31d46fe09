#include "protocol/retrieval/proof_files.h"

#include <filesystem>

#include "base/file.h"
#include "verify/files.h"

namespace vouch {

namespace fs = std::filesystem;

std::string ProofFiles::path(uint64_t number) const {
  return (fs::path(bundle_.path()) / "proofs" / (std::to_string(number) + ".proof")).string();
}

bool ProofFiles::has(uint64_t number) const {
  std::error_code failed;
  return fs::exists(path(number), failed);
}

Result<Bytes> ProofFiles::read(uint64_t number) const {
  return read_file(path(number), kMaxProofBytes);
}

Result<void> ProofFiles::write(uint64_t number, ByteSpan proof) const {
  std::error_code failed;
  fs::create_directories(fs::path(path(number)).parent_path(), failed);
  auto written = write_new_file(path(number), proof, FileAccess::kPublic);
  return has(number) ? Result<void>() : written;
}

void ProofFiles::remove(uint64_t number) const {
  std::error_code ignored;
  fs::remove(path(number), ignored);
}

}  // namespace vouch
