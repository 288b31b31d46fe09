// The protocol `retrieval`: of documents that a responder has committed to, those for which a
// requester's model says yes are handed over, and of each of the others it is proven that it says
// no. docs/protocols.md says who could cheat how, and what stops it.
#pragma once

#include "protocol/contest/contest_records.h"
#include "protocol/judge_clock.h"
#include "protocol/workflow.h"

namespace vouch {

/// Parties, in the order of the roles. The judge tells the time as in a contest.
enum RetrievalRole : uint8_t { kRequester = 0, kResponder = 1, kRetrievalJudge = kRoleOfJudge };

constexpr uint64_t kMostDocuments = uint64_t{1} << 20;
/// Documents that a proof is about.
constexpr uint64_t kMostDocumentsEach = 1024;
/// Documents that are opened to the judge.
constexpr uint64_t kMostOpened = 4096;

/// The responder's documents, before anything else is known: nothing of it depends on the model.
struct RetrievalDocuments {
  static constexpr uint16_t kKind = 1;
  static constexpr const char* kName = "documents";
  static constexpr uint32_t kAuthors = 1U << kResponder;
  uint64_t count = 0;
  Digest root{};         ///< documents_root
  Digest commitments{};  ///< object: the list of the documents' commitments
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("count", self.count);
    visit("root", self.root);
    visit("commitments", self.commitments);
  }
};

/// What is asked of every document.
struct RetrievalRequest {
  static constexpr uint16_t kKind = 2;
  static constexpr const char* kName = "request";
  static constexpr uint32_t kAuthors = 1U << kRequester;
  /// S has at most 65535 classes of two bytes.
  static constexpr uint32_t kMostPredicateBytes = uint32_t{1} << 18;
  Digest model{};          ///< its identity
  Digest commitment{};     ///< object: the `.pub` file
  Digest model_file{};     ///< digest of the `.vouch` file
  Digest for_responder{};  ///< object: that file, sealed
  Digest for_judge{};      ///< object: likewise
  Bytes predicate;         ///< as proofs have it
  uint64_t each = 0;       ///< documents that a proof is about; the last one has the rest
  uint64_t sample = 0;     ///< so many withheld documents are opened to the judge
  Digest nonce{};          ///< commitment to the requester's random bytes
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("model", self.model);
    visit("commitment", self.commitment);
    visit("model file", self.model_file);
    visit("for responder", self.for_responder);
    visit("for judge", self.for_judge);
    visit("predicate", self.predicate, kMostPredicateBytes);
    visit("each", self.each);
    visit("sample", self.sample);
    visit("nonce", self.nonce);
  }
};

/// The judge has seen both, has the model, and sets the deadlines, in milliseconds since 1970.
struct RetrievalApproval {
  static constexpr uint16_t kKind = 3;
  static constexpr const char* kName = "approval";
  static constexpr uint32_t kAuthors = 1U << kRetrievalJudge;
  uint64_t answer_by = 0;  ///< inputs, proofs and delivery
  uint64_t reveal_by = 0;
  uint64_t open_by = 0;
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("answer by", self.answer_by);
    visit("reveal by", self.reveal_by);
    visit("open by", self.open_by);
  }
};

/// The identity of every document's input commitment, in the documents' order.
struct RetrievalInputs {
  static constexpr uint16_t kKind = 4;
  static constexpr const char* kName = "inputs";
  static constexpr uint32_t kAuthors = 1U << kResponder;
  Digest inputs{};  ///< object: the list of identities
  Digest nonce{};   ///< commitment to the responder's random bytes
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("inputs", self.inputs);
    visit("nonce", self.nonce);
  }
};

struct RetrievalProofs {
  static constexpr uint16_t kKind = 5;
  static constexpr const char* kName = "proofs";
  static constexpr uint32_t kAuthors = 1U << kResponder;
  Digest proofs{};  ///< object: the list of the proofs, objects themselves
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("proofs", self.proofs);
  }
};

/// The documents for which the answer is yes, in their order.
struct RetrievalDelivery {
  static constexpr uint16_t kKind = 6;
  static constexpr const char* kName = "delivery";
  static constexpr uint32_t kAuthors = 1U << kResponder;
  Digest documents{};  ///< object: the list of digests of the opened documents
  Digest sealed{};     ///< object: the list of them sealed to the requester, objects themselves
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("documents", self.documents);
    visit("sealed", self.sealed);
  }
};

/// The requester's random bytes, and what of the delivery does not open.
struct RetrievalReveal {
  static constexpr uint16_t kKind = 8;
  static constexpr const char* kName = "reveal";
  static constexpr uint32_t kAuthors = 1U << kRequester;
  Digest nonce{};
  Bytes complaints;  ///< numbers of documents, u32 each, increasing
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("nonce", self.nonce);
    visit("complaints", self.complaints, static_cast<uint32_t>(kMostOpened * sizeof(uint32_t)));
  }
};

/// The responder's, and to the judge the documents that are drawn and those complained about.
struct RetrievalOpening {
  static constexpr uint16_t kKind = 9;
  static constexpr const char* kName = "opening";
  static constexpr uint32_t kAuthors = 1U << kResponder;
  Digest nonce{};
  Digest documents{};  ///< object: the list of digests of the opened documents
  Digest sealed{};     ///< object: the list of them sealed to the judge, objects themselves
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("nonce", self.nonce);
    visit("documents", self.documents);
    visit("sealed", self.sealed);
  }
};

/// What the judge finds of each document that was opened.
struct RetrievalFinding {
  static constexpr uint16_t kKind = 10;
  static constexpr const char* kName = "finding";
  static constexpr uint32_t kAuthors = 1U << kRetrievalJudge;
  Bytes faults;  ///< a RetrievalFault each
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("faults", self.faults, static_cast<uint32_t>(2 * kMostOpened));
  }
};

[[nodiscard]] const ProtocolRules& retrieval_rules();
[[nodiscard]] const Workflow& retrieval_workflow();

/// What was said so far; from records that passed the workflow.
struct RetrievalSaid {
  std::optional<RetrievalDocuments> documents;
  std::optional<RetrievalRequest> request;
  std::optional<RetrievalApproval> approval;
  std::optional<RetrievalInputs> inputs;
  std::optional<RetrievalProofs> proofs;
  std::optional<RetrievalDelivery> delivery;
  std::optional<RetrievalReveal> reveal;
  std::optional<RetrievalOpening> opening;
  std::optional<RetrievalFinding> finding;
};
[[nodiscard]] RetrievalSaid retrieval_said(std::span<const SignedRecord> records);

/// The documents that proof number `batch` is about: each is in exactly one.
struct DocumentRange {
  uint64_t first;
  uint64_t count;
};
[[nodiscard]] uint64_t proof_count(uint64_t documents, uint64_t each);
[[nodiscard]] DocumentRange proof_range(uint64_t documents, uint64_t each, uint64_t batch);

/// The context of a proof: of the session, of the list of identities, and of its documents.
[[nodiscard]] Bytes documents_context(const Session& session, const Digest& inputs,
                                      DocumentRange range);

}  // namespace vouch
