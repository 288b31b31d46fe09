// The prover's channel: messages are made, absorbed and appended to the proof.
#pragma once

#include <map>
#include <string>

#include "argument/channel.h"
#include "argument/statement.h"

namespace vouch {

class ProofWriter final : public Channel {
 public:
  explicit ProofWriter(const Transcript& transcript) : Channel(transcript) {}

  Point point(std::string_view label, const std::function<Point()>& make) override {
    const Point p = make();
    append(label, p.encode());
    return p;
  }
  Scalar scalar(std::string_view label, const std::function<Scalar()>& make) override {
    const Scalar x = make();
    append(label, x.bytes());
    return x;
  }
  [[nodiscard]] Rows take_messages() { return std::move(messages_); }
  /// How many messages of each label there are.
  [[nodiscard]] const std::map<std::string, size_t>& counts() const { return counts_; }

 private:
  void append(std::string_view label, const Encoding& message) {
    messages_.push_back(message);
    ++counts_[std::string(label)];
    transcript_.absorb(label, message);
  }

  Rows messages_;
  std::map<std::string, size_t> counts_;
};

}  // namespace vouch
