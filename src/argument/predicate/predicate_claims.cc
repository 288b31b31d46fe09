#include "argument/predicate/predicate_claims.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "base/check.h"

namespace vouch {
namespace {

using Axis = std::vector<Scalar>;

Scalar sum(const Axis& axis) { return std::accumulate(axis.begin(), axis.end(), Scalar::zero()); }

Axis times(const Axis& axis, int64_t factor) {
  const Scalar by = Scalar::from_i64(factor);
  Axis out(axis);
  for (Scalar& x : out) {
    x *= by;
  }
  return out;
}

// Σ_{c ≤ j} axis[c] at j: the coefficient of g_j in Σ_c axis[c]·Σ_{j ≥ c} g_j.
Axis prefix_sums(const Axis& axis) {
  Axis out(axis.size());
  std::partial_sum(axis.begin(), axis.end(), out.begin());
  return out;
}

Axis product(const Axis& a, const Axis& b) {
  Axis out(a.size());
  std::transform(a.begin(), a.end(), b.begin(), out.begin(), std::multiplies<>());
  return out;
}

Axis ones(size_t n) { return Axis(n, Scalar::one()); }

// One challenge a bit of numbers below `count`.
std::vector<Scalar> draw_point(Ledger& ledger, const char* label, uint64_t count) {
  std::vector<Scalar> point;
  for (uint64_t slots = 1; slots < count; slots *= 2) {
    point.push_back(ledger.challenge(label));
  }
  return point;
}

}  // namespace

// Σ of terms on bricks of Y and on the scores = value.
class PredicateClaims::Claim {
 public:
  Claim(const PredicateClaims& of, const Linear& value) : of_(of), claim_(kColumns) {
    claim_.value = value;
  }

  void add(OutputPart part, Axis inputs, Axis classes = ones(1)) {
    append(Column::kY, of_.layout_.brick_of(part).value(), std::move(inputs), std::move(classes));
  }
  // y: X's last brick has the classes first.
  void add_scores(const Axis& inputs, const Axis& classes) {
    append(Column::kX, of_.circuit_.ops.size() - 1, classes, inputs);
  }
  void add_constant(const Scalar& constant) { claim_.value -= Linear(constant); }
  ColumnClaim take() { return std::move(claim_); }

 private:
  void append(Column column, size_t brick, Axis first, Axis second) {
    BrickTerm term{brick, {std::move(first), std::move(second), ones(1), ones(1)}};
    claim_.parts[static_cast<size_t>(column)].bricks.push_back(std::move(term));
  }

  const PredicateClaims& of_;
  ColumnClaim claim_;
};

PredicateClaims::PredicateClaims(const Circuit& circuit, const Columns& columns,
                                 const Predicate& predicate, std::span<const uint8_t> result)
    : circuit_(circuit),
      layout_(columns.predicate()),
      predicate_(predicate),
      result_(result),
      inputs_(circuit.output_tensor().shape.batch),
      classes_(circuit.output_tensor().shape.channels) {}

ColumnClaim PredicateClaims::lookups(std::span<const Scalar> r, const LookupChallenges& challenges,
                                     const Linear& Q) const {
  Claim claim(*this, Linear(challenges.shifted(kPlainTag)) - Q);
  const auto at = [&](PredicateLookup lookup) {
    return brick_eq(layout_.lookups().bricks()[layout_.brick_of(lookup).value()], r);
  };
  // What is committed is looked up as it is.
  constexpr std::array<std::pair<PredicateLookup, OutputPart>, 5> kCommitted{
      {{PredicateLookup::kMembers, OutputPart::kMembers},
       {PredicateLookup::kLast, OutputPart::kLast},
       {PredicateLookup::kLabels, OutputPart::kLabels},
       {PredicateLookup::kMatches, OutputPart::kMatches},
       {PredicateLookup::kBits, OutputPart::kBits}}};
  for (const auto& [lookup, part] : kCommitted) {
    if (layout_.has(lookup)) {
      const BrickEq eq = at(lookup);
      claim.add(part, eq.axes[0], eq.axes[1]);
    }
  }
  if (layout_.has(PredicateLookup::kRanks)) {
    add_ranks(claim, at(PredicateLookup::kRanks));
  }
  if (layout_.has(PredicateLookup::kUnmatched)) {
    const BrickEq eq = at(PredicateLookup::kUnmatched);
    claim.add(OutputPart::kMembers, times(eq.axes[0], 255), eq.axes[1]);
    claim.add(OutputPart::kLabels, times(eq.axes[0], 255), eq.axes[1]);
    claim.add(OutputPart::kMatches, times(eq.axes[0], -2 * 255), eq.axes[1]);
  }
  if (layout_.has(PredicateLookup::kDecisions)) {
    add_decisions(claim, at(PredicateLookup::kDecisions).axes[0]);
  }
  return claim.take();
}

// w
void PredicateClaims::add_ranks(Claim& claim, const BrickEq& at) const {
  const Axis& inputs = at.axes[0];
  const Axis& classes = at.axes[1];
  claim.add_scores(inputs, classes);
  claim.add(OutputPart::kThresholds, product(times(inputs, -1), Axis(inputs_, sum(classes))));
  claim.add(OutputPart::kLast, inputs, prefix_sums(classes));
  claim.add(OutputPart::kMembers, times(inputs, -256), classes);
  claim.add_constant(Scalar::from_u64(255) * sum(inputs) * sum(classes));
}

// e
void PredicateClaims::add_decisions(Claim& claim, const Axis& inputs) const {
  if (predicate_.kind == Predicate::Kind::kContains) {
    claim.add(OutputPart::kMembers, inputs, indicator(predicate_.classes));
    claim.add_constant(Scalar::from_u64(255) * sum(inputs));
  } else {
    claim.add_scores(inputs, indicator(predicate_.classes));
    claim.add_constant(Scalar::from_i64(256 - predicate_.threshold) * sum(inputs));
  }
  if (predicate_.commits_bits()) {
    claim.add(OutputPart::kBits, times(inputs, -256));
  } else {
    claim.add_constant(Scalar::from_i64(-256) * sum(product(inputs, bits())));
  }
}

// Σ_p inputs[p]·[the label of input p is in its h]: for each of the public labels the inputs that
// have it, or μ.
void PredicateClaims::add_labelled(Claim& claim, const Axis& inputs) const {
  if (predicate_.commits_labels()) {
    return claim.add(OutputPart::kMatches, inputs, ones(classes_));
  }
  std::map<uint16_t, Axis> of_label;
  for (size_t p = 0; p < inputs_; ++p) {
    const uint16_t label = predicate_.label[p];
    of_label.try_emplace(label, inputs_).first->second[p] = inputs[p];
  }
  for (auto& [label, of_inputs] : of_label) {
    claim.add(OutputPart::kMembers, std::move(of_inputs), indicator({&label, 1}));
  }
}

void PredicateClaims::result(Ledger& ledger, std::vector<ColumnClaim>& claims) const {
  // V -> P
  const Axis eq = eq_range(draw_point(ledger, "predicate inputs", inputs_), 0, inputs_);
  const auto count_of = [&](OutputPart part, uint64_t count) {
    Claim claim(*this, Linear(Scalar::from_u64(count) * sum(eq)));
    claim.add(part, eq, ones(classes_));
    claims.push_back(claim.take());
  };
  if (predicate_.ranks()) {
    count_of(OutputPart::kMembers, predicate_.top);
    count_of(OutputPart::kLast, 1);
  }
  if (predicate_.commits_labels()) {
    count_of(OutputPart::kLabels, 1);
  }
  if (predicate_.kind == Predicate::Kind::kMembers) {
    claims.push_back(members(ledger));
  } else if (predicate_.count) {
    Claim claim(*this, Linear());
    if (predicate_.commits_bits()) {
      claim.add(OutputPart::kBits, ones(inputs_));
    } else {
      add_labelled(claim, ones(inputs_));
    }
    const Brick& brick = layout_.column().bricks()[*layout_.brick_of(OutputPart::kCount)];
    Axis first(brick.extents[1]);
    first[0] = -Scalar::one();
    claim.add(OutputPart::kCount, ones(1), std::move(first));
    claims.push_back(claim.take());
  } else if (predicate_.kind == Predicate::Kind::kLabel) {
    Claim claim(*this, Linear(sum(product(eq, bits()))));
    add_labelled(claim, eq);
    claims.push_back(claim.take());
  }
}

// Σ eq(δ, ·)·h = Σ eq(δ, ·) over the classes of the result.
ColumnClaim PredicateClaims::members(Ledger& ledger) const {
  Brick brick = layout_.column().bricks()[*layout_.brick_of(OutputPart::kMembers)];
  brick.offset = 0;
  // V -> P
  const BrickEq eq = brick_eq(brick, draw_point(ledger, "predicate members", brick.slots()));
  Scalar value;
  for (size_t p = 0; p < inputs_; ++p) {
    for (const uint16_t c : members_of(predicate_, result_, p)) {
      value += eq.axes[0][p] * eq.axes[1][c];
    }
  }
  Claim claim(*this, Linear(value));
  claim.add(OutputPart::kMembers, eq.axes[0], eq.axes[1]);
  return claim.take();
}

Axis PredicateClaims::bits() const {
  Axis out(inputs_);
  std::transform(result_.begin(), result_.end(), out.begin(),
                 [](uint8_t bit) { return Scalar::from_u64(bit); });
  return out;
}

Axis PredicateClaims::indicator(std::span<const uint16_t> classes) const {
  Axis out(classes_);
  for (const uint16_t c : classes) {
    out[c] = Scalar::one();
  }
  return out;
}

size_t result_claims(const Predicate& p) {
  const bool last = p.kind == Predicate::Kind::kMembers || p.kind == Predicate::Kind::kLabel;
  return (p.ranks() ? 2U : 0U) + (p.commits_labels() ? 1U : 0U) + (last || p.count ? 1U : 0U);
}

}  // namespace vouch
