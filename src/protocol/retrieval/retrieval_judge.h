// Who deviated in a retrieval, and what came of it.
#pragma once

#include "protocol/judgement.h"
#include "protocol/retrieval/retrieval_proofs.h"

namespace vouch {

/// A fault before it is told as a Deviation.
struct RetrievalFaultFound {
  RetrievalFault fault = RetrievalFault::kNone;
  size_t party = 0;
  uint16_t step = 0;   ///< a kind of record
  uint64_t item = 0;   ///< which document; 0 where it is about none
  std::string detail;  ///< what was found, beyond fault_text; may be empty
  std::vector<Digest> evidence;
};

/// Who looks: gets what is handed over in secret, as far as he can. `document` is the digest that
/// is announced, `sealed` the object in which it is handed over.
using OpenDocument =
    std::function<std::optional<Bytes>(const Digest& document, const Digest& sealed)>;

/// A third: opened documents that somebody has put into the bundle as they are.
[[nodiscard]] OpenDocument documents_laid_open(const Bundle& bundle);
/// A party: what is sealed to its key, if it is what is announced. Contract: both outlive it.
[[nodiscard]] OpenDocument documents_sealed_to(const SecretKey& key, const Bundle& bundle);

/// What is sealed to the key, if it is what is announced. To be wiped by the caller.
[[nodiscard]] std::optional<Bytes> open_announced(const SecretKey& key, const Digest& document,
                                                  ByteSpan sealed);

/// A document that is due to be opened.
struct DueDocument {
  uint64_t number = 0;
  Digest document{};
  Digest sealed{};
};

/// All that a retrieval came to so far.
struct RetrievalOutcome {
  Judgement judgement;
  std::vector<RetrievalFaultFound>
      faults;  ///< of judgement.deviations, in the same order, but for offences
  std::optional<RetrievalSubject> subject;
  std::vector<Digest> inputs;
  Bytes bits;                          ///< one a document, once they are proven
  std::vector<uint64_t> matching;      ///< numbers of the documents that are due
  std::vector<DueDocument> delivered;  ///< they
  std::vector<uint64_t> unopened;      ///< those of them that could not be looked at
  std::vector<uint64_t> sample;        ///< numbers of the withheld documents that are drawn
  std::vector<uint64_t> complaints;
  std::vector<DueDocument> opened;  ///< to the judge: both, by their numbers
};

/// Contract: the exchange is one of retrieval_workflow(). `tick` is called once a proof. Error:
/// files could not be read.
[[nodiscard]] Result<RetrievalOutcome> examine_retrieval(
    const Exchange& exchange, const Bundle& bundle, const OpenDocument& open,
    const std::function<void()>& tick = [] {});

/// A Judge.
[[nodiscard]] Result<Judgement> judge_retrieval(const Exchange& exchange, const Bundle& bundle);

}  // namespace vouch
