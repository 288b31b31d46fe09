// A generator cache that somebody has changed: whatever it holds, the generators are the right
// ones. The bytes are changes of the first chunk's right content: its new length, then XORs.
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/check.h"
#include "base/file.h"
#include "group/generators.h"

namespace {

using namespace vouch;  // NOLINT(google-build-using-namespace)

// A cache directory of this process alone, and G_0 … derived without it.
class Cache {
 public:
  Cache() : right_(internal::derive_generators(internal::kGeneratorChunk, {})) {
    std::string name = (std::filesystem::temp_directory_path() / "vouch_fuzz_XXXXXX").string();
    VOUCH_CHECK(mkdtemp(name.data()) != nullptr);
    directory_ = name;
    setenv("XDG_CACHE_HOME", name.c_str(), 1);
    unsetenv("VOUCH_CACHE");
    std::filesystem::create_directory(directory_ / "vouch");
  }
  ~Cache() {
    std::error_code error;
    std::filesystem::remove_all(directory_, error);
  }
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  [[nodiscard]] const NielsTable& right() const { return right_; }
  [[nodiscard]] Bytes content() const {
    const auto* bytes = reinterpret_cast<const uint8_t*>(right_.data());
    return {bytes, bytes + right_.size() * sizeof(NielsPoint)};
  }
  void write(const Bytes& content) const {
    const std::string path = (directory_ / "vouch" / "generators-v1.bin").string();
    VOUCH_CHECK(write_file(path, content, FileAccess::kPublic).ok());
  }

 private:
  NielsTable right_;
  std::filesystem::path directory_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Cache cache;
  ByteReader bytes({data, size});
  Bytes content = cache.content();
  content.resize(bytes.u32() % (2 * content.size()));
  while (bytes.ok() && bytes.remaining() > 0 && !content.empty()) {
    const size_t at = bytes.u32() % content.size();
    content[at] ^= bytes.u8();
  }
  cache.write(content);
  const auto loaded = Generators::load(internal::kGeneratorChunk);
  VOUCH_CHECK(loaded.ok() && std::ranges::equal(loaded.value().G(), cache.right()));
  return 0;
}
