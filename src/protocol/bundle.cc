#include "protocol/bundle.h"

#include <algorithm>
#include <filesystem>
#include <mutex>

#include "base/file.h"
#include "base/hex.h"
#include "records/publication.h"
#include "records/record_list.h"

namespace vouch {
namespace {

namespace fs = std::filesystem;

constexpr const char* kObjects = "objects";

// Anything, a link that leads nowhere included.
bool has_entry(const std::string& path) {
  std::error_code failed;
  return fs::symlink_status(path, failed).type() != fs::file_type::not_found;
}

}  // namespace

Result<Bundle> Bundle::create(const std::string& path) {
  VOUCH_TRY(make_directories((fs::path(path) / kObjects).string()));
  return open(path);
}

Result<Bundle> Bundle::open(const std::string& path) {
  std::error_code failed;
  if (!fs::is_directory(fs::path(path) / kObjects, failed)) {
    return Error{path + " is no bundle: it has no directory '" + kObjects + "'"};
  }
  VOUCH_TRY(check_directory((fs::path(path) / kObjects).string()));
  return Bundle(path);
}

std::string Bundle::object_path(const Digest& object) const {
  return (fs::path(path_) / kObjects / hex_text(object)).string();
}

Result<Digest> Bundle::put(ByteSpan object) const {
  if (object.size() > kMaxObjectBytes) {
    return Error{"an object of " + std::to_string(object.size()) + " bytes is too large"};
  }
  const Digest digest = file_digest(object);
  if (has(digest)) {
    if (const auto there = get(digest, object.size(), "an object"); there.ok()) {
      return digest;
    }
  }
  VOUCH_TRY(write_regular_file(object_path(digest), object, FileAccess::kPublic));
  return digest;
}

bool Bundle::has(const Digest& object) const {
  std::error_code failed;
  return fs::is_regular_file(fs::symlink_status(object_path(object), failed));
}

Result<Bytes> Bundle::get(const Digest& object, size_t most, const std::string& what) const {
  const std::string path = object_path(object);
  if (!has_entry(path)) {
    return Error{path + ": " + what + " is missing"};
  }
  auto bytes = read_regular_file(path, std::min(most, kMaxObjectBytes));
  if (!bytes.ok()) {
    return Error{what + ": " + bytes.error().message};
  }
  if (file_digest(bytes.value()) != object) {
    return Error{path + ": " + what + " is damaged: its digest is not its name"};
  }
  return bytes;
}

Result<std::optional<Bytes>> Bundle::find(const Digest& object, size_t most,
                                          const std::string& what) const {
  using Found = std::optional<Bytes>;
  std::error_code failed;
  const uintmax_t size = fs::file_size(object_path(object), failed);
  if (failed || size <= most) {
    VOUCH_ASSIGN(Bytes bytes, get(object, most, what));
    return Found(std::move(bytes));
  }
  static std::mutex one_at_a_time;  // they are large
  const std::lock_guard lock(one_at_a_time);
  VOUCH_TRY(get(object, kMaxObjectBytes, what));
  return Found();
}

Result<Digest> Bundle::put_list(std::span<const Digest> objects) const {
  ByteWriter list;
  for (const Digest& object : objects) {
    list.raw(object);
  }
  return put(list.bytes());
}

Result<std::vector<Digest>> Bundle::get_list(const Digest& list, size_t most,
                                             const std::string& what) const {
  VOUCH_ASSIGN(auto found, find_list(list, most, what));
  return found ? Result<std::vector<Digest>>(std::move(*found))
               : Error{object_path(list) + ": " + what + " is no list of at most " +
                       std::to_string(most) + " digests"};
}

Result<std::optional<std::vector<Digest>>> Bundle::find_list(const Digest& list, size_t most,
                                                             const std::string& what) const {
  VOUCH_ASSIGN(const Bytes bytes, get(list, kMaxObjectBytes, what));
  if (bytes.size() % sizeof(Digest) != 0 || bytes.size() / sizeof(Digest) > most) {
    return std::optional<std::vector<Digest>>();
  }
  std::vector<Digest> objects(bytes.size() / sizeof(Digest));
  ByteReader in(bytes);
  for (Digest& object : objects) {
    in.read(object);
  }
  return std::optional(std::move(objects));
}

std::string Bundle::records_path(const std::string& role) const {
  return (fs::path(path_) / (role + ".records")).string();
}

Result<void> Bundle::put_records(const std::string& role, const std::vector<Bytes>& records) const {
  return write_regular_file(records_path(role), encode_record_list(records), FileAccess::kPublic);
}

Result<std::optional<Bytes>> Bundle::find_records(const std::string& role) const {
  using Found = std::optional<Bytes>;
  const std::string path = records_path(role);
  if (!has_entry(path)) {
    return Found(Bytes());
  }
  std::error_code failed;
  if (!fs::is_regular_file(fs::symlink_status(path, failed)) ||
      fs::file_size(path, failed) > kMaxRecordListBytes) {
    return Found();
  }
  VOUCH_ASSIGN(Bytes file, read_regular_file(path, kMaxRecordListBytes));
  return Found(std::move(file));
}

}  // namespace vouch
