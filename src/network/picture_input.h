// Which axes of a network's input are those of a picture.
#pragma once

#include <optional>

#include "network/network.h"

namespace vouch {

/// The axis of a network's inputs that holds channels: what its first window says; nothing without
/// windows.
[[nodiscard]] std::optional<uint32_t> channel_axis_of(const Network& network);

struct PictureInput {
  uint32_t channels = 1;
  uint32_t rows = 1;
  uint32_t columns = 1;
  bool channels_last = false;  ///< [1, row, column, channel], else [1, channel, row, column]
};

/// A network's only input, if it has four axes, the first of extent 1. Without windows the last
/// axis has the channels where the second cannot: it has neither 1 nor 3.
[[nodiscard]] std::optional<PictureInput> picture_input(const Network& network);

}  // namespace vouch
