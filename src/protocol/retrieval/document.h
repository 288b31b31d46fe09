// Documents of a retrieval: how they are committed to, opened, and held against what a model reads.
//
//   commitment    first 32 bytes of SHA-512(prefixed("vouch document v1") ‖ salt ‖ file)
//   root          the Merkle tree's (records/merkle.h), whose leaf i is commitment i
//   opened        what is handed over: an encoding of number, both salts and the file; its digest
//                 hides it, as the salts do
//
// The file is a picture. The *input commitment* is to the codes that a given model's preparation
// makes of it, and comes when the model is known; whoever has the document opened prepares the
// picture and commits to the codes again, and so sees that both commitments are to the same file.
// Of a document that stays closed, nothing but a sample shows that.
#pragma once

#include <span>

#include "group/generators.h"
#include "protocol/retrieval/retrieval_fault.h"
#include "protocol/retrieval/retrieval_records.h"
#include "verify/verify.h"

namespace vouch {

constexpr std::string_view kDocumentMagic = "VOUCHDOC";

struct OpenedDocument {
  uint32_t number = 0;
  Digest salt{};      ///< of the commitment
  Salt input_salt{};  ///< of the input commitment
  Bytes file;
};
constexpr size_t kMaxOpenedBytes = (size_t{64} << 20) + 256;

/// To be wiped by the caller if it is to stay secret.
[[nodiscard]] Bytes encode_opened_document(const OpenedDocument& document);
[[nodiscard]] Result<OpenedDocument> decode_opened_document(ByteSpan bytes);

[[nodiscard]] Digest document_commitment(const Digest& salt, ByteSpan file);
[[nodiscard]] Digest documents_root(std::span<const Digest> commitments);

/// The secret of a responder from which a session's salts are derived.
using DocumentSeed = std::array<uint8_t, 32>;
[[nodiscard]] Digest document_salt(const DocumentSeed& seed, uint64_t number);
[[nodiscard]] Salt document_input_salt(const DocumentSeed& seed, uint64_t number);

/// What a commitment to a document's input takes.
struct InputCommitter {
  const Circuit& circuit;
  const Columns& columns;  ///< of a single input
  const Generators& generators;
};
/// How many generators.
[[nodiscard]] size_t generators_for_input(const Columns& columns);

/// Codes of the picture in `file`. Error: it is none.
[[nodiscard]] Result<Bytes> prepare_document(const Circuit& circuit, ByteSpan file);
/// The identity of the commitment to them. Variable-time.
[[nodiscard]] Digest document_input_vartime(const InputCommitter& committer, ByteSpan codes,
                                            const Salt& salt);

/// Whether the opened document is number `number`, its file that of `commitment`, and the
/// picture's codes those of `input`: else kOtherDocument, kOtherFile or kOtherPixels.
[[nodiscard]] RetrievalFault check_opened_document(const InputCommitter& committer, ByteSpan opened,
                                                   uint64_t number, const Digest& commitment,
                                                   const Digest& input);

}  // namespace vouch
