#include "predicate_case.h"

#include <algorithm>
#include <map>
#include <memory>

#include "base/check.h"
#include "circuit/pictures.h"

namespace vouch::dense {

Circuit mirror_circuit(uint32_t classes) {
  Circuit c;
  c.shift = 4;
  c.model_kappa = 4;
  c.input_kappa = 4;
  c.tables = {ActivationTable::clamp(9, 0, 255)};
  c.tensors = {{{classes, 1, 1, 1}, 0, 0}, {{classes, 1, 1, 1}, 0, 0}};
  c.ops = {{OpKind::kConv2d, {0}, {}, {}}};
  return c;
}

Weights mirror_weights(uint32_t classes) {
  OpWeights own{std::vector<int64_t>(size_t{classes} * classes), std::vector<int64_t>(classes)};
  for (size_t c = 0; c < classes; ++c) {
    own.weights[c * classes + c] = 16;
  }
  return {own};
}

const std::vector<Bytes>& mirror_inputs() {
  static const std::vector<Bytes> all{
      {10, 40, 40, 7, 40, 12}, {200, 3, 5, 4, 201, 90}, {0, 0, 0, 0, 0, 255}};
  return all;
}

Predicate members() {
  Predicate p;
  p.top = 2;
  return p;
}

Predicate contains(bool count) {
  Predicate p = members();
  p.kind = Predicate::Kind::kContains;
  p.count = count;
  p.classes = {2, 4};
  return p;
}

Predicate score(bool count) {
  Predicate p;
  p.kind = Predicate::Kind::kScore;
  p.count = count;
  p.classes = {5};
  p.threshold = 90;
  return p;
}

Predicate public_labels(bool count) {
  Predicate p = members();
  p.kind = Predicate::Kind::kLabel;
  p.count = count;
  p.label = mirror_labels();
  return p;
}

Predicate hidden_labels(bool count) {
  Predicate p = public_labels(count);
  p.labels = Predicate::Labels::kCommitted;
  p.label.clear();
  return p;
}

const std::vector<uint16_t>& mirror_labels() {
  static const std::vector<uint16_t> labels{4, 4, 1};
  return labels;
}

const DenseModel& mirror_model(const Predicate& predicate) {
  static std::map<Bytes, std::unique_ptr<DenseModel>> models;
  ByteWriter key;
  encode(key, predicate);
  auto& model = models[key.bytes()];
  if (!model) {
    model =
        std::make_unique<DenseModel>(mirror_circuit(kMirrorClasses), mirror_weights(kMirrorClasses),
                                     kMirrorShape, test_generators(), nullptr, predicate);
  }
  return *model;
}

Forgery honest_hidden(const Predicate& predicate) {
  const DenseModel& model = mirror_model(predicate);
  const Bytes codes = join_pictures({kMirrorClasses, 1, 1, 1}, mirror_inputs());
  DenseWitness witness = run(model.circuit, model.columns, model.weights, codes);
  hide_output(model, witness, mirror_labels());
  return Forgery(model, witness);
}

void put_part(Forgery& f, OutputPart part, size_t p, size_t c, const Scalar& value) {
  for (DenseWitness* w : {&f.committed, &f.looked_up, &f.multiplied}) {
    (*w)[Column::kY][slot_of_part(f.model->columns, part, p, c)] = value;
  }
}

void put_ranking(Forgery& f, size_t p, const std::vector<size_t>& classes, size_t last, int64_t t) {
  for (size_t c = 0; c < kMirrorClasses; ++c) {
    const bool in = std::find(classes.begin(), classes.end(), c) != classes.end();
    put_part(f, OutputPart::kMembers, p, c, Scalar::from_u64(in ? 1 : 0));
    put_part(f, OutputPart::kLast, p, c, Scalar::from_u64(c == last ? 1 : 0));
  }
  put_part(f, OutputPart::kThresholds, p, 0, Scalar::from_i64(t));
}

void look_up_again(Forgery& f) {
  const Bytes result = f.output.empty() ? result_of(*f.model, f.committed) : f.output;
  f.looked_up.q = lookups_of(*f.model, f.committed, result);
  count_again(f);
}

void look_up_nothing(Forgery& f, PredicateLookup lookup) {
  const PredicateLayout& layout = f.model->columns.predicate();
  const Brick& brick = layout.lookups().bricks().at(layout.brick_of(lookup).value());
  std::fill_n(f.looked_up.q.begin() + static_cast<std::ptrdiff_t>(brick.offset), brick.slots(),
              Scalar::zero());
  count_again(f);
}

void add_to_lookup(Forgery& f, PredicateLookup lookup, size_t p, size_t c, const Scalar& value) {
  f.looked_up.q[slot_of_lookup(f.model->columns, lookup, p, c)] += value;
  count_again(f);
}

}  // namespace vouch::dense
