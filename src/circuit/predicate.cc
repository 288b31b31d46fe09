#include "circuit/predicate.h"

#include <algorithm>
#include <functional>
#include <string>

namespace vouch {
namespace {

using Kind = Predicate::Kind;
using Labels = Predicate::Labels;

bool increasing_below(std::span<const uint16_t> classes, uint32_t bound) {
  return std::adjacent_find(classes.begin(), classes.end(), std::greater_equal<>()) ==
             classes.end() &&
         (classes.empty() || classes.back() < bound);
}

std::vector<uint16_t> read_classes(ByteReader& reader, size_t count) {
  std::vector<uint16_t> classes;
  for (size_t i = 0; i < count && reader.ok(); ++i) {
    classes.push_back(reader.u16());
  }
  return classes;
}

void write_classes(ByteWriter& writer, std::span<const uint16_t> classes) {
  for (const uint16_t c : classes) {
    writer.u16(c);
  }
}

Error no_predicate(const char* why) {
  return Error{std::string("the proof's predicate is none: ") + why};
}

}  // namespace

void encode(ByteWriter& writer, const Predicate& p) {
  writer.u8(static_cast<uint8_t>(p.kind));
  writer.u8(p.count ? 1 : 0);
  if (p.ranks()) {
    writer.u8(p.top);
  }
  switch (p.kind) {
    case Kind::kMembers:
      return;
    case Kind::kContains:
      writer.u16(static_cast<uint16_t>(p.classes.size()));
      return write_classes(writer, p.classes);
    case Kind::kScore:
      write_classes(writer, p.classes);
      return writer.u8(p.threshold);
    case Kind::kLabel:
      writer.u8(static_cast<uint8_t>(p.labels));
      return write_classes(writer, p.label);
  }
}

Result<Predicate> decode_predicate(ByteReader& reader, size_t inputs) {
  const uint8_t kind = reader.u8();
  const uint8_t mode = reader.u8();
  if (kind < 1 || kind > 4) {
    return no_predicate("there is no such kind");
  }
  if (mode > 1) {
    return no_predicate("its result is neither of each input nor a count");
  }
  Predicate p;
  p.kind = Kind{kind};
  p.count = mode == 1;
  if (p.ranks()) {
    p.top = reader.u8();
  }
  if (p.kind == Kind::kContains) {
    p.classes = read_classes(reader, reader.u16());
  } else if (p.kind == Kind::kScore) {
    p.classes = read_classes(reader, 1);
    p.threshold = reader.u8();
  } else if (p.kind == Kind::kLabel) {
    const uint8_t labels = reader.u8();
    if (labels > 1) {
      return no_predicate("its labels are neither public nor committed");
    }
    p.labels = Labels{labels};
    if (p.labels == Labels::kPublic) {
      p.label = read_classes(reader, inputs);
    }
  }
  if (!reader.ok()) {
    return no_predicate("it is cut short");
  }
  return p;
}

Result<void> validate(const Predicate& p, const Circuit& circuit, size_t inputs) {
  const Shape& out = circuit.output_tensor().shape;
  if (out.rows != 1 || out.columns != 1 || out.batch != inputs) {
    return Error{
        "a predicate needs one score a class: an output of one row, one column and a batch of 1"};
  }
  if (p.kind == Kind::kMembers && p.count) {
    return Error{"sets of classes cannot be counted"};
  }
  if (p.ranks() && (out.channels < 2 || p.top < 1 || p.top > out.channels)) {
    return Error{"the network has " + std::to_string(out.channels) +
                 " classes: there are no first " + std::to_string(p.top) + " of them to speak of"};
  }
  if (!increasing_below(p.classes, out.channels) ||
      (p.kind == Kind::kContains && p.classes.empty()) ||
      (p.kind == Kind::kScore && p.classes.size() != 1)) {
    return Error{"the predicate's classes are not some of the network's, each once, in order"};
  }
  if (p.label.size() != (p.kind == Kind::kLabel && !p.commits_labels() ? inputs : 0)) {
    return Error{"there have to be as many public labels as inputs"};
  }
  if (std::any_of(p.label.begin(), p.label.end(), [&](uint16_t l) { return l >= out.channels; })) {
    return Error{"a label is none of the network's classes"};
  }
  return {};
}

size_t result_bytes(const Predicate& p, size_t inputs) {
  return p.count ? 0 : p.kind == Kind::kMembers ? inputs * p.top * 2 : inputs;
}

Result<void> validate_result(const Predicate& p, const Circuit& circuit, size_t inputs,
                             ByteSpan result) {
  if (result.size() != result_bytes(p, inputs)) {
    return Error{"the result has another length than its predicate says"};
  }
  if (p.kind != Kind::kMembers) {
    if (std::any_of(result.begin(), result.end(), [](uint8_t b) { return b > 1; })) {
      return Error{"a bit of the result is neither 0 nor 1"};
    }
    return {};
  }
  for (size_t i = 0; i < inputs; ++i) {
    if (!increasing_below(members_of(p, result, i), circuit.output_tensor().shape.channels)) {
      return Error{
          "the result has classes that are not some of the network's, each once, in order"};
    }
  }
  return {};
}

std::vector<uint16_t> members_of(const Predicate& p, ByteSpan result, size_t i) {
  ByteReader reader(result.subspan(i * p.top * 2, p.top * size_t{2}));
  return read_classes(reader, p.top);
}

}  // namespace vouch
