#include "cli/input.h"

#include <algorithm>

#include "base/file.h"
#include "base/secret.h"
#include "cli/printable.h"
#include "picture/picture.h"
#include "picture/prepare.h"

namespace vouch {
namespace {

// A .npy file is its codes and a header of some hundred bytes.
constexpr size_t kMaxHeader = 4096;

}  // namespace

Result<Bytes> read_input(const std::string& path, const Circuit& circuit) {
  const size_t codes = circuit.input().shape.elements() + kMaxHeader;
  VOUCH_ASSIGN(Bytes file, read_file(path, std::max(kMaxPictureBytes, codes)));
  const WipedAtEnd wiped(file);
  auto input = prepare_input(circuit, file, path);
  return input.ok() ? std::move(input) : Error{printable(path) + ": " + input.error().message};
}

}  // namespace vouch
