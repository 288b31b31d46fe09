#include "protocol/retrieval/proof_files.h"

#include <filesystem>

#include "base/file.h"
#include "verify/files.h"

namespace vouch {

namespace fs = std::filesystem;

std::string ProofFiles::directory() const { return (fs::path(bundle_.path()) / "proofs").string(); }

Result<void> ProofFiles::check() const {
  std::error_code failed;
  return fs::symlink_status(directory(), failed).type() == fs::file_type::not_found
             ? Result<void>()
             : check_directory(directory());
}

std::string ProofFiles::path(uint64_t number) const {
  return (fs::path(directory()) / (std::to_string(number) + ".proof")).string();
}

bool ProofFiles::has(uint64_t number) const {
  std::error_code failed;
  return check().ok() && fs::is_regular_file(fs::symlink_status(path(number), failed));
}

Result<Bytes> ProofFiles::read(uint64_t number) const {
  VOUCH_TRY(check());
  return read_regular_file(path(number), kMaxProofBytes);
}

Result<void> ProofFiles::write(uint64_t number, ByteSpan proof) const {
  VOUCH_TRY(check());
  VOUCH_TRY(make_directories(directory()));
  auto written = write_new_file(path(number), proof, FileAccess::kPublic);
  return has(number) ? Result<void>() : written;
}

void ProofFiles::remove(uint64_t number) const {
  if (has(number)) {
    std::error_code ignored;
    fs::remove(path(number), ignored);
  }
}

}  // namespace vouch
