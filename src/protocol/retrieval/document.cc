#include "protocol/retrieval/document.h"

#include "base/secret.h"
#include "picture/prepare.h"
#include "records/frame.h"
#include "records/merkle.h"

namespace vouch {
namespace {

constexpr uint32_t kMaxFile = uint32_t{64} << 20;  // kMaxPictureBytes

Digest derive(std::string_view label, const DocumentSeed& seed, uint64_t number) {
  ByteWriter message;
  message.raw(seed);
  message.u64(number);
  return labelled_digest(label, message.bytes());
}

}  // namespace

Bytes encode_opened_document(const OpenedDocument& document) {
  ByteWriter out;
  write_frame(out, kDocumentMagic);
  out.u32(document.number);
  out.raw(document.salt);
  out.raw(document.input_salt);
  out.prefixed(document.file);
  return out.take();
}

Result<OpenedDocument> decode_opened_document(ByteSpan bytes) {
  ByteReader in(bytes);
  VOUCH_TRY(read_frame(in, kDocumentMagic, "an opened document"));
  OpenedDocument document;
  document.number = in.u32();
  in.read(document.salt);
  in.read(document.input_salt);
  const ByteSpan file = in.prefixed(kMaxFile);
  if (!in.finished()) {
    return Error{"the opened document is cut short, or too long"};
  }
  document.file.assign(file.begin(), file.end());
  return document;
}

Digest document_commitment(const Digest& salt, ByteSpan file) {
  ByteWriter message;
  message.raw(salt);
  message.raw(file);
  return labelled_digest("vouch document v1", message.bytes());
}

Digest documents_root(std::span<const Digest> commitments) {
  MerkleTree tree;
  for (const Digest& commitment : commitments) {
    tree.add(commitment);
  }
  return tree.root();
}

Digest document_salt(const DocumentSeed& seed, uint64_t number) {
  return derive("vouch document salt v1", seed, number);
}

Salt document_input_salt(const DocumentSeed& seed, uint64_t number) {
  return derive("vouch document input salt v1", seed, number);
}

size_t generators_for_input(const Columns& columns) {
  return size_t{1} << columns.kappa(Column::kD);
}

Result<Bytes> prepare_document(const Circuit& circuit, ByteSpan file) {
  return prepare_input(circuit, file, "");
}

Digest document_input_vartime(const InputCommitter& committer, ByteSpan codes, const Salt& salt) {
  return input_identity(commit_input_vartime(committer.circuit, committer.columns, codes, salt,
                                             committer.generators));
}

RetrievalFault check_opened_document(const InputCommitter& committer, ByteSpan opened,
                                     uint64_t number, const Digest& commitment,
                                     const Digest& input) {
  auto document = decode_opened_document(opened);
  if (!document.ok()) {
    return RetrievalFault::kOtherDocument;
  }
  auto& [opened_number, salt, input_salt, file] = document.value();
  const WipedAtEnd file_wiped(file);
  if (opened_number != number) {
    return RetrievalFault::kOtherDocument;
  }
  if (document_commitment(salt, file) != commitment) {
    return RetrievalFault::kOtherFile;
  }
  auto codes = prepare_document(committer.circuit, file);
  if (!codes.ok()) {
    return RetrievalFault::kOtherPixels;
  }
  const WipedAtEnd codes_wiped(codes.value());
  if (document_input_vartime(committer, codes.value(), input_salt) != input) {
    return RetrievalFault::kOtherPixels;
  }
  return RetrievalFault::kNone;
}

}  // namespace vouch
