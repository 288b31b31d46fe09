// Challenges that the prover knows before the messages they depend on, and commitments that are
// chosen after all challenges. Each attack makes its proof once, learns what it wants to know, and
// makes it again with lies that are true for those challenges: it succeeds where a challenge is a
// constant, or does not depend on the message that lies.
#include <gtest/gtest.h>

#include <algorithm>

#include "exact_case.h"
#include "predicate_case.h"

namespace vouch::dense {
namespace {

// The challenge of this name, the first of them.
Scalar challenge_of(const DenseProof& made, const std::string& name) {
  const auto at = std::find_if(made.challenges.begin(), made.challenges.end(),
                               [&](const auto& c) { return c.first == name; });
  EXPECT_NE(at, made.challenges.end()) << name;
  return at->second;
}

// By how much the proof's one false require is false.
const FalseValue& only_false(const DenseProof& made, const std::string& label) {
  static const FalseValue none{};
  EXPECT_EQ(made.false_values.size(), 1U);
  if (made.false_values.size() != 1) {
    return none;
  }
  EXPECT_EQ(made.false_values[0].label, label);
  return made.false_values[0];
}

// Hook: the first message of this label.
std::function<void(const std::string&, size_t, std::span<Scalar>)> first_of(
    const std::string& label, const std::function<void(std::span<Scalar>)>& change) {
  return [=](const std::string& name, size_t number, std::span<Scalar> values) {
    if (name == label && number == 0) {
      change(values);
    }
  };
}

// P_1·Q_2·Q_T + P_2·Q_1·Q_T + P_T·Q_1·Q_2 of the message P_1, Q_1, P_2, Q_2, P_T, Q_T.
Scalar root_sum(std::span<const Scalar> pq) {
  return pq[5] * (pq[0] * pq[3] + pq[2] * pq[1]) + pq[4] * pq[1] * pq[3];
}

// The root's sum made true by fractions (P + λe, Q − e), or (P + μe, ·) and (P − e, ·) in two
// trees: what the first layer takes of them is the same.
void foresee_lambda(Forgery& f) {
  f = wrong_rounding();
  const Scalar lambda = challenge_of(prove_small(f), "lookup lambda");
  f.ledger.values = first_of("lookup roots", [lambda](std::span<Scalar> pq) {
    const Scalar change = lambda * pq[3] * pq[5] - pq[2] * pq[5] - pq[4] * pq[3];
    const Scalar e = -root_sum(pq) * change.inverse();
    pq[0] += lambda * e;
    pq[1] -= e;
  });
}

void foresee_lookup_mu(Forgery& f) {
  f = wrong_rounding();
  const Scalar mu = challenge_of(prove_small(f), "lookup mu");
  f.ledger.values = first_of("lookup roots", [mu](std::span<Scalar> pq) {
    const Scalar e = -root_sum(pq) * (pq[5] * (mu * pq[3] - pq[1])).inverse();
    pq[0] += mu * e;
    pq[2] -= e;
  });
}

// The first layer's check made true by children whose line has the same value at the challenge.
void foresee_line(Forgery& f) {
  f = wrong_rounding();
  f.lookup_lie = {1, Tree::kMain};
  const DenseProof first = prove_small(f);
  const Scalar s = challenge_of(first, "lookup line");
  const Scalar error = only_false(first, "lookup layer").value;
  f.ledger.values = first_of("lookup children", [=](std::span<Scalar> c) {
    const Scalar rest = Scalar::one() - s;
    const Scalar e = -error * (s * c[3] - rest * c[2]).inverse();  // P_0·Q_1 + Q_0·P_1
    c[0] += s * e;
    c[1] -= rest * e;
  });
}

// A false first round made true by a polynomial that is the right one at the challenge: a(t_0 − z)
// more. `share(z)` is Σ weight·(t_0 − z) over the message's corners.
void foresee_round(
    Forgery& f, const std::string& label,
    const std::function<Scalar(const DenseProof&, unsigned variables, const Scalar& z)>& share) {
  const DenseProof first = prove_small(f);
  const Scalar z = challenge_of(first, label);
  const Scalar error = only_false(first, label).value;
  f.ledger.values = first_of(label, [=](std::span<Scalar> q) {
    unsigned variables = 0;
    for (size_t n = 1; n < q.size(); n *= 3) {
      ++variables;
    }
    const Scalar a = -error * share(first, variables, z).inverse();
    for (size_t t = 0; t < q.size(); ++t) {
      q[t] += a * (Scalar::from_u64(t % 3) - z);
    }
  });
}

Scalar share_of_sum(const DenseProof& /*made*/, unsigned variables, const Scalar& z) {
  return Scalar::from_u64(uint64_t{1} << (variables - 1)) * (Scalar::one() - z.doubled());
}

Scalar share_of_eq(const DenseProof& made, unsigned /*variables*/, const Scalar& z) {
  return challenge_of(made, "lookup line") - z;
}

// Sums of the bilinear sumcheck, false by amounts that cancel in B + Σ ζ^j·S_j: S_1 and S_2, or B
// and S_1. Their products with the multipliers −1 and 1 do not.
void foresee_zeta(Forgery& f, bool of_two_products) {
  f = run_of([](Circuit&, Weights& w, auto&) { w[0].biases[1] += 64; });
  const Scalar zeta = challenge_of(prove_small(f), "bilinear products");
  f.bilinear.sums = [=](std::span<Scalar> sums, const Scalar& missing) {
    const Scalar& w_1 = sums[1 + 3];
    const Scalar& w_2 = sums[2 + 3];
    if (of_two_products) {
      const Scalar e = missing * (w_2 - zeta * w_1).inverse();
      sums[2] += e;
      sums[1] -= zeta * e;
    } else {
      const Scalar e = missing * (w_1 - zeta).inverse();
      sums[1] += e;
      sums[0] -= zeta * e;
    }
  };
}

// Claims that are false by amounts that cancel: a wrong bias makes claim R false, and Ŵ(ρ) and X̂(ρ)
// are sent with the right product and errors that make up for it, each with its power of η. Half of
// all seeds have them.
void cancel_claims(Forgery& f) {
  DenseWitness other = run_with([](Circuit&, Weights& w, auto&) { w[0].biases[1] += 64; });
  other[Column::kB] = small_run()[Column::kB];
  for (int picture = 0; picture < 30; ++picture) {
    f = Forgery(small_model(), other);
    f.context = {static_cast<uint8_t>(picture)};
    f.bilinear.lie = BilinearLie::kCancel;
    f.bilinear.eta = challenge_of(prove_small(f), "opening eta");
    (void)prove_small(f);
    if (f.claims_cancel) {
      return;
    }
  }
  ADD_FAILURE() << "no errors cancel";
}

// Requires that are false by amounts that cancel: the first round of the opening is, and the
// revealed f(c) and h(c) = f(c)·g(c) make up for it, each with its power of μ.
void cancel_requires(Forgery& f) {
  f = false_output();
  const DenseProof first = prove_small(f);
  const FalseValue& round = only_false(first, "opening round");
  const Scalar mu = challenge_of(first, "mu");
  std::vector<Scalar> power{Scalar::one()};
  while (power.size() < first.requirements) {
    power.push_back(power.back() * mu);
  }
  const Scalar f_of_c = first.scalars.at("product f")[0];
  const Scalar g_of_c = first.scalars.at("product g")[0];
  const Scalar lie = power[round.number] * round.value *
                     (power[power.size() - 3] + g_of_c * power.back()).inverse();
  f.channel.scalar = [=](const std::string& label, size_t, Scalar& x) {
    x = label == "product f" ? f_of_c + lie : label == "product h" ? (f_of_c + lie) * g_of_c : x;
  };
}

// c' known when τ is sent: it takes the form's error times c'.
void foresee_mask_challenge(Forgery& f) {
  f = false_output();
  const DenseProof first = prove_small(f);
  f.channel.scalar = [error = first.folding.c * first.form_error](const std::string& label, size_t,
                                                                  Scalar& x) {
    x += label == "mask form" ? error : Scalar::zero();
  };
}

// c' known when Δ is sent: s makes up for the error of u, and τ is that of the s before.
void foresee_mask_challenge_in_the_mask(Forgery& f) {
  f = false_output();
  const DenseProof first = prove_small(f);
  f.ledger.mask = [x = -(first.folding.c * first.form_error) *
                       first.form[0].inverse()](Held& mask) { mask.values[0] += x; };
  f.channel.scalar = [tau = first.folding.tau](const std::string& label, size_t, Scalar& x) {
    x = label == "mask form" ? tau : x;
  };
}

// q known when L, or R, is sent: L + q·P + q²·R is what it should be, P being short of the error.
void foresee_fold(Forgery& f, const std::string& side) {
  f = false_output();
  const DenseProof first = prove_small(f);
  const Scalar q = first.folding.rounds[0].q;
  const Scalar error = first.folding.xi * first.folding.c * first.form_error *
                       (side == "fold left" ? q : q.inverse());
  f.channel.point = [=](const std::string& label, size_t number, Point& p) {
    if (label == side && number == 0) {
      p += test_generators().U().point().multiply_vartime(error);
    }
  };
}

std::vector<Attack> foresight_attacks() {
  return {
      {"Lambda", {"lookup layer"}, foresee_lambda},
      {"LookupMu", {"lookup layer"}, foresee_lookup_mu},
      {"Line", {"lookup round"}, foresee_line},
      {"LookupRound",
       {"lookup layer"},
       [](Forgery& f) {
         f = wrong_rounding();
         f.lookup_lie = {2, Tree::kMain};
         foresee_round(f, "lookup round", share_of_eq);
       }},
      {"BilinearRound",
       {"bilinear round"},
       [](Forgery& f) {
         f = run_of([](Circuit&, Weights& w, auto&) { w[0].biases[1] += 64; });
         f.bilinear.lie = BilinearLie::kRound;
         foresee_round(f, "bilinear round", share_of_sum);
       }},
      {"Zeta", {"bilinear round"}, [](Forgery& f) { foresee_zeta(f, false); }},
      {"ZetaOfTwoProducts", {"bilinear round"}, [](Forgery& f) { foresee_zeta(f, true); }},
      {"OpeningRound",
       {"claim y", "opening round"},
       [](Forgery& f) {
         f = false_output();
         foresee_round(f, "opening round", share_of_sum);
       }},
      {"Eta", {"claim R", "claim W", "claim X", "opening round"}, cancel_claims},
      {"Mu", {"claim y", "opening round", "product f", "product h"}, cancel_requires},
      {"MaskChallenge", {"claim y", "opening round"}, foresee_mask_challenge},
      {"MaskChallengeInTheMask", {"claim y", "opening round"}, foresee_mask_challenge_in_the_mask},
      {"FoldByTheLeft",
       {"claim y", "opening round"},
       [](Forgery& f) { foresee_fold(f, "fold left"); }},
      {"FoldByTheRight",
       {"claim y", "opening round"},
       [](Forgery& f) { foresee_fold(f, "fold right"); }},
  };
}
INSTANTIATE_ATTACKS(Foreseen, foresight_attacks);

// A message of the ledger chosen when θ and μ are known: it holds what makes the form's value
// right.
Attack message_chosen_last(const std::string& label) {
  std::string name = label;
  name.erase(std::remove(name.begin(), name.end(), ' '), name.end());
  return {name, {"claim y", "opening round"}, [label](Forgery& f) {
            f = false_output();
            const DenseProof first = prove_small(f);
            const auto at = std::find_if(first.ledger.begin(), first.ledger.end(),
                                         [&](const auto& m) { return m.label == label; });
            ASSERT_NE(at, first.ledger.end());
            const auto k = static_cast<size_t>(at - first.ledger.begin());
            const Scalar x =
                -first.form_error * (first.form[0] * first.folding.message_weights[k]).inverse();
            f.ledger.held = [=](const std::string& of, size_t number, Held& held) {
              if (of == label && number == 0) {
                held.values[0] += x;
              }
            };
          }};
}

// A false output, or a false bit where the column is Y.
Forgery false_proof_with(Column column) {
  if (column == Column::kY) {
    Forgery forgery = honest_hidden(public_labels(false));
    forgery.output = {1, 1, 0};
    return forgery;
  }
  return column == Column::kL ? false_exact_output() : false_output();
}

// A column's row chosen when the opening's point is known: a slot takes what the last claim needs.
Attack column_chosen_last(Column column) {
  return {
      std::string("column") + column_name(column),
      {column == Column::kY ? "claim b" : "claim y"},
      [column](Forgery& f) {
        f = false_proof_with(column);
        f.opening_lie = Scalar::zero();
        lie_until_the_opening(f);
        const DenseProof first = prove_small(f);
        const FalseValue& last = only_false(first, "opening");
        const Columns& columns = f.model->columns;
        const auto present = columns.layout(column).present_rows(columns.kappa(column));
        const auto row = static_cast<uint64_t>(std::find(present.begin(), present.end(), true) -
                                               present.begin());
        const auto low = std::span<const Scalar>(first.opening.point).first(columns.max_kappa());
        const Scalar weight =
            first.opening.weights[static_cast<size_t>(column)] * eq_at(low, 0) *
            eq_at(split_point(columns.shape(column), columns.max_kappa(), first.opening.point).row,
                  row);
        f.row = [=, x = last.value * weight.inverse()](Column c, size_t number, Held& held) {
          if (c == column && number == 0) {
            held.values[0] += x;
          }
        };
        // The challenges are those of the rows before.
        f.absorbed = [=, rows = first](Statement& s, ModelCommitment& m) {
          m = rows.model;
          if (column == Column::kD) {
            std::copy(rows.proof.input.begin(), rows.proof.input.end(), s.input.begin());
          }
        };
        f.absorbed_rows = [=, rows = first.proof](Column c, Rows& absorbed) {
          if (c == column) {
            absorbed = c == Column::kX   ? rows.x
                       : c == Column::kE ? rows.e
                       : c == Column::kL ? rows.l
                       : c == Column::kY ? rows.y
                                         : rows.m;
          }
        };
      }};
}

std::vector<Attack> last_choices() {
  std::vector<Attack> all;
  for (const char* label : {"lookup roots", "lookup round", "lookup children", "bilinear claim",
                            "bilinear round", "bilinear ends", "opening round", "products"}) {
    all.push_back(message_chosen_last(label));
  }
  for (const Column column : kAllColumns) {
    all.push_back(column_chosen_last(column));
  }
  return all;
}
INSTANTIATE_ATTACKS(ChosenLast, last_choices);

}  // namespace
}  // namespace vouch::dense
