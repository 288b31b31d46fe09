// Writes down what goes over another channel.
#pragma once

#include "argument/channel.h"
#include "dense/definition.h"

namespace vouch::dense {

class Listener final : public Channel {
 public:
  struct Message {
    std::string label;
    bool scalar;
  };

  /// `inner` must outlive it.
  explicit Listener(Channel& inner) : Channel(Transcript("unused")), inner_(inner) {}

  Point point(std::string_view label, const std::function<Point()>& make) override {
    messages.push_back({std::string(label), false});
    return inner_.point(label, make);
  }
  Scalar scalar(std::string_view label, const std::function<Scalar()>& make) override {
    messages.push_back({std::string(label), true});
    return inner_.scalar(label, make);
  }
  Scalar challenge_except(std::string_view label,
                          const std::function<bool(const Scalar&)>& forbidden) override {
    challenges.emplace_back(label, inner_.challenge_except(label, forbidden));
    return challenges.back().second;
  }

  std::vector<Message> messages;
  Challenges challenges;

 private:
  Channel& inner_;
};

}  // namespace vouch::dense
