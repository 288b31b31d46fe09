#include "prove/opening_prover.h"

#include <algorithm>

#include "base/check.h"
#include "field/kernels/kernels.h"
#include "prove/small_multiples.h"

namespace vouch {
namespace {

// What a round of the common sumcheck means for one column (argument/opening/opening.h).
enum class Kind { kOwn, kMid, kPre };

struct Schedule {
  unsigned kappa;
  unsigned max_kappa;
  unsigned row_bits;
  [[nodiscard]] Kind kind(unsigned round) const {
    if (round < kappa || (round >= max_kappa && round < max_kappa + row_bits)) {
      return Kind::kOwn;
    }
    return round < max_kappa ? Kind::kMid : Kind::kPre;
  }
};

// A rank-one term as outer × (flattened inner axes).
struct FlatTerm {
  explicit FlatTerm(const BrickTerm& term) : outer(term.axes[0]) {
    inner = {Scalar::one()};
    for (size_t axis = 1; axis < 4; ++axis) {
      std::vector<Scalar> next;
      next.reserve(inner.size() * term.axes[axis].size());
      for (const Scalar& x : inner) {
        for (const Scalar& y : term.axes[axis]) {
          next.push_back(x * y);
        }
      }
      inner = std::move(next);
    }
  }
  // out[i] += coefficient of element first + i of the brick.
  void add(size_t first, std::span<Scalar> out) const {
    if (inner.size() == 1) {
      kernels().add_scaled(out.data(), outer.data() + first, inner[0], out.size());
      return;
    }
    for (size_t done = 0; done < out.size();) {
      const size_t o = (first + done) / inner.size();
      const size_t i = (first + done) % inner.size();
      const size_t run = std::min(inner.size() - i, out.size() - done);
      kernels().add_scaled(out.data() + done, inner.data() + i, outer[o], run);
      done += run;
    }
  }
  std::vector<Scalar> outer;
  std::vector<Scalar> inner;
};

}  // namespace

// A summand of the sumcheck: the part of one functional (or two on one layout) of one kind.
class RaggedOpeningProver::Part {
 public:
  Part(Schedule schedule, const RaggedLevels& levels) : schedule_(schedule), levels_(levels) {}
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;
  virtual ~Part() = default;

  // Adds this part's q(0), q(1), q(2).
  void round(unsigned i, std::span<Scalar> q) {
    switch (schedule_.kind(i)) {
      case Kind::kOwn:
        q_ = own_round();
        break;
      case Kind::kMid:  // (1 − t)²: column and Ω are both 0 unless mid = 0
        q_ = {claim_, Scalar::zero(), claim_};
        break;
      case Kind::kPre:  // 1 − t: the column is constant
        q_ = {claim_, Scalar::zero(), -claim_};
        break;
    }
    for (size_t t = 0; t < 3; ++t) {
      q[t] += q_[t];
    }
  }

  void bind(unsigned i, const Scalar& z) {
    const auto w = quadratic_weights(z);
    claim_ = w[0] * q_[0] + w[1] * q_[1] + w[2] * q_[2];
    const Scalar rest = Scalar::one() - z;
    switch (schedule_.kind(i)) {
      case Kind::kOwn:
        own_bind(z);
        break;
      case Kind::kMid:
        factor_ *= rest.square();
        break;
      case Kind::kPre:
        factor_ *= rest;
        break;
    }
  }

 protected:
  virtual std::array<Scalar, 3> own_round() = 0;
  virtual void own_bind(const Scalar& z) = 0;

  Schedule schedule_;
  const RaggedLevels& levels_;
  Scalar claim_;                   // of this part; set by the first own round
  Scalar factor_ = Scalar::one();  // of all variables bound so far that no array carries
  std::array<Scalar, 3> q_{};
};

namespace {

// Reads pieces of a column as 64-bit integers in bounded portions.
template <class Body>
void read_column(const Witness& witness, const RaggedLevels& levels, Column column, size_t begin,
                 size_t count, const Body& body) {
  constexpr size_t kPortion = 1024;
  std::array<int64_t, kPortion> x;
  levels.for_each_piece(begin, count, [&](size_t brick, size_t element, size_t n, size_t at) {
    for (size_t done = 0; done < n; done += kPortion) {
      const size_t m = std::min(kPortion, n - done);
      witness.read(column, brick, element + done, m, x.data());
      body(brick, element + done, at + done, std::span<const int64_t>(x.data(), m));
    }
  });
}

struct ScaledColumn {
  Column column;
  SmallMultiples multiples;
};

// Σ_i eq(point, i)·Σ_col scale_col·col[i]
class EvaluationPart final : public RaggedOpeningProver::Part {
 public:
  EvaluationPart(Schedule schedule, const RaggedLevels& levels, const Witness& witness,
                 std::vector<Scalar> point, const std::vector<std::pair<Column, Scalar>>& columns)
      : Part(schedule, levels), witness_(witness), point_(std::move(point)) {
    for (const auto& [column, scale] : columns) {
      columns_.push_back({column, SmallMultiples(scale)});
    }
    arrays_ = std::make_unique<RaggedArrays>(
        levels, 0, std::vector<Scalar>(1),
        [this](size_t begin, size_t count, Scalar* const* out) { fill(begin, count, out[0]); });
  }

 private:
  void fill(size_t begin, size_t count, Scalar* out) const {
    std::fill(out, out + count, Scalar::zero());
    for (const ScaledColumn& c : columns_) {
      read_column(witness_, levels_, c.column, begin, count,
                  [&](size_t, size_t, size_t at, std::span<const int64_t> x) {
                    for (size_t i = 0; i < x.size(); ++i) {
                      if (x[i] != 0) {
                        out[at + i] += c.multiples(x[i]);
                      }
                    }
                  });
    }
  }

  std::array<Scalar, 3> own_round() override {
    const SplitEq eq(std::span<const Scalar>(point_).subspan(bound_ + 1));
    const auto s =
        arrays_->sum(&eq, [](const Scalar* const* a, const Scalar* weights, size_t pairs,
                             Scalar* sums) { kernels().eq_round(a[0], weights, pairs, sums); });
    // eq(r, t)·(S_0 + t·(S_1 − S_0)) at t = 0, 1, 2
    const Scalar& r = point_[bound_];
    const Scalar at2 = r.doubled() + r - Scalar::one();
    return {factor_ * (Scalar::one() - r) * s[0], factor_ * r * s[1],
            factor_ * at2 * (s[1].doubled() - s[0])};
  }

  void own_bind(const Scalar& z) override {
    arrays_->fold(z);
    factor_ *= eq_points(std::span(point_).subspan(bound_, 1), std::span(&z, 1));
    ++bound_;
  }

  const Witness& witness_;
  std::vector<Scalar> point_;
  std::vector<ScaledColumn> columns_;
  std::unique_ptr<RaggedArrays> arrays_;
  size_t bound_ = 0;
};

// Σ_i Ω[i]·col[i] with Ω a sum of rank-one terms on bricks.
class BrickPart final : public RaggedOpeningProver::Part {
 public:
  BrickPart(Schedule schedule, const RaggedLevels& levels, const Witness& witness, Column column,
            const std::vector<BrickTerm>& terms)
      : Part(schedule, levels),
        witness_(witness),
        column_(column),
        terms_(levels.layout().bricks().size()),
        ones_(Scalar::one()) {
    for (const BrickTerm& term : terms) {
      terms_[term.brick].emplace_back(term);
    }
    arrays_ = std::make_unique<RaggedArrays>(
        levels, 0, std::vector<Scalar>(2),
        [this](size_t begin, size_t count, Scalar* const* out) { fill(begin, count, out); });
  }

 private:
  void fill(size_t begin, size_t count, Scalar* const* out) const {
    std::fill(out[0], out[0] + count, Scalar::zero());
    std::fill(out[1], out[1] + count, Scalar::zero());
    read_column(witness_, levels_, column_, begin, count,
                [&](size_t brick, size_t element, size_t at, std::span<const int64_t> x) {
                  for (const FlatTerm& term : terms_[brick]) {
                    term.add(element, {out[0] + at, x.size()});
                  }
                  for (size_t i = 0; i < x.size(); ++i) {
                    out[1][at + i] = ones_(x[i]);
                  }
                });
  }

  std::array<Scalar, 3> own_round() override {
    const bool first = bound_ == 0;
    const auto s = arrays_->sum(
        nullptr, [first](const Scalar* const* a, const Scalar*, size_t pairs, Scalar* sums) {
          kernels().pair_round(a[0], a[1], pairs, sums);
          if (first) {
            sums[2] += kernels().inner_product(a[0], a[1], 2 * pairs);
          }
        });
    if (first) {
      claim_ = s[2];
    }
    return {factor_ * s[0], claim_ - factor_ * s[0], factor_ * s[1]};
  }

  void own_bind(const Scalar& z) override {
    arrays_->fold(z);
    ++bound_;
  }

  const Witness& witness_;
  Column column_;
  std::vector<std::vector<FlatTerm>> terms_;
  SmallMultiples ones_;
  std::unique_ptr<RaggedArrays> arrays_;
  size_t bound_ = 0;
};

}  // namespace

RaggedOpeningProver::RaggedOpeningProver(const Witness& witness) : witness_(witness) {}
RaggedOpeningProver::~RaggedOpeningProver() = default;

void RaggedOpeningProver::begin(const std::array<Functional, kColumns>& functionals,
                                unsigned /*rounds*/) {
  const Columns& columns = witness_.columns();
  struct Evaluations {
    const RaggedLevels* levels;
    Schedule schedule;
    std::vector<Scalar> point;
    std::vector<std::pair<Column, Scalar>> columns;
  };
  std::vector<Evaluations> evaluations;
  const Layout* last_layout = nullptr;
  for (const Column column : kAllColumns) {
    const Layout& layout = columns.layout(column);
    if (&layout != last_layout) {  // X and E share theirs
      levels_.push_back(std::make_unique<RaggedLevels>(layout));
      last_layout = &layout;
    }
    const RaggedLevels& levels = *levels_.back();
    const Schedule schedule{columns.kappa(column), columns.max_kappa(), columns.row_bits(column)};
    const Functional& functional = functionals[static_cast<size_t>(column)];
    for (const EvaluationTerm& term : functional.evaluations) {
      auto same = std::find_if(evaluations.begin(), evaluations.end(), [&](const Evaluations& e) {
        return e.levels == &levels && e.point == term.point;
      });
      if (same == evaluations.end()) {
        evaluations.push_back({&levels, schedule, term.point, {}});
        same = evaluations.end() - 1;
      }
      if (!same->columns.empty() && same->columns.back().first == column) {
        same->columns.back().second += term.scale;
      } else {
        same->columns.emplace_back(column, term.scale);
      }
    }
    if (!functional.bricks.empty()) {
      parts_.push_back(
          std::make_unique<BrickPart>(schedule, levels, witness_, column, functional.bricks));
    }
  }
  for (const Evaluations& e : evaluations) {
    parts_.push_back(
        std::make_unique<EvaluationPart>(e.schedule, *e.levels, witness_, e.point, e.columns));
  }
}

void RaggedOpeningProver::round(unsigned /*variables*/, std::span<Scalar> q) {
  std::fill(q.begin(), q.end(), Scalar::zero());
  for (const auto& part : parts_) {
    part->round(round_, q);
  }
}

void RaggedOpeningProver::bind(const Scalar& z) {
  for (const auto& part : parts_) {
    part->bind(round_, z);
  }
  ++round_;
}

}  // namespace vouch
