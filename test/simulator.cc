#include "simulator.h"

#include <algorithm>
#include <optional>

#include "argument/argument.h"
#include "base/check.h"
#include "circuit/pictures.h"
#include "field/kernels/kernels.h"
#include "field/random_scalar.h"
#include "group/msm.h"
#include "prove/generator_folding.h"
#include "verify/decode_rows.h"
#include "verify/examination.h"

namespace vouch::dense {
namespace {

Scalar form(const std::vector<Scalar>& a, const std::vector<Scalar>& b) {
  return kernels().inner_product(a.data(), b.data(), a.size());
}

// Both ends of the line at once: it draws what the verifier would ask and what the prover would
// say.
class Simulator final : public Channel, public FoldingProver {
 public:
  Simulator(unsigned kappa, const Generators& generators, SecretRandom& random)
      : Channel(Transcript("unused")), kappa_(kappa), generators_(generators), random_(random) {}

  // The ledger's messages are uniform group elements; nobody makes them.
  Point point(std::string_view /*label*/, const std::function<Point()>& make) override {
    const Point p = out_.z.empty() ? generators_.blind(random_scalar(random_)) : make();
    out_.messages.push_back(p.encode());
    return p;
  }
  Scalar scalar(std::string_view /*label*/, const std::function<Scalar()>& make) override {
    const Scalar x = make();
    out_.messages.push_back(x.bytes());
    return x;
  }
  Scalar challenge_except(std::string_view label,
                          const std::function<bool(const Scalar&)>& forbidden) override {
    Scalar x = random_scalar(random_);
    while (forbidden(x)) {
      x = random_scalar(random_);
    }
    out_.challenges.emplace_back(label, x);
    return x;
  }

  // f*, g*, h*.
  [[nodiscard]] Scalar value(const Linear& /*expression*/) const override {
    revealed_.push_back(revealed_.size() == 2 ? revealed_[0] * revealed_[1]
                                              : random_scalar(random_));
    return revealed_.back();
  }
  void products(const Ledger& /*ledger*/, std::span<Scalar> /*out*/) override {
    VOUCH_CHECK(false);  // a message of the ledger
  }
  void combine(const Ledger& ledger, const Opening& /*opening*/,
               std::span<const Scalar> /*message_weights*/,
               const Scalar& /*column_weight*/) override {
    out_.z.resize((size_t{1} << kappa_) + ledger.slots());
    random_scalars(random_, out_.z);
  }
  // Δ and τ are written when all else is known.
  Point mask() override {
    mask_at_ = out_.messages.size();
    return Point::identity();
  }
  Scalar mask_form(std::vector<Scalar> lambda) override {
    lambda_ = std::move(lambda);
    z_ = out_.z;
    z_.resize(lambda_.size());
    form_ = form(lambda_, z_);
    return Scalar::zero();
  }
  Scalar blinder(const Scalar& /*c*/) override { return out_.phi = random_scalar(random_); }

  void begin_folding(const Scalar& xi) override {
    xi_U_ = generators_.U().point().multiply_vartime(xi);
    folding_.emplace(
        generators_.G().first(out_.z.size()),
        folded_bits(kappa_, static_cast<uint32_t>(out_.z.size() - (size_t{1} << kappa_))));
  }
  std::pair<Point, Point> cross_terms() override {
    const size_t half = z_.size() / 2;
    auto [left, right] = folding_->cross_terms(z_);
    left += xi_U_.multiply_vartime(kernels().inner_product(z_.data(), lambda_.data() + half, half));
    right +=
        xi_U_.multiply_vartime(kernels().inner_product(z_.data() + half, lambda_.data(), half));
    return {left, right};
  }
  void fold(const Scalar& q) override {
    const size_t half = z_.size() / 2;
    for (size_t i = 0; i < half; ++i) {
      z_[i] += q * z_[half + i];
      lambda_[i] = q * lambda_[i] + lambda_[half + i];
    }
    z_.resize(half);
    lambda_.resize(half);
    folding_->fold(q);
  }
  std::array<Scalar, kFoldedEntries> folded() override { return {z_[0], z_[1], z_[2], z_[3]}; }

  Simulated finish(const Argument& argument, const Ledger& ledger, Folding folding) {
    folding.tau = form_ - folding.c * folding.y;
    Scalar all = Scalar::one();  // Δ's coefficient
    for (const Folding::Round& round : folding.rounds) {
      all *= round.q;
    }
    const Equation without = argument.equation(ledger, folding);
    std::vector<Scalar> scalars(without.scalars);
    std::vector<Point> points(without.points);
    scalars.insert(scalars.end(), {without.h, without.u});
    points.insert(points.end(), {generators_.H().point(), generators_.U().point()});
    const Point sum =
        msm_vartime(without.generators, generators_.G().first(without.generators.size())) +
        msm_vartime(scalars, points);
    out_.messages[mask_at_] = (-sum.multiply_vartime(all.inverse())).encode();
    out_.messages[mask_at_ + 1] = folding.tau.bytes();
    return std::move(out_);
  }

 private:
  unsigned kappa_;
  const Generators& generators_;
  SecretRandom& random_;
  Simulated out_;
  mutable std::vector<Scalar> revealed_;
  size_t mask_at_ = 0;
  std::vector<Scalar> z_;
  std::vector<Scalar> lambda_;
  Scalar form_;
  Point xi_U_;
  std::optional<GeneratorFolding> folding_;
};

}  // namespace

Point ProgrammedReader::point(std::string_view label, const std::function<Point()>& make) {
  return reader_.point(label, make);
}

Scalar ProgrammedReader::scalar(std::string_view label, const std::function<Scalar()>& make) {
  return reader_.scalar(label, make);
}

Scalar ProgrammedReader::challenge_except(std::string_view label,
                                          const std::function<bool(const Scalar&)>& forbidden) {
  if (next_ >= answers_.size() || answers_[next_].first != label ||
      forbidden(answers_[next_].second)) {
    answers_fit_ = false;
    return Scalar::from_u64(uint64_t{1} << 40);  // never forbidden
  }
  return answers_[next_++].second;
}

bool ProgrammedReader::fits() const {
  return reader_.fault().empty() && reader_.finished() && answers_fit_ && next_ == answers_.size();
}

Simulated simulate(Argument& argument, const Generators& generators, SecretRandom& random) {
  Simulator simulator(argument.max_kappa(), generators, random);
  Ledger ledger(simulator, nullptr);
  Folding folding = argument.run(ledger, &simulator);
  return simulator.finish(argument, ledger, std::move(folding));
}

Verdict judge_messages(Argument& argument, const Rows& messages, const Challenges& challenges,
                       const Generators& generators) {
  ProgrammedReader reader(messages, challenges);
  Ledger ledger(reader, nullptr);
  const Folding folding = argument.run(ledger, nullptr);
  if (!reader.fits()) {
    return {Reason::kDecoding, "messages or challenges do not fit the script"};
  }
  if (!folding.products_hold) {
    return {Reason::kProduct, "a product is false"};
  }
  if (!holds_vartime(argument.equation(ledger, folding), generators)) {
    return {Reason::kLinearForm, "the final equation is false"};
  }
  return {};
}

std::unique_ptr<Inference> Inference::of(const VerifierModel& model, const Proof& proof) {
  Circuit circuit = with_pictures(model.circuit, proof.shape.pictures);
  Columns columns(circuit, proof.shape.kappa, proof.predicate);
  std::unique_ptr<Inference> out(new Inference(std::move(circuit), std::move(columns)));
  out->groups = proof.shape.groups;
  out->output = proof.output;
  out->predicate = proof.predicate;
  for (const Column column : kAllColumns) {
    CommittedColumn& c = out->committed[static_cast<size_t>(column)];
    c.present = out->columns.layout(column).present_rows(out->columns.kappa(column));
    if (column == Column::kW || column == Column::kB) {
      c.rows = column == Column::kW ? model.weights : model.biases;
      continue;
    }
    const Rows& rows = column == Column::kX   ? proof.x
                       : column == Column::kE ? proof.e
                       : column == Column::kL ? proof.l
                       : column == Column::kM ? proof.m
                       : column == Column::kY ? proof.y
                                              : proof.input;
    auto points = decode_points(rows);
    if (!points || points->size() != present_row_count(out->columns, column)) {
      return nullptr;
    }
    c.rows = std::move(*points);
  }
  return out;
}

Folding Inference::run(Ledger& ledger, FoldingProver* prover) {
  const OutputStatement statement{output, predicate ? &*predicate : nullptr};
  opening = argue(ledger, circuit, columns, groups, statement, nullptr);
  return argue_folding(ledger, opening, columns.max_kappa(), prover);
}

Equation Inference::equation(const Ledger& ledger, const Folding& folding) const {
  return final_equation(ledger, columns.shapes(),
                        {static_cast<size_t>(Column::kW), static_cast<size_t>(Column::kB)}, opening,
                        folding, committed);
}

Heard hear(const VerifierModel& model, const Proof& proof) {
  Transcript transcript =
      begin_transcript({&model.commitment, proof.shape, proof.input, proof.input_public,
                        proof.salts, proof.context, proof.output, proof.predicate});
  absorb_rows(transcript, Column::kX, proof.x);
  absorb_rows(transcript, Column::kE, proof.e);
  absorb_rows(transcript, Column::kL, proof.l);
  absorb_rows(transcript, Column::kM, proof.m);
  if (proof.predicate) {
    absorb_rows(transcript, Column::kY, proof.y);
  }
  ProofReader reader(transcript, proof.messages);
  Listener listener(reader);
  const auto argument = Inference::of(model, proof);
  VOUCH_CHECK(argument != nullptr);
  Ledger ledger(listener, nullptr);
  (void)argument->run(ledger, nullptr);
  return {std::move(listener.messages), std::move(listener.challenges)};
}

SimulatedProof simulate_proof(const VerifierModel& model, const Statement& statement,
                              const Generators& generators, SecretRandom& random) {
  SimulatedProof out;
  Proof& p = out.proof;
  p.model = model.identity;
  p.shape = statement.shape;
  p.input_public = statement.input_public;
  p.salts = statement.salts;
  p.context = statement.context;
  p.output = statement.output;
  p.predicate = statement.predicate;
  p.input = statement.input;
  const Columns columns(with_pictures(model.circuit, p.shape.pictures), p.shape.kappa, p.predicate);
  const auto rows = [&](Column column) {
    Rows drawn(present_row_count(columns, column));
    for (Encoding& row : drawn) {
      row = generators.blind(random_scalar(random)).encode();
    }
    return drawn;
  };
  p.x = rows(Column::kX);
  p.e = rows(Column::kE);
  p.l = rows(Column::kL);
  p.m = rows(Column::kM);
  p.y = rows(Column::kY);
  const auto argument = Inference::of(model, p);
  VOUCH_CHECK(argument != nullptr);
  out.simulated = simulate(*argument, generators, random);
  p.messages = out.simulated.messages;
  return out;
}

Verdict verify_programmed(const VerifierModel& model, ByteSpan proof, const Challenges& challenges,
                          const Expectation& expectation, const Generators& generators) {
  const auto decoded = decode_proof(proof);
  if (!decoded.ok()) {
    return {Reason::kDecoding, decoded.error().message};
  }
  const auto argument = Inference::of(model, decoded.value());
  if (argument == nullptr) {
    return {Reason::kDecoding, "a row is not a group element"};
  }
  Verdict verdict = judge_messages(*argument, decoded.value().messages, challenges, generators);
  if (verdict.accepted()) {
    verdict = check_expectation(model, decoded.value(), {}, expectation);
  }
  SecretRandom random = SecretRandom::from_system(proof, {});
  const auto inputs = input_check(model, decoded.value(), {}, expectation, random);
  if (verdict.accepted() && inputs &&
      !(inputs->value_vartime(*decode_rows(decoded.value().input), generators) ==
        Point::identity())) {
    verdict = {Reason::kStatement, "the proof is about another input"};
  }
  return verdict;
}

}  // namespace vouch::dense
