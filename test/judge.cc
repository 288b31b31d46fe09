// The verifier behind a pipe, for the second one (reference/), which asks both about many files.
//
// Standard input is questions, with lengths as in docs/formats.md:
//
//     prefixed(model commitment) ‖ prefixed(proof)
//     ‖ u32 number of expected contexts, 0 or 1 ‖ prefixed each
//     ‖ u32 number of expected inputs ‖ prefixed each ‖ u32 number of openings ‖ prefixed each
//     ‖ u32 number of expected predicates, 0 or 1 ‖ prefixed each: of no bytes if codes are
//     expected ‖ u32 number of expected predictions ‖ prefixed each ‖ u32 number of labels ‖
//     prefixed each
//
// Standard output is a line for each: the verdict, and of what is accepted all inputs' identities
// and outputs, or results, in hexadecimal, and then what belongs to a predicate. It asks nothing
// else of its input, which is the tests' own.
#include <algorithm>
#include <cstdio>

#include "base/check.h"
#include "models.h"
#include "prove/test_generators.h"

namespace vouch {
namespace {

class Questions {
 public:
  /// False at the end of the input.
  bool next() {
    const int first = std::getchar();
    if (first == EOF) {
      return false;
    }
    std::ungetc(first, stdin);
    return true;
  }
  uint32_t u32() {
    const Bytes bytes = raw(4);
    return ByteReader(bytes).u32();
  }
  Bytes prefixed() { return raw(u32()); }
  std::vector<Bytes> several() {
    std::vector<Bytes> out(u32());
    for (Bytes& each : out) {
      each = prefixed();
    }
    return out;
  }

 private:
  static Bytes raw(size_t count) {
    Bytes bytes(count);
    VOUCH_CHECK(std::fread(bytes.data(), 1, count, stdin) == count);
    return bytes;
  }
};

void print_hex(ByteSpan bytes) {
  std::putchar(' ');
  for (const uint8_t byte : bytes) {
    std::printf("%02x", unsigned{byte});
  }
}

/// That of input `i`: results of all inputs are as long.
ByteSpan result_of(const PredicateClaim& claim, size_t inputs, size_t i) {
  const size_t each = claim.result.size() / inputs;
  return ByteSpan(claim.result).subspan(i * each, each);
}

void print(const Claim& claim) {
  for (size_t i = 0; i < claim.inputs.size(); ++i) {
    print_hex(claim.inputs[i]);
    print_hex(claim.hidden ? result_of(*claim.hidden, claim.inputs.size(), i) : claim.outputs[i]);
  }
  if (!claim.hidden) {
    return;
  }
  for (const Digest& prediction : claim.hidden->predictions) {
    print_hex(prediction);
  }
  for (const Digest& label : claim.hidden->labels) {
    print_hex(label);
  }
  if (claim.hidden->count) {
    print_hex(*claim.hidden->count);
  }
}

void expect_predicate(Expectation& expectation, const Bytes& encoding) {
  expectation.public_output = encoding.empty();
  if (encoding.empty()) {
    return;
  }
  // Public labels stand at the end, behind four bytes.
  constexpr size_t kBeforeLabels = 4;
  const size_t labels = encoding.size() < kBeforeLabels ? 0 : (encoding.size() - kBeforeLabels) / 2;
  ByteReader reader(encoding);
  expectation.predicate = decode_predicate(reader, labels).value();
}

std::vector<Digest> digests(const std::vector<Bytes>& each) {
  std::vector<Digest> out(each.size());
  for (size_t i = 0; i < each.size(); ++i) {
    VOUCH_CHECK(each[i].size() == out[i].size());
    std::copy(each[i].begin(), each[i].end(), out[i].begin());
  }
  return out;
}

class Judge {
 public:
  void answer(Questions& questions) {
    const Bytes model = questions.prefixed();
    const Bytes proof = questions.prefixed();
    Expectation expectation;
    for (const Bytes& context : questions.several()) {
      expectation.context = context;
    }
    expectation.inputs = questions.several();
    for (const Bytes& opening : questions.several()) {
      expectation.openings.push_back(decode_input_opening(opening).value());
    }
    for (const Bytes& predicate : questions.several()) {
      expect_predicate(expectation, predicate);
    }
    expectation.predictions = digests(questions.several());
    expectation.labels = digests(questions.several());
    const Verification v = models_.verify(model, proof, expectation);
    std::fputs(reason_name(v.verdict.reason), stdout);
    if (v.verdict.accepted()) {
      print(*v.claim);
    }
    std::putchar('\n');
  }

 private:
  Models models_{test_generators()};
};

}  // namespace
}  // namespace vouch

int main() {
  vouch::Questions questions;
  vouch::Judge judge;
  while (questions.next()) {
    judge.answer(questions);
    std::fflush(stdout);
  }
  return 0;
}
