#include "dense/bilinear.h"

#include <algorithm>

namespace vouch::dense {
namespace {

Scalar X_minus_z(const Circuit& circuit, const Columns& columns, const DenseWitness& witness,
                 uint32_t tensor, const Element& element) {
  const Column column = tensor == 0 ? Column::kD : Column::kX;
  const Brick& brick = columns.layout(column).bricks()[tensor == 0 ? 0 : tensor - 1];
  return witness[column][slot_of_code(brick, tensor, element)] -
         Scalar::from_u64(circuit.tensors[tensor].zero_point);
}

// eq(r; channel) and eq(r; position in the channel) of one brick.
struct SplitPoint {
  const Brick& brick;
  std::span<const Scalar> r;
  [[nodiscard]] Scalar channel(uint32_t c) const {
    return eq_at(r.subspan(brick.height), (brick.offset >> brick.height) + c);
  }
  [[nodiscard]] Scalar position(const Element& e) const {
    const uint64_t mask = (uint64_t{1} << brick.height) - 1;
    return eq_at(r.first(brick.height), slot_of(brick, e) & mask);
  }
};

void fold_weights(const Circuit& circuit, const Columns& columns, const DenseWitness& witness,
                  const SplitPoint& at, size_t op, std::vector<Scalar>& out) {
  const Brick& weights = columns.layout(Column::kW).bricks()[op];
  const Brick& entries = columns.entries().bricks()[op];
  const OpKind kind = circuit.ops[op].kind;
  const Shape& in = circuit.tensors[circuit.ops[op].inputs[0]].shape;
  const uint32_t group = circuit.tensors[op + 1].shape.channels / in.channels;
  for (const Element& w : elements_of(weights.extents)) {
    const Scalar& W = witness[Column::kW][slot_of(weights, w)];
    if (kind == OpKind::kConv2d) {
      out[entries.slot(0, w[1], w[2], w[3])] += at.channel(w[0]) * W;
    } else if (kind == OpKind::kDepthwiseConv2d) {
      out[entries.slot(0, w[0] / group, w[2], w[3])] += at.channel(w[0]) * W;
    } else {
      out[slot_of(entries, w)] += W;
    }
  }
}

// A product's Ŵ is its second input.
void fold_factor(const Circuit& circuit, const Columns& columns, const DenseWitness& witness,
                 size_t op, std::vector<Scalar>& out) {
  const Brick& entries = columns.entries().bricks()[op];
  const uint32_t second = circuit.ops[op].inputs[1];
  for (const Element& e : elements_of(entries.extents)) {
    out[slot_of(entries, e)] = X_minus_z(circuit, columns, witness, second, e);
  }
}

void fold_activations(const Circuit& circuit, const Columns& columns, const DenseWitness& witness,
                      const SplitPoint& at, size_t op, std::vector<Scalar>& out) {
  const Op& o = circuit.ops[op];
  const Brick& entries = columns.entries().bricks()[op];
  const Shape& in = circuit.tensors[o.inputs[0]].shape;
  const uint32_t group = circuit.tensors[op + 1].shape.channels / in.channels;
  for (const Element& e : elements_of(at.brick.extents)) {
    Scalar weight = at.position(e);
    if (o.kind == OpKind::kConv2d && e[0] != 0) {
      continue;  // X̂ does not depend on the output channel
    }
    if (o.kind == OpKind::kDepthwiseConv2d && e[0] % group != 0) {
      continue;
    }
    if (o.kind == OpKind::kLinearMap || o.kind == OpKind::kProduct) {
      weight *= at.channel(e[0]);
    }
    for (const Tap& tap : taps_of(circuit, op, e)) {
      out[slot_of(entries, tap.entry)] +=
          weight * Scalar::from_i64(tap.coefficient) *
          X_minus_z(circuit, columns, witness, o.inputs[tap.input], tap.element);
    }
  }
}

}  // namespace

Factors fold_factors(const Circuit& circuit, const Columns& columns, const DenseWitness& witness,
                     std::span<const Scalar> r) {
  const size_t size = size_t{1} << columns.entries().bits();
  Factors f{std::vector<Scalar>(size), std::vector<Scalar>(size)};
  for (size_t op = 0; op < circuit.ops.size(); ++op) {
    const SplitPoint at{columns.layout(Column::kX).bricks()[op], r};
    if (circuit.ops[op].kind == OpKind::kProduct) {
      fold_factor(circuit, columns, witness, op, f.W);
    } else {
      fold_weights(circuit, columns, witness, at, op, f.W);
    }
    fold_activations(circuit, columns, witness, at, op, f.X);
  }
  return f;
}

void weigh_products(const Circuit& circuit, const Columns& columns, const Scalar& zeta,
                    std::vector<Scalar>& W) {
  Scalar power = Scalar::one();
  for (size_t op = 0; op < circuit.ops.size(); ++op) {
    if (circuit.ops[op].kind == OpKind::kProduct) {
      power *= zeta;
      const Brick& entries = columns.entries().bricks()[op];
      for (const Element& e : elements_of(entries.extents)) {
        W[slot_of(entries, e)] *= power;
      }
    }
  }
}

Scalar bias_at(const Columns& columns, const DenseWitness& witness, std::span<const Scalar> r) {
  Scalar sum;
  const auto eq = eq_table(r);
  for (size_t op = 0; op < columns.layout(Column::kX).bricks().size(); ++op) {
    const Brick& brick = columns.layout(Column::kX).bricks()[op];
    const Brick& biases = columns.layout(Column::kB).bricks()[op];
    for (const Element& e : elements_of(brick.extents)) {
      const uint32_t channel = biases.extents[0] == 1 ? 0 : e[0];
      sum += eq[slot_of(brick, e)] * witness[Column::kB][biases.slot(channel, 0, 0, 0)];
    }
  }
  return sum;
}

Scalar evaluate_at(const std::vector<Scalar>& f, std::span<const Scalar> point) {
  const auto eq = eq_table(point);
  Scalar sum;
  for (size_t i = 0; i < f.size(); ++i) {
    sum += eq[i] * f[i];
  }
  return sum;
}

void bind_lowest(std::vector<Scalar>& f, const Scalar& z) {
  for (size_t i = 0; i < f.size() / 2; ++i) {
    f[i] = f[2 * i] + z * (f[2 * i + 1] - f[2 * i]);
  }
  f.resize(f.size() / 2);
}

void DenseBilinear::begin(std::span<const Scalar> r, std::span<Scalar> sums) {
  r_.assign(r.begin(), r.end());
  f_ = fold_factors(circuit_, columns_, witness_, r);
  if (hooks_.factors) {
    hooks_.factors(f_);
  }
  const size_t products = columns_.products();
  size_t j = 0;
  for (size_t op = 0; op < circuit_.ops.size(); ++op) {
    const bool product = circuit_.ops[op].kind == OpKind::kProduct;
    j += product ? 1 : 0;
    const Brick& entries = columns_.entries().bricks()[op];
    Scalar& sum = sums[product ? j : 0];
    for (const Element& e : elements_of(entries.extents)) {
      sum += f_.W[slot_of(entries, e)] * f_.X[slot_of(entries, e)];
    }
    if (product) {
      sums[products + j] = witness_[Column::kW][columns_.layout(Column::kW).bricks()[op].offset];
    }
  }
  const auto total = [&] {
    Scalar A = sums[0];
    for (size_t k = 1; k <= products; ++k) {
      A += sums[k] * sums[products + k];
    }
    return A;
  };
  const Scalar missing = needed_(r) - total();
  if (lie_ != BilinearLie::kClaimR && lie_ != BilinearLie::kCancel) {
    sums[0] += missing;
  }
  if (hooks_.sums) {
    hooks_.sums(sums, missing);
  }
  sums_.assign(sums.begin(), sums.end());
  total_ = total();
}

void DenseBilinear::weigh(const Scalar& zeta) {
  zeta_ = zeta;
  weigh_products(circuit_, columns_, zeta, f_.W);
  if (hooks_.weighed) {
    hooks_.weighed(f_, zeta);
  }
  claim_ = sums_[0];
  Scalar power = Scalar::one();
  for (size_t j = 1; j <= columns_.products(); ++j) {
    power *= zeta;
    claim_ += power * sums_[j];
  }
}

std::vector<Scalar> at_grid(std::vector<Scalar> f, unsigned variables, size_t t) {
  for (unsigned i = 0; i < variables; ++i, t /= 3) {
    bind_lowest(f, Scalar::from_u64(t % 3));
  }
  return f;
}

size_t corner_of_grid(unsigned variables, size_t b) {
  size_t t = 0;
  for (unsigned i = variables; i-- > 0;) {
    t = 3 * t + (b >> i & 1);
  }
  return t;
}

void DenseBilinear::round(unsigned variables, std::span<Scalar> q) {
  q_.assign(q.size(), Scalar::zero());
  for (size_t t = 0; t < q.size(); ++t) {
    const auto W = at_grid(f_.W, variables, t);
    const auto X = at_grid(f_.X, variables, t);
    for (size_t i = 0; i < W.size(); ++i) {
      q_[t] += W[i] * X[i];
    }
  }
  if (lie_ >= BilinearLie::kProduct && lie_ != BilinearLie::kCancel) {
    Scalar lie = claim_;
    for (size_t b = 0; b < size_t{1} << variables; ++b) {
      lie -= q_[corner_of_grid(variables, b)];
    }
    lie *= Scalar::from_u64(uint64_t{1} << variables).inverse();
    for (Scalar& x : q_) {
      x += lie;
    }
  }
  std::copy(q_.begin(), q_.end(), q.begin());
}

void DenseBilinear::bind(const Scalar& z) {
  bind_grid(q_, z);
  claim_ = q_[0];
  bind_lowest(f_.W, z);
  bind_lowest(f_.X, z);
  rho_.push_back(z);
}

void DenseBilinear::ends(std::span<Scalar> out) {
  ends_ = {f_.W[0], f_.X[0]};
  if (lie_ == BilinearLie::kWeights) {
    ends_[0] = claim_ * ends_[1].inverse();
  } else if (lie_ == BilinearLie::kActivations) {
    ends_[1] = claim_ * ends_[0].inverse();
  } else if (lie_ == BilinearLie::kCancel) {
    cancel();
  }
  std::copy(ends_.begin(), ends_.end(), out.begin());
}

// (k·w − w) + η·(x/k − x) + η^(P+3)·e = 0, where claim R is false by e, and claims 2 … P + 1 are
// those of the multipliers: a quadratic equation for k.
void DenseBilinear::cancel() {
  const auto [w, x] = ends_;
  const Scalar& eta = hooks_.eta;
  Scalar power = eta * eta.square();
  for (size_t j = 0; j < columns_.products(); ++j) {
    power *= eta;
  }
  const Scalar sum = w + eta * x - power * (total_ - needed_(r_));
  const auto root = square_root(sum.square() - (eta * w * x).doubled().doubled());
  cancels_ = root.has_value();
  if (cancels_) {
    const Scalar k = (sum + *root) * w.doubled().inverse();
    ends_ = {k * w, k.inverse() * x};
  }
}

// ℓ = 5 mod 8: x^((ℓ+3)/8) is a root of x or of −x, and 2^((ℓ−1)/4) one of −1.
std::optional<Scalar> square_root(const Scalar& x) {
  const auto power = [](const Scalar& base, std::array<uint64_t, 4> exponent) {
    Scalar result = Scalar::one();
    for (size_t bit = 256; bit-- > 0;) {
      result = result.square();
      if ((exponent[bit / 64] >> (bit % 64) & 1) != 0) {
        result *= base;
      }
    }
    return result;
  };
  const Scalar eighth = Scalar::from_u64(8).inverse();
  const Scalar quarter = eighth.doubled();
  // As integers: (ℓ + 3)/8 is 3/8 mod ℓ, and (ℓ − 1)/4 is −1/4 mod ℓ.
  const Scalar root = power(x, (Scalar::from_u64(3) * eighth).integer());
  const Scalar i = power(Scalar::from_u64(2), (-quarter).integer());
  for (const Scalar& candidate : {root, root * i}) {
    if (candidate.square() == x) {
      return candidate;
    }
  }
  return std::nullopt;
}

}  // namespace vouch::dense
