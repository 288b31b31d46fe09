#include "dense/hidden.h"

#include <algorithm>

namespace vouch::dense {
namespace {

using Kind = Predicate::Kind;

// Y, and X's last brick, of one proof.
class Parts {
 public:
  Parts(const DenseModel& model, const DenseWitness& witness) : model_(model), witness_(witness) {}

  [[nodiscard]] size_t inputs() const { return model_.shape.pictures; }
  [[nodiscard]] size_t classes() const { return model_.circuit.output_tensor().shape.channels; }
  [[nodiscard]] const Predicate& predicate() const { return *model_.predicate; }

  [[nodiscard]] const Scalar& operator()(OutputPart part, size_t p, size_t c = 0) const {
    return witness_[Column::kY][slot_of_part(model_.columns, part, p, c)];
  }
  [[nodiscard]] const Scalar& code(size_t p, size_t c) const {
    const Brick& brick = model_.columns.layout(Column::kX).bricks().back();
    return witness_[Column::kX][brick.slot(c, p, 0, 0)];
  }
  [[nodiscard]] Scalar sum(OutputPart part, size_t p, size_t from = 0) const {
    Scalar total;
    for (size_t c = from; c < classes(); ++c) {
      total += (*this)(part, p, c);
    }
    return total;
  }
  // Σ over the label's class, or μ: the label's bit.
  [[nodiscard]] Scalar labelled(size_t p) const {
    return predicate().commits_labels() ? sum(OutputPart::kMatches, p)
                                        : (*this)(OutputPart::kMembers, p, predicate().label[p]);
  }
  // How many classes come before this one.
  [[nodiscard]] size_t rank(size_t p, size_t c) const {
    const int64_t own = integer_of(code(p, c));
    size_t before = 0;
    for (size_t other = 0; other < classes(); ++other) {
      const int64_t its = integer_of(code(p, other));
      before += its > own || (its == own && other < c) ? 1 : 0;
    }
    return before;
  }
  [[nodiscard]] bool is_member(size_t p, size_t c) const { return rank(p, c) < predicate().top; }
  [[nodiscard]] uint16_t label(size_t p) const {
    if (!predicate().commits_labels()) {
      return predicate().label[p];
    }
    uint16_t c = 0;
    while (c + size_t{1} < classes() && !((*this)(OutputPart::kLabels, p, c) == Scalar::one())) {
      ++c;
    }
    return c;
  }
  // The predicate's truth of input p.
  [[nodiscard]] bool holds(size_t p) const {
    const auto& S = predicate().classes;
    switch (predicate().kind) {
      case Kind::kContains:
        return std::any_of(S.begin(), S.end(), [&](uint16_t c) { return is_member(p, c); });
      case Kind::kScore:
        return integer_of(code(p, S[0])) >= predicate().threshold;
      default:
        return is_member(p, label(p));
    }
  }

 private:
  const DenseModel& model_;
  const DenseWitness& witness_;
};

Scalar number(int64_t x) { return Scalar::from_i64(x); }

}  // namespace

uint64_t slot_of_part(const Columns& columns, OutputPart part, size_t p, size_t c) {
  const PredicateLayout& layout = columns.predicate();
  const Brick& brick = layout.column().bricks().at(layout.brick_of(part).value());
  return brick.slot(p, c, 0, 0);
}

uint64_t slot_of_lookup(const Columns& columns, PredicateLookup lookup, size_t p, size_t c) {
  const PredicateLayout& layout = columns.predicate();
  const Brick& brick = layout.lookups().bricks().at(layout.brick_of(lookup).value());
  return brick.slot(p, c, 0, 0);
}

uint32_t rows_of_classes(const Columns& columns) {
  const Brick& h = columns.predicate().column().bricks().front();
  return uint32_t{1} << (h.height - columns.kappa(Column::kY));
}

void hide_output(const DenseModel& model, DenseWitness& w, const std::vector<uint16_t>& labels) {
  std::vector<Scalar>& Y = w[Column::kY];
  const Parts parts(model, w);
  const Predicate& predicate = parts.predicate();
  const auto put = [&](OutputPart part, size_t p, size_t c, const Scalar& value) {
    Y[slot_of_part(model.columns, part, p, c)] = value;
  };
  std::fill(Y.begin(), Y.end(), Scalar::zero());
  Scalar count;
  for (size_t p = 0; p < parts.inputs(); ++p) {
    if (predicate.commits_labels()) {
      put(OutputPart::kLabels, p, labels.at(p), Scalar::one());
      if (parts.is_member(p, labels[p])) {
        put(OutputPart::kMatches, p, labels[p], Scalar::one());
      }
    }
    for (size_t c = 0; predicate.ranks() && c < parts.classes(); ++c) {
      if (parts.is_member(p, c)) {
        put(OutputPart::kMembers, p, c, Scalar::one());
      }
      if (parts.rank(p, c) + 1 == predicate.top) {
        put(OutputPart::kLast, p, c, Scalar::one());
        put(OutputPart::kThresholds, p, 0, parts.code(p, c));
      }
    }
    if (predicate.kind != Kind::kMembers && parts.holds(p)) {
      count += Scalar::one();
      if (predicate.commits_bits()) {
        put(OutputPart::kBits, p, 0, Scalar::one());
      }
    }
  }
  if (predicate.count) {
    put(OutputPart::kCount, 0, 0, count);
  }
  w.q = lookups_of(model, w, result_of(model, w));
  w[Column::kM] = count_lookups(model.circuit, model.columns, w);
}

std::vector<Scalar> lookups_of(const DenseModel& model, const DenseWitness& w,
                               const Bytes& result) {
  const Parts parts(model, w);
  const Predicate& predicate = parts.predicate();
  std::vector<Scalar> q(size_t{1} << model.columns.predicate().lookups().bits());
  const auto put = [&](PredicateLookup lookup, size_t p, size_t c, const Scalar& value) {
    q[slot_of_lookup(model.columns, lookup, p, c)] = value;
  };
  for (size_t p = 0; p < parts.inputs(); ++p) {
    for (size_t c = 0; predicate.ranks() && c < parts.classes(); ++c) {
      const Scalar& h = parts(OutputPart::kMembers, p, c);
      put(PredicateLookup::kMembers, p, c, h);
      put(PredicateLookup::kLast, p, c, parts(OutputPart::kLast, p, c));
      put(PredicateLookup::kRanks, p, c,
          parts.code(p, c) - parts(OutputPart::kThresholds, p) +
              parts.sum(OutputPart::kLast, p, c) + number(255) - number(256) * h);
      if (predicate.commits_labels()) {
        const Scalar& lambda = parts(OutputPart::kLabels, p, c);
        const Scalar& mu = parts(OutputPart::kMatches, p, c);
        put(PredicateLookup::kLabels, p, c, lambda);
        put(PredicateLookup::kMatches, p, c, mu);
        put(PredicateLookup::kUnmatched, p, c, number(255) * (h + lambda - mu.doubled()));
      }
    }
    if (predicate.kind != Kind::kContains && predicate.kind != Kind::kScore) {
      continue;
    }
    const Scalar b = predicate.count ? parts(OutputPart::kBits, p) : number(result.at(p));
    Scalar e = number(255) - number(256) * b;
    for (const uint16_t c : predicate.classes) {
      e += predicate.kind == Kind::kContains
               ? parts(OutputPart::kMembers, p, c)
               : parts.code(p, c) + number(1) - number(predicate.threshold);
    }
    put(PredicateLookup::kDecisions, p, 0, e);
    if (predicate.count) {
      put(PredicateLookup::kBits, p, 0, b);
    }
  }
  return q;
}

std::vector<Scalar> shifted_lookups(const DenseModel& model, const DenseWitness& w,
                                    const Bytes& result, const LookupChallenges& challenges) {
  std::vector<Scalar> out = lookups_of(model, w, result);
  for (Scalar& x : out) {
    x = challenges.shifted(kPlainTag) - x;
  }
  return out;
}

Bytes result_of(const DenseModel& model, const DenseWitness& w) {
  const Parts parts(model, w);
  const Predicate& predicate = parts.predicate();
  ByteWriter out;
  for (size_t p = 0; p < parts.inputs() && !predicate.count; ++p) {
    if (predicate.kind != Kind::kMembers) {
      out.u8(parts.holds(p) ? 1 : 0);
      continue;
    }
    for (size_t c = 0; c < parts.classes(); ++c) {
      if (parts.is_member(p, c)) {
        out.u16(static_cast<uint16_t>(c));
      }
    }
  }
  return out.take();
}

namespace {

// The classes that a result of kind members says, as pairs (input, class).
bool is_stated(const Predicate& predicate, const Bytes& result, size_t p, size_t c) {
  for (size_t i = 0; i < predicate.top; ++i) {
    const size_t at = 2 * (p * predicate.top + i);
    if (size_t{result.at(at)} + 256 * size_t{result.at(at + 1)} == c) {
      return true;
    }
  }
  return false;
}

}  // namespace

void audit_hidden(const DenseModel& model, const DenseWitness& w, DenseProof& out) {
  const Parts parts(model, w);
  const Predicate& predicate = parts.predicate();
  const auto check = [&](const char* name, const Scalar& is, const Scalar& claimed) {
    if (!(is == claimed)) {
      out.false_checks.emplace_back(name);
    }
  };
  Scalar count;
  for (size_t p = 0; p < parts.inputs(); ++p) {
    if (predicate.ranks()) {
      check("claim h", parts.sum(OutputPart::kMembers, p), number(predicate.top));
      check("claim g", parts.sum(OutputPart::kLast, p), Scalar::one());
    }
    if (predicate.commits_labels()) {
      check("claim λ", parts.sum(OutputPart::kLabels, p), Scalar::one());
    }
    for (size_t c = 0; predicate.kind == Kind::kMembers && c < parts.classes(); ++c) {
      check("claim members", parts(OutputPart::kMembers, p, c),
            is_stated(predicate, out.proof.output, p, c) ? Scalar::one() : Scalar::zero());
    }
    if (predicate.kind == Kind::kLabel && !predicate.count) {
      check("claim b", parts.labelled(p), number(out.proof.output.at(p)));
    }
    if (predicate.count) {
      count += predicate.kind == Kind::kLabel ? parts.labelled(p) : parts(OutputPart::kBits, p);
    }
  }
  if (predicate.count) {
    check("claim N", count, parts(OutputPart::kCount, 0));
  }
}

}  // namespace vouch::dense
