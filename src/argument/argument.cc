#include "argument/argument.h"

#include <algorithm>
#include <string>

#include "argument/folding/linear_form.h"
#include "argument/predicate/predicate_claims.h"
#include "base/check.h"
#include "circuit/operators/operator.h"
#include "group/generators.h"

namespace vouch {
namespace {

constexpr size_t index(Column column) { return static_cast<size_t>(column); }

void add_evaluation(ColumnClaim& claim, Column column, const Scalar& scale,
                    const std::vector<Scalar>& point) {
  claim.parts[index(column)].evaluations.push_back({scale, point});
}

class ArgumentScript {
 public:
  ArgumentScript(Ledger& ledger, const Circuit& circuit, const Columns& columns,
                 const RoundGroups& groups, const OutputStatement& output, ArgumentProver* prover)
      : ledger_(ledger),
        circuit_(circuit),
        columns_(columns),
        groups_(groups),
        output_(output),
        prover_(prover) {}

  Opening run() {
    lookups();
    const Linear products = bilinear();
    activation_claims(products);
    if (circuit_.exact()) {
      column_claim(Tree::kLow, Column::kL, kRangeTag, at_.low_q);
    }
    column_claim(Tree::kInput, Column::kD, kPlainTag, at_.input_q);
    if (output_.predicate == nullptr) {
      table_claims();
      output_claim();
    } else {
      const PredicateClaims predicate(circuit_, columns_, *output_.predicate, output_.bytes);
      claims_.push_back(
          predicate.lookups(at_.point(Tree::kPredicate), challenges_, at_.predicate_q));
      table_claims();
      predicate.result(ledger_, claims_);
    }
    return argue_opening(ledger_, columns_.shapes(), groups_, std::move(claims_),
                         prover_ == nullptr ? nullptr : &prover_->opening());
  }

 private:
  void lookups() {
    // V -> P
    challenges_.alpha = ledger_.challenge("lookup alpha");
    challenges_.gamma = ledger_.challenge("lookup gamma");
    at_ = argue_lookups(ledger_, lookup_shape(columns_), groups_,
                        prover_ == nullptr ? nullptr : &prover_->lookups(challenges_));
    for (size_t op = 0; op < circuit_.ops.size(); ++op) {
      outputs_.push_back(brick_eq(columns_.layout(Column::kX).bricks()[op], r()));
    }
  }

  // Returns Ã(r) less the biases: B + Σ_j w_j·S_j, where S_j = Σ Ŵ·X̂ over the entries of product
  // number j, B is the sum over all others, and w_j is the product's multiplier. Claims the factors
  // at ρ, and the multipliers.
  Linear bilinear() {
    BilinearProver* prover = prover_ == nullptr ? nullptr : &prover_->bilinear();
    const std::vector<size_t> products = product_ops(circuit_);
    const size_t count = products.size();
    // P -> V  B, S_1, S_2, …, w_1, w_2, …
    const auto sums = ledger_.send("bilinear claim", 1 + 2 * count,
                                   [&](std::span<Scalar> out) { prover->begin(r(), out); });
    // V -> P
    const Scalar zeta = ledger_.challenge("bilinear products");
    if (prover != nullptr) {
      prover->weigh(zeta);
    }
    Linear claim = sums[0];
    Scalar power = Scalar::one();
    for (size_t j = 0; j < count; ++j) {
      power *= zeta;
      claim += power * sums[1 + j];
    }
    const std::vector<Scalar> rho =
        sumcheck(ledger_, "bilinear round", groups_, columns_.entries().bits(), claim, prover);
    // P -> V
    const auto ends =
        ledger_.send("bilinear ends", 2, [&](std::span<Scalar> out) { prover->ends(out); });
    ledger_.require("bilinear ends", ledger_.multiply("bilinear", ends[0], ends[1]) - claim);
    factor_claims(rho, zeta, ends[0], ends[1]);
    Linear total = sums[0];
    for (size_t j = 0; j < count; ++j) {
      const Linear& multiplier = sums[1 + count + j];
      total += ledger_.multiply("product", multiplier, sums[1 + j]);
      multiplier_claim(products[j], multiplier);
    }
    return total;
  }

  // Ŵ(ρ) and X̂(ρ) as functionals of W, X and D.
  void factor_claims(const std::vector<Scalar>& rho, const Scalar& zeta, const Linear& w,
                     const Linear& x) {
    ColumnClaim left(kColumns);
    ColumnClaim right(kColumns);
    left.value = w;
    right.value = x;
    Scalar power = Scalar::one();
    for (size_t op = 0; op < circuit_.ops.size(); ++op) {
      const OperatorShape shape = operator_shape(circuit_, op);
      const Operator& kind = operator_of(shape.kind);
      const BrickEq entries = brick_eq(columns_.entries().bricks()[op], rho);
      const OperatorPoint at{outputs_[op], entries};
      if (std::optional<Axes> term = kind.weight_term(shape, at)) {
        left.parts[index(Column::kW)].bricks.push_back({op, std::move(*term)});
      }
      if (std::optional<ActivationTerm> term = kind.factor_term(shape, at)) {
        power *= zeta;
        add_activation_term(left, op, std::move(*term), power);
      }
      for (ActivationTerm& term : kind.activation_terms(shape, at)) {
        add_activation_term(right, op, std::move(term), Scalar::one());
      }
    }
    claims_.push_back(std::move(left));
    claims_.push_back(std::move(right));
  }

  // Adds scale·(the term over X − z) to the claim's left side.
  void add_activation_term(ColumnClaim& claim, size_t op, ActivationTerm term,
                           const Scalar& scale) {
    const uint32_t tensor = circuit_.ops[op].inputs[term.input];
    BrickTerm brick{tensor == 0 ? 0 : tensor - 1, std::move(term.axes)};
    scale_term(brick, scale);
    claim.value += Linear(Scalar::from_u64(circuit_.tensors[tensor].zero_point) * total(brick));
    if (tensor == 0) {
      std::swap(brick.axes[0], brick.axes[1]);  // D's brick is (batch, channel, row, column)
    }
    claim.parts[index(tensor == 0 ? Column::kD : Column::kX)].bricks.push_back(std::move(brick));
  }

  // The one weight of a product.
  void multiplier_claim(size_t op, const Linear& multiplier) {
    ColumnClaim claim(kColumns);
    BrickTerm term;
    term.brick = op;
    term.axes.fill({Scalar::one()});
    claim.parts[index(Column::kW)].bricks.push_back(std::move(term));
    claim.value = multiplier;
    claims_.push_back(std::move(claim));
  }

  // Q_C(r) and Q_U(r).
  void activation_claims(const Linear& products) {
    ColumnClaim c(kColumns);
    add_evaluation(c, Column::kX, Scalar::one(), r());
    add_evaluation(c, Column::kE, challenges_.gamma, r());
    const Scalar gamma2 = challenges_.gamma * challenges_.gamma;
    c.value = Linear(challenges_.alpha - gamma2 * tag_extension(columns_, r())) - at_.main_c;
    claims_.push_back(std::move(c));

    // (c_X·X̃ + c_E·Ẽ + L̃)(r) − bias(r) = c_U·(Q_U(r) − α + γ²·range) + Σ Ŵ·X̂
    ColumnClaim remainder(kColumns);
    add_evaluation(remainder, Column::kX, Scalar::from_i64(circuit_.code_unit()), r());
    add_evaluation(remainder, Column::kE, Scalar::from_i64(circuit_.error_unit()), r());
    if (circuit_.exact()) {
      add_evaluation(remainder, Column::kL, Scalar::one(), r());
    }
    for (size_t op = 0; op < circuit_.ops.size(); ++op) {
      const OperatorShape shape = operator_shape(circuit_, op);
      BrickTerm bias;
      bias.brick = op;
      bias.axes[0] = operator_of(shape.kind).bias_term(shape, outputs_[op]);
      for (size_t axis = 1; axis < 4; ++axis) {
        bias.axes[axis] = {Scalar::one()};
      }
      scale_term(bias, -Scalar::one());
      remainder.parts[index(Column::kB)].bricks.push_back(std::move(bias));
    }
    remainder.value =
        Scalar::from_i64(circuit_.limb_unit()) * (at_.main_u - challenges_.shifted(kRangeTag)) +
        products;
    claims_.push_back(std::move(remainder));
  }

  // Q(r') = α − γ²·tag − (column)~(r'), of a tree that looks up one column.
  void column_claim(Tree tree, Column column, uint64_t tag, const Linear& Q) {
    ColumnClaim claim(kColumns);
    add_evaluation(claim, column, Scalar::one(), at_.point(tree));
    claim.value = Linear(challenges_.shifted(tag)) - Q;
    claims_.push_back(std::move(claim));
  }

  // P(r'') = −m̃(r''), and Q(r'') is public.
  void table_claims() {
    ColumnClaim multiplicities(kColumns);
    add_evaluation(multiplicities, Column::kM, -Scalar::one(), at_.point(Tree::kTable));
    multiplicities.value = at_.table_p;
    claims_.push_back(std::move(multiplicities));
    ledger_.require(
        "table denominator",
        at_.table_q - table_denominator(circuit_, columns_, challenges_, at_.point(Tree::kTable)));
  }

  // Σ_i eq(δ, i)·X_i = Σ_i eq(δ, i)·y_i with a challenge of its own. Were it added to another sum,
  // a remainder could absorb the difference.
  void output_claim() {
    const size_t last = circuit_.ops.size() - 1;
    Brick brick = columns_.layout(Column::kX).bricks()[last];
    const auto& e = brick.extents;
    brick.offset = 0;
    std::vector<Scalar> delta;
    for (uint64_t slots = 1; slots < brick.slots(); slots *= 2) {
      delta.push_back(ledger_.challenge("output delta"));
    }
    BrickTerm term{last, brick_eq(brick, delta).axes};
    Scalar value;
    size_t i = 0;
    for (uint32_t o = 0; o < e[0]; ++o) {
      for (uint32_t a = 0; a < e[1]; ++a) {
        for (uint32_t b = 0; b < e[2]; ++b) {
          const Scalar line = term.axes[0][o] * term.axes[1][a] * term.axes[2][b];
          for (uint32_t c = 0; c < e[3]; ++c) {
            value += line * term.axes[3][c] * Scalar::from_u64(output_.bytes[i++]);
          }
        }
      }
    }
    ColumnClaim claim(kColumns);
    claim.parts[index(Column::kX)].bricks.push_back(std::move(term));
    claim.value = Linear(value);
    claims_.push_back(std::move(claim));
  }

  [[nodiscard]] const std::vector<Scalar>& r() const { return at_.point(Tree::kMain); }

  Ledger& ledger_;
  const Circuit& circuit_;
  const Columns& columns_;
  const RoundGroups& groups_;
  OutputStatement output_;
  ArgumentProver* prover_;
  LookupChallenges challenges_;
  LookupClaims at_;
  std::vector<BrickEq> outputs_;
  std::vector<ColumnClaim> claims_;
};

}  // namespace

LookupShape lookup_shape(const Columns& columns) {
  const bool exact = !columns.layout(Column::kL).bricks().empty();
  const unsigned slots = columns.layout(Column::kX).bits();
  const Layout& predicate = columns.predicate().lookups();
  return {{slots, exact ? slots : 0, columns.layout(Column::kD).bits(),
           predicate.bricks().empty() ? 0 : predicate.bits(), columns.layout(Column::kM).bits()}};
}

LedgerCounts ledger_counts(const Columns& columns, const RoundGroups& groups) {
  const LookupShape shape = lookup_shape(columns);
  // Roots, the bilinear claim and its ends; products and requires of the root and of the end.
  // Each product of tensors adds two values and a product.
  const size_t tensors = columns.products();
  const size_t trees = shape.trees();
  LedgerCounts counts{3, 2 * trees + 1 + 2 * tensors + 2, 3 * trees - 4 + 1 + tensors, 1 + 1};
  counts.add_rounds(groups, columns.entries().bits());
  counts.add_rounds(groups.unlimited(), opening_rounds(columns.shapes()));
  unsigned depth = 0;
  for (const Tree tree : kAllTrees) {
    if (!shape.has(tree)) {
      continue;
    }
    const unsigned layers = shape.depth(tree);
    const unsigned bottoms = tree == Tree::kTable ? 0 : 1;
    counts.slots += 4 * (layers - bottoms) + 2 * bottoms;
    counts.products += 2 * (layers - bottoms) + bottoms;
    depth = std::max(depth, layers);
  }
  for (unsigned d = 0; d < depth; ++d) {
    counts.add_rounds(groups, d);
  }
  // Each layer's children, and that they give its claim; the table's denominator.
  counts.messages += depth;
  counts.requirements += depth + 1;
  counts.add_product_message();
  return counts;
}

size_t proof_messages(const Columns& columns, const RoundGroups& groups) {
  return ledger_counts(columns, groups).all_messages(columns.max_kappa());
}

size_t generators_needed(const Columns& columns, const RoundGroups& groups) {
  return (size_t{1} << columns.max_kappa()) + ledger_counts(columns, groups).slots;
}

Result<void> validate_generators(const Columns& columns, const RoundGroups& groups) {
  if (const size_t needed = generators_needed(columns, groups); needed > Generators::kMaxSize) {
    return Error{"the proof needs " + std::to_string(needed) + " generators of the " +
                 std::to_string(Generators::kMaxSize) + " that there are"};
  }
  return {};
}

Opening argue(Ledger& ledger, const Circuit& circuit, const Columns& columns,
              const RoundGroups& groups, const OutputStatement& output, ArgumentProver* prover) {
  VOUCH_CHECK(output.predicate != nullptr ||
              output.bytes.size() == circuit.output_tensor().shape.elements());
  return ArgumentScript(ledger, circuit, columns, groups, output, prover).run();
}

}  // namespace vouch
