#include "argument/ledger/ledger.h"

#include "base/check.h"
#include "base/secret.h"

namespace vouch {

std::vector<Linear> Ledger::send(std::string_view label, size_t count, const Fill& fill) {
  const Point commitment = channel_.point(label, [&] {
    SecretVector<Scalar> values(count);
    fill(values);
    return prover_->commit(label, values);
  });
  messages_.push_back({std::string(label), slots_, static_cast<uint32_t>(count), commitment});
  std::vector<Linear> handles;
  for (size_t i = 0; i < count; ++i) {
    handles.push_back(Linear::slot(slots_++));
  }
  return handles;
}

void Ledger::require(std::string_view label, const Linear& expression) {
  require_.push_back({std::string(label), placed(expression)});
}

Linear Ledger::multiply(std::string_view label, Linear a, Linear b) {
  VOUCH_CHECK(first_product_ == kProvisional);
  products_.push_back({std::string(label), std::move(a), std::move(b)});
  return Linear::slot(kProvisional + static_cast<uint32_t>(products_.size() - 1));
}

Linear Ledger::placed(const Linear& expression) const {
  if (first_product_ == kProvisional) {
    return expression;
  }
  Linear out(expression.constant());
  for (const auto& [slot, coefficient] : expression.terms()) {
    out += coefficient *
           Linear::slot(slot < kProvisional ? slot : slot - kProvisional + first_product_);
  }
  return out;
}

void Ledger::place_products(uint32_t first) {
  VOUCH_CHECK(first_product_ == kProvisional);
  first_product_ = first;
  for (Require& r : require_) {
    r.expression = placed(r.expression);
  }
  for (Product& p : products_) {
    p.a = placed(p.a);
    p.b = placed(p.b);
  }
}

}  // namespace vouch
