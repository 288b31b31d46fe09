#include "argument/folding/folding.h"

#include "argument/folding/lagrange.h"

namespace vouch {
namespace {

// f(c), g(c) and h(c) as linear expressions of the slots.
struct ProductExpressions {
  Linear f;
  Linear g;
  Linear h;
};

// Steps 1 and 2: the product message and the polynomials' values at c as expressions.
class ProductScript {
 public:
  ProductScript(Ledger& ledger, FoldingProver* prover) : ledger_(ledger), prover_(prover) {}

  // Returns whether h(c) = f(c)·g(c).
  bool run() {
    const size_t m = ledger_.products().size();
    // P -> V
    ledger_.place_products(ledger_.slots());
    const auto sent = ledger_.send("products", 2 * m + 3,
                                   [&](std::span<Scalar> out) { prover_->products(ledger_, out); });
    // V -> P
    const Scalar c = ledger_.channel().challenge_except("product point", [m](const Scalar& x) {
      for (uint64_t i = 0; i <= m; ++i) {
        if (x == Scalar::from_u64(i)) {
          return true;
        }
      }
      return false;
    });
    const ProductExpressions at = expressions(sent, c);
    const Scalar f = reveal("product f", at.f);
    const Scalar g = reveal("product g", at.g);
    const Scalar h = reveal("product h", at.h);
    return f * g == h;
  }

 private:
  ProductExpressions expressions(const std::vector<Linear>& sent, const Scalar& c) const {
    const size_t m = ledger_.products().size();
    const auto factors = lagrange_weights(m, c);
    const auto product = lagrange_weights(2 * m, c);
    ProductExpressions at{factors[0] * sent[m], factors[0] * sent[m + 1], product[0] * sent[m + 2]};
    for (size_t k = 1; k <= m; ++k) {
      at.f += factors[k] * ledger_.products()[k - 1].a;
      at.g += factors[k] * ledger_.products()[k - 1].b;
      at.h += product[k] * sent[k - 1] + product[m + k] * sent[m + 2 + k];
    }
    return at;
  }

  // P -> V: the expression's value; it is required to be that.
  Scalar reveal(std::string_view label, const Linear& expression) {
    const Scalar x = ledger_.channel().scalar(label, [&] { return prover_->value(expression); });
    ledger_.require(label, expression - x);
    return x;
  }

  Ledger& ledger_;
  FoldingProver* prover_;
};

// Step 4: Λ and y. u carries θ^(K+1) on v and θ^(k+1) on message k, which Λ is divided by.
LinearForm linear_form(const Ledger& ledger, const Opening& opening, unsigned kappa,
                       const Folding& weights, const Scalar& mu) {
  LinearForm form(kappa, ledger.slots());
  Scalar power = Scalar::one();
  for (const auto& require : ledger.requirements()) {
    form.add(require.expression, power);
    power *= mu;
  }
  std::vector<Scalar> inverse(weights.message_weights);
  inverse.push_back(weights.column_weight);
  invert_all(inverse);
  form.add(ledger.placed(opening.claim), -power);
  form.add_opening(opening.point, power * inverse.back());
  for (size_t k = 0; k < ledger.messages().size(); ++k) {
    const auto& message = ledger.messages()[k];
    form.scale_slots(message.first_slot, message.slots, inverse[k]);
  }
  return form;
}

// Step 6.
void fold_rounds(Channel& channel, const LinearForm& form, Folding& out, FoldingProver* prover) {
  std::vector<Scalar> challenges;
  for (size_t entries = size_t{1} << form.bits(); entries > kFoldedEntries; entries /= 2) {
    // P -> V
    std::pair<Point, Point> cross{Point::identity(), Point::identity()};
    if (prover != nullptr) {
      cross = prover->cross_terms();
    }
    Folding::Round round{channel.point("fold left", [&] { return cross.first; }),
                         channel.point("fold right", [&] { return cross.second; }), Scalar()};
    // V -> P
    round.q = channel.nonzero_challenge("fold");
    if (prover != nullptr) {
      prover->fold(round.q);
    }
    challenges.push_back(round.q);
    out.rounds.push_back(round);
  }
  out.lambda = form.folded(challenges);
  // P -> V
  std::array<Scalar, kFoldedEntries> z{};
  if (prover != nullptr) {
    z = prover->folded();
  }
  for (size_t i = 0; i < kFoldedEntries; ++i) {
    out.z[i] = channel.scalar("folded", [&] { return z[i]; });
  }
}

void weigh_messages(size_t messages, const Scalar& theta, Folding& out) {
  Scalar power = theta;
  for (size_t k = 0; k < messages; ++k) {
    out.message_weights.push_back(power);
    power *= theta;
  }
  out.column_weight = power;
}

}  // namespace

Folding argue_folding(Ledger& ledger, const Opening& opening, unsigned max_kappa,
                      FoldingProver* prover) {
  Folding out;
  Channel& channel = ledger.channel();
  out.products_hold = ProductScript(ledger, prover).run();

  // V -> P
  const Scalar theta = channel.nonzero_challenge("theta");
  weigh_messages(ledger.messages().size(), theta, out);
  const Scalar mu = channel.challenge("mu");
  const LinearForm form = linear_form(ledger, opening, max_kappa, out, mu);
  out.y = form.y();
  if (prover != nullptr) {
    prover->combine(ledger, opening, out.message_weights, out.column_weight);
  }
  // P -> V
  out.mask = channel.point("mask", [&] { return prover->mask(); });
  out.tau = channel.scalar("mask form", [&] { return prover->mask_form(form.dense()); });
  // V -> P
  out.c = channel.nonzero_challenge("mask challenge");
  // P -> V
  out.phi = channel.scalar("blinder", [&] { return prover->blinder(out.c); });
  // V -> P
  out.xi = channel.nonzero_challenge("value scale");
  if (prover != nullptr) {
    prover->begin_folding(out.xi);
  }
  fold_rounds(channel, form, out, prover);
  return out;
}

}  // namespace vouch
