#include "verify/batch.h"

#include <algorithm>

#include "field/random_scalar.h"
#include "verify/examination.h"

namespace vouch {
namespace {

// So many points in a sum end a group; a proof's are added to a sum that has less.
constexpr size_t kGroupPoints = size_t{1} << 16;

const Expectation& expectation_of(const BatchItem& item) {
  static const Expectation none;
  return item.expectation != nullptr ? *item.expectation : none;
}

class Batch {
 public:
  Batch(std::span<const BatchItem> items, const Generators& generators)
      : items_(items), generators_(generators), random_(weights_for(items)), out_(items.size()) {}

  std::vector<Verification> verify() {
    for (size_t i = 0; i < items_.size(); ++i) {
      add(i);
      if (sum_.sum().points.size() >= kGroupPoints) {
        finish_group();
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

  void add(size_t i) {
    const BatchItem& item = items_[i];
    Examination examined = examine(*item.model, item.proof, expectation_of(item).step);
    out_[i] = std::move(examined.verification);
    if (!out_[i].verdict.accepted() || bound_failed(*item.model)) {
      out_[i].verdict = model_first(*item.model, std::move(out_[i].verdict), generators_);
      return;
    }
    if (std::find(models_.begin(), models_.end(), item.model) == models_.end()) {
      add_open_bound(*item.model, random_, sum_);
      models_.push_back(item.model);
    }
    const auto inputs = input_check(*item.model, examined.proof, expectation_of(item), random_);
    sum_.add(with_inputs(examined, inputs), random_scalar(random_), item.model);
    pending_.push_back({i, std::move(examined.proof)});
  }

  void finish_group() {
    const bool all = pending_.empty() || holds_vartime(sum_.sum(), generators_);
    for (const VerifierModel* model : models_) {
      if (all) {
        set_bound_holds(*model);
      }
    }
    for (const Pending& p : pending_) {
      const BatchItem& item = items_[p.item];
      out_[p.item].verdict =
          all ? check_expectation(*item.model, p.proof, expectation_of(item))
              : vouch::verify(*item.model, item.proof, expectation_of(item), generators_).verdict;
    }
    pending_.clear();
    models_.clear();
    sum_ = {};
  }

  std::span<const BatchItem> items_;
  const Generators& generators_;
  SecretRandom random_;
  EquationSum sum_;
  std::vector<Pending> pending_;
  std::vector<const VerifierModel*> models_;  // of the sum
  std::vector<Verification> out_;
};

}  // namespace

std::vector<Verification> verify_batch(std::span<const BatchItem> items,
                                       const Generators& generators) {
  return Batch(items, generators).verify();
}

}  // namespace vouch
