#include "protocol/contest/contest_work.h"

#include <algorithm>

#include "base/hex.h"
#include "base/parallel.h"
#include "base/secret.h"
#include "circuit/pictures.h"
#include "protocol/nonce.h"
#include "prove/batches.h"

namespace vouch {
namespace {

// Bodies that the provider's turn depends on.
struct Said {
  ContestOpened terms;
  NonceRevealed revealed;
};

Result<Said> said_before(const Participant& provider) {
  const auto terms = find_body<ContestOpened>(provider.records());
  const auto revealed = find_body<NonceRevealed>(provider.records());
  if (!terms || !revealed) {
    return Error{"the contester has not revealed yet"};
  }
  return Said{*terms, *revealed};
}

Result<Answered> answer_of(const SessionStore& log, const Receipt& receipt) {
  VOUCH_ASSIGN(std::optional<Answered> answered, answered_request(log, receipt.request));
  if (!answered) {
    return Error{"the log keeps no input of a receipt that is drawn"};
  }
  return std::move(*answered);
}

Result<Digest> put_included(const Bundle& bundle, const SessionStore& log, const SignedRecord& head,
                            uint64_t number) {
  VOUCH_ASSIGN(const InclusionProof proof, prove_included(log, number, head));
  return bundle.put(encode_inclusion(proof));
}

Result<SignedRecord> own_head(const Bundle& bundle, const SessionStore& log,
                              const ContestOpened& terms) {
  VOUCH_ASSIGN(const Bytes file, get(bundle, head_object(terms)));
  return own_tree_head(log, file);
}

// Proves one batch after the other.
class AnswerProver {
 public:
  AnswerProver(Participant& provider, const SessionStore& log, const ProverModel& model,
               const ContestProving& how, const ContestOpened& terms,
               std::vector<DrawnAnswer> answers)
      : provider_(provider),
        log_(log),
        model_(model),
        how_(how),
        hide_inputs_(terms.inputs == 0),
        answers_(std::move(answers)) {}

  Result<ProvenAnswers> run() {
    ProvenAnswers made;
    VOUCH_ASSIGN(made.said.each, answers_a_proof());
    const size_t proofs = (answers_.size() + made.said.each - 1) / made.said.each;
    for (size_t i = 0; i < proofs; ++i) {
      const size_t first = i * made.said.each;
      const std::span<const DrawnAnswer> part = std::span(answers_).subspan(
          first, std::min<size_t>(made.said.each, answers_.size() - first));
      VOUCH_ASSIGN(const Digest object, proof_of(part));
      made.said.proofs.push_back(object);
      VOUCH_TRY(compare(part, first, object, made.wrong));
      how_.progress(i + 1, proofs);
    }
    return made;
  }

 private:
  // As many as were planned first, with whatever memory: a rerun makes the same proofs.
  Result<uint64_t> answers_a_proof() {
    if (answers_.empty()) {
      return 1;
    }
    VOUCH_ASSIGN(const Bytes kept, provider_.store().kept("answers a proof"));
    if (!kept.empty()) {
      return ByteReader(kept).u64();
    }
    VOUCH_ASSIGN(const std::vector<uint16_t> batches,
                 plan_batches(model_.circuit(), how_.profile, answers_.size(), how_.memory));
    const uint64_t most = std::ranges::max(batches);  // they differ by one at most
    ByteWriter each;
    each.u64(most);
    VOUCH_TRY(provider_.store().keep("answers a proof", each.bytes()));
    return most;
  }

  Result<Digest> proof_of(std::span<const DrawnAnswer> part) {
    const Digest context = context_of(part);
    const std::string name = "proof " + hex_text(context);
    VOUCH_ASSIGN(const Bytes kept, provider_.store().kept(name));
    if (Digest made{}; kept.size() == made.size()) {
      std::ranges::copy(kept, made.begin());
      if (get(provider_.bundle(), proof_object(made)).ok()) {
        return made;
      }
    }
    VOUCH_ASSIGN(const Bytes proof, prove_part(part, context));
    VOUCH_ASSIGN(const Digest object, provider_.bundle().put(proof));
    VOUCH_TRY(provider_.store().keep(name, object));
    return object;
  }

  [[nodiscard]] Digest context_of(std::span<const DrawnAnswer> part) const {
    std::vector<Digest> receipts;
    std::ranges::transform(part, std::back_inserter(receipts), &DrawnAnswer::record);
    return contest_context(provider_.session(), receipts);
  }

  Result<Bytes> prove_part(std::span<const DrawnAnswer> part, const Digest& context) {
    ProveOptions options;
    options.shape =
        choose_shape(model_.circuit(), how_.profile, static_cast<uint16_t>(part.size()));
    options.hide_input = hide_inputs_;
    options.context.assign(context.begin(), context.end());
    std::vector<Bytes> inputs;
    for (const DrawnAnswer& drawn : part) {
      VOUCH_ASSIGN(Answered answered, answer_of(log_, drawn.receipt));
      inputs.push_back(std::move(answered.codes));
      options.salts.push_back(answered.salt);
    }
    const WipedAtEnd inputs_wiped(inputs);
    const WipedAtEnd salts_wiped(options.salts);
    VOUCH_ASSIGN(const size_t needed, generators_needed(model_.circuit(), options.shape));
    VOUCH_ASSIGN(const Generators generators, Generators::load(needed, parallel_for));
    VOUCH_ASSIGN(ProveResult result, prove(model_, inputs, options, generators));
    const WipedAtEnd result_wiped(result.salts);
    return encode_proof(result.proof);
  }

  Result<void> compare(std::span<const DrawnAnswer> part, size_t first, const Digest& object,
                       std::vector<uint64_t>& wrong) const {
    VOUCH_ASSIGN(const Bytes file, get(provider_.bundle(), proof_object(object)));
    VOUCH_ASSIGN(const Proof proof, decode_proof(file));
    const std::vector<Bytes> outputs =
        split_pictures(model_.circuit().output_tensor().shape, proof.output);
    for (size_t i = 0; i < part.size(); ++i) {
      if (outputs.at(i) != part[i].receipt.output) {
        wrong.push_back(first + i);
      }
    }
    return {};
  }

  Participant& provider_;
  const SessionStore& log_;
  const ProverModel& model_;
  const ContestProving& how_;
  bool hide_inputs_;
  std::vector<DrawnAnswer> answers_;
};

}  // namespace

Result<ReceiptsDisclosed> disclose_drawn(Participant& provider, const SessionStore& log) {
  VOUCH_ASSIGN(const Said said, said_before(provider));
  VOUCH_ASSIGN(const SignedRecord head, own_head(provider.bundle(), log, said.terms));
  ReceiptsDisclosed disclosed;
  VOUCH_ASSIGN(disclosed.nonce, own_nonce(provider.store()));
  const Digest seed =
      contest_seed(provider.session(), said.terms, disclosed.nonce, said.revealed.nonce);
  Result<void> outcome;
  std::vector<Receipt> answers;
  const std::vector<uint64_t> drawn = draw_records(said.terms, seed, [&](uint64_t number) {
    const auto record = log.record(log.self(), number);
    if (!record.ok()) {
      outcome = record.error();
      return true;
    }
    const bool contested = is_contested(record.value().record(), said.terms.model);
    if (contested) {
      answers.push_back(body_of<Receipt>(record.value().record().body));
    }
    return contested;
  });
  VOUCH_TRY(outcome);
  for (const uint64_t number : drawn) {
    VOUCH_ASSIGN(const Digest object, put_included(provider.bundle(), log, head, number));
    disclosed.records.push_back(object);
  }
  for (size_t i = 0; said.terms.inputs != 0 && i < answers.size(); ++i) {
    VOUCH_ASSIGN(const Answered answered, answer_of(log, answers[i]));
    VOUCH_ASSIGN(const Digest object, provider.bundle().put(answered.codes));
    disclosed.inputs.push_back(object);
  }
  return disclosed;
}

Result<ProvenAnswers> prove_drawn(Participant& provider, const SessionStore& log,
                                  const ProverModel& model, const ContestProving& how) {
  VOUCH_ASSIGN(const Said said, said_before(provider));
  const auto disclosed = find_body<ReceiptsDisclosed>(provider.records());
  if (!disclosed) {
    return Error{"what is drawn has not been disclosed yet"};
  }
  if (model.identity() != said.terms.model) {
    return Error{"the contest is about another model"};
  }
  const Digest seed =
      contest_seed(provider.session(), said.terms, disclosed->nonce, said.revealed.nonce);
  DrawnAnswers drawn =
      read_drawn_answers(provider.session(), said.terms, seed, *disclosed, provider.bundle());
  if (drawn.fault != ContestFault::kNone) {
    return Error{"what was disclosed: " + drawn.detail};
  }
  return AnswerProver(provider, log, model, how, said.terms, std::move(drawn.answers)).run();
}

}  // namespace vouch
