#include "dense/dense_prover.h"

#include <algorithm>

#include "base/check.h"
#include "circuit/pictures.h"
#include "dense/audit.h"
#include "dense/hidden.h"
#include "dense/opening.h"
#include "field/random_scalar.h"

namespace vouch::dense {
namespace {

SecretRandom random_of(uint8_t purpose, uint8_t seed) {
  return SecretRandom(std::array<uint8_t, SecretRandom::kSeedBytes>{purpose, seed});
}

// What the present rows of a column hold.
std::vector<Held> rows_of(const Columns& columns, Column column, const std::vector<Scalar>& values,
                          const std::function<Scalar(uint32_t row)>& blinder) {
  const unsigned kappa = columns.kappa(column);
  const auto present = columns.layout(column).present_rows(kappa);
  std::vector<Held> rows;
  for (uint32_t row = 0; row < present.size(); ++row) {
    Held held;
    for (size_t i = 0; i < size_t{1} << kappa; ++i) {
      const Scalar& x = values[(size_t{row} << kappa) + i];
      VOUCH_CHECK(present[row] || x.is_zero());
      if (!x.is_zero()) {
        held.values[i] = x;
      }
    }
    if (present[row]) {
      held.blinder = blinder(row);
      rows.push_back(std::move(held));
    }
  }
  return rows;
}

Rows encode_rows(const std::vector<Held>& rows, const Generators& generators) {
  Rows out;
  for (const Held& row : rows) {
    out.push_back(row.commit(generators).encode());
  }
  return out;
}

}  // namespace

DenseModel::DenseModel(Circuit c, Weights w, const ProofShape& s, const Generators& generators,
                       const std::function<void(DenseWitness&)>& edit,
                       const std::optional<Predicate>& p)
    : circuit(with_pictures(c, s.pictures)),
      weights(std::move(w)),
      shape(s),
      predicate(p),
      columns(circuit, shape.kappa, predicate) {
  VOUCH_CHECK(validate(circuit).ok());
  SecretRandom random = random_of(1, 0);
  DenseWitness witness = with_model(columns, weights);
  if (edit) {
    edit(witness);
  }
  commitment.circuit = encode_circuit(c);
  for (const Column column : {Column::kW, Column::kB}) {
    auto& own = rows[static_cast<size_t>(column)];
    own =
        rows_of(columns, column, witness[column], [&](uint32_t) { return random_scalar(random); });
    (column == Column::kW ? commitment.weights : commitment.biases) = encode_rows(own, generators);
  }
}

Scalar explained_at(const DenseModel& model, const DenseWitness& w, std::span<const Scalar> r) {
  const Units units = units_of(model.circuit);
  Scalar sum =
      units.code * evaluate_at(w[Column::kX], r) + units.error * evaluate_at(w[Column::kE], r);
  if (model.circuit.exact()) {
    sum += evaluate_at(w[Column::kL], r);
  }
  return sum;
}

Bytes output_of(const Columns& columns, const DenseWitness& witness) {
  Bytes out;
  const Brick& brick = columns.layout(Column::kX).bricks().back();
  for (const Element& e : elements_of(brick.extents)) {
    out.push_back(static_cast<uint8_t>(integer_of(witness[Column::kX][slot_of(brick, e)])));
  }
  return out;
}

namespace {

// The provers of one proof; they stay until the claims have been looked at.
class DenseProvers final : public ArgumentProver {
 public:
  DenseProvers(const DenseModel& model, Forgery& forgery) : model_(model), forgery_(forgery) {}

  LookupProver& lookups(const LookupChallenges& challenges) override {
    challenges_ = challenges;
    Leaves leaves = leaves_of(model_.circuit, model_.columns, forgery_.looked_up, challenges);
    if (forgery_.leaves) {
      forgery_.leaves(leaves, challenges);
    }
    lookups_.emplace(lookup_shape(model_.columns), leaves, forgery_.lookup_lie);
    forgery_.lookups_at_work = &*lookups_;
    return *lookups_;
  }

  BilinearProver& bilinear() override {
    bilinear_.emplace(forgery_.multiplied_circuit, model_.columns, forgery_.multiplied,
                      forgery_.bilinear,
                      [this](std::span<const Scalar> r) { return needed_products(r); });
    return *bilinear_;
  }

  OpeningProver& opening() override {
    opening_.emplace(model_.columns.shapes(), forgery_.committed.columns, forgery_.opening_lie);
    opening_->on_challenge = forgery_.opening_challenge;
    return *opening_;
  }

  [[nodiscard]] bool claims_cancel() const { return bilinear_->cancels(); }

  // All up to the opening's rounds.
  [[nodiscard]] Challenges challenges() const {
    Challenges out{{"lookup alpha", challenges_.alpha}, {"lookup gamma", challenges_.gamma}};
    out.insert(out.end(), lookups_->challenges().begin(), lookups_->challenges().end());
    out.emplace_back("bilinear products", bilinear_->zeta());
    for (const Scalar& x : bilinear_->rho()) {
      out.emplace_back("bilinear round", x);
    }
    const Functional& X = opening_->functionals()[static_cast<size_t>(Column::kX)];
    // X's evaluations are those of claims C and R, with a power of η and the next one, times c_X.
    const Scalar unit = units_of(model_.circuit).code;
    if (X.evaluations.size() == 2) {
      out.emplace_back("opening eta",
                       X.evaluations[1].scale * (X.evaluations[0].scale * unit).inverse());
    }
    if (!model_.predicate) {
      const BrickTerm& output = X.bricks.back();
      const Scalar& first = output.axes[0][0];  // a power of η, times eq(δ, 0)
      out.emplace_back("output delta", output.axes[0][1] * first.inverse());
    }
    return out;
  }

  [[nodiscard]] ClaimsMade claims() const {
    const auto& L = opening_->functionals()[static_cast<size_t>(Column::kL)].evaluations;
    VOUCH_CHECK(L.size() == (model_.circuit.exact() ? 2 : 0));
    const auto& D = opening_->functionals()[static_cast<size_t>(Column::kD)].evaluations;
    const auto& m = opening_->functionals()[static_cast<size_t>(Column::kM)].evaluations;
    VOUCH_CHECK(D.size() == 1 && m.size() == 1);
    return {challenges_,
            bilinear_->r(),
            bilinear_->rho(),
            L.empty() ? std::vector<Scalar>{} : L[1].point,
            D[0].point,
            {},
            m[0].point,
            {lookups_->last_children(Tree::kMain), lookups_->last_children(Tree::kLow),
             lookups_->last_children(Tree::kInput), lookups_->last_children(Tree::kPredicate),
             lookups_->last_children(Tree::kTable)},
            bilinear_->zeta(),
            {},
            {},
            {}};
  }

 private:
  // B + Σ w_j·S_j = (c_X·X̃ + c_E·Ẽ + L̃)(r) − bias(r) − c_U·(Q_U(r) − α + γ²·range)
  Scalar needed_products(std::span<const Scalar> r) const {
    const DenseWitness& w = forgery_.committed;
    return explained_at(model_, w, r) - bias_at(model_.columns, w, r) -
           units_of(model_.circuit).limb *
               (lookups_->last_children(Tree::kMain)[3] - challenges_.shifted(kRangeTag));
  }

  const DenseModel& model_;
  Forgery& forgery_;
  LookupChallenges challenges_;
  std::optional<DenseLookups> lookups_;
  std::optional<DenseBilinear> bilinear_;
  std::optional<DenseOpening> opening_;
};

class DenseProofMaker {
 public:
  DenseProofMaker(const DenseModel& model, Forgery& forgery, const Generators& generators,
                  uint8_t seed)
      : model_(model), forgery_(forgery), generators_(generators), random_(random_of(2, seed)) {}

  DenseProof run() {
    draw_salts();
    commit_columns();
    Proof& p = out_.proof;
    p.model = model_identity(out_.model);
    p.input_public = forgery_.input_public;
    p.shape = model_.shape;
    if (p.input_public) {
      p.salts = out_.salts;
    }
    p.context = forgery_.context;
    p.predicate = model_.predicate;
    p.output = forgery_.output.empty() ? statement_of_output() : forgery_.output;
    argue_all(absorb_statement());
    if (forgery_.afterwards) {
      forgery_.afterwards(p, out_.model);
      p.model = model_identity(out_.model);
    }
    return std::move(out_);
  }

 private:
  Rows& written(Column column) {
    Proof& p = out_.proof;
    return column == Column::kX   ? p.x
           : column == Column::kE ? p.e
           : column == Column::kL ? p.l
           : column == Column::kM ? p.m
           : column == Column::kY ? p.y
                                  : p.input;
  }

  [[nodiscard]] Bytes statement_of_output() const {
    return model_.predicate ? result_of(model_, forgery_.committed)
                            : output_of(model_.columns, forgery_.committed);
  }

  void draw_salts() {
    const auto draw = [&](std::vector<Salt>& salts) {
      salts.resize(model_.shape.pictures);
      for (Salt& salt : salts) {
        random_.fill(salt);
      }
    };
    draw(out_.salts);
    if (!model_.predicate) {
      return;
    }
    draw(out_.prediction_salts);
    draw(label_salts_);
    if (!forgery_.label_salts.empty()) {
      label_salts_ = forgery_.label_salts;
    }
  }

  // Rows of inputs, predictions and labels have salted blinders.
  Scalar blinder_of(Column column, uint32_t row) {
    if (column == Column::kD) {
      const Brick& brick = model_.columns.layout(column).bricks()[0];
      const auto rows =
          static_cast<uint32_t>((brick.extents[0] / model_.shape.pictures << brick.height) >>
                                model_.columns.kappa(column));
      return input_blinder(out_.salts[row / rows], row % rows);
    }
    if (column == Column::kY && model_.predicate->ranks()) {
      const uint32_t rows = rows_of_classes(model_.columns);
      const uint32_t input = row / rows;
      const uint32_t inputs = model_.shape.pictures;
      if (input < inputs) {
        return prediction_blinder(out_.prediction_salts[input], row % rows);
      }
      if (input < 2 * inputs && model_.predicate->commits_labels()) {
        return label_blinder(label_salts_[input - inputs], row % rows);
      }
    }
    return random_scalar(random_);
  }

  void commit_columns() {
    rows_ = model_.rows;
    out_.model = model_.commitment;
    if (forgery_.row) {
      change_rows_of_model();
    }
    for (const Column column :
         {Column::kD, Column::kX, Column::kE, Column::kL, Column::kM, Column::kY}) {
      auto& rows = rows_[static_cast<size_t>(column)];
      rows = rows_of(model_.columns, column, forgery_.committed[column],
                     [&](uint32_t row) { return blinder_of(column, row); });
      for (size_t i = 0; forgery_.row && i < rows.size(); ++i) {
        forgery_.row(column, i, rows[i]);
      }
      written(column) = encode_rows(rows, generators_);
      for (size_t i = 0; forgery_.row_encoding && i < rows.size(); ++i) {
        forgery_.row_encoding(column, i, written(column)[i]);
      }
    }
    out_.rows_of_y = rows_[static_cast<size_t>(Column::kY)];
  }

  void change_rows_of_model() {
    for (const Column column : {Column::kW, Column::kB}) {
      auto& rows = rows_[static_cast<size_t>(column)];
      for (size_t i = 0; i < rows.size(); ++i) {
        forgery_.row(column, i, rows[i]);
      }
      (column == Column::kW ? out_.model.weights : out_.model.biases) =
          encode_rows(rows, generators_);
    }
  }

  Transcript absorb_statement() {
    const Proof& p = out_.proof;
    ModelCommitment model = out_.model;
    Statement statement{&model,  p.shape,   p.input,  p.input_public,
                        p.salts, p.context, p.output, p.predicate};
    if (forgery_.absorbed) {
      forgery_.absorbed(statement, model);
    }
    Transcript transcript = begin_transcript(statement);
    std::vector<Column> columns{Column::kX, Column::kE, Column::kL, Column::kM};
    if (statement.predicate) {
      columns.push_back(Column::kY);
    }
    for (const Column column : columns) {
      Rows rows = written(column);
      if (forgery_.absorbed_rows) {
        forgery_.absorbed_rows(column, rows);
      }
      absorb_rows(transcript, column, rows);
    }
    return transcript;
  }

  void argue_all(const Transcript& transcript) {
    DenseChannel channel(transcript, forgery_.channel);
    DenseLedger secrets(model_.columns.shapes(), rows_, generators_, random_.fork(),
                        forgery_.ledger);
    forgery_.at_work = &secrets;
    Ledger ledger(channel, &secrets);
    DenseProvers provers(model_, forgery_);
    const Predicate* predicate = model_.predicate ? &*model_.predicate : nullptr;
    const Opening opening = argue(ledger, model_.circuit, model_.columns, model_.shape.groups,
                                  {out_.proof.output, predicate}, &provers);
    const Folding folding = argue_folding(ledger, opening, model_.columns.max_kappa(), &secrets);
    out_.challenges = provers.challenges();
    for (const char* label : {"predicate inputs", "predicate members"}) {
      if (const auto drawn = channel.drawn().find(label); drawn != channel.drawn().end()) {
        for (const Scalar& x : drawn->second) {
          out_.challenges.emplace_back(label, x);
        }
      }
    }
    note_challenges(secrets, opening, folding);
    out_.opening = opening;
    out_.folding = folding;
    out_.revealed = secrets.revealed();
    out_.form = secrets.form();
    out_.form_error = secrets.form_value() - folding.y;
    out_.ledger = ledger.messages();
    out_.requirements = ledger.requirements().size();
    out_.proof.messages = channel.messages();
    out_.labels = channel.labels();
    out_.scalars = channel.scalars();
    audit_ledger(ledger, opening, secrets, out_);
    ClaimsMade claims = provers.claims();
    read_bilinear(ledger, secrets, claims);
    claims.predicate_point = end_of_tree(Tree::kPredicate, channel);
    audit_claims(model_, forgery_.committed, claims, out_);
    std::sort(out_.false_checks.begin(), out_.false_checks.end());
    out_.false_checks.erase(std::unique(out_.false_checks.begin(), out_.false_checks.end()),
                            out_.false_checks.end());
    forgery_.claims_cancel = provers.claims_cancel();
    forgery_.at_work = nullptr;
    forgery_.lookups_at_work = nullptr;
  }

  // Its last layer's line and rounds: layer d has d of these.
  [[nodiscard]] std::vector<Scalar> end_of_tree(Tree tree, const DenseChannel& channel) const {
    const unsigned depth = lookup_shape(model_.columns).depth(tree);
    if (depth == 0) {
      return {};
    }
    const unsigned d = depth - 1;
    std::vector<Scalar> point{channel.drawn().at("lookup line").at(d)};
    for (unsigned i = 0; i < d; ++i) {
      point.push_back(channel.drawn().at("lookup round").at(d * (d - 1) / 2 + i));
    }
    return point;
  }

  void note_challenges(const DenseLedger& secrets, const Opening& opening, const Folding& folding) {
    Challenges& out = out_.challenges;
    for (const Scalar& x : opening.point) {
      out.emplace_back("opening round", x);
    }
    out.insert(out.end(), secrets.challenges().begin(), secrets.challenges().end());
    out.emplace_back("theta", folding.message_weights.front());
    out.emplace_back("mask challenge", folding.c);
    out.emplace_back("value scale", folding.xi);
    for (const Folding::Round& round : folding.rounds) {
      out.emplace_back("fold", round.q);
    }
  }

  const DenseModel& model_;
  Forgery& forgery_;
  const Generators& generators_;
  SecretRandom random_;
  DenseProof out_;
  std::vector<Salt> label_salts_;
  std::array<std::vector<Held>, kColumns> rows_;
};

}  // namespace

DenseProof prove_densely(const DenseModel& model, Forgery& forgery, const Generators& generators,
                         uint8_t seed) {
  return DenseProofMaker(model, forgery, generators, seed).run();
}

}  // namespace vouch::dense
