#include "prove/lookup_prover.h"

#include <algorithm>

#include "base/check.h"
#include "field/kernels/kernels.h"

namespace vouch {
namespace {

constexpr size_t index(Tree tree) { return static_cast<size_t>(tree); }
constexpr std::array<Tree, kTrees> kAllTrees{Tree::kMain, Tree::kInput, Tree::kTable};

}  // namespace

TreeLookupProver::TreeLookupProver(const Witness& witness, const LookupChallenges& challenges)
    : witness_(witness),
      challenges_(challenges),
      shape_(lookup_shape(witness.columns())),
      levels_{RaggedLevels(witness.columns().layout(Column::kX)),
              RaggedLevels(witness.columns().layout(Column::kD)),
              RaggedLevels(witness.columns().layout(Column::kM))},
      main_(witness, levels_[0], challenges, {}, {}),
      input_(witness, levels_[1], challenges),
      table_(witness, levels_[2], challenges) {
  const Scalar& c = main_.pad_C();
  const Scalar& r = main_.pad_R();
  trees_.reserve(kTrees);
  trees_.emplace_back(
      levels_[0],
      [this](size_t begin, size_t count, Scalar* P, Scalar* Q) {
        std::array<Scalar, kMaxLeaves> Q_C;
        main_.write(begin, count, Q_C.data(), Q);
        kernels().add(P, Q_C.data(), Q, count);
        kernels().multiply(Q, Q, Q_C.data(), count);
      },
      c + r, c * r);
  trees_.emplace_back(
      levels_[1],
      [this](size_t begin, size_t count, Scalar* P, Scalar* Q) {
        std::fill(P, P + count, Scalar::one());
        input_.write(begin, count, Q);
      },
      Scalar::one(), input_.pad());
  trees_.emplace_back(
      levels_[2],
      [this](size_t begin, size_t count, Scalar* P, Scalar* Q) {
        table_.write(begin, count, P, Q);
      },
      Scalar::zero(), Scalar::one());
}

TreeLookupProver::~TreeLookupProver() = default;

void TreeLookupProver::roots(std::span<Scalar> pq) {
  for (size_t k = 0; k < kTrees; ++k) {
    pq[2 * k] = trees_[k].root_P();
    pq[2 * k + 1] = trees_[k].root_Q();
    // The claim about the root is a line through two equal children.
    children_[k] = {pq[2 * k], pq[2 * k], pq[2 * k + 1], pq[2 * k + 1]};
  }
}

RaggedArrays TreeLookupProver::make_main_bottom(const Scalar& lambda) {
  auto leaves =
      std::make_shared<MainLeaves>(witness_, levels_[0], challenges_, Affine{lambda, Scalar::one()},
                                   Affine{Scalar::one(), lambda_inverse_});
  std::vector<Scalar> pads{leaves->pad_C(), leaves->pad_R()};
  return {levels_[0], 0, std::move(pads), [leaves](size_t begin, size_t count, Scalar* const* out) {
            leaves->write(begin, count, out[0], out[1]);
          }};
}

RaggedArrays TreeLookupProver::make_input_bottom(const Scalar& lambda) {
  const Affine A{lambda, Scalar::one()};
  const Affine B{Scalar::one(), lambda_inverse_};
  const std::vector<Scalar> pads{A(input_.pad()), B(input_.pad())};
  return {levels_[1], 1, pads, [this, A, B, pads](size_t begin, size_t count, Scalar* const* out) {
            levels_[1].for_each_line(1, begin, count, true, [&](const LinePart& part) {
              for (size_t done = 0; done < part.real(); done += kMaxLeaves / 2) {
                const size_t n = std::min(kMaxLeaves / 2, part.real() - done);
                std::array<Scalar, kMaxLeaves> Q;
                input_.write(2 * (part.raw() + done), 2 * n, Q.data());
                for (size_t i = 0; i < n; ++i) {
                  out[0][part.position + done + i] = A(Q[2 * i]);
                  out[1][part.position + done + i] = B(Q[2 * i + 1]);
                }
              }
              for (size_t a = 0; a < 2; ++a) {
                std::fill(out[a] + part.position + part.real(), out[a] + part.position + part.count,
                          pads[a]);
              }
            });
          }};
}

TreeLookupProver::Layer TreeLookupProver::make_layer(Tree tree, unsigned d, const Scalar& lambda) {
  const unsigned level = shape_.bits[index(tree)] - d;  // of the layer's nodes
  if (shape_.bottom(tree, d)) {
    return {tree == Tree::kMain ? make_main_bottom(lambda) : make_input_bottom(lambda), {}, true};
  }
  return {trees_[index(tree)].children(level, lambda), {}, false};
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
      unbound_ ? arrays.fold_and_sum(*unbound_, eq, summand) : arrays.sum(eq, summand);
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
