// The prover's channel: messages are made, absorbed and appended to the proof.
#pragma once

#include "argument/channel.h"
#include "argument/statement.h"

namespace vouch {

class ProofWriter final : public Channel {
 public:
  explicit ProofWriter(Transcript transcript) : Channel(std::move(transcript)) {}

  Point point(std::string_view label, const std::function<Point()>& make) override {
    const Point p = make();
    messages_.push_back(p.encode());
    transcript_.absorb(label, messages_.back());
    return p;
  }
  Scalar scalar(std::string_view label, const std::function<Scalar()>& make) override {
    const Scalar x = make();
    messages_.push_back(x.bytes());
    transcript_.absorb(label, messages_.back());
    return x;
  }
  [[nodiscard]] Rows take_messages() { return std::move(messages_); }

 private:
  Rows messages_;
};

}  // namespace vouch
