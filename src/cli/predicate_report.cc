#include "cli/predicate_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/predicate_options.h"

namespace vouch {
namespace {

const char* kind_name(Predicate::Kind kind) {
  switch (kind) {
    case Predicate::Kind::kMembers:
      return "members";
    case Predicate::Kind::kContains:
      return "contains";
    case Predicate::Kind::kScore:
      return "score";
    case Predicate::Kind::kLabel:
      return "label";
  }
  return "";
}

}  // namespace

void report_predicate(const Predicate& p, const Circuit& circuit, Output& output, Json& object) {
  const std::string text = predicate_text(p, circuit);
  Json own = {{"kind", kind_name(p.kind)}, {"text", text}, {"counted", p.count}};
  if (p.ranks()) {
    own["first"] = p.top;
  }
  if (p.kind == Predicate::Kind::kContains || p.kind == Predicate::Kind::kScore) {
    own["classes"] = p.classes;
  }
  if (p.kind == Predicate::Kind::kScore) {
    own["threshold"] = p.threshold;
  }
  if (p.kind == Predicate::Kind::kLabel && !p.commits_labels()) {
    own["labels"] = p.label;
  }
  object["predicate"] = std::move(own);
  output.line(fmt::format("Output:   hidden, all but {}{}",
                          p.kind == Predicate::Kind::kMembers ? "" : "whether ", text) +
              (p.count ? "; of how many inputs, is committed" : ""));
}

void report_result(const Predicate& p, ByteSpan result, size_t i, Output& output, Json& object) {
  if (p.count) {
    return;
  }
  if (p.kind == Predicate::Kind::kMembers) {
    const std::vector<uint16_t> classes = members_of(p, result, i);
    object["classes"] = classes;
    output.line(fmt::format("Classes:  {}", fmt::join(classes, ", ")));
    return;
  }
  object["holds"] = result[i] == 1;
  output.line(result[i] == 1 ? "Result:   true" : "Result:   false");
}

}  // namespace vouch
