// Whole files, in and out. A file is read only up to a size that the caller names, and a file is
// written so that nobody ever sees half of it: the bytes go to a new file in the same directory,
// reach the disk, and then take their name in one step.
#pragma once

#include <cstddef>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace vouch {

/// Who may read a file that is written.
enum class FileAccess {
  kPublic,     ///< Mode 0666 less the umask: proofs, public keys, pictures.
  kOwnerOnly,  ///< Mode 0600 from its creation on: weights and openings.
};

/// All bytes of the file at `path`, which may also be a pipe or a device (`/dev/stdin`). An error
/// names the file and the reason: it cannot be opened or read, is a directory, or has more than
/// `max_bytes` bytes. Holds at most `max_bytes` + 1 bytes of it, whatever size the file claims, and
/// leaves no second copy of a regular file in memory. Blocks for as long as a pipe's writer does.
[[nodiscard]] Result<Bytes> read_file(const std::string& path, size_t max_bytes);

/// The same of a regular file, by its own name: a link, a pipe or a device is an error, and nothing
/// blocks. For directories that others have filled.
[[nodiscard]] Result<Bytes> read_regular_file(const std::string& path, size_t max_bytes);

/// Makes `bytes` the content of `path`, or leaves what was there before: written to a new file in
/// the same directory, without a name where the file system can do that, synced, named
/// `.vouch-….tmp`, and at once renamed over `path`. A reader sees the old file or the whole new
/// one, also after a crash. On error the temporary file is removed, and the error names the file
/// and the reason.
///
/// A symbolic link is refused: it is neither followed (somebody else may have laid it) nor replaced
/// (it may be `/dev/stdout`). A pipe or a device has no content to replace: kPublic writes to it
/// directly, also through a link, kOwnerOnly refuses.
[[nodiscard]] Result<void> write_file(const std::string& path, ByteSpan bytes, FileAccess access);

/// The same, but nothing that is no regular file is written to.
[[nodiscard]] Result<void> write_regular_file(const std::string& path, ByteSpan bytes,
                                              FileAccess access);

/// The same for a file that must not be there yet: an error, and nothing changed, if there is
/// anything at `path`, also if it came there meanwhile.
[[nodiscard]] Result<void> write_new_file(const std::string& path, ByteSpan bytes,
                                          FileAccess access);

/// ".npy" of "dir/Name.NPY": the extension of a path's last component with its dot, in small
/// letters (of ASCII); empty if there is none.
[[nodiscard]] std::string extension_of(const std::string& path);

/// Makes the directory and those above it that are not there, each on the disk when this returns.
[[nodiscard]] Result<void> make_directories(const std::string& path);

/// Error: `path` itself, not what a link there points to, is no directory.
[[nodiscard]] Result<void> check_directory(const std::string& path);

}  // namespace vouch
