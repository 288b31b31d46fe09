// The line between prover and verifier, made non-interactive by Fiat–Shamir.
//
// The argument is one script that both sides run. Where the script says "P -> V" it names the
// message and how the prover makes it; the prover's channel makes it, appends it to the proof and
// absorbs it; the verifier's channel reads it from the proof and absorbs it. So nothing can be sent
// that is not absorbed, and both sides see the same challenges.
#pragma once

#include <functional>
#include <string_view>

#include "field/scalar.h"
#include "group/ristretto.h"
#include "transcript/transcript.h"

namespace vouch {

class Channel {
 public:
  explicit Channel(const Transcript& transcript) : transcript_(transcript) {}
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  virtual ~Channel() = default;

  /// P -> V: a group element. `make` is called on the prover's side only.
  virtual Point point(std::string_view label, const std::function<Point()>& make) = 0;
  /// P -> V: a scalar in clear.
  virtual Scalar scalar(std::string_view label, const std::function<Scalar()>& make) = 0;

  /// V -> P: a challenge for which `forbidden` is false. The others are cases of it.
  virtual Scalar challenge_except(std::string_view label,
                                  const std::function<bool(const Scalar&)>& forbidden) {
    return transcript_.challenge_except(label, forbidden);
  }
  Scalar challenge(std::string_view label) {
    return challenge_except(label, [](const Scalar&) { return false; });
  }
  Scalar nonzero_challenge(std::string_view label) {
    return challenge_except(label, [](const Scalar& x) { return x.is_zero(); });
  }

 protected:
  Transcript transcript_;
};

}  // namespace vouch
