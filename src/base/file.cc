#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <random>
#include <system_error>

#include "base/secret.h"

namespace vouch {
namespace {

Error file_error(const char* action, const std::string& path, const std::string& reason) {
  return Error{std::string("cannot ") + action + " " + path + ": " + reason};
}

Error errno_error(const char* action, const std::string& path) {
  return file_error(action, path, std::generic_category().message(errno));
}

// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool ok() const { return fd_ >= 0; }
  // False if the kernel reports a delayed write error.
  bool close() {
    const int fd = fd_;
    fd_ = -1;
    return fd < 0 || ::close(fd) == 0 || errno == EINTR;
  }

 private:
  int fd_;
};

// Reads until the end or until `max` bytes are there; returns -1 and errno on error.
ssize_t read_up_to(int fd, uint8_t* out, size_t max) {
  size_t have = 0;
  while (have < max) {
    const ssize_t n = ::read(fd, out + have, max - have);
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0) {
      return -1;
    }
    if (n == 0) {
      break;
    }
    have += static_cast<size_t>(n);
  }
  return static_cast<ssize_t>(have);
}

bool write_all(int fd, ByteSpan bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0) {
      return false;
    }
    bytes = bytes.subspan(static_cast<size_t>(n));
  }
  return true;
}

// Some file systems have nothing to sync and say so.
bool sync(int fd) { return ::fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP; }

std::string directory_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

std::string temporary_name(const std::string& directory) {
  std::random_device random;
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), ".vouch-%08x%08x.tmp", random(), random());
  return directory + name.data();
}

Result<void> write_directly(const std::string& path, ByteSpan bytes) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (!file.ok() || !write_all(file.get(), bytes) || !file.close()) {
    return errno_error("write", path);
  }
  return {};
}

// What may stand at `path` before a write: nothing, or a regular file. Otherwise an error.
Result<void> check_replaceable(const std::string& path) {
  if (path.empty() || path.back() == '/') {
    return file_error("write", "'" + path + "'", "it names no file");
  }
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    return errno == ENOENT ? Result<void>() : errno_error("write", path);
  }
  if (S_ISLNK(status.st_mode)) {
    return file_error("write", path, "it is a symbolic link; name the file that it points to");
  }
  if (S_ISDIR(status.st_mode)) {
    return file_error("write", path, "it is a directory");
  }
  if (!S_ISREG(status.st_mode)) {
    return file_error("write", path, "it is not a regular file");
  }
  return {};
}

bool is_stream(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 &&
         (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode));
}

// A new file in a directory ("" is the current one) that has no name yet: whoever is killed while
// he writes it leaves nothing behind. Not all file systems can do that.
int open_nameless(const std::string& directory, mode_t mode) {
  return ::open(directory.empty() ? "." : directory.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC,
                mode);
}

// Gives it one that is free; false and errno on error.
bool name(const Descriptor& nameless, const std::string& path) {
  const std::string self = "/proc/self/fd/" + std::to_string(nameless.get());
  return ::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

// Writes a new file under a name that is free; false and errno on error.
bool write_new(const std::string& path, ByteSpan bytes, mode_t mode) {
  if (Descriptor file(open_nameless(directory_of(path), mode));
      file.ok() && write_all(file.get(), bytes) && sync(file.get()) && name(file, path)) {
    return file.close();
  }
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  return file.ok() && write_all(file.get(), bytes) && sync(file.get()) && file.close();
}

void sync_directory(const std::string& directory) {
  const Descriptor d(
      ::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (d.ok()) {
    // Best effort: the file is whole and in place, a crash may at worst bring the old one back.
    static_cast<void>(::fsync(d.get()));
  }
}

}  // namespace

namespace {

// All that an open file has. `status`: what it is.
Result<Bytes> read_open(const Descriptor& file, const struct stat& status, const std::string& path,
                        size_t max_bytes) {
  constexpr size_t kChunk = size_t{1} << 16;
  max_bytes = std::min(max_bytes, SIZE_MAX / 4);  // room for the arithmetic below
  const std::string too_large = "it has more than " + std::to_string(max_bytes) + " bytes";
  const auto claimed = static_cast<size_t>(std::max<off_t>(status.st_size, 0));
  if (S_ISREG(status.st_mode) && claimed > max_bytes) {
    return file_error("read", path, too_large);
  }
  Bytes bytes;
  size_t have = 0;
  // The first piece holds a regular file and the proof that nothing follows it; a pipe, or a file
  // that grows meanwhile, takes more.
  size_t piece = S_ISREG(status.st_mode) && claimed > 0 ? claimed + 1 : kChunk;
  while (have <= max_bytes) {
    piece = std::min(piece, max_bytes - have + 1);
    secure_reserve(bytes, have + piece);  // the file may be a secret one
    bytes.resize(have + piece);
    const ssize_t n = read_up_to(file.get(), bytes.data() + have, piece);
    if (n < 0) {
      return errno_error("read", path);
    }
    have += static_cast<size_t>(n);
    if (static_cast<size_t>(n) < piece) {
      bytes.resize(have);
      return bytes;
    }
    piece = std::max(kChunk, have);
  }
  return file_error("read", path, too_large);
}

}  // namespace

Result<Bytes> read_file(const std::string& path, size_t max_bytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  struct stat status {};
  if (!file.ok() || ::fstat(file.get(), &status) != 0) {
    return errno_error("read", path);
  }
  if (S_ISDIR(status.st_mode)) {
    return file_error("read", path, "it is a directory");
  }
  return read_open(file, status, path, max_bytes);
}

Result<Bytes> read_regular_file(const std::string& path, size_t max_bytes) {
  const Descriptor file(
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK));
  if (!file.ok() && errno == ELOOP) {
    return file_error("read", path, "it is a symbolic link, not a regular file");
  }
  struct stat status {};
  if (!file.ok() || ::fstat(file.get(), &status) != 0) {
    return errno_error("read", path);
  }
  if (!S_ISREG(status.st_mode)) {
    return file_error("read", path, "it is not a regular file");
  }
  return read_open(file, status, path, max_bytes);
}

namespace {

// Writes a temporary file beside `path` and lets `give_name` (of it) give it its own; 0 is success.
Result<void> write_beside(const std::string& path, ByteSpan bytes, FileAccess access,
                          const std::function<int(const char*)>& give_name) {
  constexpr int kAttempts = 16;
  const std::string directory = directory_of(path);
  const mode_t mode = access == FileAccess::kOwnerOnly ? 0600 : 0666;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::string temporary = temporary_name(directory);
    const bool written = write_new(temporary, bytes, mode);
    if (!written && errno == EEXIST) {
      continue;
    }
    if (!written || give_name(temporary.c_str()) != 0) {
      const Error error = errno_error("write", path);
      ::unlink(temporary.c_str());
      return error;
    }
    sync_directory(directory);
    return {};
  }
  return file_error("write", path, "no free name for a temporary file beside it");
}

}  // namespace

Result<void> write_file(const std::string& path, ByteSpan bytes, FileAccess access) {
  if (access == FileAccess::kPublic && is_stream(path)) {
    return write_directly(path, bytes);
  }
  return write_regular_file(path, bytes, access);
}

Result<void> write_regular_file(const std::string& path, ByteSpan bytes, FileAccess access) {
  VOUCH_TRY(check_replaceable(path));
  return write_beside(path, bytes, access,
                      [&](const char* temporary) { return ::rename(temporary, path.c_str()); });
}

Result<void> write_new_file(const std::string& path, ByteSpan bytes, FileAccess access) {
  if (path.empty() || path.back() == '/') {
    return file_error("write", "'" + path + "'", "it names no file");
  }
  // A link, unlike a rename, is refused by the system if there is something.
  return write_beside(path, bytes, access, [&](const char* temporary) {
    const int status = ::link(temporary, path.c_str());
    return status == 0 ? ::unlink(temporary) : status;
  });
}

std::string extension_of(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return extension;
}

Result<void> make_directories(const std::string& path) {
  if (struct stat status{}; ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
    return {};
  }
  const std::string parent = std::filesystem::path(path).parent_path().string();
  if (!parent.empty() && parent != path) {
    VOUCH_TRY(make_directories(parent));
  }
  if (::mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) {
    return errno_error("make the directory", path);
  }
  sync_directory(parent);
  return {};
}

Result<void> check_directory(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    return errno_error("use", path);
  }
  if (S_ISLNK(status.st_mode)) {
    return file_error("use", path, "it is a symbolic link, not a directory");
  }
  return S_ISDIR(status.st_mode) ? Result<void>() : file_error("use", path, "it is no directory");
}

}  // namespace vouch
