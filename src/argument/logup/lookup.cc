#include "argument/logup/lookup.h"

#include "base/check.h"

namespace vouch {
namespace {

struct Fraction {
  Linear P;
  Linear Q;
};

// The numerator of the sum of all roots is 0. Products are numbered in the order of the calls, so
// each has a statement of its own: the order of operands is the compiler's business.
void require_sum_zero(Ledger& ledger, std::span<const Fraction> roots) {
  Fraction sum = roots.front();
  for (size_t k = 1; k < roots.size(); ++k) {
    const Linear left = ledger.multiply("root", sum.P, roots[k].Q);
    const Linear right = ledger.multiply("root", roots[k].P, sum.Q);
    sum.P = left + right;
    if (k + 1 < roots.size()) {
      sum.Q = ledger.multiply("root", sum.Q, roots[k].Q);
    }
  }
  ledger.require("root", sum.P);
}

class LayerScript {
 public:
  LayerScript(Ledger& ledger, const LookupShape& shape, const RoundGroups& groups,
              LookupProver* prover)
      : ledger_(ledger), shape_(shape), groups_(groups), prover_(prover) {}

  void roots() {
    // P -> V
    const auto pq = ledger_.send("lookup roots", 2 * shape_.trees(),
                                 [&](std::span<Scalar> out) { prover_->roots(out); });
    std::vector<Fraction> roots;
    for (const Tree tree : kAllTrees) {
      if (shape_.has(tree)) {
        const size_t at = 2 * roots.size();
        roots.push_back({pq[at], pq[at + 1]});
        nodes_[index(tree)] = roots.back();
      }
    }
    require_sum_zero(ledger_, roots);
  }

  // From layer d to layer d + 1.
  void layer(unsigned d) {
    // V -> P
    const Scalar lambda = ledger_.challenge("lookup lambda");
    const Scalar mu = ledger_.challenge("lookup mu");
    std::array<Scalar, kTrees> weights;
    Linear claim;
    Scalar weight = Scalar::one();
    for (const Tree tree : kAllTrees) {
      if (live(tree, d)) {
        const Fraction& node = nodes_[index(tree)];
        claim += weight * (node.P + lambda * node.Q);
        weights[index(tree)] = weight;
        weight *= mu;
      }
    }
    if (prover_ != nullptr) {
      prover_->begin_layer(d, r_, lambda, weights);
    }
    std::vector<Scalar> point = eq_sumcheck(ledger_, "lookup round", groups_, r_, claim, prover_);
    finish_layer(d, lambda, weights, claim, std::move(point));
  }

  [[nodiscard]] const LookupClaims& claims() const { return claims_; }

 private:
  static size_t index(Tree tree) { return static_cast<size_t>(tree); }
  [[nodiscard]] bool live(Tree tree, unsigned d) const { return d < shape_.depth(tree); }

  // P -> V: the children at the sumcheck's point; V -> P: a random line through each pair of them.
  void finish_layer(unsigned d, const Scalar& lambda, const std::array<Scalar, kTrees>& weights,
                    const Linear& claim, std::vector<Scalar> point) {
    std::array<std::vector<Linear>, kTrees> children = send_children(d);
    Linear sum;
    for (const Tree tree : kAllTrees) {
      if (live(tree, d)) {
        sum += weights[index(tree)] * combine(tree, d, lambda, children[index(tree)]);
      }
    }
    ledger_.require("lookup layer", sum - claim);
    const Scalar s = ledger_.challenge("lookup line");
    for (const Tree tree : kAllTrees) {
      if (live(tree, d)) {
        descend(tree, d, s, point, children[index(tree)]);
      }
    }
    r_ = std::move(point);
    r_.insert(r_.begin(), s);
  }

  std::array<std::vector<Linear>, kTrees> send_children(unsigned d) {
    std::array<size_t, kTrees> counts{};
    size_t total = 0;
    for (const Tree tree : kAllTrees) {
      counts[index(tree)] = !live(tree, d) ? 0 : shape_.bottom(tree, d) ? 2 : 4;
      total += counts[index(tree)];
    }
    const auto sent = ledger_.send("lookup children", total, [&](std::span<Scalar> out) {
      for (const Tree tree : kAllTrees) {
        if (counts[index(tree)] != 0) {
          prover_->ends(tree, out.first(counts[index(tree)]));
          out = out.subspan(counts[index(tree)]);
        }
      }
    });
    std::array<std::vector<Linear>, kTrees> children;
    auto next = sent.begin();
    for (size_t k = 0; k < kTrees; ++k) {
      children[k].assign(next, next + static_cast<std::ptrdiff_t>(counts[k]));
      next += static_cast<std::ptrdiff_t>(counts[k]);
    }
    return children;
  }

  // The layer's summand at the children.
  Linear combine(Tree tree, unsigned d, const Scalar& lambda, const std::vector<Linear>& c) {
    if (shape_.bottom(tree, d)) {
      return c[0] + c[1] + lambda * ledger_.multiply("lookup bottom", c[0], c[1]);
    }
    const Linear first = ledger_.multiply("lookup layer", c[0], c[3]);
    const Linear second = ledger_.multiply("lookup layer", c[2], c[1] + lambda * c[3]);
    return first + second;
  }

  void descend(Tree tree, unsigned d, const Scalar& s, const std::vector<Scalar>& point,
               const std::vector<Linear>& c) {
    const auto line = [&](const Linear& a, const Linear& b) { return a + s * (b - a); };
    std::vector<Scalar> next(point);
    next.insert(next.begin(), s);
    const bool last = d + 1 == shape_.depth(tree);
    if (tree == Tree::kMain && last) {
      claims_.main_c = c[0];
      claims_.main_u = c[1];
      claims_.points[index(tree)] = point;
    } else if (shape_.bottom(tree, d)) {
      (tree == Tree::kLow     ? claims_.low_q
       : tree == Tree::kInput ? claims_.input_q
                              : claims_.predicate_q) = line(c[0], c[1]);
      claims_.points[index(tree)] = next;
    } else {
      nodes_[index(tree)] = {line(c[0], c[1]), line(c[2], c[3])};
      if (last) {
        claims_.table_p = nodes_[index(tree)].P;
        claims_.table_q = nodes_[index(tree)].Q;
        claims_.points[index(tree)] = next;
      }
    }
  }

  Ledger& ledger_;
  const LookupShape& shape_;
  const RoundGroups& groups_;
  LookupProver* prover_;
  std::array<Fraction, kTrees> nodes_;
  std::vector<Scalar> r_;
  LookupClaims claims_;
};

}  // namespace

LookupClaims argue_lookups(Ledger& ledger, const LookupShape& shape, const RoundGroups& groups,
                           LookupProver* prover) {
  LayerScript script(ledger, shape, groups, prover);
  script.roots();
  unsigned depth = 0;
  for (const Tree tree : kAllTrees) {
    VOUCH_CHECK(tree == Tree::kLow || tree == Tree::kPredicate || shape.has(tree));
    depth = std::max(depth, shape.depth(tree));
  }
  for (unsigned d = 0; d < depth; ++d) {
    script.layer(d);
  }
  return script.claims();
}

}  // namespace vouch
