// The verifier's channel: messages are read from the proof, 32 bytes each.
#pragma once

#include <string>

#include "argument/channel.h"
#include "argument/statement.h"

namespace vouch {

/// After the first message that is missing or not canonical, `fault()` says which, and every
/// further message reads as the identity or 0.
class ProofReader final : public Channel {
 public:
  /// `messages` must outlive the reader. All of them are decoded as points, since many at once cost
  /// less; the few that are scalars in clear are in vain.
  ProofReader(const Transcript& transcript, const Rows& messages)
      : Channel(transcript), messages_(messages), points_(decode_each(messages)) {}

  Point point(std::string_view label, const std::function<Point()>& make) override;
  Scalar scalar(std::string_view label, const std::function<Scalar()>& make) override;

  /// Empty if all messages so far were there and canonical.
  [[nodiscard]] const std::string& fault() const { return fault_; }
  /// All messages were read.
  [[nodiscard]] bool finished() const { return next_ == messages_.size(); }

 private:
  const Encoding* next(std::string_view label);
  void fail(std::string_view label, const char* what);

  const Rows& messages_;
  std::vector<std::optional<Point>> points_;
  size_t next_ = 0;
  std::string fault_;
};

}  // namespace vouch
