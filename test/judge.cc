// The verifier behind a pipe, for the second one (reference/), which asks both about many files.
//
// Standard input is questions, with lengths as in docs/formats.md:
//
//     prefixed(model commitment) ‖ prefixed(proof)
//     ‖ u32 number of expected contexts, 0 or 1 ‖ prefixed each
//     ‖ u32 number of expected inputs ‖ prefixed each ‖ u32 number of openings ‖ prefixed each
//
// Standard output is a line for each: the verdict, and of what is accepted all inputs' identities
// and outputs, in hexadecimal. It asks nothing else of its input, which is the tests' own.
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
    const Verification v = models_.verify(model, proof, expectation);
    std::fputs(reason_name(v.verdict.reason), stdout);
    for (size_t i = 0; v.verdict.accepted() && i < v.claim->inputs.size(); ++i) {
      print_hex(v.claim->inputs[i]);
      print_hex(v.claim->outputs[i]);
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
