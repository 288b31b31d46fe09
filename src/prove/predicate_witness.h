// What the prover of a predicate knows: column Y, and what is looked up for it, from the output's
// codes (docs/protocol.md, section 21).
#pragma once

#include "base/secret.h"
#include "circuit/columns.h"

namespace vouch {

class PredicateWitness {
 public:
  /// `codes` is the output, [class][input]; `labels` one an input if the predicate commits to them.
  /// Variable-time in all of them.
  PredicateWitness(const Predicate& predicate, const PredicateLayout& layout, const Shape& output,
                   std::span<const uint8_t> codes, std::span<const uint16_t> labels);

  /// Elements of a brick of Y, in the brick's order.
  [[nodiscard]] const SecretVector<int32_t>& part(size_t brick) const { return parts_[brick]; }
  /// Elements of a brick of q: 0…255.
  [[nodiscard]] const SecretVector<int32_t>& lookup(size_t brick) const { return lookups_[brick]; }
  [[nodiscard]] size_t lookup_bricks() const { return lookups_.size(); }
  /// What is public of it.
  [[nodiscard]] const Bytes& result() const { return result_; }
  /// N
  [[nodiscard]] uint32_t count() const { return count_; }

 private:
  using Integers = SecretVector<int32_t>;
  struct Values;

  static void rank(const Predicate& predicate, std::span<const uint8_t> codes, Values& values);
  static void match(const Predicate& predicate, std::span<const uint16_t> labels, Values& values);
  void decide(const Predicate& predicate, std::span<const uint8_t> codes, Values& values);
  void state(const Predicate& predicate, const Values& values);

  std::vector<Integers> parts_;
  std::vector<Integers> lookups_;
  Bytes result_;
  uint32_t count_ = 0;
};

}  // namespace vouch
