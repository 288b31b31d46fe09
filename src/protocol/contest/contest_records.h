// The protocol `contest`: answers that a provider gave out with receipts are drawn at random, and
// have to be proven. docs/protocols.md says who says what when, and why nobody steers the choice.
#pragma once

#include "protocol/judge_clock.h"
#include "protocol/random_choice.h"
#include "protocol/workflow.h"
#include "records/publication.h"

namespace vouch {

/// Parties, in the order of the roles.
enum ContestRole : uint8_t { kProvider = 0, kContester = 1, kJudge = kRoleOfJudge };

/// The contester's terms, and that he has chosen his random bytes.
struct ContestOpened {
  static constexpr uint16_t kKind = 1;
  static constexpr const char* kName = "contest";
  static constexpr uint32_t kAuthors = 1U << kContester;
  Digest model{};          ///< its identity
  Digest model_file{};     ///< object: the `.pub` file
  Digest head{};           ///< object: the tree head, a record of the provider's log
  uint64_t first = 0;      ///< the records of the log that answers are drawn from
  uint64_t count = 0;      ///< and how many
  uint64_t samples = 0;    ///< m: so many answers of the model are proven
  uint64_t wrong = 0;      ///< ε in millionths, by which m was planned
  uint64_t missed = 0;     ///< δ in millionths
  uint64_t inputs = 0;     ///< 1: inputs are shown, 0: they stay hidden
  uint64_t stake = 0;      ///< the provider's, in a unit agreed upon
  uint64_t fee = 0;        ///< the contester's
  uint64_t accept_by = 0;  ///< deadlines by the judge's clock, milliseconds since 1970
  uint64_t reveal_by = 0;
  uint64_t disclose_by = 0;
  uint64_t prove_by = 0;
  Digest commitment{};  ///< nonce_commitment
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("model", self.model);
    visit("model file", self.model_file);
    visit("head", self.head);
    visit("first", self.first);
    visit("count", self.count);
    visit("samples", self.samples);
    visit("wrong", self.wrong);
    visit("missed", self.missed);
    visit("inputs", self.inputs);
    visit("stake", self.stake);
    visit("fee", self.fee);
    visit("accept by", self.accept_by);
    visit("reveal by", self.reveal_by);
    visit("disclose by", self.disclose_by);
    visit("prove by", self.prove_by);
    visit("commitment", self.commitment);
  }
};

/// The provider agrees, and has chosen his random bytes.
struct ContestAccepted {
  static constexpr uint16_t kKind = 2;
  static constexpr const char* kName = "acceptance";
  static constexpr uint32_t kAuthors = 1U << kProvider;
  Digest commitment{};
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("commitment", self.commitment);
  }
};

/// The contester's random bytes.
struct NonceRevealed {
  static constexpr uint16_t kKind = 3;
  static constexpr const char* kName = "reveal";
  static constexpr uint32_t kAuthors = 1U << kContester;
  Digest nonce{};
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("nonce", self.nonce);
  }
};

/// The provider's, and what is drawn by both.
struct ReceiptsDisclosed {
  static constexpr uint16_t kKind = 4;
  static constexpr const char* kName = "disclosure";
  static constexpr uint32_t kAuthors = 1U << kProvider;
  Digest nonce{};
  std::vector<Digest> records;  ///< objects: `.included` of each record drawn, in order
  std::vector<Digest> inputs;   ///< objects: codes of each answer's input, if they are shown
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit);
};

/// Proofs of all that were drawn, in their order.
struct AnswersProven {
  static constexpr uint16_t kKind = 5;
  static constexpr const char* kName = "proofs";
  static constexpr uint32_t kAuthors = 1U << kProvider;
  static constexpr uint64_t kMostEach = 1024;
  uint64_t each = 1;           ///< answers a proof; the last has the rest
  std::vector<Digest> proofs;  ///< objects
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit);
};

/// What the contester found: 0 if all is proven, else a ContestFault of the provider.
struct FaultClaimed {
  static constexpr uint16_t kKind = 6;
  static constexpr const char* kName = "claim";
  static constexpr uint32_t kAuthors = 1U << kContester;
  uint64_t fault = 0;
  uint64_t item = 0;  ///< which answer or record of those drawn
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("fault", self.fault);
    visit("item", self.item);
  }
};

/// At most so many answers are proven, so many records drawn.
constexpr uint64_t kMostContested = 4096;
constexpr uint64_t kMostDrawn = 16384;

template <class Self, class Visit>
void ReceiptsDisclosed::each_field(Self& self, Visit&& visit) {
  visit("nonce", self.nonce);
  visit("records", self.records, static_cast<uint32_t>(kMostDrawn));
  visit("inputs", self.inputs, static_cast<uint32_t>(kMostContested));
}

template <class Self, class Visit>
void AnswersProven::each_field(Self& self, Visit&& visit) {
  visit("each", self.each);
  visit("proofs", self.proofs, static_cast<uint32_t>(kMostContested));
}

[[nodiscard]] const ProtocolRules& contest_rules();
[[nodiscard]] const Workflow& contest_workflow();

/// What commits a party to its nonce.
[[nodiscard]] Digest nonce_commitment(const Session& session, ContestRole role,
                                      const Digest& nonce);

/// The seed of the choice, of both nonces and the tree head.
[[nodiscard]] Digest contest_seed(const Session& session, const ContestOpened& terms,
                                  const Digest& provider_nonce, const Digest& contester_nonce);

/// The context of a proof about the answers of these receipts (digests of the records).
[[nodiscard]] Digest contest_context(const Session& session, std::span<const Digest> receipts);

/// Whether a record of the log is an answer of the contested model.
[[nodiscard]] bool is_contested(const Record& record, const Digest& model);

/// The numbers of the records that are drawn, in order, as far as it is known which of them are
/// answers: `is_answer(number)` says it of each in turn. The choice ends with the terms' samples,
/// or when all records are drawn, or kMostDrawn.
template <class IsAnswer>
[[nodiscard]] std::vector<uint64_t> draw_records(const ContestOpened& terms, const Digest& seed,
                                                 const IsAnswer& is_answer) {
  RandomChoice choice(seed, terms.count);
  std::vector<uint64_t> drawn;
  for (uint64_t answers = 0;
       answers < terms.samples && drawn.size() < terms.count && drawn.size() < kMostDrawn;) {
    drawn.push_back(terms.first + choice.next());
    answers += is_answer(drawn.back()) ? 1 : 0;
  }
  return drawn;
}

}  // namespace vouch
