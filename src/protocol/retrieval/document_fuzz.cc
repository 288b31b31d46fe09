// Arbitrary bytes, also behind a right frame, as an opened document: refused, or the one encoding
// of it; and what a judge finds of it, also if all that can be is committed to by what it says
// itself.
#include <algorithm>

#include "protocol/retrieval/document.h"
#include "protocol/retrieval/test_retrieval.h"
#include "records/frame.h"

namespace {

using namespace vouch;  // NOLINT(google-build-using-namespace)

// The first byte is whether the rest has a frame.
Bytes framed(ByteSpan data) {
  ByteWriter out;
  if (!data.empty() && data[0] % 2 == 1) {
    write_frame(out, kDocumentMagic);
  }
  out.raw(data.empty() ? data : data.subspan(1));
  return out.take();
}

bool is_finding(RetrievalFault fault) {
  return fault == RetrievalFault::kNone || is_document_fault(fault);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Bytes bytes = framed({data, size});
  static const Circuit circuit = asked_circuit();
  static const Columns columns(circuit, circuit.input_kappa);
  const InputCommitter committer{circuit, columns, test_generators()};
  VOUCH_CHECK(check_opened_document(committer, bytes, 0, {}, {}) != RetrievalFault::kNone);
  const auto document = decode_opened_document(bytes);
  if (!document.ok()) {
    return 0;
  }
  const OpenedDocument& opened = document.value();
  VOUCH_CHECK(std::ranges::equal(encode_opened_document(opened), bytes));
  const Digest commitment = document_commitment(opened.salt, opened.file);
  Digest input{};
  if (const auto codes = prepare_document(circuit, opened.file); codes.ok()) {
    input = document_input_vartime(committer, codes.value(), opened.input_salt);
  }
  VOUCH_CHECK(
      is_finding(check_opened_document(committer, bytes, opened.number, commitment, input)));
  VOUCH_CHECK(check_opened_document(committer, bytes, opened.number + 1, commitment, input) ==
              RetrievalFault::kOtherDocument);
  return 0;
}
