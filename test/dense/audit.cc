#include "dense/audit.h"

#include "dense/hidden.h"

namespace vouch::dense {

void audit_ledger(const Ledger& ledger, const Opening& opening, const DenseLedger& secrets,
                  DenseProof& out) {
  size_t number = 0;
  for (const auto& require : ledger.requirements()) {
    const Scalar value = secrets.value(require.expression);
    if (!value.is_zero()) {
      out.false_checks.push_back(require.label);
      out.false_values.push_back({require.label, value, number});
    }
    ++number;
  }
  const auto products = static_cast<uint32_t>(ledger.products().size());
  const uint32_t first = ledger.messages().back().first_slot;
  for (uint32_t k = 0; k < products; ++k) {
    const auto& p = ledger.products()[k];
    if (!(secrets.value(p.a) * secrets.value(p.b) == secrets.value(Linear::slot(first + k)))) {
      out.false_checks.push_back("product " + p.label);
    }
  }
  const Scalar last = secrets.value(ledger.placed(opening.claim)) - secrets.opening_value();
  if (!last.is_zero()) {
    out.false_checks.emplace_back("opening");
    out.false_values.push_back({"opening", last, number});
  }
}

void read_bilinear(const Ledger& ledger, const DenseLedger& secrets, ClaimsMade& claims) {
  for (const auto& message : ledger.messages()) {
    std::vector<Scalar>* to = message.label == "bilinear claim"  ? &claims.sums
                              : message.label == "bilinear ends" ? &claims.ends
                                                                 : nullptr;
    for (uint32_t i = 0; to != nullptr && i < message.slots; ++i) {
      to->push_back(secrets.value(Linear::slot(message.first_slot + i)));
    }
  }
  for (uint32_t k = 0; k < ledger.products().size(); ++k) {
    if (ledger.products()[k].label == "product") {
      claims.products.push_back(
          secrets.value(Linear::slot(ledger.messages().back().first_slot + k)));
    }
  }
}

namespace {

void audit_multipliers(const DenseModel& model, const DenseWitness& w, const ClaimsMade& claims,
                       DenseProof& out) {
  const auto& weights = model.columns.layout(Column::kW).bricks();
  size_t j = 0;
  for (size_t op = 0; op < model.circuit.ops.size(); ++op) {
    if (model.circuit.ops[op].kind == OpKind::kProduct) {
      ++j;
      if (!(claims.sums.at(model.columns.products() + j) == w[Column::kW][weights[op].offset])) {
        out.false_checks.push_back("claim w" + std::to_string(j));
      }
    }
  }
}

}  // namespace

void audit_claims(const DenseModel& model, const DenseWitness& w, const ClaimsMade& claims,
                  DenseProof& out) {
  const auto check = [&](const char* name, const Scalar& sent, const Scalar& is) {
    if (!(sent == is)) {
      out.false_checks.emplace_back(name);
    }
  };
  const auto& ch = claims.challenges;
  Factors factors = fold_factors(model.circuit, model.columns, w, claims.r);
  weigh_products(model.circuit, model.columns, claims.zeta, factors.W);
  check("claim W", claims.ends[0], evaluate_at(factors.W, claims.rho));
  check("claim X", claims.ends[1], evaluate_at(factors.X, claims.rho));
  audit_multipliers(model, w, claims, out);
  Scalar A = claims.sums.at(0);
  for (const Scalar& z : claims.products) {
    A += z;
  }

  const Leaves leaves = leaves_of(model.circuit, model.columns, w, ch);
  const auto& [main, low, input, predicate, table] = claims.children;
  check("claim C", main[2], evaluate_at(leaves.main_c, claims.r));
  const Units units = units_of(model.circuit);
  check("claim R", units.limb * (main[3] - ch.shifted(kRangeTag)),
        explained_at(model, w, claims.r) - A - bias_at(model.columns, w, claims.r));

  const auto line = [](const Scalar& a, const Scalar& b, const Scalar& s) {
    return a + s * (b - a);
  };
  if (model.circuit.exact()) {
    check("claim L", line(low[2], low[3], claims.low_point[0]),
          evaluate_at(leaves.low_q, claims.low_point));
  }
  check("claim D", line(input[2], input[3], claims.input_point[0]),
        evaluate_at(leaves.input_q, claims.input_point));
  check("claim m", line(table[0], table[1], claims.table_point[0]),
        evaluate_at(leaves.table_p, claims.table_point));

  if (model.predicate) {
    check("claim q", line(predicate[2], predicate[3], claims.predicate_point[0]),
          evaluate_at(shifted_lookups(model, w, out.proof.output, ch), claims.predicate_point));
    return audit_hidden(model, w, out);
  }
  const Brick& last = model.columns.layout(Column::kX).bricks().back();
  const auto elements = elements_of(last.extents);
  for (size_t i = 0; i < elements.size(); ++i) {
    check("claim y", Scalar::from_u64(out.proof.output[i]),
          w[Column::kX][slot_of(last, elements[i])]);
  }
}

}  // namespace vouch::dense
