// The prover's channel of a dishonest prover: what is sent can be changed on the way, and so can
// how it is encoded, and whether it is absorbed.
#pragma once

#include <map>

#include "argument/channel.h"
#include "argument/statement.h"

namespace vouch::dense {

struct ChannelHooks {
  std::function<void(const std::string& label, size_t number, Point&)> point;
  std::function<void(const std::string& label, size_t number, Scalar&)> scalar;
  /// Changes the 32 bytes of a point or a scalar.
  std::function<void(const std::string& label, size_t number, Encoding&)> encoding;
  /// Whether the message is absorbed.
  std::function<bool(const std::string& label, size_t number)> absorbed;
};

class DenseChannel final : public Channel {
 public:
  DenseChannel(const Transcript& transcript, const ChannelHooks& hooks)
      : Channel(transcript), hooks_(hooks) {}

  Point point(std::string_view label, const std::function<Point()>& make) override {
    Point p = make();
    const std::string name(label);
    const size_t number = count_of_label_[name]++;
    if (hooks_.point) {
      hooks_.point(name, number, p);
    }
    say(name, number, p.encode());
    return p;
  }

  Scalar scalar(std::string_view label, const std::function<Scalar()>& make) override {
    Scalar x = make();
    const std::string name(label);
    const size_t number = count_of_label_[name]++;
    if (hooks_.scalar) {
      hooks_.scalar(name, number, x);
    }
    say(name, number, x.bytes());
    scalars_[name].push_back(x);
    return x;
  }

  Scalar challenge_except(std::string_view label,
                          const std::function<bool(const Scalar&)>& forbidden) override {
    const Scalar x = Channel::challenge_except(label, forbidden);
    drawn_[std::string(label)].push_back(x);
    return x;
  }

  [[nodiscard]] const Rows& messages() const { return messages_; }
  [[nodiscard]] const std::vector<std::string>& labels() const { return labels_; }
  /// The challenges of each label.
  [[nodiscard]] const std::map<std::string, std::vector<Scalar>>& drawn() const { return drawn_; }
  /// The scalars sent under each label.
  [[nodiscard]] const std::map<std::string, std::vector<Scalar>>& scalars() const {
    return scalars_;
  }

 private:
  void say(const std::string& label, size_t number, Encoding bytes) {
    if (hooks_.encoding) {
      hooks_.encoding(label, number, bytes);
    }
    messages_.push_back(bytes);
    labels_.push_back(label);
    if (!hooks_.absorbed || hooks_.absorbed(label, number)) {
      transcript_.absorb(label, bytes);
    }
  }

  const ChannelHooks& hooks_;
  Rows messages_;
  std::vector<std::string> labels_;
  std::map<std::string, std::vector<Scalar>> scalars_;
  std::map<std::string, std::vector<Scalar>> drawn_;
  std::map<std::string, size_t> count_of_label_;
};

}  // namespace vouch::dense
