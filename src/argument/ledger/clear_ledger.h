// A ledger in the clear, for tests: nothing is committed, every value can be read.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "argument/ledger/ledger.h"

namespace vouch {

/// Carries what the prover makes, or identities and zeros where there is no prover; absorbs the
/// labels.
class ClearChannel final : public Channel {
 public:
  explicit ClearChannel(bool proving, std::string_view name = "clear")
      : Channel(Transcript(name)), proving_(proving) {}

  Point point(std::string_view label, const std::function<Point()>& make) override {
    labels.emplace_back(label);
    transcript_.absorb(label, "point");
    return proving_ ? make() : Point::identity();
  }
  Scalar scalar(std::string_view label, const std::function<Scalar()>& make) override {
    labels.emplace_back(label);
    transcript_.absorb(label, "scalar");
    return proving_ ? make() : Scalar::zero();
  }

  Scalar challenge_except(std::string_view label,
                          const std::function<bool(const Scalar&)>& forbidden) override {
    ++drawn[std::string(label)];
    return Channel::challenge_except(label, forbidden);
  }

  std::vector<std::string> labels;      ///< of all messages
  std::map<std::string, size_t> drawn;  ///< challenges by label

 private:
  bool proving_;
};

class ClearLedgerProver final : public LedgerProver {
 public:
  Point commit(std::string_view label, std::span<const Scalar> sent) override {
    labels.emplace_back(label);
    values.insert(values.end(), sent.begin(), sent.end());
    return Point::identity();
  }
  [[nodiscard]] Scalar value(const Linear& expression) const override {
    return expression.at(values);
  }

  /// Values of the products in order, put behind all slots; then the ledger may be evaluated.
  void place_products(Ledger& ledger) {
    ledger.place_products(ledger.slots());
    for (const auto& product : ledger.products()) {
      values.push_back(value(product.a) * value(product.b));
    }
  }
  /// Labels of the requires that do not hold.
  [[nodiscard]] std::vector<std::string> false_requires(const Ledger& ledger) const {
    std::vector<std::string> out;
    for (const auto& require : ledger.requirements()) {
      if (!value(require.expression).is_zero()) {
        out.push_back(require.label);
      }
    }
    return out;
  }

  std::vector<Scalar> values;  ///< by slot
  std::vector<std::string> labels;
};

}  // namespace vouch
