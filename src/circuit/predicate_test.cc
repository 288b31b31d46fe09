// Predicates of hidden outputs: their encoding, what is refused, and where everything lies.
#include "circuit/predicate.h"

#include <gtest/gtest.h>

#include <functional>

#include "circuit/columns.h"
#include "circuit/pictures.h"
#include "circuit/predicate_layout.h"

namespace vouch {
namespace {

using Kind = Predicate::Kind;

constexpr size_t kPredicateInputs = 3;

Predicate of_kind(Kind kind, bool count = false) {
  Predicate p;
  p.kind = kind;
  p.count = count;
  if (p.ranks()) {
    p.top = 2;
  }
  if (kind == Kind::kContains) {
    p.classes = {1, 3, 4};
  } else if (kind == Kind::kScore) {
    p.classes = {4};
    p.threshold = 77;
  } else if (kind == Kind::kLabel) {
    p.label = {4, 0, 4};
  }
  return p;
}

Predicate with_hidden_labels(bool count) {
  Predicate p = of_kind(Kind::kLabel, count);
  p.labels = Predicate::Labels::kCommitted;
  p.label.clear();
  return p;
}

std::vector<Predicate> all_kinds() {
  std::vector<Predicate> all{of_kind(Kind::kMembers)};
  for (const bool count : {false, true}) {
    all.push_back(of_kind(Kind::kContains, count));
    all.push_back(of_kind(Kind::kScore, count));
    all.push_back(of_kind(Kind::kLabel, count));
    all.push_back(with_hidden_labels(count));
  }
  return all;
}

Bytes encoded(const Predicate& predicate) {
  ByteWriter writer;
  encode(writer, predicate);
  return writer.take();
}

Result<Predicate> decoded(const Bytes& bytes, size_t inputs = kPredicateInputs) {
  ByteReader reader(bytes);
  auto predicate = decode_predicate(reader, inputs);
  EXPECT_TRUE(!predicate.ok() || reader.finished());
  return predicate;
}

// One score a class, of all inputs.
Circuit classifier_of(uint32_t classes, uint32_t inputs = kPredicateInputs) {
  Circuit c;
  c.shift = 4;
  c.model_kappa = c.input_kappa = 4;
  c.tables = {ActivationTable::clamp(9, 0, 255)};
  c.tensors = {{{classes, 1, 1, 1}, 0, 0}, {{classes, 1, 1, 1}, 0, 0}};
  c.ops = {{OpKind::kConv2d, {0}, {}, {}}};
  return with_pictures(c, inputs);
}

TEST(Predicates, EncodingIsThatOfFormats) {
  EXPECT_EQ(encoded(of_kind(Kind::kMembers)), (Bytes{1, 0, 2}));
  EXPECT_EQ(encoded(of_kind(Kind::kContains)), (Bytes{2, 0, 2, 3, 0, 1, 0, 3, 0, 4, 0}));
  EXPECT_EQ(encoded(of_kind(Kind::kScore, true)), (Bytes{3, 1, 4, 0, 77}));
  EXPECT_EQ(encoded(of_kind(Kind::kLabel)), (Bytes{4, 0, 2, 0, 4, 0, 0, 0, 4, 0}));
  EXPECT_EQ(encoded(with_hidden_labels(true)), (Bytes{4, 1, 2, 1}));
}

TEST(Predicates, ComeBackAndNothingShorterDoes) {
  for (const Predicate& predicate : all_kinds()) {
    const Bytes bytes = encoded(predicate);
    EXPECT_EQ(decoded(bytes).value(), predicate);
    for (size_t length = 0; length < bytes.size(); ++length) {
      const Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length));
      EXPECT_FALSE(decoded(cut).ok()) << length;
    }
  }
}

TEST(Predicates, OtherKindsAndModesAreRefused) {
  for (const Bytes& bytes :
       {Bytes{0, 0, 2}, Bytes{5, 0, 2}, Bytes{1, 2, 2}, Bytes{4, 0, 2, 2, 4, 0, 0, 0, 4, 0}}) {
    EXPECT_FALSE(decoded(bytes).ok());
  }
}

TEST(Predicates, ValidOnes) {
  for (const Predicate& predicate : all_kinds()) {
    EXPECT_TRUE(validate(predicate, classifier_of(5), kPredicateInputs).ok());
  }
  Predicate all = of_kind(Kind::kMembers);
  all.top = 5;
  EXPECT_TRUE(validate(all, classifier_of(5), kPredicateInputs).ok());
  Predicate one_class = of_kind(Kind::kScore);
  one_class.classes = {0};
  EXPECT_TRUE(validate(one_class, classifier_of(1), kPredicateInputs).ok());
}

TEST(Predicates, InvalidOnesAreRefused) {
  const auto refused = [](const std::function<void(Predicate&)>& change, Kind kind,
                          const Circuit& circuit = classifier_of(5)) {
    Predicate predicate = of_kind(kind);
    change(predicate);
    return !validate(predicate, circuit, kPredicateInputs).ok();
  };
  EXPECT_TRUE(refused([](Predicate& p) { p.count = true; }, Kind::kMembers));
  for (const Kind kind : {Kind::kMembers, Kind::kContains, Kind::kLabel}) {
    EXPECT_TRUE(refused([](Predicate& p) { p.top = 0; }, kind));
    EXPECT_TRUE(refused([](Predicate& p) { p.top = 6; }, kind));
  }
  // The first of one class is no news.
  EXPECT_TRUE(refused([](Predicate& p) { p.top = 1; }, Kind::kMembers, classifier_of(1)));
  using Classes = std::vector<uint16_t>;
  for (const Classes& classes : {Classes{}, {2, 2}, {3, 1}, {1, 5}, {65535}}) {
    EXPECT_TRUE(refused([&](Predicate& p) { p.classes = classes; }, Kind::kContains));
  }
  for (const Classes& classes : {Classes{}, {5}, {1, 2}}) {
    EXPECT_TRUE(refused([&](Predicate& p) { p.classes = classes; }, Kind::kScore));
  }
  for (const Classes& label : {Classes{4, 0, 5}, {4, 0}, {4, 0, 4, 0}, {}}) {
    EXPECT_TRUE(refused([&](Predicate& p) { p.label = label; }, Kind::kLabel));
  }
}

TEST(Predicates, OutputsThatAreNoScoresAreRefused) {
  const auto refused = [](const Shape& shape) {
    Circuit c = classifier_of(5, 1);
    c.tensors[0].shape = c.tensors[1].shape = shape;
    return !validate(of_kind(Kind::kMembers), with_pictures(c, kPredicateInputs), kPredicateInputs)
                .ok();
  };
  EXPECT_FALSE(refused({5, 1, 1, 1}));
  EXPECT_TRUE(refused({5, 2, 1, 1}));
  EXPECT_TRUE(refused({5, 1, 2, 1}));
  EXPECT_TRUE(refused({5, 1, 1, 2}));
  EXPECT_FALSE(validate(of_kind(Kind::kMembers), classifier_of(5, 2), kPredicateInputs).ok());
}

TEST(Predicates, ResultsOfAnotherFormAreRefused) {
  const Circuit circuit = classifier_of(5);
  const auto holds = [&](const Predicate& predicate, const Bytes& result) {
    return validate_result(predicate, circuit, kPredicateInputs, result).ok();
  };
  const Predicate members = of_kind(Kind::kMembers);
  EXPECT_TRUE(holds(members, {0, 0, 1, 0, 3, 0, 4, 0, 0, 0, 4, 0}));
  EXPECT_EQ(members_of(members, Bytes{0, 0, 1, 0, 3, 0, 4, 0, 0, 0, 4, 0}, 1),
            (std::vector<uint16_t>{3, 4}));
  EXPECT_FALSE(holds(members, {0, 0, 1, 0, 3, 0, 4, 0, 0, 0, 5, 0}));
  EXPECT_FALSE(holds(members, {0, 0, 1, 0, 4, 0, 3, 0, 0, 0, 4, 0}));
  EXPECT_FALSE(holds(members, {0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 4, 0}));
  EXPECT_FALSE(holds(members, {0, 0, 1, 0, 3, 0, 4, 0, 0, 0, 4}));
  EXPECT_FALSE(holds(members, {0, 0, 1, 0, 3, 0, 4, 0}));
  for (const Predicate& predicate : {of_kind(Kind::kContains), of_kind(Kind::kScore),
                                     of_kind(Kind::kLabel), with_hidden_labels(false)}) {
    EXPECT_TRUE(holds(predicate, {0, 1, 1}));
    EXPECT_FALSE(holds(predicate, {0, 1, 2}));
    EXPECT_FALSE(holds(predicate, {0, 1}));
    EXPECT_FALSE(holds(predicate, {0, 1, 1, 0}));
  }
  EXPECT_TRUE(holds(of_kind(Kind::kScore, true), {}));
  EXPECT_FALSE(holds(of_kind(Kind::kScore, true), {0}));
}

// Bricks in the order of docs/protocol.md, 21.1 and 21.3: which there are, and how long.
TEST(PredicateLayouts, HaveTheBricksOfTheirKind) {
  using Counted = std::pair<Predicate, std::pair<size_t, size_t>>;
  const std::vector<Counted> bricks{
      {of_kind(Kind::kMembers), {3, 3}},        {of_kind(Kind::kContains), {3, 4}},
      {of_kind(Kind::kContains, true), {5, 5}}, {of_kind(Kind::kScore), {0, 1}},
      {of_kind(Kind::kScore, true), {2, 2}},    {of_kind(Kind::kLabel), {3, 3}},
      {of_kind(Kind::kLabel, true), {4, 3}},    {with_hidden_labels(false), {5, 6}},
      {with_hidden_labels(true), {6, 6}}};
  for (const auto& [predicate, expected] : bricks) {
    const PredicateLayout layout(predicate, 3, 5, 3);
    EXPECT_EQ(layout.column().bricks().size(), expected.first);
    EXPECT_EQ(layout.lookups().bricks().size(), expected.second);
  }
}

TEST(PredicateLayouts, ClassesLieInFrontOfWhatEachInputHas) {
  const PredicateLayout layout(with_hidden_labels(true), 3, 33, 4);
  const auto& bricks = layout.column().bricks();
  const auto offset = [&](OutputPart part) { return bricks[*layout.brick_of(part)].offset; };
  EXPECT_EQ(offset(OutputPart::kMembers), 0U);
  EXPECT_EQ(offset(OutputPart::kLabels), 3U * 64);
  EXPECT_EQ(offset(OutputPart::kLast), 6U * 64);
  EXPECT_EQ(offset(OutputPart::kMatches), 9U * 64);
  EXPECT_EQ(offset(OutputPart::kCount), 12U * 64);
  EXPECT_EQ(bricks[*layout.brick_of(OutputPart::kCount)].elements(), 16U);
  EXPECT_EQ(offset(OutputPart::kThresholds), 12U * 64 + 16);
  EXPECT_FALSE(layout.has(OutputPart::kBits));
  EXPECT_FALSE(layout.has(PredicateLookup::kDecisions));
}

// Three of an input's four rows of h hold classes.
TEST(PredicateColumns, RowsAreAsLongAsClassesAndInputsAllow) {
  const Columns columns(classifier_of(33), 6, of_kind(Kind::kContains, true));
  EXPECT_EQ(columns.kappa(Column::kY), 4U);
  const auto present = columns.layout(Column::kY).present_rows(4);
  for (size_t row = 0; row < 24; ++row) {
    EXPECT_EQ(present[row], row % 4 != 3) << row;
  }
  EXPECT_EQ(Columns(classifier_of(5), 6, of_kind(Kind::kMembers)).kappa(Column::kY), 3U);
  Predicate one_class = of_kind(Kind::kScore, true);
  one_class.classes = {0};
  EXPECT_EQ(Columns(classifier_of(1), 6, one_class).kappa(Column::kY), 1U);
  const Columns none(classifier_of(5), 6);
  EXPECT_TRUE(none.predicate().lookups().bricks().empty());
  EXPECT_TRUE(none.layout(Column::kY).bricks().empty());
}

// 1000 inputs of 1000 classes have h of 64 rows each: more rows than Y may have.
TEST(PredicateColumns, MoreRowsOrLookupsThanThereMayBeAreRefused) {
  const auto valid = [](uint32_t classes, uint32_t inputs, const Predicate& predicate) {
    Circuit circuit = classifier_of(classes, inputs);
    circuit.model_kappa = 16;
    return validate_columns(Columns(circuit, 12, predicate)).ok();
  };
  Predicate members = of_kind(Kind::kMembers);
  EXPECT_TRUE(valid(1000, 100, members));
  EXPECT_FALSE(valid(1000, 200, members));
  EXPECT_TRUE(valid(1000, 200, of_kind(Kind::kScore)));
}

// 3·2^22 lookups and 2^26 rows are within 2^50, with those of a predicate counted too they are not.
TEST(PredicateColumns, LookupsOfAPredicateCount) {
  Circuit c = classifier_of(65536, 1);
  c.shift = 24;
  c.model_kappa = c.input_kappa = 16;
  c.tables = {ActivationTable::clamp(24, 0, 255)};
  c.ops = {{OpKind::kDepthwiseConv2d, {0}, {}, {}}};
  const Circuit all = with_pictures(c, 64);
  EXPECT_TRUE(validate_columns(Columns(all, 18)).ok());
  EXPECT_FALSE(validate_columns(Columns(all, 18, of_kind(Kind::kScore))).ok());
  EXPECT_TRUE(validate_columns(Columns(with_pictures(c, 32), 18, of_kind(Kind::kScore))).ok());
}

}  // namespace
}  // namespace vouch
