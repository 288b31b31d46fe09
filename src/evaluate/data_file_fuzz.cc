// Arbitrary bytes as labels, as a set of inputs, as samples and as a framework's outputs: refused,
// or within what the network has room for. The first byte is which of them.
#include "base/check.h"
#include "evaluate/class_labels.h"
#include "evaluate/gzip.h"
#include "evaluate/idx.h"
#include "evaluate/npy_inputs.h"
#include "evaluate/reference_outputs.h"
#include "evaluate/sample_file.h"

namespace {

using namespace vouch;  // NOLINT(google-build-using-namespace)

constexpr size_t kClasses = 12;
constexpr size_t kMostUnpacked = size_t{1} << 20;

void check_labels(ByteSpan file) {
  for (const char* column : {"", "label", "2"}) {
    const auto labels = read_class_labels(file, kClasses, column);
    if (labels.ok()) {
      VOUCH_CHECK(labels.value().size() > 0);
      for (const auto& [name, label] : labels.value().of_file) {
        VOUCH_CHECK(label < kClasses && labels.value().of(0, name) == label);
      }
      for (const uint32_t label : labels.value().in_order) {
        VOUCH_CHECK(label < kClasses);
      }
    }
  }
}

void check_idx(ByteSpan file) {
  const auto tensor = read_idx(file);
  if (tensor.ok()) {
    uint64_t elements = 1;
    for (const uint32_t extent : tensor.value().shape) {
      elements *= extent;
    }
    VOUCH_CHECK(elements == tensor.value().data.size());
  }
}

void check_outputs(ByteSpan file) {
  const auto outputs = ReferenceOutputs::read(file, kClasses);
  for (size_t i = 0; outputs.ok() && i < outputs.value().size(); ++i) {
    VOUCH_CHECK(outputs.value().of(i).size() == kClasses);
  }
  if (outputs.ok()) {
    (void)outputs.value().are_probabilities();
  }
}

void check_npy(ByteSpan file) {
  const Shape circuit{2, 1, 2, 3};
  const auto tensor = read_npy(file);
  const auto inputs = tensor.ok() ? NpyInputs::of(tensor.value(), circuit, {1, 2, 2, 3})
                                  : Result<NpyInputs>(tensor.error());
  for (size_t i = 0; inputs.ok() && i < inputs.value().size(); ++i) {
    if (inputs.value().are_reals()) {
      const auto reals = inputs.value().reals(i);
      VOUCH_CHECK(!reals.ok() || reals.value().size() == circuit.elements());
    } else {
      VOUCH_CHECK(inputs.value().codes(i).size() == circuit.elements());
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const ByteSpan file(data + 1, size - 1);
  switch (data[0] % 6) {
    case 0:
      check_labels(file);
      break;
    case 1:
      check_idx(file);
      break;
    case 2:
      check_outputs(file);
      break;
    case 3:
      (void)read_json_sample(file);
      break;
    case 4: {
      const auto unpacked = gunzip(file, kMostUnpacked);
      VOUCH_CHECK(!unpacked.ok() || unpacked.value().size() <= kMostUnpacked);
      if (unpacked.ok()) {
        check_idx(unpacked.value());
      }
      break;
    }
    default:
      check_npy(file);
  }
  return 0;
}
