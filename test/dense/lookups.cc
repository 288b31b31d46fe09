#include "dense/lookups.h"

#include <algorithm>

#include "base/check.h"
#include "dense/bilinear.h"

namespace vouch::dense {
namespace {

constexpr size_t index(Tree tree) { return static_cast<size_t>(tree); }

void table_leaves(const Circuit& circuit, const Columns& columns, const DenseWitness& witness,
                  const LookupChallenges& ch, Leaves& out) {
  const auto& m = witness[Column::kM];
  out.table_q.assign(m.size(), Scalar::one());
  for (const Scalar& x : m) {
    out.table_p.push_back(-x);
  }
  const auto& bricks = columns.layout(Column::kM).bricks();
  for (uint64_t u = 0; u < bricks.front().elements(); ++u) {
    out.table_q[bricks.front().offset + u] = ch.shifted(kRangeTag) - Scalar::from_u64(u);
  }
  for (uint64_t u = 0; u < 256; ++u) {
    out.table_q[bricks.back().offset + u] = ch.shifted(kPlainTag) - Scalar::from_u64(u);
  }
  for (size_t k = 0; k < circuit.windows.size(); ++k) {
    const std::vector<WindowRow> rows = window_rows(circuit, circuit.windows[k]);
    for (size_t u = 0; u < rows.size(); ++u) {
      out.table_q[bricks[1 + k].offset + u] = ch.shifted(kFirstActivationTag + k) -
                                              Scalar::from_i64(rows[u].X) -
                                              ch.gamma * rows[u].error(circuit);
    }
  }
  for (size_t k = 0; k < circuit.tables.size(); ++k) {
    const ActivationTable& table = circuit.tables[k];
    const int64_t zero = int64_t{1} << table.bits;
    for (int64_t V = -zero; V < zero; ++V) {
      const int64_t X = code_of(table, V);
      out.table_q[bricks[1 + k].offset + static_cast<uint64_t>(V + zero)] =
          ch.shifted(kFirstActivationTag + k) - Scalar::from_i64(X) -
          ch.gamma * Scalar::from_i64(V - X);
    }
  }
}

}  // namespace

Leaves leaves_of(const Circuit& circuit, const Columns& columns, const DenseWitness& witness,
                 const LookupChallenges& ch) {
  Leaves out;
  const std::vector<int> owner = owners(columns);
  for (size_t i = 0; i < owner.size(); ++i) {
    const uint64_t tag = owner[i] < 0 ? kPlainTag : columns.tag_of(static_cast<size_t>(owner[i]));
    out.main_c.push_back(ch.shifted(tag) - witness[Column::kX][i] -
                         ch.gamma * witness[Column::kE][i]);
    out.main_r.push_back(ch.shifted(kRangeTag) - witness.R[i]);
    if (circuit.exact()) {
      out.low_q.push_back(ch.shifted(kRangeTag) - witness[Column::kL][i]);
    }
  }
  for (const Scalar& code : witness[Column::kD]) {
    out.input_q.push_back(ch.shifted(kPlainTag) - code);
  }
  for (const Scalar& x : witness.q) {
    out.predicate_q.push_back(ch.shifted(kPlainTag) - x);
  }
  table_leaves(circuit, columns, witness, ch, out);
  return out;
}

DenseLookups::DenseLookups(const LookupShape& shape, const Leaves& leaves, LookupLie lie)
    : shape_(shape), lie_(lie) {
  Level main;
  for (size_t i = 0; i < leaves.main_c.size(); ++i) {
    main.Q.push_back(leaves.main_c[i]);
    main.Q.push_back(leaves.main_r[i]);
  }
  main.P.assign(main.Q.size(), Scalar::one());
  const std::array<Level, kTrees> bottom{
      std::move(main), Level{std::vector<Scalar>(leaves.low_q.size(), Scalar::one()), leaves.low_q},
      Level{std::vector<Scalar>(leaves.input_q.size(), Scalar::one()), leaves.input_q},
      Level{std::vector<Scalar>(leaves.predicate_q.size(), Scalar::one()), leaves.predicate_q},
      Level{leaves.table_p, leaves.table_q}};
  for (size_t k = 0; k < kTrees; ++k) {
    if (!has(k)) {
      continue;
    }
    levels_[k].push_back(bottom[k]);
    while (levels_[k].front().P.size() > 1) {
      const Level& below = levels_[k].front();
      Level above;
      for (size_t i = 0; i < below.P.size() / 2; ++i) {
        above.P.push_back(below.P[2 * i] * below.Q[2 * i + 1] +
                          below.P[2 * i + 1] * below.Q[2 * i]);
        above.Q.push_back(below.Q[2 * i] * below.Q[2 * i + 1]);
      }
      levels_[k].insert(levels_[k].begin(), std::move(above));
    }
    VOUCH_CHECK(levels_[k].size() == shape.depth(Tree{static_cast<uint8_t>(k)}) + 1);
  }
}

void DenseLookups::roots(std::span<Scalar> pq) {
  std::array<Scalar, kTrees> P;
  std::array<Scalar, kTrees> Q;
  Q.fill(Scalar::one());
  for (size_t k = 0; k < kTrees; ++k) {
    if (has(k)) {
      P[k] = levels_[k][0].P[0];
      Q[k] = levels_[k][0].Q[0];
    }
  }
  const auto all_others = [&](size_t tree) {
    Scalar product = Scalar::one();
    for (size_t k = 0; k < kTrees; ++k) {
      product *= k == tree ? Scalar::one() : Q[k];
    }
    return product;
  };
  root_sum_ = Scalar::zero();
  for (size_t k = 0; k < kTrees; ++k) {
    root_sum_ += P[k] * all_others(k);
  }
  if (lie_.kept != 0) {
    const size_t t = index(lie_.tree);
    P[t] -= root_sum_ * all_others(t).inverse();
  }
  for (size_t k = 0, at = 0; k < kTrees; ++k) {
    if (has(k)) {
      pq[at++] = P[k];
      pq[at++] = Q[k];
      sent_[k] = {P[k], P[k], Q[k], Q[k]};
    }
  }
}

bool DenseLookups::keeps_rounds() const {
  return keeps_layer() || (d_ + 1 == lie_.kept && lie_.rounds_too);
}

Scalar DenseLookups::summand(const std::array<Scalar, 4>& c) const {
  return c[0] * c[3] + c[2] * (c[1] + lambda_ * c[3]);
}

void DenseLookups::begin_layer(unsigned d, std::span<const Scalar> r, const Scalar& lambda,
                               const std::array<Scalar, kTrees>& weights) {
  d_ = d;
  r_.assign(r.begin(), r.end());
  lambda_ = lambda;
  weights_ = weights;
  claim_ = Scalar::zero();
  round_ = 0;
  prepared_ = false;
  const Scalar line = r.empty() ? Scalar::zero() : r[0];
  challenges_.emplace_back("lookup lambda", lambda);
  for (size_t k = 0, met = 0; k < kTrees; ++k) {
    if (live(k) && ++met == 2) {
      challenges_.emplace_back("lookup mu", weights[k]);
    }
  }
  if (d != 0) {
    challenges_.emplace_back("lookup line", line);
  }
  for (size_t k = 0; k < kTrees; ++k) {
    if (!live(k)) {
      continue;
    }
    const auto& c = sent_[k];
    claim_ += weights[k] * (c[0] + line * (c[1] - c[0]) + lambda * (c[2] + line * (c[3] - c[2])));
    const Level& below = levels_[k][d + 1];
    for (auto& a : arrays_[k]) {
      a.clear();
    }
    for (size_t i = 0; i < below.P.size(); ++i) {
      arrays_[k][i % 2].push_back(below.P[i]);
      arrays_[k][2 + i % 2].push_back(below.Q[i]);
    }
  }
}

void DenseLookups::round(unsigned variables, std::span<Scalar> q) {
  const auto eq = eq_table(std::span<const Scalar>(r_).subspan(round_ + variables));
  q_.assign(q.size(), Scalar::zero());
  for (size_t t = 0; t < q.size(); ++t) {
    for (size_t k = 0; k < kTrees; ++k) {
      if (!live(k)) {
        continue;
      }
      std::array<std::vector<Scalar>, 4> f;
      for (size_t a = 0; a < 4; ++a) {
        f[a] = at_grid(arrays_[k][a], variables, t);
      }
      for (size_t i = 0; i < eq.size(); ++i) {
        q_[t] += weights_[k] * eq[i] * summand({f[0][i], f[1][i], f[2][i], f[3][i]});
      }
    }
  }
  if (keeps_rounds()) {
    Scalar lie = claim_;
    for (size_t b = 0; b < size_t{1} << variables; ++b) {
      lie -= eq_at(std::span<const Scalar>(r_).subspan(round_, variables), b) *
             q_[corner_of_grid(variables, b)];
    }
    for (Scalar& x : q_) {
      x += lie;
    }
  }
  std::copy(q_.begin(), q_.end(), q.begin());
}

void DenseLookups::bind(const Scalar& z) {
  challenges_.emplace_back("lookup round", z);
  bind_grid(q_, z);
  claim_ = q_[0];
  for (size_t k = 0; k < kTrees; ++k) {
    if (live(k)) {
      for (auto& a : arrays_[k]) {
        bind_lowest(a, z);
      }
    }
  }
  ++round_;
}

void DenseLookups::prepare_ends() {
  Scalar sum;
  for (size_t k = 0; k < kTrees; ++k) {
    if (live(k)) {
      sent_[k] = {arrays_[k][0][0], arrays_[k][1][0], arrays_[k][2][0], arrays_[k][3][0]};
      sum += weights_[k] * summand(sent_[k]);
    }
  }
  if (keeps_layer() && !(claim_ == sum)) {
    lie_in_children(claim_ - sum);
  }
  prepared_ = true;
}

// Changes one child of the chosen tree so that the layer's sum grows by `lie`.
void DenseLookups::lie_in_children(const Scalar& lie) {
  const size_t k = index(lie_.tree);
  VOUCH_CHECK(live(k));
  auto& [P0, P1, Q0, Q1] = sent_[k];
  const Scalar needed = lie * weights_[k].inverse();
  const bool last = d_ + 1 == shape_.depth(lie_.tree);
  if (shape_.bottom(lie_.tree, d_)) {  // Q_0 + Q_1 + λ·Q_0·Q_1
    Scalar& changed = lie_.second ? Q1 : Q0;
    const Scalar& other = lie_.second ? Q0 : Q1;
    changed += needed * (Scalar::one() + lambda_ * other).inverse();
  } else if (last && lie_.second) {
    Q0 += needed * (P1 + lambda_ * Q1).inverse();
  } else {
    P0 += needed * Q1.inverse();
  }
}

void DenseLookups::ends(Tree tree, std::span<Scalar> out) {
  if (!prepared_) {
    prepare_ends();
  }
  const auto& c = sent_[index(tree)];
  if (shape_.bottom(tree, d_)) {
    out[0] = c[2];
    out[1] = c[3];
  } else {
    std::copy(c.begin(), c.end(), out.begin());
  }
}

}  // namespace vouch::dense
