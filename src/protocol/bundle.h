// What the parties of a session exchange: a directory, by whatever means (a copy, rsync, mail).
//
//   ROLE.records     one a role ("provider.records"): all records of the session that this party
//                    has, its own and the others'. Only that party writes it.
//   objects/DIGEST   what records name by file_digest: pictures, commitments, proofs, …; the name
//                    is the digest in hexadecimal digits, as `sha512sum` begins with them
//
// No file is written by two parties with two contents, so merging two copies of a bundle is the
// union of their files, of a `.records` file the longer one. Nothing here is secret from those who
// get the bundle, and nothing is believed because it is here: records are signed, objects are named
// by records. Only regular files are read and written: a link, a pipe or a device in the place of
// one is an error, wherever it leads; in that of a party's records, which others put there, it is
// as good as none.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "records/digest.h"

namespace vouch {

/// Objects are no larger than this.
constexpr size_t kMaxObjectBytes = size_t{1} << 28;

class Bundle {
 public:
  /// The directory `path`, made if it is not there.
  [[nodiscard]] static Result<Bundle> create(const std::string& path);
  /// Error: there is no such directory.
  [[nodiscard]] static Result<Bundle> open(const std::string& path);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string object_path(const Digest& object) const;

  /// Makes it an object, if it is none yet: in one step, on the disk when this returns, whoever
  /// else writes the same one at the same time. One that is there and damaged is replaced.
  [[nodiscard]] Result<Digest> put(ByteSpan object) const;
  /// Whether there is one of this name; what is in it is for get() to find out.
  [[nodiscard]] bool has(const Digest& object) const;
  /// Errors name the file and `what` it should be: it is missing, larger than `most` bytes, or not
  /// what its name says.
  [[nodiscard]] Result<Bytes> get(const Digest& object, size_t most, const std::string& what) const;

  /// The same for who judges: nothing if the object is there, the one that is named, and larger
  /// than `most`: that is the fault of who named it, and no accident. What is larger than any
  /// object may be is not there.
  [[nodiscard]] Result<std::optional<Bytes>> find(const Digest& object, size_t most,
                                                  const std::string& what) const;

  /// A list of objects, which is one itself: 32 bytes each, in order. A record names the list.
  [[nodiscard]] Result<Digest> put_list(std::span<const Digest> objects) const;
  /// At most `most` of them.
  [[nodiscard]] Result<std::vector<Digest>> get_list(const Digest& list, size_t most,
                                                     const std::string& what) const;
  /// Nothing, as of find(), if it is no such list.
  [[nodiscard]] Result<std::optional<std::vector<Digest>>> find_list(const Digest& list,
                                                                     size_t most,
                                                                     const std::string& what) const;

  [[nodiscard]] std::string records_path(const std::string& role) const;
  /// Replaces the records of a role in one step.
  [[nodiscard]] Result<void> put_records(const std::string& role,
                                         const std::vector<Bytes>& records) const;
  /// The file of a role's records; empty if there is none, nothing if it can be no list: it has
  /// more than kMaxRecordListBytes, or is no regular file.
  [[nodiscard]] Result<std::optional<Bytes>> find_records(const std::string& role) const;

 private:
  explicit Bundle(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace vouch
