#include "protocol/contest/answer_proofs.h"

#include <algorithm>
#include <set>

#include "base/parallel.h"
#include "verify/batch.h"

namespace vouch {
namespace {

// The answers of one proof.
struct Part {
  uint64_t first = 0;
  std::span<const DrawnAnswer> answers;
  Digest object{};
  Bytes file;
  Expectation expectation;
};

class ProofCheck {
 public:
  ProofCheck(const Session& session, const ContestOpened& terms, const VerifierModel& model,
             std::span<const DrawnAnswer> answers, std::span<const Digest> inputs,
             const Bundle& bundle)
      : session_(session),
        terms_(terms),
        model_(model),
        answers_(answers),
        inputs_(inputs),
        bundle_(bundle) {}

  Result<std::vector<AnswerFault>> run(const AnswersProven& proven) {
    const uint64_t each = proven.each;
    if (each == 0 || each > AnswersProven::kMostEach ||
        proven.proofs.size() != (answers_.size() + each - 1) / each) {
      fail(ContestFault::kMissingProof, 0, "there are not as many proofs as the answers need", {});
      return std::move(faults_);
    }
    for (size_t i = 0; i < proven.proofs.size(); ++i) {
      const uint64_t first = i * each;
      add_part(first, answers_.subspan(first, std::min<uint64_t>(each, answers_.size() - first)),
               proven.proofs[i]);
      if (parts_.size() == kProofGroup) {
        VOUCH_TRY(verify_parts());
      }
    }
    VOUCH_TRY(verify_parts());
    std::ranges::stable_sort(faults_, {}, &AnswerFault::item);
    return std::move(faults_);
  }

 private:
  void fail(ContestFault fault, uint64_t item, std::string detail, const Digest& object) {
    faults_.push_back({fault, item, std::move(detail), object, false});
  }
  void fail_absent(ContestFault fault, uint64_t item, const Error& error, const Digest& object) {
    faults_.push_back({fault, item, error.message, object, true});
  }

  // Keeps what can be verified.
  void add_part(uint64_t first, std::span<const DrawnAnswer> answers, const Digest& object) {
    if (!named_.insert(object).second) {  // a proof is about one part; no need to read it again
      fail(ContestFault::kOtherContext, first, "it is named as that of other answers, too", object);
      return;
    }
    auto file = get(bundle_, proof_object(object));
    if (!file.ok()) {
      fail_absent(ContestFault::kMissingProof, first, file.error(), object);
      return;
    }
    const auto proof = decode_proof(file.value());
    if (!proof.ok()) {
      fail(ContestFault::kInvalidProof, first, proof.error().message, object);
      return;
    }
    std::vector<Digest> receipts;
    std::ranges::transform(answers, std::back_inserter(receipts), &DrawnAnswer::record);
    const Digest context = contest_context(session_, receipts);
    if (!std::ranges::equal(proof.value().context, context)) {
      fail(ContestFault::kOtherContext, first, "", object);
      return;
    }
    parts_.push_back({first, answers, object, std::move(file).value(), {}});
  }

  // And drops them.
  Result<void> verify_parts() {
    size_t needed = generators_needed(model_);
    for (const Part& part : parts_) {
      needed = std::max(needed, generators_needed(model_, part.file));
    }
    VOUCH_ASSIGN(const Generators generators, Generators::load(needed, parallel_for));
    std::vector<BatchItem> items;
    for (const Part& part : parts_) {
      items.push_back({&model_, part.file, &part.expectation});
    }
    const std::vector<Verification> results = verify_batch(items, generators, parallel_for);
    for (size_t i = 0; i < parts_.size(); ++i) {
      settle(parts_[i], results[i], generators);
    }
    parts_.clear();
    return {};
  }

  void settle(const Part& part, const Verification& result, const Generators& generators) {
    if (!result.verdict.accepted()) {
      fail(ContestFault::kInvalidProof, part.first,
           std::string(reason_name(result.verdict.reason)) + ": " + result.verdict.detail,
           part.object);
      return;
    }
    const Claim& claim = *result.claim;
    if (claim.inputs.size() != part.answers.size()) {
      fail(ContestFault::kMissingProof, part.first,
           "it is about " + std::to_string(claim.inputs.size()) + " answers, not " +
               std::to_string(part.answers.size()),
           part.object);
      return;
    }
    if (claim.outputs.size() != part.answers.size()) {
      fail(ContestFault::kInvalidProof, part.first, "it hides its output", part.object);
      return;
    }
    const Proof proof = decode_proof(part.file).value();
    for (size_t i = 0; i < part.answers.size(); ++i) {
      settle_answer(part, proof, claim, i, generators);
    }
  }

  void settle_answer(const Part& part, const Proof& proof, const Claim& claim, size_t i,
                     const Generators& generators) {
    const Receipt& receipt = part.answers[i].receipt;
    if (claim.inputs[i] != receipt.input) {
      fail(ContestFault::kOtherInput, part.first + i, "", part.object);
    } else if (claim.outputs[i] != receipt.output) {
      fail(ContestFault::kWrongOutput, part.first + i, "", part.object);
    } else if (terms_.inputs != 0) {
      check_input(part, proof, i, generators);
    }
  }

  // That the input that is shown is the one that was committed to.
  void check_input(const Part& part, const Proof& proof, size_t i, const Generators& generators) {
    const Digest& object = inputs_[part.first + i];
    const auto codes = get(bundle_, input_object(object));
    if (!codes.ok()) {
      fail_absent(ContestFault::kMissingInput, part.first + i, codes.error(), object);
    } else if (!proof.input_public) {
      fail(ContestFault::kOtherInput, part.first + i, "the proof hides its input", part.object);
    } else if (codes.value().size() != model_.circuit.input().shape.elements() ||
               input_identity(commit_input_vartime(model_.circuit, model_.columns, codes.value(),
                                                   proof.salts[i], generators)) !=
                   part.answers[i].receipt.input) {
      fail(ContestFault::kOtherInput, part.first + i, "what is shown is not what was committed to",
           object);
    }
  }

  const Session& session_;
  const ContestOpened& terms_;
  const VerifierModel& model_;
  std::span<const DrawnAnswer> answers_;
  std::span<const Digest> inputs_;
  const Bundle& bundle_;
  std::set<Digest> named_;
  std::vector<Part> parts_;
  std::vector<AnswerFault> faults_;
};

}  // namespace

Result<std::vector<AnswerFault>> check_answer_proofs(
    const Session& session, const ContestOpened& terms, const VerifierModel& model,
    std::span<const DrawnAnswer> answers, std::span<const Digest> inputs,
    const AnswersProven& proven, const Bundle& bundle) {
  return ProofCheck(session, terms, model, answers, inputs, bundle).run(proven);
}

}  // namespace vouch
