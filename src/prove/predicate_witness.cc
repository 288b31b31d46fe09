#include "prove/predicate_witness.h"

#include <algorithm>
#include <numeric>

namespace vouch {

// Every part and every lookup that any predicate may have; [input][class], or [input].
struct PredicateWitness::Values {
  size_t inputs;
  size_t classes;
  std::array<Integers, kOutputParts> parts;
  std::array<Integers, kPredicateLookups> lookups;

  Integers& operator[](OutputPart part) { return parts[static_cast<size_t>(part)]; }
  const Integers& operator[](OutputPart part) const { return parts[static_cast<size_t>(part)]; }
  Integers& operator[](PredicateLookup lookup) { return lookups[static_cast<size_t>(lookup)]; }
};

// h, g, t and w.
void PredicateWitness::rank(const Predicate& predicate, std::span<const uint8_t> codes, Values& v) {
  const size_t C = v.classes;
  Integers& h = v[OutputPart::kMembers] = Integers(v.inputs * C);
  Integers& g = v[OutputPart::kLast] = Integers(v.inputs * C);
  Integers& t = v[OutputPart::kThresholds] = Integers(v.inputs);
  Integers& w = v[PredicateLookup::kRanks] = Integers(v.inputs * C);
  SecretVector<uint32_t> ranking(C);
  for (size_t p = 0; p < v.inputs; ++p) {
    const auto y = [&](size_t c) { return int32_t{codes[c * v.inputs + p]}; };
    std::iota(ranking.begin(), ranking.end(), 0U);
    std::sort(ranking.begin(), ranking.end(),
              [&](uint32_t a, uint32_t b) { return y(a) != y(b) ? y(a) > y(b) : a < b; });
    for (size_t i = 0; i < predicate.top; ++i) {
      h[p * C + ranking[i]] = 1;
    }
    const uint32_t last = ranking[predicate.top - size_t{1}];
    g[p * C + last] = 1;
    t[p] = y(last);
    for (size_t c = 0; c < C; ++c) {
      w[p * C + c] = y(c) - t[p] + (c <= last ? 1 : 0) + 255 - 256 * h[p * C + c];
    }
  }
  v[PredicateLookup::kMembers] = h;
  v[PredicateLookup::kLast] = g;
}

// λ, μ and x, of committed labels.
void PredicateWitness::match(const Predicate& predicate, std::span<const uint16_t> labels,
                             Values& v) {
  if (!predicate.commits_labels()) {
    return;
  }
  const Integers& h = v[OutputPart::kMembers];
  Integers& lambda = v[OutputPart::kLabels] = Integers(h.size());
  Integers& mu = v[OutputPart::kMatches] = Integers(h.size());
  Integers& x = v[PredicateLookup::kUnmatched] = Integers(h.size());
  for (size_t p = 0; p < v.inputs; ++p) {
    lambda[p * v.classes + labels[p]] = 1;
  }
  for (size_t i = 0; i < h.size(); ++i) {
    mu[i] = h[i] * lambda[i];
    x[i] = 255 * (h[i] + lambda[i] - 2 * mu[i]);
  }
  v[PredicateLookup::kLabels] = lambda;
  v[PredicateLookup::kMatches] = mu;
}

// b, e and N.
void PredicateWitness::decide(const Predicate& predicate, std::span<const uint8_t> codes,
                              Values& v) {
  Integers& b = v[OutputPart::kBits] = Integers(v.inputs);
  Integers& e = v[PredicateLookup::kDecisions] = Integers(v.inputs);
  const Integers& h = v[OutputPart::kMembers];
  const Integers& mu = v[OutputPart::kMatches];
  for (size_t p = 0; p < v.inputs; ++p) {
    if (predicate.kind == Predicate::Kind::kContains) {
      int32_t among = 0;
      for (const uint16_t c : predicate.classes) {
        among += h[p * v.classes + c];
      }
      b[p] = among > 0 ? 1 : 0;
      e[p] = among + 255 - 256 * b[p];
    } else if (predicate.kind == Predicate::Kind::kScore) {
      const int32_t above = codes[predicate.classes[0] * v.inputs + p] - predicate.threshold;
      b[p] = above >= 0 ? 1 : 0;
      e[p] = above + 256 - 256 * b[p];
    } else if (predicate.commits_labels()) {
      b[p] = std::accumulate(mu.begin() + static_cast<std::ptrdiff_t>(p * v.classes),
                             mu.begin() + static_cast<std::ptrdiff_t>((p + 1) * v.classes), 0);
    } else if (predicate.kind == Predicate::Kind::kLabel) {
      b[p] = h[p * v.classes + predicate.label[p]];
    }
  }
  v[PredicateLookup::kBits] = b;
  count_ = static_cast<uint32_t>(std::accumulate(b.begin(), b.end(), 0));
}

// The result.
void PredicateWitness::state(const Predicate& predicate, const Values& v) {
  if (predicate.count) {
    return;
  }
  if (predicate.kind != Predicate::Kind::kMembers) {
    const Integers& b = v[OutputPart::kBits];
    result_.assign(b.begin(), b.end());
    return;
  }
  ByteWriter writer;
  const Integers& h = v[OutputPart::kMembers];
  for (size_t i = 0; i < h.size(); ++i) {
    if (h[i] != 0) {
      writer.u16(static_cast<uint16_t>(i % v.classes));
    }
  }
  result_ = writer.take();
}

PredicateWitness::PredicateWitness(const Predicate& predicate, const PredicateLayout& layout,
                                   const Shape& output, std::span<const uint8_t> codes,
                                   std::span<const uint16_t> labels) {
  Values values{output.batch, output.channels, {}, {}};
  if (predicate.ranks()) {
    rank(predicate, codes, values);
    match(predicate, labels, values);
  }
  decide(predicate, codes, values);
  state(predicate, values);
  if (const auto brick = layout.brick_of(OutputPart::kCount)) {
    values[OutputPart::kCount].assign(layout.column().bricks()[*brick].elements(), 0);
    values[OutputPart::kCount][0] = static_cast<int32_t>(count_);
  }
  for (size_t i = 0; i < kOutputParts; ++i) {
    if (layout.has(OutputPart{static_cast<uint8_t>(i)})) {
      parts_.push_back(std::move(values.parts[i]));
    }
  }
  for (size_t i = 0; i < kPredicateLookups; ++i) {
    if (layout.has(PredicateLookup{static_cast<uint8_t>(i)})) {
      lookups_.push_back(std::move(values.lookups[i]));
    }
  }
}

}  // namespace vouch
