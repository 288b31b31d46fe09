#include "prove/lookup_prover.h"

#include <algorithm>

#include "base/check.h"
#include "field/kernels/kernels.h"
#include "prove/small_multiples.h"

namespace vouch {
namespace {

constexpr size_t index(Tree tree) { return static_cast<size_t>(tree); }
constexpr std::array<Tree, kTrees> kAllTrees{Tree::kMain, Tree::kInput, Tree::kTable};

}  // namespace

// What the leaves are computed from, fixed once α and γ are known.
struct TreeLookupProver::LeafTables {
  LeafTables(const Witness& witness, const LookupChallenges& ch)
      : code(Scalar::one()),
        remainder(Scalar::one()),
        excess(ch.gamma),
        range(ch.shifted(kRangeTag)),
        plain(ch.shifted(kPlainTag)) {
    for (size_t k = 0; k < witness.columns().clamp_tables().size(); ++k) {
      clamp.push_back(ch.shifted(kFirstClampTag + k));
    }
  }
  SmallMultiples code;
  SmallMultiples remainder;
  SmallMultiples excess;  ///< γ·E
  Scalar range;
  Scalar plain;
  std::vector<Scalar> clamp;

  /// α − γ²·tag − X − γE
  [[nodiscard]] Scalar clamp_leaf(size_t table, uint8_t X, int32_t E) const {
    const Scalar q = clamp[table] - code(X);
    if (E == 0) {
      return q;
    }
    return q - excess(E);
  }
};

TreeLookupProver::TreeLookupProver(const Witness& witness, const LookupChallenges& challenges)
    : witness_(witness),
      shape_(lookup_shape(witness.columns())),
      levels_{RaggedLevels(witness.columns().layout(Column::kX)),
              RaggedLevels(witness.columns().layout(Column::kD)),
              RaggedLevels(witness.columns().layout(Column::kM))},
      tables_(std::make_unique<LeafTables>(witness, challenges)) {
  const Scalar& c = tables_->plain;
  const Scalar& r = tables_->range;
  const Scalar one = Scalar::one();
  trees_.reserve(kTrees);
  trees_.emplace_back(
      levels_[0],
      [this](size_t begin, size_t count, Scalar* P, Scalar* Q) {
        main_leaves(begin, count, P, Q);  // Q_C, Q_R
        std::array<Scalar, 256> Q_C;
        for (size_t done = 0; done < count; done += Q_C.size()) {
          const size_t n = std::min(Q_C.size(), count - done);
          std::copy_n(P + done, n, Q_C.begin());
          kernels().add(P + done, P + done, Q + done, n);
          kernels().multiply(Q + done, Q + done, Q_C.data(), n);
        }
      },
      c + r, c * r);
  trees_.emplace_back(
      levels_[1],
      [this](size_t begin, size_t count, Scalar* P, Scalar* Q) {
        std::fill(P, P + count, Scalar::one());
        input_leaves(begin, count, Q);
      },
      one, c);
  trees_.emplace_back(
      levels_[2],
      [this](size_t begin, size_t count, Scalar* P, Scalar* Q) {
        table_leaves(begin, count, P, Q);
      },
      Scalar::zero(), one);
}

TreeLookupProver::~TreeLookupProver() = default;

void TreeLookupProver::main_leaves(size_t begin, size_t count, Scalar* Q_C, Scalar* Q_R) const {
  std::fill(Q_C, Q_C + count, tables_->plain);
  std::fill(Q_R, Q_R + count, tables_->range);
  levels_[0].for_each_piece(begin, count, [&](size_t brick, size_t element, size_t n, size_t at) {
    const TensorTrace& t = witness_.tensor(brick + 1);
    const size_t table = witness_.columns().clamp_table_of(brick);
    for (size_t i = 0; i < n; ++i) {
      const uint8_t X = t.X[element + i];
      Q_C[at + i] = tables_->clamp_leaf(table, X, t.V[element + i] - X);
      Q_R[at + i] = tables_->range - tables_->remainder(t.R[element + i]);
    }
  });
}

void TreeLookupProver::input_leaves(size_t begin, size_t count, Scalar* Q) const {
  std::fill(Q, Q + count, tables_->plain);
  levels_[1].for_each_piece(begin, count, [&](size_t, size_t element, size_t n, size_t at) {
    for (size_t i = 0; i < n; ++i) {
      Q[at + i] = tables_->plain - tables_->code(witness_.input()[element + i]);
    }
  });
}

void TreeLookupProver::table_leaves(size_t begin, size_t count, Scalar* P, Scalar* Q) const {
  std::fill(P, P + count, Scalar::zero());
  std::fill(Q, Q + count, Scalar::one());
  const auto& bricks = witness_.columns().layout(Column::kM).bricks();
  const auto& clamps = witness_.columns().clamp_tables();
  const int32_t zero = int32_t{1} << witness_.circuit().value_bits;
  levels_[2].for_each_piece(begin, count, [&](size_t brick, size_t row, size_t n, size_t at) {
    const uint32_t* m = witness_.multiplicities().data() + bricks[brick].offset + row;
    for (size_t i = 0; i < n; ++i) {
      const auto u = static_cast<uint32_t>(row + i);
      P[at + i] = -tables_->remainder(m[i]);  // remainder(x) = x·1
      if (brick == 0) {
        Q[at + i] = tables_->range - tables_->remainder(u);
      } else if (brick + 1 == bricks.size()) {
        Q[at + i] = tables_->plain - tables_->code(u);
      } else {
        const ClampTable& c = clamps[brick - 1];
        const int32_t V = static_cast<int32_t>(u) - zero;
        const int32_t X = std::clamp<int32_t>(V, c.lo, c.hi);
        Q[at + i] = tables_->clamp_leaf(brick - 1, static_cast<uint8_t>(X), V - X);
      }
    }
  });
}

void TreeLookupProver::roots(std::span<Scalar> pq) {
  for (size_t k = 0; k < kTrees; ++k) {
    pq[2 * k] = trees_[k].root_P();
    pq[2 * k + 1] = trees_[k].root_Q();
    // The claim about the root is a line through two equal children.
    children_[k] = {pq[2 * k], pq[2 * k], pq[2 * k + 1], pq[2 * k + 1]};
  }
}

RaggedArrays TreeLookupProver::make_bottom(Tree tree, const Scalar& lambda) {
  const Scalar one = Scalar::one();
  const Scalar& c = tables_->plain;
  const Scalar& r = tables_->range;
  const auto finish = [lambda, inverse = lambda_inverse_](Scalar* A, Scalar* B, size_t count) {
    kernels().scale(A, A, lambda, count);
    for (size_t i = 0; i < count; ++i) {
      A[i] += Scalar::one();
      B[i] += inverse;
    }
  };
  if (tree == Tree::kMain) {
    return {levels_[0],
            0,
            {lambda * c + one, r + lambda_inverse_},
            [this, finish](size_t begin, size_t count, Scalar* const* out) {
              main_leaves(begin, count, out[0], out[1]);
              finish(out[0], out[1], count);
            }};
  }
  const Scalar pad_A = lambda * c + one;
  const Scalar pad_B = c + lambda_inverse_;
  return {levels_[1],
          1,
          {pad_A, pad_B},
          [this, finish, pad_A, pad_B](size_t begin, size_t count, Scalar* const* out) {
            levels_[1].for_each_line(1, begin, count, true, [&](const LinePart& part) {
              std::vector<Scalar> Q(2 * part.real());
              input_leaves(2 * part.raw(), Q.size(), Q.data());
              Scalar* A = out[0] + part.position;
              Scalar* B = out[1] + part.position;
              for (size_t i = 0; i < part.real(); ++i) {
                A[i] = Q[2 * i];
                B[i] = Q[2 * i + 1];
              }
              finish(A, B, part.real());
              std::fill(A + part.real(), A + part.count, pad_A);
              std::fill(B + part.real(), B + part.count, pad_B);
            });
          }};
}

TreeLookupProver::Layer TreeLookupProver::make_layer(Tree tree, unsigned d, const Scalar& lambda) {
  const unsigned level = shape_.bits[index(tree)] - d;  // of the layer's nodes
  if (shape_.bottom(tree, d)) {
    return {make_bottom(tree, lambda), std::nullopt, true};
  }
  return {trees_[index(tree)].children(level, lambda), std::nullopt, false};
}

Scalar TreeLookupProver::node_claim(Tree tree, const Scalar& line, const Scalar& lambda) {
  const auto& [P0, P1, Q0, Q1] = children_[index(tree)];
  return P0 + line * (P1 - P0) + lambda * (Q0 + line * (Q1 - Q0));
}

void TreeLookupProver::begin_layer(unsigned d, std::span<const Scalar> r, const Scalar& lambda,
                                   const std::array<Scalar, kTrees>& weights) {
  lambda_ = lambda;
  lambda_inverse_ = lambda.inverse();
  weights_ = weights;
  r_.assign(r.begin(), r.end());
  r_inverse_ = r_;
  invert_all(r_inverse_);
  claim_ = Scalar::zero();
  for (const Tree tree : kAllTrees) {
    auto& layer = layers_[index(tree)];
    layer.reset();
    if (d < shape_.depth(tree)) {
      claim_ += weights[index(tree)] * node_claim(tree, r.empty() ? Scalar::zero() : r[0], lambda);
      layer.emplace(make_layer(tree, d, lambda));
    }
  }
  unbound_.reset();
  round_ = 0;
}

// q(0) and q(2) of one tree's share in a round of one variable.
std::array<Scalar, 2> TreeLookupProver::ragged_round(Layer& layer, const SplitEq& eq) const {
  const auto summand = [&](const Scalar* const* a, const Scalar* weights, size_t pairs,
                           Scalar* sums) {
    if (layer.bottom) {
      kernels().product_round(a[0], a[1], weights, pairs, sums);
    } else {
      kernels().fraction_round(a[0], a[1], a[2], a[3], weights, pairs, sums);
    }
  };
  RaggedArrays& arrays = *layer.ragged;
  const auto sums =
      unbound_ ? arrays.fold_and_sum(*unbound_, eq, summand) : arrays.sum(&eq, summand);
  // Everywhere else the arrays are constant: one value times what is left of Σ eq = 1.
  const auto& p = arrays.pads();
  const Scalar pad = layer.bottom ? p[0] * p[1] : p[0] * p[3] + p[1] * p[2];
  const Scalar rest = pad * (Scalar::one() - sums[2]) - (layer.bottom ? lambda_inverse_ : Scalar());
  return {sums[0] + rest, sums[1] + rest};
}

void TreeLookupProver::make_dense(Layer& layer) const {
  if (unbound_) {
    layer.ragged->fold(*unbound_);
  }
  layer.dense.emplace(layer.ragged->dense(), layer.bottom ? DenseSum::Products{{0, 1}}
                                                          : DenseSum::Products{{0, 3}, {1, 2}});
  layer.ragged.reset();
}

void TreeLookupProver::round(unsigned variables, std::span<Scalar> q) {
  q_.assign(q.size(), Scalar::zero());
  const std::span<const Scalar> later = std::span<const Scalar>(r_).subspan(round_ + variables);
  const bool ragged = variables == 1 && !dense();
  if (ragged) {
    round_of_one(SplitEq(later));
  } else {
    const auto eq = eq_table(later);
    for (size_t k = 0; k < kTrees; ++k) {
      if (layers_[k]) {
        add_dense_grid(*layers_[k], variables, eq, weights_[k]);
      }
    }
  }
  unbound_.reset();
  std::copy(q_.begin(), q_.end(), q.begin());
}

void TreeLookupProver::round_of_one(const SplitEq& eq) {
  for (size_t k = 0; k < kTrees; ++k) {
    if (layers_[k]) {
      const auto sums = ragged_round(*layers_[k], eq);
      q_[0] += weights_[k] * sums[0];
      q_[2] += weights_[k] * sums[1];
    }
  }
  // claim = (1 − r_i)·q(0) + r_i·q(1)
  const Scalar& r = r_[round_];
  q_[1] = (claim_ - (Scalar::one() - r) * q_[0]) * r_inverse_[round_];
}

void TreeLookupProver::add_dense_grid(Layer& layer, unsigned variables,
                                      const std::vector<Scalar>& eq, const Scalar& weight) {
  if (!layer.dense) {
    make_dense(layer);
  }
  layer.dense->add_grid(variables, eq, weight, q_);
  if (layer.bottom) {  // Σ eq·(A·B − 1/λ)
    for (Scalar& x : q_) {
      x -= weight * lambda_inverse_;
    }
  }
}

bool TreeLookupProver::dense() const {
  return std::any_of(layers_.begin(), layers_.end(),
                     [](const auto& layer) { return layer && layer->dense; });
}

// Ragged arrays are folded when the next round reads them.
void TreeLookupProver::bind(const Scalar& z) {
  bind_grid(q_, z);
  claim_ = q_[0];
  for (auto& layer : layers_) {
    if (layer && layer->dense) {
      layer->dense->fold(z);
    }
  }
  if (!dense()) {
    unbound_ = z;
  }
  ++round_;
}

void TreeLookupProver::ends(Tree tree, std::span<Scalar> out) {
  Layer& layer = *layers_[index(tree)];
  if (!layer.dense) {
    make_dense(layer);
  }
  const auto v = [&](size_t i) { return layer.dense->array(i)[0]; };
  if (layer.bottom) {
    out[0] = (v(0) - Scalar::one()) * lambda_inverse_;
    out[1] = v(1) - lambda_inverse_;
    return;
  }
  out[0] = v(0);
  out[1] = v(2) - lambda_ * v(3);
  out[2] = v(1);
  out[3] = v(3);
  std::copy(out.begin(), out.end(), children_[index(tree)].begin());
}

}  // namespace vouch
