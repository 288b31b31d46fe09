// Arbitrary bytes as an input of codes (.npy, .bin, .raw, .i8): refused, or as many codes as the
// network's input has elements. The first bytes are its shape and the file's name.
#include "base/check.h"
#include "picture/npy.h"
#include "picture/prepare.h"

namespace {

using namespace vouch;  // NOLINT(google-build-using-namespace)

void check_npy(ByteSpan file) {
  const auto tensor = read_npy(file);
  if (tensor.ok()) {
    uint64_t elements = 1;
    for (const uint32_t extent : tensor.value().shape) {
      elements *= extent;
    }
    VOUCH_CHECK(elements == tensor.value().elements());
    (void)tensor.value().at(elements - 1);
    VOUCH_CHECK(is_npy(file));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr const char* kNames[] = {"x.npy", "x.bin", "x.RAW", "x.i8", "i8", ""};
  ByteReader bytes({data, size});
  Circuit circuit;
  Shape shape{1U + bytes.u8() % 4, 1U + (bytes.u8() == 7 ? 1 : 0), 1U + bytes.u8() % 9,
              1U + bytes.u8() % 9};
  circuit.tensors = {{shape, 3, 0}};
  const char* name = kNames[bytes.u8() % std::size(kNames)];
  const ByteSpan file = bytes.raw(bytes.remaining());
  check_npy(file);
  const auto codes = prepare_input(circuit, file, name);
  VOUCH_CHECK(!codes.ok() || (shape.batch == 1 && codes.value().size() == shape.elements()));
  // Bytes without a frame are the codes, in another order.
  if (codes.ok() && !is_npy(file) && shape.channels == 1) {
    const uint8_t offset = name[2] == 'i' ? 128 : 0;
    for (size_t i = 0; i < file.size(); ++i) {
      VOUCH_CHECK(codes.value()[i] == static_cast<uint8_t>(file[i] + offset));
    }
  }
  return 0;
}
