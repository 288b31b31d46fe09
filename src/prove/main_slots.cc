#include "prove/main_slots.h"

#include <algorithm>
#include <bit>

#include "base/buffer.h"
#include "base/check.h"
#include "field/kernels/kernels.h"

namespace vouch {
namespace {

// Level 1 is made from the integers whenever it is read.
constexpr unsigned kFirstStored = 2;

}  // namespace

SlotTerms SlotTerms::times(const Scalar& factor) const {
  SlotTerms out = *this;
  for (Scalar& x : out.s) {
    x *= factor;
  }
  out.of_tag *= factor;
  out.of_R_tag *= factor;
  out.constant *= factor;
  return out;
}

// A form on one slot of an entry's planes, or the sum of one on each of two of them, ready for the
// kernel: for every tag, as it is the same for most of the slots that are read at a time.
class TaggedForm {
 public:
  struct On {
    SlotTerms terms;
    unsigned plane;
  };

  TaggedForm() = default;
  TaggedForm(const MainSlots& slots, unsigned planes, const On& on)
      : TaggedForm(slots, planes, std::span(&on, 1)) {}
  TaggedForm(const MainSlots& slots, unsigned planes, const On& first, const On& second)
      : TaggedForm(slots, planes, std::array{first, second}) {}

  // For slots with the tag of this number in MainSlots.
  [[nodiscard]] const SlotCombination& form(size_t tag) const { return forms_[tag]; }

  // What a part has more where the tag is `other` instead, for a slot with R = 0.
  [[nodiscard]] Scalar change(size_t part, size_t tag, size_t other) const {
    return of_tag_[part][other] - of_tag_[part][tag];
  }
  // And what it has more where R is not 0.
  [[nodiscard]] Scalar change_of_R(size_t part, size_t tag, size_t other, uint32_t R) const {
    return Scalar::from_u64(R) * (of_R_tag_[part][other] - of_R_tag_[part][tag]);
  }

 private:
  TaggedForm(const MainSlots& slots, unsigned planes, std::span<const On> parts) {
    const Scalar offset = Scalar::from_u64(static_cast<uint64_t>(slots.offset_));
    for (const uint64_t tag : slots.tags_) {
      SlotCombination form{{}, {}, planes, slots.offset_};
      for (size_t p = 0; p < parts.size(); ++p) {
        const SlotTerms& terms = parts[p].terms;
        of_tag_[p].push_back(Scalar::from_u64(tag) * terms.of_tag);
        of_R_tag_[p].push_back(Scalar::from_u64(tag) * terms.of_R_tag);
        SlotCombination::Part& part = form.parts[p];
        part = {parts[p].plane, terms.columns, terms.s};
        part.s[SlotCombination::kR] += of_R_tag_[p].back() - offset * terms.s[SlotCombination::kRE];
        form.constant += terms.constant + of_tag_[p].back() - offset * terms.s[SlotCombination::kE];
      }
      forms_.push_back(form);
    }
  }

  // By number of the tag.
  std::vector<SlotCombination> forms_;
  std::array<std::vector<Scalar>, 2> of_tag_;
  std::array<std::vector<Scalar>, 2> of_R_tag_;
};

// The integers of some slots: where they are, if these are elements of one tensor, else a copy of
// them, with zeros for pads. Slots with other tags than the first one are put right afterwards.
class SlotBlock {
 public:
  SlotBlock(const MainSlots& slots, size_t count) : slots_(slots), count_(count) {}

  // Slots [at, at + n) are stored entries [begin, begin + n) of level 0.
  void read(size_t begin, size_t n, size_t at) {
    slots_.levels_.for_each_piece(begin, n,
                                  [&](size_t brick, size_t element, size_t count, size_t position) {
                                    pieces_.push_back({brick, element, count, at + position});
                                  });
  }

  // After the last read. Pieces are in order of their positions.
  void finish() {
    if (!pieces_.empty()) {
      tag_ = tag_of(pieces_[0]);
    }
    find_edges();
    if (pieces_.size() == 1 && pieces_[0].count == count_) {
      integers_ = integers_of(pieces_[0]);
      return;
    }
    copy();
    size_t end = 0;
    for (const Piece& piece : pieces_) {
      add_others(end, piece.position, kPads);
      add_others(piece.position, piece.position + piece.count, tag_of(piece));
      end = piece.position + piece.count;
    }
    add_others(end, count_, kPads);
  }

  // A form's values on all entries.
  void write(const TaggedForm& tagged, Scalar* dst) const {
    const SlotCombination& form = tagged.form(tag_);
    kernels().combine_slots(dst, form, integers_, count_ / form.planes);
    for (const Others& others : others_) {
      for (size_t p = 0; p < 2; ++p) {
        if (form.parts[p].columns != 0) {
          correct(others, tagged, p, dst);
        }
      }
    }
    for (const EdgeSlot& edge : edges_) {
      for (const SlotCombination::Part& part : form.parts) {
        if (part.columns != 0 && edge.slot % form.planes == part.plane) {
          const Scalar R = Scalar::from_u64(integers_.R[edge.slot]);
          dst[edge.slot / form.planes] +=
              edge.E * (part.s[SlotCombination::kE] + R * part.s[SlotCombination::kRE]);
        }
      }
    }
  }

  // The sums of the fractions P/Q of slots 2i and 2i + 1, P and Q being forms of one slot.
  void write_sums(const TaggedForm& P, const TaggedForm& Q, Scalar* P_out, Scalar* Q_out) const {
    if (others_.empty() && edges_.empty()) {
      kernels().combine_slot_fractions(P_out, Q_out, P.form(tag_), Q.form(tag_), integers_,
                                       count_ / 2);
      return;
    }
    Buffer<Scalar> fractions(2 * count_);
    Scalar* p = fractions.data();
    Scalar* q = p + count_;
    write(P, p);
    write(Q, q);
    kernels().combine_fractions(P_out, Q_out, p, q, count_ / 2);
  }

  // Σ_j eq[j]·ΔR·(ΔX + γ·ΔE + γ²·Δtag), Δ being the difference of slots 2j + 1 and 2j.
  [[nodiscard]] Scalar product_of_slopes(const Scalar* eq) const {
    const size_t pairs = count_ / 2;
    std::array<int64_t, RaggedSource::kMostPairs> of_X;
    std::array<int64_t, RaggedSource::kMostPairs> of_E;
    VOUCH_CHECK(pairs <= of_X.size());
    for (size_t j = 0; j < pairs; ++j) {
      const int64_t R = slope_of_R(j);
      const int64_t X = int64_t{integers_.X[2 * j + 1]} - integers_.X[2 * j];
      const int64_t V = int64_t{integers_.V[2 * j + 1]} - integers_.V[2 * j];
      of_X[j] = R * X;
      of_E[j] = R * (V - X);
    }
    SmallProductSum of_tag;
    for (const Others& others : others_) {
      const auto change = static_cast<int64_t>(slots_.tags_[others.tag] - slots_.tags_[tag_]);
      for (size_t i = others.begin; i < others.end; ++i) {
        of_tag.add(eq[i / 2], slope_of_R(i / 2) * (i % 2 == 1 ? change : -change));
      }
    }
    Scalar of_edges;
    for (const EdgeSlot& edge : edges_) {
      const Scalar slope = Scalar::from_i64(slope_of_R(edge.slot / 2)) * eq[edge.slot / 2] * edge.E;
      of_edges += edge.slot % 2 == 1 ? slope : -slope;
    }
    const auto& scales = slots_.scales_;
    return scales[1] * of_edges + scales[0] * dot_small(eq, of_X.data(), pairs).reduce() +
           scales[1] * dot_small(eq, of_E.data(), pairs).reduce() + scales[2] * of_tag.reduce();
  }

 private:
  struct Piece {
    size_t brick;
    size_t element;
    size_t count;
    size_t position;
  };
  // Slots whose E is no integer, and 0 among the integers.
  struct EdgeSlot {
    size_t slot;
    Scalar E;
  };
  // Slots with another tag.
  struct Others {
    size_t begin;
    size_t end;
    size_t tag;
  };
  static constexpr size_t kPads = 0;  // tags are numbered as in MainSlots

  [[nodiscard]] size_t tag_of(const Piece& piece) const {
    return 1 + slots_.witness_.columns().tag_of(piece.brick) - kFirstActivationTag;
  }
  [[nodiscard]] SlotIntegers integers_of(const Piece& piece) const {
    const TensorTrace& t = slots_.witness_.tensor(piece.brick + 1);
    return SlotIntegers{t.X.data(), t.V.data(), t.R.data()}.from(piece.element);
  }
  [[nodiscard]] int64_t slope_of_R(size_t pair) const {
    return int64_t{integers_.R[2 * pair + 1]} - integers_.R[2 * pair];
  }

  void copy() {
    copy_ = Buffer<uint32_t>(3 * count_);
    uint32_t* R = copy_.data();
    auto* V = reinterpret_cast<int32_t*>(R + count_);
    auto* X = reinterpret_cast<uint8_t*>(R + 2 * count_);
    std::fill_n(R, 3 * count_, 0);
    for (const Piece& piece : pieces_) {
      const SlotIntegers from = integers_of(piece);
      std::copy_n(from.X, piece.count, X + piece.position);
      std::copy_n(from.V, piece.count, V + piece.position);
      std::copy_n(from.R, piece.count, R + piece.position);
    }
    integers_ = {X, V, R};
  }

  void find_edges() {
    for (const Piece& piece : pieces_) {
      const auto edges = slots_.witness_.edges(piece.brick + 1);
      auto edge =
          std::lower_bound(edges.begin(), edges.end(), piece.element,
                           [](const EdgeError& e, size_t element) { return e.element < element; });
      for (; edge != edges.end() && edge->element < piece.element + piece.count; ++edge) {
        edges_.push_back({piece.position + (edge->element - piece.element), edge->E});
      }
    }
  }

  void add_others(size_t begin, size_t end, size_t tag) {
    if (begin != end && tag != tag_) {
      others_.push_back({begin, end, tag});
    }
  }

  void correct(const Others& others, const TaggedForm& tagged, size_t part, Scalar* dst) const {
    const SlotCombination& form = tagged.form(tag_);
    const unsigned planes = form.planes;  // a power of 2
    const auto bits = static_cast<unsigned>(std::countr_zero(planes));
    const size_t skip = (form.parts[part].plane - others.begin) & (planes - 1);
    const Scalar change = tagged.change(part, tag_, others.tag);
    for (size_t i = others.begin + skip; i < others.end; i += planes) {
      dst[i >> bits] += change;
      if (others.tag != kPads) {  // the remainders of pads are 0
        dst[i >> bits] += tagged.change_of_R(part, tag_, others.tag, integers_.R[i]);
      }
    }
  }

  const MainSlots& slots_;
  size_t count_;
  size_t tag_ = kPads;  // of the first element
  std::vector<Piece> pieces_;
  std::vector<Others> others_;
  SecretVector<EdgeSlot> edges_;
  SlotIntegers integers_{};
  Buffer<uint32_t> copy_;
};

MainSlots::MainSlots(const Witness& witness, const RaggedLevels& levels,
                     const LookupChallenges& challenges)
    : witness_(witness),
      levels_(levels),
      challenges_(challenges),
      scales_{Scalar::one(), challenges.gamma, challenges.gamma.square()},
      tags_{kPlainTag},
      P_(terms({.c = Scalar::one(), .r = Scalar::one()})),
      Q_(terms({.product = Scalar::one()})) {
  offset_ = 0;
  for (const ActivationTable& table : witness.circuit().tables) {
    offset_ = std::max(offset_, (int32_t{1} << table.bits) + 255);
  }
  for (const WindowTable& table : witness.circuit().windows) {
    offset_ = std::max(offset_, static_cast<int32_t>(table.below));
  }
  for (size_t i = 0; i < witness.columns().tables(); ++i) {
    tags_.push_back(kFirstActivationTag + i);
  }
}

// With b = α − γ²·range: c·Q_C + r·(b − R) + p·Q_C·(b − R).
SlotTerms MainSlots::terms(const SlotForm& form) const {
  using Slot = SlotCombination;
  constexpr unsigned kOfCode = 1U << Slot::kX | 1U << Slot::kE;
  constexpr unsigned kOfProduct = 1U << Slot::kRX | 1U << Slot::kRE;
  SlotTerms out;
  const Scalar b = challenges_.shifted(kRangeTag);
  const Scalar of_C = form.c + form.product * b;
  out.constant = form.constant + form.r * b + of_C * challenges_.alpha;
  for (size_t k = 0; k < 2; ++k) {
    out.s[Slot::kX + k] = -(of_C * scales_[k]);
    out.s[Slot::kRX + k] = form.product * scales_[k];
  }
  out.s[Slot::kR] = -(form.r + form.product * challenges_.alpha);
  out.of_tag = -(of_C * scales_[2]);
  out.of_R_tag = form.product * scales_[2];
  const bool product = !form.product.is_zero();
  out.columns = (product || !form.c.is_zero() ? kOfCode : 0) |
                (product || !form.r.is_zero() ? 1U << Slot::kR : 0) | (product ? kOfProduct : 0);
  return out;
}

Scalar MainSlots::pad(const SlotForm& form) const {
  const Scalar C = challenges_.shifted(kPlainTag);
  const Scalar R = challenges_.shifted(kRangeTag);
  return form.c * C + form.r * R + form.product * C * R + form.constant;
}

FractionTree MainSlots::tree() const {
  const TaggedForm P_form(*this, 1, {P_, 0});
  const TaggedForm Q_form(*this, 1, {Q_, 0});
  const auto leaves = [this, P_form, Q_form](size_t begin, size_t count, Scalar* P, Scalar* Q) {
    SlotBlock block(*this, count);
    block.read(begin, count, 0);
    block.finish();
    block.write(P_form, P);
    block.write(Q_form, Q);
  };
  const auto sums = [this, P_form, Q_form](size_t begin, size_t count, Scalar* P, Scalar* Q) {
    SlotBlock block(*this, 2 * count);
    block.read(begin, 2 * count, 0);
    block.finish();
    block.write_sums(P_form, Q_form, P, Q);
  };
  return {levels_,
          leaves,
          pad({.c = Scalar::one(), .r = Scalar::one()}),
          pad({.product = Scalar::one()}),
          kFirstStored,
          sums};
}

// Slots 2i and 2i + 1 belong to entry i of level 1: with two planes an entry has one of each, with
// four a pair of entries has.
class MainSlots::Children final : public RaggedSource {
 public:
  Children(const MainSlots& slots, const Scalar& lambda) : slots_(slots) {
    terms_ = {slots.P_, slots.Q_,
              slots.terms({.c = Scalar::one(), .r = Scalar::one(), .product = lambda}), slots.Q_};
    for (unsigned a = 0; a < 4; ++a) {
      const unsigned child = a / 2;
      SlotTerms slope = terms_[a];
      slope.constant = {};
      entries_[a] = {slots, 2, {terms_[a], child}};
      slopes_[a] = {slots, 4, {slope.times(-Scalar::one()), child}, {slope, 2 + child}};
    }
  }

  void write(size_t begin, size_t count, Scalar* const* out) const override {
    write(entries_, begin, count, out);
  }
  Scalar leading(size_t first, size_t pairs, const Scalar* eq) const override {
    Buffer<Scalar> slopes(4 * pairs);
    std::array<Scalar*, 4> rows;
    for (size_t a = 0; a < 4; ++a) {
      rows[a] = slopes.data() + a * pairs;
    }
    write(slopes_, 2 * first, 2 * pairs, rows.data());
    return kernels().fraction_sum(rows[0], rows[1], rows[2], rows[3], eq, pairs);
  }
  void bind(const Scalar& z) override {
    for (unsigned a = 0; a < 4; ++a) {
      folded_[a] = {
          slots_, 4, {terms_[a].times(Scalar::one() - z), a / 2}, {terms_[a].times(z), 2 + a / 2}};
    }
  }
  void fold(size_t first, size_t pairs, Scalar* const* out) const override {
    write(folded_, 2 * first, 2 * pairs, out);
  }

 private:
  // The forms' values on entries [begin, begin + count) of level 1, or on their pairs.
  void write(const std::array<TaggedForm, 4>& forms, size_t begin, size_t count,
             Scalar* const* out) const {
    SlotBlock block(slots_, 2 * count);
    slots_.levels_.for_each_line(1, begin, count, true, [&](const LinePart& part) {
      block.read(2 * part.raw(), 2 * part.real(), 2 * part.position);
    });
    block.finish();
    for (size_t a = 0; a < 4; ++a) {
      block.write(forms[a], out[a]);
    }
  }

  const MainSlots& slots_;
  std::array<SlotTerms, 4> terms_;  // P_0, Q_0, M, Q_1
  std::array<TaggedForm, 4> entries_;
  std::array<TaggedForm, 4> slopes_;  // f(1) − f(0) of pairs
  std::array<TaggedForm, 4> folded_;
};

std::unique_ptr<RaggedSource> MainSlots::children(const Scalar& lambda) const {
  return std::make_unique<Children>(*this, lambda);
}

class MainSlots::Bottom final : public RaggedSource {
 public:
  Bottom(const MainSlots& slots, const SlotForm& A, const SlotForm& B)
      : slots_(slots), scale_(A.c * B.r), terms_{slots.terms(A), slots.terms(B)} {
    for (size_t a = 0; a < 2; ++a) {
      entries_[a] = {slots, 1, {terms_[a], 0}};
    }
  }

  void write(size_t begin, size_t count, Scalar* const* out) const override {
    write(entries_, begin, count, out);
  }
  // With Δ for the difference of two slots, ΔA·ΔB = λ·(ΔX + γ·ΔE + γ²·Δtag)·ΔR.
  Scalar leading(size_t first, size_t pairs, const Scalar* eq) const override {
    return scale_ * read(2 * first, 2 * pairs).product_of_slopes(eq);
  }
  void bind(const Scalar& z) override {
    for (size_t a = 0; a < 2; ++a) {
      folded_[a] = {slots_, 2, {terms_[a].times(Scalar::one() - z), 0}, {terms_[a].times(z), 1}};
    }
  }
  void fold(size_t first, size_t pairs, Scalar* const* out) const override {
    write(folded_, 2 * first, 2 * pairs, out);
  }

 private:
  [[nodiscard]] SlotBlock read(size_t begin, size_t count) const {
    SlotBlock block(slots_, count);
    block.read(begin, count, 0);
    block.finish();
    return block;
  }
  void write(const std::array<TaggedForm, 2>& forms, size_t begin, size_t count,
             Scalar* const* out) const {
    const SlotBlock block = read(begin, count);
    block.write(forms[0], out[0]);
    block.write(forms[1], out[1]);
  }

  const MainSlots& slots_;
  Scalar scale_;
  std::array<SlotTerms, 2> terms_;
  std::array<TaggedForm, 2> entries_;
  std::array<TaggedForm, 2> folded_;
};

RaggedArrays MainSlots::bottom(const Scalar& lambda, const Scalar& lambda_inverse) const {
  const SlotForm A{.c = lambda, .constant = Scalar::one()};
  const SlotForm B{.r = Scalar::one(), .constant = lambda_inverse};
  return {levels_, 0, {pad(A), pad(B)}, std::make_unique<Bottom>(*this, A, B), kFirstStored - 1};
}

}  // namespace vouch
