// A responder's documents: the pictures of a directory, in the order of their names' bytes, as they
// were when they were committed to.
#pragma once

#include "protocol/retrieval/document.h"
#include "records/session_store.h"

namespace vouch {

/// What a responder keeps in the state: the seed of all salts, and which files they were.
struct KeptDocuments {
  DocumentSeed seed{};
  std::vector<std::string> names;

  KeptDocuments() = default;
  KeptDocuments(KeptDocuments&&) = default;
  KeptDocuments& operator=(KeptDocuments&&) = default;
  KeptDocuments(const KeptDocuments&) = delete;
  KeptDocuments& operator=(const KeptDocuments&) = delete;
  ~KeptDocuments();
};
/// Empty names if there are none yet.
[[nodiscard]] Result<KeptDocuments> kept_documents(const SessionStore& store);

/// Names the pictures of a directory and draws a seed, once: afterwards what is kept. Error: there
/// are none, or a file is no picture.
[[nodiscard]] Result<KeptDocuments> keep_documents(SessionStore& store,
                                                   const std::string& directory);

/// Reads documents.
class DocumentFiles {
 public:
  /// Error: nothing is kept in the state.
  [[nodiscard]] static Result<DocumentFiles> open(const SessionStore& store, std::string directory);
  DocumentFiles(KeptDocuments kept, std::string directory)
      : kept_(std::move(kept)), directory_(std::move(directory)) {}

  [[nodiscard]] uint64_t count() const { return kept_.names.size(); }
  [[nodiscard]] const DocumentSeed& seed() const { return kept_.seed; }
  [[nodiscard]] std::string path(uint64_t number) const;
  [[nodiscard]] Result<Bytes> read(uint64_t number) const;
  [[nodiscard]] Result<Digest> commitment(uint64_t number) const;
  /// Error: it is not any more what was committed to.
  [[nodiscard]] Result<Bytes> read_committed(uint64_t number, const Digest& commitment) const;
  /// The document opened, encoded. Secret.
  [[nodiscard]] Result<Bytes> opened(uint64_t number, const Digest& commitment) const;

 private:
  KeptDocuments kept_;
  std::string directory_;
};

}  // namespace vouch
