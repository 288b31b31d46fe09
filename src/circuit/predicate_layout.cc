#include "circuit/predicate_layout.h"

namespace vouch {
namespace {

// Bricks as they come, and which number each has got.
template <class Name, size_t count>
struct BrickList {
  std::vector<Extents> extents;
  std::array<std::optional<size_t>, count> numbers;

  void add_if(bool there, Name name, const Extents& of) {
    if (there) {
      numbers[static_cast<size_t>(name)] = extents.size();
      extents.push_back(of);
    }
  }
};

}  // namespace

PredicateLayout::PredicateLayout(const Predicate& p, uint32_t inputs, uint32_t classes,
                                 unsigned kappa) {
  const Extents each_class{inputs, classes, 1, 1};
  const Extents each_input{inputs, 1, 1, 1};
  BrickList<OutputPart, kOutputParts> parts;
  parts.add_if(p.ranks(), OutputPart::kMembers, each_class);
  parts.add_if(p.commits_labels(), OutputPart::kLabels, each_class);
  parts.add_if(p.ranks(), OutputPart::kLast, each_class);
  parts.add_if(p.commits_labels(), OutputPart::kMatches, each_class);
  parts.add_if(p.count, OutputPart::kCount, {1, uint32_t{1} << kappa, 1, 1});
  parts.add_if(p.ranks(), OutputPart::kThresholds, each_input);
  parts.add_if(p.commits_bits(), OutputPart::kBits, each_input);
  column_ = Layout(parts.extents, kappa);
  parts_ = parts.numbers;

  BrickList<PredicateLookup, kPredicateLookups> lookups;
  lookups.add_if(p.ranks(), PredicateLookup::kMembers, each_class);
  lookups.add_if(p.ranks(), PredicateLookup::kLast, each_class);
  lookups.add_if(p.ranks(), PredicateLookup::kRanks, each_class);
  lookups.add_if(p.commits_labels(), PredicateLookup::kLabels, each_class);
  lookups.add_if(p.commits_labels(), PredicateLookup::kMatches, each_class);
  lookups.add_if(p.commits_labels(), PredicateLookup::kUnmatched, each_class);
  lookups.add_if(p.kind == Predicate::Kind::kContains || p.kind == Predicate::Kind::kScore,
                 PredicateLookup::kDecisions, each_input);
  lookups.add_if(p.commits_bits(), PredicateLookup::kBits, each_input);
  lookups_ = Layout(lookups.extents, 1);
  lookup_bricks_ = lookups.numbers;
}

}  // namespace vouch
