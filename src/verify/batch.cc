#include "verify/batch.h"

#include <algorithm>

#include "field/random_scalar.h"
#include "verify/examination.h"

namespace vouch {
namespace {

// So many points in a sum end a group; a proof's are added to a sum that has less.
constexpr size_t kGroupPoints = size_t{1} << 16;
// Up to so many proofs are examined side by side, of up to so many bytes together, as an
// examination holds a multiple of its proof; a larger one alone.
constexpr size_t kTogether = 8;
constexpr size_t kBytesTogether = size_t{1} << 19;

const Expectation& expectation_of(const BatchItem& item) {
  static const Expectation none;
  return item.expectation != nullptr ? *item.expectation : none;
}

class Batch {
 public:
  Batch(std::span<const BatchItem> items, const Generators& generators, const MsmExecutor& executor)
      : items_(items),
        generators_(generators),
        executor_(executor),
        random_(weights_for(items)),
        out_(items.size()) {}

  std::vector<Verification> verify() {
    for (size_t first = 0, count = 0; first < items_.size(); first += count) {
      std::vector<Examination> examined = examine_from(first);
      count = examined.size();
      for (size_t i = 0; i < count; ++i) {
        add(first + i, std::move(examined[i]));
        if (sum_.sum().points.size() >= kGroupPoints) {
          finish_group();
        }
      }
    }
    finish_group();
    return std::move(out_);
  }

 private:
  struct Pending {
    size_t item;
    Proof proof;
  };

  // How many proofs are examined together, at least one.
  [[nodiscard]] size_t together_from(size_t first) const {
    size_t count = 1;
    size_t bytes = items_[first].proof.size();
    for (; count < std::min(kTogether, items_.size() - first); ++count) {
      bytes += items_[first + count].proof.size();
      if (bytes > kBytesTogether) {
        break;
      }
    }
    return count;
  }

  [[nodiscard]] std::vector<Examination> examine_from(size_t first) const {
    std::vector<Examination> out(together_from(first));
    const auto examine_each = [&](size_t begin, size_t end) {
      for (size_t i = begin; i < end; ++i) {
        const BatchItem& item = items_[first + i];
        out[i] = examine(*item.model, item.proof, expectation_of(item).step);
      }
    };
    if (executor_) {
      executor_(out.size(), 1, examine_each);
    } else {
      examine_each(0, out.size());
    }
    return out;
  }

  void add(size_t i, Examination examined) {
    const BatchItem& item = items_[i];
    out_[i] = std::move(examined.verification);
    if (!out_[i].verdict.accepted() || bound_failed(*item.model)) {
      out_[i].verdict = model_first(*item.model, std::move(out_[i].verdict), generators_);
      return;
    }
    if (std::find(models_.begin(), models_.end(), item.model) == models_.end()) {
      add_open_bound(*item.model, random_, sum_);
      models_.push_back(item.model);
    }
    const auto inputs =
        input_check(*item.model, examined.proof, *out_[i].claim, expectation_of(item), random_);
    add_inputs(inputs, examined);
    sum_.add(examined.equation, random_scalar(random_), item.model);
    pending_.push_back({i, std::move(examined.proof)});
  }

  void finish_group() {
    const bool all = pending_.empty() || holds_vartime(sum_.sum(), generators_, executor_);
    for (const VerifierModel* model : models_) {
      if (all) {
        set_bound_holds(*model);
      }
    }
    for (const Pending& p : pending_) {
      const BatchItem& item = items_[p.item];
      out_[p.item].verdict =
          all ? check_expectation(*item.model, p.proof, *out_[p.item].claim, expectation_of(item))
              : vouch::verify(*item.model, item.proof, expectation_of(item), generators_).verdict;
    }
    pending_.clear();
    models_.clear();
    sum_ = {};
  }

  std::span<const BatchItem> items_;
  const Generators& generators_;
  const MsmExecutor& executor_;
  SecretRandom random_;
  EquationSum sum_;
  std::vector<Pending> pending_;
  std::vector<const VerifierModel*> models_;  // of the sum
  std::vector<Verification> out_;
};

}  // namespace

std::vector<Verification> verify_batch(std::span<const BatchItem> items,
                                       const Generators& generators, const MsmExecutor& executor) {
  return Batch(items, generators, executor).verify();
}

}  // namespace vouch
