#include "prove/weight_bound_prover.h"

#include "argument/bound/weight_bound.h"
#include "argument/folding/folding.h"
#include "base/check.h"
#include "base/secret.h"
#include "field/random_scalar.h"
#include "prove/ledger_prover.h"
#include "prove/opening_cube.h"
#include "prove/projection_sum.h"
#include "prove/proof_writer.h"

namespace vouch {
namespace {

// p_i(W) + p_i(b) + 2^79 for all i.
class Numbers {
 public:
  Numbers(const ProjectedColumn& weights, const ProjectedColumn& biases) {
    for (size_t i = 0; i < kProjections; ++i) {
      const int128_t sum = weights.projection(i) + biases.projection(i);
      numbers_.push_back(static_cast<uint128_t>(sum + (int128_t{1} << (kProjectionBits - 1))));
      VOUCH_CHECK(numbers_.back() >> kProjectionBits == 0);
    }
  }
  Numbers(const Numbers&) = delete;
  Numbers& operator=(const Numbers&) = delete;

  // Element number `element` of the bits' brick.
  [[nodiscard]] bool bit(size_t element) const {
    return (numbers_[element / kProjectionBits] >> (element % kProjectionBits) & 1) != 0;
  }

 private:
  SecretVector<uint128_t> numbers_;
};

// Σ_j eq(r, j)·β_j·(β_j − 1)
class DenseBitsProver final : public BitsProver {
 public:
  DenseBitsProver(const ColumnShape& shape, const Numbers& numbers) {
    const Brick& brick = shape.layout->bricks()[0];
    pair_.a.resize(size_t{1} << shape.layout->bits());
    for (size_t i = 0; i < brick.elements(); ++i) {  // the brick has no pads between them
      pair_.a[brick.offset + i] = numbers.bit(i) ? Scalar::one() : Scalar::zero();
    }
    pair_.b = pair_.a;
    for (Scalar& x : pair_.b) {
      x -= Scalar::one();
    }
  }

  void begin(std::span<const Scalar> r) override { r_ = r; }
  void round(unsigned variables, std::span<Scalar> q) override {
    std::fill(q.begin(), q.end(), Scalar::zero());
    r_ = r_.subspan(variables);
    ArrayPair* const pair = &pair_;
    add_product_grid({&pair, 1}, variables, eq_table(r_), q);
  }
  void bind(const Scalar& z) override {
    ArrayPair* const pair = &pair_;
    bind_lowest({&pair, 1}, z);
  }
  [[nodiscard]] Scalar end() const override { return pair_.a[0]; }

 private:
  ArrayPair pair_;
  std::span<const Scalar> r_;
};

// ⟨Ω, bits⟩ over all slots.
class BitsSum final : public ColumnSumcheck {
 public:
  BitsSum(const ColumnShape& shape, const Numbers& numbers, const Functional& functional) {
    const Brick& brick = shape.layout->bricks()[0];
    const size_t slots = size_t{1} << shape.layout->bits();
    pair_.a.resize(slots);
    pair_.b.resize(slots);
    for (const EvaluationTerm& term : functional.evaluations) {
      const auto eq = eq_table(term.point, term.scale);
      for (size_t i = 0; i < slots; ++i) {
        pair_.a[i] += eq[i];
      }
    }
    for (size_t i = 0; i < brick.elements(); ++i) {
      const size_t line = i / kBitsInLine;
      for (const BrickTerm& term : functional.bricks) {
        pair_.a[brick.offset + i] += term.axes[0][line] * term.axes[3][i % kBitsInLine];
      }
      pair_.b[brick.offset + i] = numbers.bit(i) ? Scalar::one() : Scalar::zero();
    }
  }
  void add_grid(unsigned g, std::span<Scalar> grid) override {
    ArrayPair* const pair = &pair_;
    add_product_grid({&pair, 1}, g, {}, grid);
  }
  void bind(const Scalar& z) override {
    ArrayPair* const pair = &pair_;
    bind_lowest({&pair, 1}, z);
  }

 private:
  ArrayPair pair_;
};

struct BoundSecrets {
  ProjectedColumn weights;
  ProjectedColumn biases;
  Numbers numbers{weights, biases};
};

class BoundOpening final : public OpeningCube {
 public:
  BoundOpening(const BoundColumns& columns, const BoundSecrets& secrets)
      : columns_(columns), secrets_(secrets) {}

  void begin(std::span<const Functional> functionals, unsigned /*rounds*/) override {
    const unsigned kappa = max_kappa(columns_.shapes());
    const auto add = [&](BoundColumn column, std::unique_ptr<ColumnSumcheck> sum) {
      add_column(columns_.shape(column), kappa, std::move(sum));
    };
    const auto coefficients = [&](BoundColumn column) {
      return functionals[static_cast<size_t>(column)].projections.at(0).coefficients;
    };
    add(BoundColumn::kW,
        std::make_unique<ProjectionSum>(secrets_.weights, coefficients(BoundColumn::kW)));
    add(BoundColumn::kB,
        std::make_unique<ProjectionSum>(secrets_.biases, coefficients(BoundColumn::kB)));
    add(BoundColumn::kBits,
        std::make_unique<BitsSum>(columns_.shape(BoundColumn::kBits), secrets_.numbers,
                                  functionals[static_cast<size_t>(BoundColumn::kBits)]));
  }

 private:
  const BoundColumns& columns_;
  const BoundSecrets& secrets_;
};

class DenseWeightBoundProver final : public WeightBoundProver {
 public:
  DenseWeightBoundProver(const BoundColumns& columns, const BoundSecrets& secrets)
      : bits_(columns.shape(BoundColumn::kBits), secrets.numbers), opening_(columns, secrets) {}
  BitsProver& bits() override { return bits_; }
  OpeningProver& opening() override { return opening_; }

 private:
  DenseBitsProver bits_;
  BoundOpening opening_;
};

ColumnReader bits_reader(const Numbers& numbers) {
  return [&numbers](size_t /*brick*/, size_t element, size_t count, int64_t* out) {
    for (size_t i = 0; i < count; ++i) {
      out[i] = numbers.bit(element + i) ? 1 : 0;
    }
  };
}

}  // namespace

size_t bound_generators_needed(const Columns& model) {
  const BoundColumns columns(model);
  return (size_t{1} << max_kappa(columns.shapes())) + bound_ledger_counts(columns).slots;
}

WeightBound prove_weight_bound(const ProverModel& model, const Generators& generators) {
  VOUCH_CHECK(generators.G().size() >= bound_generators_needed(model.columns()));
  const BoundColumns columns(model.columns());
  const ColumnReader read_weights = weight_reader(model.weights(), Column::kW);
  const ColumnReader read_biases = weight_reader(model.weights(), Column::kB);
  Transcript transcript = begin_bound_transcript(model.commitment());
  const BoundProjections projections = draw_projections(transcript, columns);
  const BoundSecrets secrets{{columns.shape(BoundColumn::kW), read_weights, projections.weights},
                             {columns.shape(BoundColumn::kB), read_biases, projections.biases}};
  SecretRandom random = SecretRandom::from_system(model.seed(), transcript.state());
  ColumnOpening bits =
      commit_column_vartime(columns.shape(BoundColumn::kBits), bits_reader(secrets.numbers),
                            generators, [&](uint32_t) { return random_scalar(random); });
  absorb_bits(transcript, bits.rows);

  ProofWriter writer(transcript);
  SecretLedger values({{columns.shape(BoundColumn::kW), &model.weight_opening(), read_weights},
                       {columns.shape(BoundColumn::kB),
                        &model.bias_opening(),
                        read_biases,
                        {},
                        model.circuit().exact()},
                       {columns.shape(BoundColumn::kBits), &bits, bits_reader(secrets.numbers)}},
                      bound_ledger_counts(columns).slots, generators, random.fork());
  Ledger ledger(writer, &values);
  DenseWeightBoundProver prover(columns, secrets);
  const Opening opening = argue_weight_bound(ledger, columns, projections, &prover);
  const Folding folding = argue_folding(ledger, opening, max_kappa(columns.shapes()), &values);
  VOUCH_CHECK(folding.products_hold);
  return {std::move(bits.rows), writer.take_messages()};
}

}  // namespace vouch
