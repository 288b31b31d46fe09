#include "protocol/contest/contest_records.h"

#include <algorithm>

#include "base/hex.h"

namespace vouch {
namespace {

// Each is said once, in this order; the judge tells the time as often as he is asked.
class ContestWorkflow final : public Workflow {
 public:
  [[nodiscard]] const ProtocolRules& rules() const override { return contest_rules(); }

  [[nodiscard]] std::vector<Turn> due(std::span<const SignedRecord> said) const override {
    const auto terms = find_body<ContestOpened>(said);
    if (!terms) {
      return {{ContestOpened::kKind, kContester, "contest open", {}}};
    }
    std::vector<Turn> turns{{TimeTold::kKind, kJudge, "contest time", {}}};
    for (const Turn& step :
         {Turn{ContestAccepted::kKind, kProvider, "contest accept", terms->accept_by},
          Turn{NonceRevealed::kKind, kContester, "contest reveal", terms->reveal_by},
          Turn{ReceiptsDisclosed::kKind, kProvider, "contest disclose", terms->disclose_by},
          Turn{AnswersProven::kKind, kProvider, "contest prove", terms->prove_by},
          Turn{FaultClaimed::kKind, kContester, "contest verify", {}}}) {
      if (!was_said(said, step.kind)) {
        turns.insert(turns.begin(), step);
        break;
      }
    }
    return turns;
  }
  [[nodiscard]] bool is_aside(uint16_t kind) const override { return kind == TimeTold::kKind; }

 private:
  static bool was_said(std::span<const SignedRecord> said, uint16_t kind) {
    return std::ranges::any_of(
        said, [&](const SignedRecord& record) { return record.record().kind == kind; });
  }
};

}  // namespace

const ProtocolRules& contest_rules() {
  static const ProtocolRules rules{
      "contest",
      1,
      {"provider", "contester", "judge"},
      {rules_of<ContestOpened>(), rules_of<ContestAccepted>(), rules_of<NonceRevealed>(),
       rules_of<ReceiptsDisclosed>(), rules_of<AnswersProven>(), rules_of<FaultClaimed>(),
       rules_of<TimeTold>()}};
  return rules;
}

const Workflow& contest_workflow() {
  static const ContestWorkflow workflow;
  return workflow;
}

Digest nonce_commitment(const Session& session, ContestRole role, const Digest& nonce) {
  ByteWriter message;
  write_session(message, session);
  message.u8(role);
  message.raw(nonce);
  return labelled_digest("vouch contest nonce v1", message.bytes());
}

Digest contest_seed(const Session& session, const ContestOpened& terms,
                    const Digest& provider_nonce, const Digest& contester_nonce) {
  ByteWriter message;
  write_session(message, session);
  message.raw(terms.head);
  message.raw(provider_nonce);
  message.raw(contester_nonce);
  return labelled_digest("vouch contest seed v1", message.bytes());
}

Digest contest_context(const Session& session, std::span<const Digest> receipts) {
  ByteWriter all;
  for (const Digest& receipt : receipts) {
    all.raw(receipt);
  }
  return proof_context(
      session, "answers " + hex_text(labelled_digest("vouch contested answers v1", all.bytes())));
}

bool is_contested(const Record& record, const Digest& model) {
  return record.kind == Receipt::kKind && body_of<Receipt>(record.body).model == model;
}

}  // namespace vouch
