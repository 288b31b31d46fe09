// Exact rounding: runs and witnesses against the definition in 128-bit integers, element by
// element, and what provers make of them, slot by slot.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "circuit/operators/operator_definition.h"
#include "prove/column_slots.h"
#include "prove/commitments.h"
#include "prove/main_slots.h"
#include "prove/prove.h"
#include "prove/ragged_samples.h"
#include "prove/random_network.h"
#include "prove/sparse_sum.h"
#include "prove/test_generators.h"
#include "prove/weight_bound_prover.h"
#include "verify/verify.h"

namespace vouch {
namespace {

__extension__ using Wide = __int128;

class ExactRuns : public ::testing::TestWithParam<uint32_t> {
 protected:
  ExactRuns() : network_(with_exact_rounding(with_small_tables(random_network(GetParam())))) {
    EXPECT_TRUE(validate(circuit_).ok());
    const Executor executor(circuit_, network_.weights);
    auto trace = executor.run(random_codes(circuit_.input().shape.elements(), GetParam()), true);
    EXPECT_TRUE(trace.ok()) << trace.error().message;
    trace_ = std::move(trace).value();
  }

  [[nodiscard]] Wide shifted(size_t op, size_t input, const Position& p) const {
    const uint32_t tensor = circuit_.ops[op].inputs[input];
    return Wide{trace_.tensors[tensor].X.at(flat_index(circuit_.tensors[tensor].shape, p))} -
           circuit_.tensors[tensor].zero_point;
  }

  // A of every output element.
  [[nodiscard]] std::vector<Wide> accumulators(size_t op) const {
    const OperatorShape shape = operator_shape(circuit_, op);
    const OpWeights& own = network_.weights[op];
    std::vector<Wide> out;
    for (const Position& p : positions_of(shape.output)) {
      Wide A = own.biases[own.biases.size() == 1 ? 0 : p.channel];
      if (shape.kind == OpKind::kProduct) {
        A += Wide{own.weights[0]} * shifted(op, 0, p) * shifted(op, 1, second_of(shape, p));
      } else {
        for (const ProductOfSum& product : products_of(shape, p)) {
          A += Wide{own.weights[product.weight]} * product.coefficient *
               shifted(op, product.input, product.element);
        }
      }
      out.push_back(A);
    }
    return out;
  }

  // Elements whose E is no integer, and their rows.
  [[nodiscard]] std::map<uint32_t, uint32_t> edges_of(size_t tensor) const {
    std::map<uint32_t, uint32_t> out;
    for (const Edge& edge : trace_.tensors[tensor].edges) {
      EXPECT_TRUE(out.empty() || out.rbegin()->first < edge.element) << "not in order";
      out[edge.element] = edge.row;
    }
    return out;
  }

  // The row of every element of a tensor.
  [[nodiscard]] std::vector<uint32_t> rows_of(size_t tensor) const {
    const TensorTrace& t = trace_.tensors[tensor];
    const WindowTable& table = circuit_.windows_of(tensor);
    std::vector<uint32_t> rows;
    for (size_t i = 0; i < t.X.size(); ++i) {
      rows.push_back(table.row_of_error(t.X[i], t.V[i] - t.X[i]));
    }
    for (const auto& [element, row] : edges_of(tensor)) {
      rows[element] = row;
    }
    return rows;
  }

  // E of all slots.
  [[nodiscard]] std::vector<Scalar> errors() const {
    const Layout& layout = columns_.layout(Column::kE);
    std::vector<Scalar> E(size_t{1} << layout.bits());
    for (size_t op = 0; op < circuit_.ops.size(); ++op) {
      const std::vector<uint32_t> rows = rows_of(op + 1);
      for (size_t i = 0; i < rows.size(); ++i) {
        E[slot_of(layout.bricks()[op], i)] =
            window_errors(circuit_.windows_of(op + 1), circuit_.limbs(), rows[i], 1)[0];
      }
    }
    return E;
  }

  WeightedCircuit network_;
  const Circuit& circuit_ = network_.circuit;
  Columns columns_{circuit_, 4 + GetParam() % 4};
  Trace trace_;
};

TEST_P(ExactRuns, EveryElementIsTheDefinitions) {
  const Limbs limbs = circuit_.limbs();
  size_t edges = 0;
  for (size_t op = 0; op < circuit_.ops.size(); ++op) {
    const TensorTrace& t = trace_.tensors[op + 1];
    const WindowTable& table = circuit_.windows_of(op + 1);
    const std::vector<uint32_t> rows = rows_of(op + 1);
    const std::vector<Wide> A = accumulators(op);
    ASSERT_EQ(A.size(), t.X.size());
    edges += t.edges.size();
    for (size_t i = 0; i < A.size(); ++i) {
      unsigned X = table.lo;
      while (X < table.hi && A[i] >= table.boundary(X + 1, limbs)) {
        ++X;
      }
      ASSERT_EQ(t.X[i], X) << "operator " << op << " element " << i;
      ASSERT_LT(rows[i], table.rows());
      const WindowTable::Window window = table.window(rows[i], limbs);
      ASSERT_EQ(window.X, X);
      ASSERT_LT(t.L[i], limbs.T());
      ASSERT_LT(t.R[i], limbs.T());
      ASSERT_TRUE(A[i] == Wide{window.begin} + t.L[i] + Wide{limbs.T()} * t.R[i])
          << "operator " << op << " element " << i;
    }
    for (const Edge& edge : t.edges) {
      EXPECT_TRUE(table.is_edge(edge.row));
      EXPECT_EQ(t.V[edge.element], t.X[edge.element]);
    }
  }
  EXPECT_GT(edges, 0U);
}

TEST_P(ExactRuns, CodesAloneAreTheSame) {
  const Executor executor(circuit_, network_.weights);
  const auto codes = executor.run(trace_.tensors[0].X, false);
  ASSERT_TRUE(codes.ok());
  EXPECT_EQ(codes.value().output(), trace_.output());
}

TEST_P(ExactRuns, MultiplicitiesCountEverySlotsLookups) {
  const Witness witness(circuit_, columns_, network_.weights, trace_);
  const auto& tables = columns_.layout(Column::kM).bricks();
  std::vector<uint32_t> expected(size_t{1} << columns_.layout(Column::kM).bits());
  const auto pads = [&](Column column) {
    const Layout& layout = columns_.layout(column);
    return static_cast<uint32_t>((uint64_t{1} << layout.bits()) - layout.elements());
  };
  expected[tables[0].offset] += 2 * pads(Column::kX);
  expected[tables.back().offset] += pads(Column::kX) + pads(Column::kD);
  for (const uint8_t code : trace_.tensors[0].X) {
    ++expected[tables.back().offset + code];
  }
  for (size_t op = 0; op < circuit_.ops.size(); ++op) {
    const std::vector<uint32_t> rows = rows_of(op + 1);
    for (size_t i = 0; i < rows.size(); ++i) {
      ++expected[tables[1 + columns_.table_of(op)].offset + rows[i]];
      ++expected[tables[0].offset + trace_.tensors[op + 1].L[i]];
      ++expected[tables[0].offset + trace_.tensors[op + 1].R[i]];
    }
  }
  EXPECT_EQ(witness.multiplicities(), expected);
}

TEST_P(ExactRuns, RowsOfEAreCommittedWithTheirEdges) {
  const Witness witness(circuit_, columns_, network_.weights, trace_);
  const std::vector<Scalar> E = errors();
  ASSERT_FALSE(witness.further_errors().empty());
  for (const SlotValue& edge : witness.further_errors()) {
    EXPECT_EQ(edge.value, E[edge.slot]);
  }
  const ColumnOpening opening = commit_column_vartime(
      columns_.shape(Column::kE),
      [&](size_t brick, size_t element, size_t count, int64_t* out) {
        witness.read(Column::kE, brick, element, count, out);
      },
      test_generators(), [](uint32_t) { return Scalar::from_u64(5); }, witness.further_errors());
  const unsigned kappa = columns_.kappa(Column::kE);
  const auto present = columns_.layout(Column::kE).present_rows(kappa);
  // Rows with edges, and a few others.
  size_t number = 0;
  for (uint64_t row = 0; row < present.size(); ++row) {
    const bool has_edge = std::ranges::any_of(
        witness.further_errors(), [&](const SlotValue& x) { return x.slot >> kappa == row; });
    if (present[row] && (has_edge || number % 64 == 0)) {
      Point sum = test_generators().H().point().multiply_vartime(Scalar::from_u64(5));
      for (uint64_t i = 0; i < uint64_t{1} << kappa; ++i) {
        sum += test_generators().G()[i].point().multiply_vartime(E[(row << kappa) + i]);
      }
      EXPECT_EQ(opening.rows[number], sum.encode()) << row;
    }
    number += present[row] ? 1 : 0;
  }
}

// The main tree's lowest layers and the low tree, from integers and edges.
TEST_P(ExactRuns, LookedUpSlots) {
  SecretRandom random = test_random(3);
  const LookupChallenges challenges{random_scalar(random), random_scalar(random)};
  const Witness witness(circuit_, columns_, network_.weights, trace_);
  const Layout& layout = columns_.layout(Column::kX);
  const RaggedLevels levels(layout);
  const std::vector<Scalar> E = errors();
  std::vector<Scalar> code(E.size(), challenges.shifted(kPlainTag));
  std::vector<Scalar> upper(E.size(), challenges.shifted(kRangeTag));
  std::vector<Scalar> low = upper;
  for (size_t op = 0; op < circuit_.ops.size(); ++op) {
    const TensorTrace& t = trace_.tensors[op + 1];
    for (size_t i = 0; i < t.X.size(); ++i) {
      const uint64_t slot = slot_of(layout.bricks()[op], i);
      code[slot] = challenges.shifted(columns_.tag_of(op)) - Scalar::from_u64(t.X[i]) -
                   challenges.gamma * E[slot];
      upper[slot] -= Scalar::from_u64(t.R[i]);
      low[slot] -= Scalar::from_u64(t.L[i]);
    }
  }
  Scalar sum;
  Scalar product = Scalar::one();
  for (size_t i = 0; i < E.size(); ++i) {
    sum += (code[i] + upper[i]) * (code[i] * upper[i]).inverse();
    product *= code[i] * upper[i];
  }
  const MainSlots slots(witness, levels, challenges);
  const FractionTree tree = slots.tree();
  EXPECT_EQ(tree.root_Q(), product);
  EXPECT_EQ(tree.root_P(), sum * product);

  const Scalar lambda = random_scalar(random);
  const Scalar inverse = lambda.inverse();
  std::vector<std::vector<Scalar>> dense{code, upper};
  for (size_t i = 0; i < E.size(); ++i) {
    dense[0][i] = lambda * code[i] + Scalar::one();
    dense[1][i] = upper[i] + inverse;
  }
  RaggedArrays bottom = slots.bottom(lambda, inverse);
  EXPECT_TRUE(equal(bottom.dense(), dense));
  const Scalar z = random_scalar(random);
  bottom.fold(z);
  for (auto& f : dense) {
    bind_lowest(f, z);
  }
  EXPECT_TRUE(equal(bottom.dense(), dense));

  sum = Scalar::zero();
  product = Scalar::one();
  for (const Scalar& Q : low) {
    sum += Q.inverse();
    product *= Q;
  }
  const ColumnSlots low_tree = low_slots(witness, levels, challenges);
  const FractionTree fractions = low_tree.tree();
  EXPECT_EQ(fractions.root_Q(), product);
  EXPECT_EQ(fractions.root_P(), sum * product);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ExactRuns, ::testing::Range(0U, 4U));

// ⟨Ω, f⟩ on {0, 1, 2}^g of the next variables, the next one the fastest.
void add_dense_grid(std::vector<Scalar> f, std::vector<Scalar> omega, unsigned g, Scalar* grid,
                    size_t step) {
  if (g == 0) {
    for (size_t i = 0; i < f.size(); ++i) {
      *grid += f[i] * omega[i];
    }
    return;
  }
  for (uint64_t t = 0; t < 3; ++t) {
    auto a = f;
    auto b = omega;
    bind_lowest(a, Scalar::from_u64(t));
    bind_lowest(b, Scalar::from_u64(t));
    add_dense_grid(std::move(a), std::move(b), g - 1, grid + t * step, 3 * step);
  }
}

TEST(SparseSums, AreDenseSums) {
  SecretRandom random = test_random(9);
  std::mt19937_64 choice(4);
  for (unsigned n = 1; n <= 9; ++n) {
    for (const size_t terms : {1, 3}) {
      Functional functional;
      std::vector<Scalar> omega(size_t{1} << n);
      for (size_t k = 0; k < terms; ++k) {
        functional.evaluations.push_back({random_scalar(random), random_point(random, n)});
        const auto eq = eq_table(functional.evaluations[k].point);
        for (size_t i = 0; i < omega.size(); ++i) {
          omega[i] += functional.evaluations[k].scale * eq[i];
        }
      }
      std::vector<Scalar> f(omega.size());
      SlotValues entries;
      for (uint64_t slot = 0; slot < f.size(); ++slot) {
        if (choice() % 4 == 0 || slot + 1 == f.size()) {
          f[slot] = random_scalar(random);
          entries.push_back({slot, f[slot]});
        }
      }
      SparseSum sum(entries, functional);
      for (unsigned left = n; left > 0;) {
        const unsigned g = std::min<unsigned>(left, 1 + choice() % 4);
        size_t values = 1;
        for (unsigned i = 0; i < g; ++i) {
          values *= 3;
        }
        std::vector<Scalar> grid(values, Scalar::one());  // what is there stays
        std::vector<Scalar> expected(values, Scalar::one());
        sum.add_grid(g, grid);
        add_dense_grid(f, omega, g, expected.data(), 1);
        ASSERT_EQ(grid, expected) << n << " " << left << " " << g;
        for (unsigned i = 0; i < g; ++i) {
          const Scalar z = random_scalar(random);
          sum.bind(z);
          bind_lowest(f, z);
          bind_lowest(omega, z);
        }
        left -= g;
      }
      std::vector<Scalar> rest(1);
      sum.add_grid(0, rest);
      EXPECT_EQ(rest[0], f[0] * omega[0]);
    }
  }
}

// Two channels whose weights and biases are as large as they may be, and cancel.
WeightedCircuit widest_network() {
  WeightedCircuit n;
  Circuit& c = n.circuit;
  c.rounding = Rounding::kExact;
  c.shift = Limbs::kMinBits;
  c.model_kappa = 4;
  c.input_kappa = 4;
  c.windows = {{Boundaries::kFloor, 0, 0, 255, 9, 9}};
  c.tensors = {{{8, 1, 1, 1}, 128, 0}, {{3, 1, 1, 1}, 0, 0}};
  c.ops = {{OpKind::kConv2d, {0}, {}, {}}};
  constexpr int64_t kMost = kExactWeightBound - 1;
  const int64_t unit = c.limbs().unit();
  // Codes are 0: every code less the zero-point is −128. 8·128·W is 2^61 less 2^10.
  OpWeights own;
  own.weights.assign(8, kMost);
  own.weights.resize(16, -kMost);
  own.weights.resize(24, 0);
  own.biases = {8 * 128 * kMost, -(8 * 128 * kMost) + 200 * unit + 3, 7 * unit};
  n.weights = {own};
  return n;
}

TEST(WidestWeights, AreProvenAndBounded) {
  WeightedCircuit network = widest_network();
  ASSERT_TRUE(validate(network.circuit).ok());
  ASSERT_LT(network.weights[0].biases[0], kExactBiasBound);
  ASSERT_GT(network.weights[0].biases[0], kExactBiasBound - (int64_t{1} << 11));
  const ProverModel model(network.circuit, network.weights, {1}, test_generators());
  const Bytes file =
      encode_model_public({model.commitment(), prove_weight_bound(model, test_generators())});
  const LoadedModel loaded = load_model(file);
  ASSERT_TRUE(loaded.model.has_value()) << loaded.verdict.detail;
  EXPECT_TRUE(check_bound(*loaded.model, test_generators()).accepted());
  for (const ProofShape& shape : {ProofShape{6, {1, 1}, 1}, ProofShape{9, {10, 4}, 2}}) {
    ProveOptions options;
    options.shape = shape;
    options.audit = [](const std::vector<std::string>& labels) {
      EXPECT_EQ(labels, std::vector<std::string>{});
    };
    const std::vector<Bytes> inputs(shape.pictures, Bytes(8));
    const auto made = prove(model, inputs, options, test_generators());
    ASSERT_TRUE(made.ok()) << made.error().message;
    EXPECT_EQ(made.value().proof.output[0], 0);
    EXPECT_EQ(made.value().proof.output[shape.pictures], 200);
    const Bytes proof = encode_proof(made.value().proof);
    EXPECT_TRUE(
        verify(*loaded.model, proof, {inputs, {}, {}}, test_generators()).verdict.accepted());
  }
}

// Sums that no integer of the machine holds, and weights past their bounds: an error each.
TEST(WidestWeights, WhatLeavesTheTableOrTheBoundsIsAnError) {
  const auto error = [](const std::function<void(OpWeights&)>& change, const Bytes& input) {
    WeightedCircuit network = widest_network();
    change(network.weights[0]);
    const Executor executor(network.circuit, network.weights);
    const auto run = executor.run(input, true);
    return run.ok() ? std::string() : run.error().message;
  };
  EXPECT_EQ(error([](OpWeights&) {}, Bytes(8)), "");
  EXPECT_NE(error([](OpWeights&) {}, Bytes(8, 255)).find("range"), std::string::npos);
  EXPECT_NE(error([](OpWeights&) {}, Bytes(8, 1)).find("range"), std::string::npos);
  for (const int64_t x : {kExactWeightBound, -kExactWeightBound, INT64_MIN, INT64_MAX}) {
    EXPECT_NE(error([x](OpWeights& own) { own.weights[3] = x; }, Bytes(8)).find("too large"),
              std::string::npos);
  }
  for (const int64_t x : {kExactBiasBound, -kExactBiasBound, INT64_MIN, INT64_MAX}) {
    EXPECT_NE(error([x](OpWeights& own) { own.biases[1] = x; }, Bytes(8)).find("too large"),
              std::string::npos);
  }
  // No factor in common: 2^51 times 255 is more than doubles hold.
  EXPECT_NE(error([](OpWeights& own) { own.weights[3] -= 1; }, Bytes(8)).find("too large"),
            std::string::npos);
}

}  // namespace
}  // namespace vouch
