#include "prove/lookup_prover.h"

#include <algorithm>

#include "base/check.h"
#include "field/kernels/kernels.h"

namespace vouch {
namespace {

constexpr size_t index(Tree tree) { return static_cast<size_t>(tree); }

}  // namespace

TreeLookupProver::TreeLookupProver(const Witness& witness, const LookupChallenges& challenges)
    : shape_(lookup_shape(witness.columns())),
      levels_{RaggedLevels(witness.columns().layout(Column::kX)),
              RaggedLevels(witness.columns().layout(Column::kL)),
              RaggedLevels(witness.columns().layout(Column::kD)),
              RaggedLevels(witness.columns().predicate().lookups()),
              RaggedLevels(witness.columns().layout(Column::kM))},
      main_(witness, levels_[index(Tree::kMain)], challenges),
      low_(low_slots(witness, levels_[index(Tree::kLow)], challenges)),
      input_(input_slots(witness, levels_[index(Tree::kInput)], challenges)),
      predicate_(predicate_slots(witness, levels_[index(Tree::kPredicate)], challenges)),
      table_(witness, levels_[index(Tree::kTable)], challenges) {
  trees_[index(Tree::kMain)].emplace(main_.tree());
  for (const Tree tree : {Tree::kLow, Tree::kInput, Tree::kPredicate}) {
    if (shape_.has(tree)) {
      trees_[index(tree)].emplace(slots_of(tree).tree());
    }
  }
  trees_[index(Tree::kTable)].emplace(
      levels_[index(Tree::kTable)],
      [this](size_t begin, size_t count, Scalar* P, Scalar* Q) {
        table_.write(begin, count, P, Q);
      },
      Scalar::zero(), Scalar::one(), first_stored_of_tables(witness.columns()));
}

TreeLookupProver::~TreeLookupProver() = default;

void TreeLookupProver::roots(std::span<Scalar> pq) {
  size_t at = 0;
  for (size_t k = 0; k < kTrees; ++k) {
    if (trees_[k]) {
      const Scalar P = trees_[k]->root_P();
      const Scalar Q = trees_[k]->root_Q();
      pq[at++] = P;
      pq[at++] = Q;
      // The claim about the root is a line through two equal children.
      children_[k] = {P, P, Q, Q};
    }
  }
}

const ColumnSlots& TreeLookupProver::slots_of(Tree tree) const {
  return tree == Tree::kLow ? low_ : tree == Tree::kInput ? input_ : predicate_;
}

TreeLookupProver::Layer TreeLookupProver::make_layer(Tree tree, unsigned d, const Scalar& lambda) {
  const unsigned level = shape_.bits[index(tree)] - d;  // of the layer's nodes
  const bool bottom = shape_.bottom(tree, d);
  FractionTree& nodes = *trees_[index(tree)];
  nodes.release(level);
  if (bottom && tree == Tree::kMain) {
    return {main_.bottom(lambda, lambda_inverse_), {}, true};
  }
  if (bottom) {
    return {slots_of(tree).bottom(lambda, lambda_inverse_), {}, true};
  }
  if (tree == Tree::kMain && level == 1) {
    return {nodes.children(1, lambda, main_.children(lambda)), {}, false};
  }
  return {nodes.children(level, lambda), {}, false};
}

Scalar TreeLookupProver::child_claim(size_t tree, size_t which) const {
  return children_[tree][which] + lambda_ * children_[tree][2 + which];
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
      const Scalar claim = child_claim(index(tree), 0);
      const Scalar line = r.empty() ? Scalar::zero() : r[0];
      claim_ += weights[index(tree)] * (claim + line * (child_claim(index(tree), 1) - claim));
      layer.emplace(make_layer(tree, d, lambda));
    }
  }
  unbound_.reset();
  round_ = 0;
}

// q(0) and q(2) of one tree's share in a round of one variable, after the first.
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
  const auto sums = arrays.fold_and_sum(*unbound_, eq, summand);
  // Everywhere else the arrays are constant: one value times what is left of Σ eq = 1.
  const auto& p = arrays.pads();
  const Scalar pad = layer.bottom ? p[0] * p[1] : p[0] * p[3] + p[1] * p[2];
  const Scalar rest = pad * (Scalar::one() - sums[2]) - (layer.bottom ? lambda_inverse_ : Scalar());
  return {sums[0] + rest, sums[1] + rest};
}

namespace {

std::vector<ArrayPair*> pointers_to(std::vector<ArrayPair>& pairs) {
  std::vector<ArrayPair*> out;
  for (ArrayPair& pair : pairs) {
    out.push_back(&pair);
  }
  return out;
}

}  // namespace

void TreeLookupProver::make_dense(Layer& layer) const {
  if (unbound_) {
    layer.ragged->fold(*unbound_);
  }
  auto arrays = layer.ragged->dense();
  if (layer.bottom) {
    layer.dense.push_back({std::move(arrays[0]), std::move(arrays[1])});
  } else {
    layer.dense.push_back({std::move(arrays[0]), std::move(arrays[3])});
    layer.dense.push_back({std::move(arrays[1]), std::move(arrays[2])});
  }
  layer.ragged.reset();
}

void TreeLookupProver::round(unsigned variables, std::span<Scalar> q) {
  q_.assign(q.size(), Scalar::zero());
  const std::span<const Scalar> later = std::span<const Scalar>(r_).subspan(round_ + variables);
  const bool ragged = variables == 1 && !dense();
  if (ragged && !unbound_) {
    first_round(SplitEq(later));
  } else if (ragged) {
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

// The layer's point is (e, x), x being where the layer before has ended. So q(0) = Σ_j eq(x, j)·(P
// + λQ of node 2j) is the claim P_0 + λQ_0 that it ended with, q(1) that of the other child, and
// only the coefficient of t² is left to be summed.
void TreeLookupProver::first_round(const SplitEq& eq) {
  for (size_t k = 0; k < kTrees; ++k) {
    if (layers_[k]) {
      const Scalar q0 = child_claim(k, 0);
      const Scalar q1 = child_claim(k, 1);
      q_[0] += weights_[k] * q0;
      q_[1] += weights_[k] * q1;
      q_[2] += weights_[k] * (q1.doubled() - q0 + layers_[k]->ragged->leading(eq).doubled());
    }
  }
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
  if (layer.ragged) {
    make_dense(layer);
  }
  std::vector<Scalar> share(q_.size());
  add_product_grid(pointers_to(layer.dense), variables, eq, share);
  const Scalar constant = layer.bottom ? lambda_inverse_ : Scalar::zero();  // Σ eq·(A·B − 1/λ)
  for (size_t t = 0; t < q_.size(); ++t) {
    q_[t] += weight * (share[t] - constant);
  }
}

bool TreeLookupProver::dense() const {
  return std::any_of(layers_.begin(), layers_.end(),
                     [](const auto& layer) { return layer && !layer->ragged; });
}

// Ragged arrays are folded when the next round reads them.
void TreeLookupProver::bind(const Scalar& z) {
  bind_grid(q_, z);
  claim_ = q_[0];
  for (auto& layer : layers_) {
    if (layer && !layer->ragged) {
      bind_lowest(pointers_to(layer->dense), z);
    }
  }
  if (!dense()) {
    unbound_ = z;
  }
  ++round_;
}

void TreeLookupProver::ends(Tree tree, std::span<Scalar> out) {
  Layer& layer = *layers_[index(tree)];
  if (layer.ragged) {
    make_dense(layer);
  }
  if (layer.bottom) {
    out[0] = (layer.dense[0].a[0] - Scalar::one()) * lambda_inverse_;
    out[1] = layer.dense[0].b[0] - lambda_inverse_;
    return;
  }
  const Scalar& Q1 = layer.dense[0].b[0];
  out[0] = layer.dense[0].a[0];
  out[1] = layer.dense[1].b[0] - lambda_ * Q1;
  out[2] = layer.dense[1].a[0];
  out[3] = Q1;
  std::copy(out.begin(), out.end(), children_[index(tree)].begin());
}

}  // namespace vouch
