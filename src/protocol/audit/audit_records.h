// The protocol `audit`: how many of a consumer's inputs a committed model classifies correctly.
// docs/protocols.md says who could cheat how, and what stops it.
#pragma once

#include "protocol/workflow.h"

namespace vouch {

/// Roles: numbers of parties.
constexpr size_t kAuditProvider = 0;
constexpr size_t kAuditConsumer = 1;

enum class AuditVariant : uint8_t {
  kPublic = 1,  ///< predictions are handed over
  kHidden = 2,  ///< they are committed to, and only how many are correct is proven
};

constexpr uint64_t kMostAuditInputs = uint64_t{1} << 20;
constexpr uint64_t kMostAuditBatch = 1024;
/// Fractions are told in millionths.
constexpr uint64_t kMillion = 1000000;

/// What is asked. Objects are named by their digests.
struct AuditRequest {
  static constexpr uint16_t kKind = 1;
  static constexpr const char* kName = "request";
  static constexpr uint32_t kAuthors = 1U << kAuditConsumer;
  uint64_t variant = 0;     ///< AuditVariant
  Digest model{};           ///< its identity
  Digest commitment{};      ///< object: the `.pub` file
  Digest included{};        ///< object: that it was published (`.included`)
  uint64_t inputs = 0;      ///< how many
  Digest input_list{};      ///< object: the list of the inputs, objects themselves
  Digest labels{};          ///< commitment to their classes (label_opening.h)
  uint64_t top = 0;         ///< correct: the class is among so many best
  uint64_t batch = 0;       ///< inputs that a proof is about; the last one has the rest
  uint64_t margin = 0;      ///< millionths, as planned
  uint64_t confidence = 0;  ///< millionths, of the report's interval
  uint64_t deadline = 0;    ///< of the proofs; milliseconds since 1970
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("variant", self.variant);
    visit("model", self.model);
    visit("commitment", self.commitment);
    visit("included", self.included);
    visit("inputs", self.inputs);
    visit("input_list", self.input_list);
    visit("labels", self.labels);
    visit("top", self.top);
    visit("batch", self.batch);
    visit("margin", self.margin);
    visit("confidence", self.confidence);
    visit("deadline", self.deadline);
  }
};

/// All predictions at once, before labels are known and proofs are made.
struct AuditPredictions {
  static constexpr uint16_t kKind = 2;
  static constexpr const char* kName = "predictions";
  static constexpr uint32_t kAuthors = 1U << kAuditProvider;
  /// Object: the output codes of all inputs, one behind the other; if they are hidden, the
  /// prediction_identity (argument/statement.h) of each input's best classes.
  Digest predictions{};
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("predictions", self.predictions);
  }
};

struct AuditProofs {
  static constexpr uint16_t kKind = 3;
  static constexpr const char* kName = "proofs";
  static constexpr uint32_t kAuthors = 1U << kAuditProvider;
  Digest proof_list{};             ///< object: the list of the proofs, objects themselves
  Digest count{};                  ///< object: opens how many are correct; zeros if that is public
  uint64_t core_milliseconds = 0;  ///< that they took, by the provider's own account
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("proof_list", self.proof_list);
    visit("count", self.count);
    visit("core_milliseconds", self.core_milliseconds);
  }
};

struct AuditLabels {
  static constexpr uint16_t kKind = 4;
  static constexpr const char* kName = "labels";
  static constexpr uint32_t kAuthors = 1U << kAuditConsumer;
  Digest opening{};  ///< object: label_opening.h
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("opening", self.opening);
  }
};

/// The result.
struct AuditReport {
  static constexpr uint16_t kKind = 5;
  static constexpr const char* kName = "report";
  static constexpr uint32_t kAuthors = 1U << kAuditConsumer;
  uint64_t inputs = 0;
  uint64_t correct = 0;  ///< by the request's `top`
  uint64_t lower = 0;    ///< Clopper and Pearson's interval, millionths, rounded down
  uint64_t upper = 0;    ///< rounded up
  uint64_t top1 = 0;     ///< correct by the best class; 0 where predictions are hidden
  uint64_t top5 = 0;     ///< by the best five
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("inputs", self.inputs);
    visit("correct", self.correct);
    visit("lower", self.lower);
    visit("upper", self.upper);
    visit("top1", self.top1);
    visit("top5", self.top5);
  }
  friend bool operator==(const AuditReport&, const AuditReport&) = default;
};

/// The provider has checked the report.
struct AuditAgreement {
  static constexpr uint16_t kKind = 6;
  static constexpr const char* kName = "agreement";
  static constexpr uint32_t kAuthors = 1U << kAuditProvider;
  Digest report{};  ///< digest of its record
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("report", self.report);
  }
};

[[nodiscard]] const ProtocolRules& audit_rules();
[[nodiscard]] const Workflow& audit_workflow();

[[nodiscard]] inline bool is_hidden(const AuditRequest& request) {
  return request.variant == static_cast<uint64_t>(AuditVariant::kHidden);
}

/// What was said so far; from records that passed the workflow.
struct AuditSaid {
  std::optional<AuditRequest> request;
  std::optional<AuditPredictions> predictions;
  std::optional<AuditProofs> proofs;
  std::optional<AuditLabels> labels;
  std::optional<AuditReport> report;
  std::optional<AuditAgreement> agreement;
};
[[nodiscard]] AuditSaid audit_said(std::span<const SignedRecord> records);

/// Whether predictions or proofs were announced after the deadline, by the times of the records.
/// Proofs that had to wait for labels which were themselves later than it are not late.
[[nodiscard]] bool provider_is_late(std::span<const SignedRecord> records);

/// How many proofs there are, and which inputs number `batch` is about.
[[nodiscard]] uint64_t batch_count(const AuditRequest& request);
struct BatchRange {
  size_t first;
  size_t count;
};
[[nodiscard]] BatchRange batch_range(const AuditRequest& request, uint64_t batch);
/// The context of its proof.
[[nodiscard]] Bytes batch_context(const Session& session, uint64_t batch);

}  // namespace vouch
