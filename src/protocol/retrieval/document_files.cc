#include "protocol/retrieval/document_files.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/random.h"
#include "base/secret.h"
#include "picture/decode.h"

namespace vouch {
namespace {

namespace fs = std::filesystem;

constexpr const char* kKept = "documents";
constexpr size_t kMostNameBytes = 4096;

Bytes encode_kept(const KeptDocuments& kept) {
  ByteWriter out;
  out.raw(kept.seed);
  out.u32(static_cast<uint32_t>(kept.names.size()));
  for (const std::string& name : kept.names) {
    out.prefixed(name);
  }
  return out.take();
}

Result<KeptDocuments> decode_kept(ByteSpan bytes) {
  KeptDocuments kept;
  ByteReader in(bytes);
  in.read(kept.seed);
  const uint32_t count = in.count(static_cast<uint32_t>(kMostDocuments), sizeof(uint32_t));
  for (uint32_t i = 0; i < count; ++i) {
    kept.names.push_back(in.text(kMostNameBytes));
  }
  if (!in.finished()) {
    return Error{"the state's list of documents is damaged"};
  }
  return kept;
}

// Names of the directory's files, but for those that begin with a point.
Result<std::vector<std::string>> names_in(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator entry(directory, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    const std::string name = entry->path().filename().string();
    if (name[0] != '.' && entry->is_regular_file(failed)) {
      names.push_back(name);
    }
  }
  if (failed) {
    return Error{directory + ": " + failed.message()};
  }
  if (names.empty() || names.size() > kMostDocuments) {
    return Error{directory + " has no documents, or more than 2^20"};
  }
  std::ranges::sort(names);
  return names;
}

// That every one can be prepared, whatever the model will be.
Result<void> check_pictures(const DocumentFiles& files) {
  for (uint64_t i = 0; i < files.count(); ++i) {
    VOUCH_ASSIGN(Bytes file, files.read(i));
    const WipedAtEnd wiped(file);
    auto picture = decode_picture(file);
    if (!picture.ok()) {
      return Error{files.path(i) + ": " + picture.error().message};
    }
    secure_wipe(picture.value().pixels);
  }
  return {};
}

}  // namespace

KeptDocuments::~KeptDocuments() { secure_wipe(seed); }

Result<KeptDocuments> kept_documents(const SessionStore& store) {
  VOUCH_ASSIGN(Bytes bytes, store.kept(kKept));
  const WipedAtEnd wiped(bytes);
  return bytes.empty() ? KeptDocuments() : decode_kept(bytes);
}

Result<KeptDocuments> keep_documents(SessionStore& store, const std::string& directory) {
  VOUCH_ASSIGN(KeptDocuments kept, kept_documents(store));
  if (!kept.names.empty()) {
    return kept;
  }
  VOUCH_ASSIGN(kept.names, names_in(directory));
  SecretRandom::from_system({}, {}).fill(kept.seed);
  Bytes bytes = encode_kept(kept);
  const WipedAtEnd wiped(bytes);
  VOUCH_TRY(check_pictures(DocumentFiles(std::move(kept), directory)));
  VOUCH_TRY(store.keep(kKept, bytes));
  return decode_kept(bytes);
}

Result<DocumentFiles> DocumentFiles::open(const SessionStore& store, std::string directory) {
  VOUCH_ASSIGN(KeptDocuments kept, kept_documents(store));
  if (kept.names.empty()) {
    return Error{"the state knows of no documents: `vouch retrieval commit` comes first"};
  }
  return DocumentFiles(std::move(kept), std::move(directory));
}

std::string DocumentFiles::path(uint64_t number) const {
  return (fs::path(directory_) / kept_.names.at(number)).string();
}

Result<Bytes> DocumentFiles::read(uint64_t number) const {
  return read_file(path(number), kMaxPictureBytes);
}

Result<Digest> DocumentFiles::commitment(uint64_t number) const {
  VOUCH_ASSIGN(Bytes file, read(number));
  const WipedAtEnd wiped(file);
  return document_commitment(document_salt(kept_.seed, number), file);
}

Result<Bytes> DocumentFiles::read_committed(uint64_t number, const Digest& commitment) const {
  VOUCH_ASSIGN(Bytes file, read(number));
  if (document_commitment(document_salt(kept_.seed, number), file) != commitment) {
    secure_wipe(file);
    return Error{path(number) + " is not any more what was committed to as document " +
                 std::to_string(number)};
  }
  return file;
}

Result<Bytes> DocumentFiles::opened(uint64_t number, const Digest& commitment) const {
  VOUCH_ASSIGN(Bytes file, read_committed(number, commitment));
  OpenedDocument document{static_cast<uint32_t>(number), document_salt(kept_.seed, number),
                          document_input_salt(kept_.seed, number), std::move(file)};
  const WipedAtEnd file_wiped(document.file);
  return encode_opened_document(document);
}

}  // namespace vouch
