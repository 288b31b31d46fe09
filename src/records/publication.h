// The protocol `publication`: what somebody who owns models or documents says to everybody. It has
// one party, and its records are the leaves of a log (merkle.h): leaf i is record i.
#pragma once

#include "records/record_kind.h"

namespace vouch {

/// A model commitment is published.
struct ModelCommitted {
  static constexpr uint16_t kKind = 1;
  static constexpr const char* kName = "model commitment";
  static constexpr uint32_t kAuthors = 1;
  Digest model{};  ///< its identity
  Digest file{};   ///< file_digest of the `.pub` file
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("model", self.model);
    visit("file", self.file);
  }
};

/// A collection of documents is committed to: how many, and one digest of all commitments.
struct DocumentsCommitted {
  static constexpr uint16_t kKind = 2;
  static constexpr const char* kName = "document commitments";
  static constexpr uint32_t kAuthors = 1;
  uint64_t count = 0;
  Digest root{};
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("count", self.count);
    visit("root", self.root);
  }
};

/// An answer was given out; the record's time is when.
struct Receipt {
  static constexpr uint16_t kKind = 3;
  static constexpr const char* kName = "receipt";
  static constexpr uint32_t kAuthors = 1;
  static constexpr uint32_t kMaxOutput = uint32_t{1} << 16;
  Digest model{};    ///< its identity
  Digest request{};  ///< drawn at random by whoever asked: no two receipts are alike
  Digest input{};    ///< the identity of the input's commitment
  Bytes output;      ///< codes
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("model", self.model);
    visit("request", self.request);
    visit("input", self.input);
    visit("output", self.output, kMaxOutput);
  }
};

/// The root of the log over all records before this one.
struct TreeHead {
  static constexpr uint16_t kKind = 4;
  static constexpr const char* kName = "tree head";
  static constexpr uint32_t kAuthors = 1;
  uint64_t size = 0;  ///< the record's own number
  Digest root{};
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("size", self.size);
    visit("root", self.root);
  }
};

[[nodiscard]] const ProtocolRules& publication_rules();

/// A new session of it.
[[nodiscard]] Session new_publication(const PublicKey& publisher);

/// First 32 bytes of SHA-512 of a file, as `sha512sum` tells them.
[[nodiscard]] Digest file_digest(ByteSpan file);

}  // namespace vouch
