#include "dense/bound.h"

#include <algorithm>

#include "base/check.h"
#include "base/parallel.h"
#include "dense/opening.h"
#include "field/random_scalar.h"

namespace vouch::dense {
namespace {

// Σ_j eq(r, j)·(β_j² − β_j) over arrays that are written out.
class NaiveBits final : public BitsProver {
 public:
  NaiveBits(std::vector<Scalar> bits, const Scalar& lie) : bits_(std::move(bits)), lie_(lie) {}

  void begin(std::span<const Scalar> r) override { r_.assign(r.begin(), r.end()); }
  void round(unsigned variables, std::span<Scalar> q) override {
    r_.erase(r_.begin(), r_.begin() + variables);
    const auto eq = eq_table(r_);
    parallel_for(q.size(), 1, [&](size_t begin, size_t end) {
      for (size_t t = begin; t < end; ++t) {
        std::vector<Scalar> at(bits_);
        size_t rest = t;
        for (unsigned i = 0; i < variables; ++i, rest /= 3) {
          bind_lowest(at, Scalar::from_u64(rest % 3));
        }
        q[t] = lie_;
        for (size_t j = 0; j < at.size(); ++j) {
          q[t] += eq[j] * (at[j].square() - at[j]);
        }
      }
    });
  }
  void bind(const Scalar& z) override { bind_lowest(bits_, z); }
  [[nodiscard]] Scalar end() const override { return bits_[0]; }

 private:
  std::vector<Scalar> bits_;
  Scalar lie_;
  std::vector<Scalar> r_;
};

class NaiveBoundProver final : public WeightBoundProver {
 public:
  NaiveBoundProver(const BoundColumns& columns, std::span<const std::vector<Scalar>> values,
                   const BoundForgery& forgery)
      : bits_(values[2], forgery.rounds_lie),
        opening_(columns.shapes(), values, forgery.opening_lie) {}
  BitsProver& bits() override { return bits_; }
  OpeningProver& opening() override { return opening_; }

 private:
  NaiveBits bits_;
  DenseOpening opening_;
};

// A column as its rows hold it.
std::vector<Scalar> column_of(const ColumnShape& shape, const std::vector<Held>& rows) {
  std::vector<Scalar> out(size_t{1} << shape.layout->bits());
  const auto present = shape.layout->present_rows(shape.kappa);
  size_t next = 0;
  for (size_t row = 0; row < present.size(); ++row) {
    if (present[row]) {
      for (const auto& [i, x] : rows[next].values) {
        out[(row << shape.kappa) + i] = x;
      }
      ++next;
    }
  }
  return out;
}

std::vector<Held> rows_of(const ColumnShape& shape, const std::vector<Scalar>& values,
                          SecretRandom& random) {
  std::vector<Held> rows;
  const auto present = shape.layout->present_rows(shape.kappa);
  for (size_t row = 0; row < present.size(); ++row) {
    if (present[row]) {
      Held held;
      held.blinder = random_scalar(random);
      for (size_t i = 0; i < size_t{1} << shape.kappa; ++i) {
        const Scalar& x = values[(row << shape.kappa) + i];
        if (!x.is_zero()) {
          held.values[i] = x;
        }
      }
      rows.push_back(std::move(held));
    }
  }
  return rows;
}

// p_i(W) + p_i(b) + 2^79.
std::vector<Scalar> numbers_of(const BoundProjections& projections,
                               std::span<const std::vector<Scalar>> columns,
                               const std::array<bool, 2>& counted) {
  std::vector<Scalar> numbers(kProjections, Scalar::from_u64(2).power(kProjectionBits - 1));
  for (size_t i = 0; i < kProjections; ++i) {
    for (size_t c = 0; c < 2; ++c) {
      const Projections& p = c == 0 ? *projections.weights : *projections.biases;
      for (uint64_t j = 0; counted[c] && j < columns[c].size(); ++j) {
        numbers[i] += takes_part(p, i, j) ? columns[c][j] : Scalar::zero();
      }
    }
  }
  return numbers;
}

std::vector<Scalar> bits_of(const ColumnShape& shape, const std::vector<Scalar>& numbers) {
  std::vector<Scalar> bits(size_t{1} << shape.layout->bits());
  for (size_t i = 0; i < numbers.size(); ++i) {
    const auto integer = numbers[i].integer();
    for (size_t j = 0; j < kProjectionBits; ++j) {
      bits[bit_slot(i, j)] = Scalar::from_u64(integer[j / 64] >> (j % 64) & 1);
    }
  }
  return bits;
}

void audit(const Ledger& ledger, const Opening& opening, const DenseLedger& secrets,
           BoundProof& out) {
  const auto note = [&](const std::string& label, const Scalar& value) {
    if (!value.is_zero()) {
      out.false_checks.push_back(label);
      out.false_values.emplace_back(label, value);
    }
  };
  for (const auto& require : ledger.requirements()) {
    note(require.label, secrets.value(require.expression));
  }
  const uint32_t first = ledger.messages().back().first_slot;
  for (uint32_t k = 0; k < ledger.products().size(); ++k) {
    const auto& p = ledger.products()[k];
    note("product " + p.label,
         secrets.value(p.a) * secrets.value(p.b) - secrets.value(Linear::slot(first + k)));
  }
  note("opening", secrets.value(ledger.placed(opening.claim)) - secrets.opening_value());
  std::sort(out.false_checks.begin(), out.false_checks.end());
  out.false_checks.erase(std::unique(out.false_checks.begin(), out.false_checks.end()),
                         out.false_checks.end());
}

}  // namespace

BoundProof prove_bound_densely(const BoundForgery& forgery, const Generators& generators) {
  const DenseModel& model = *forgery.model;
  const BoundColumns columns(model.columns);
  SecretRandom random(std::array<uint8_t, SecretRandom::kSeedBytes>{3});
  std::array<std::vector<Held>, kBoundColumns> rows{model.rows[static_cast<size_t>(Column::kW)],
                                                    model.rows[static_cast<size_t>(Column::kB)]};
  std::array<std::vector<Scalar>, kBoundColumns> values;
  for (const size_t c : {0, 1}) {
    values[c] = column_of(columns.shapes()[c], rows[c]);
  }
  BoundProof out;
  out.file.commitment = model.commitment;
  ModelCommitment absorbed = model.commitment;
  Rows unknown;
  if (forgery.absorbed) {
    forgery.absorbed(absorbed, unknown);
  }
  Transcript transcript = begin_bound_transcript(absorbed);
  const BoundProjections projections = draw_projections(transcript, columns);
  const std::vector<Scalar> numbers = numbers_of(projections, values, forgery.counted);
  const ColumnShape& shape = columns.shape(BoundColumn::kBits);
  values[2] = bits_of(shape, numbers);
  if (forgery.bits) {
    forgery.bits(values[2], numbers);
  }
  rows[2] = rows_of(shape, values[2], random);
  for (const Held& row : rows[2]) {
    out.file.bound.bits.push_back(row.commit(generators).encode());
  }
  Rows bits_absorbed = out.file.bound.bits;
  if (forgery.absorbed) {
    forgery.absorbed(absorbed, bits_absorbed);
  }
  absorb_bits(transcript, bits_absorbed);

  DenseChannel channel(transcript, forgery.channel);
  DenseLedger secrets(columns.shapes(), rows, generators, random.fork(), forgery.ledger);
  Ledger ledger(channel, &secrets);
  NaiveBoundProver prover(columns, values, forgery);
  out.opening = argue_weight_bound(ledger, columns, projections, &prover);
  (void)argue_folding(ledger, out.opening, max_kappa(columns.shapes()), &secrets);
  out.file.bound.messages = channel.messages();
  audit(ledger, out.opening, secrets, out);
  return out;
}

}  // namespace vouch::dense
