// What is to be said of an output that stays hidden: the option --predicate, with --label where it
// is about labels.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "circuit/predicate.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace vouch {

/// A predicate as people write it:
///
///     class             the class of highest score
///     top:N             the set of the N first classes
///     contains:N:LIST   one of LIST is among the N first; LIST is 3,17 or @FILE, one a line
///     score:CLASS:REAL  the class's real output is REAL or more
///     label:N           the input's label is among the N first
///
/// Without labels: `label` takes public ones, one an input, or is made about committed ones. Error:
/// none of these, or no predicate of this circuit (of a single input).
[[nodiscard]] Result<Predicate> parse_predicate(std::string_view text, const Circuit& circuit);

/// One line about it: "one of 3 classes is among the 5 first".
[[nodiscard]] std::string predicate_text(const Predicate& predicate, const Circuit& circuit);

class PredicateOptions {
 public:
  /// Declares --predicate and --label. `about` is what --predicate does for this command.
  CLI::Option* declare(CLI::App& app, const std::string& about);
  [[nodiscard]] bool given() const { return !text_.empty(); }
  [[nodiscard]] const std::vector<uint16_t>& labels() const { return labels_; }
  /// For `count` inputs from number `first` on; about committed labels if none is given. Contract:
  /// given().
  [[nodiscard]] Result<Predicate> predicate(const Circuit& circuit, size_t first,
                                            size_t count) const;

 private:
  std::string text_;
  std::vector<uint16_t> labels_;
};

}  // namespace vouch
