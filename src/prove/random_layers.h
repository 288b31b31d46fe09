// Layers of every kind with random shapes and constants: for tests.
#pragma once

#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "network/network_builder.h"

namespace vouch {

/// Of lo…hi.
[[nodiscard]] uint32_t pick(std::mt19937& random, uint32_t lo, uint32_t hi);

[[nodiscard]] Layer layer_of(LayerKind kind, std::vector<uint32_t> inputs);

/// Appends a layer that reads x, an activation [1, …] of four axes or any (windows: four), to the
/// network; its output.
using LayerMaker = std::function<uint32_t(NetworkBuilder&, std::mt19937&, uint32_t x)>;

/// With their names; windows are the first kWindowMakers.
[[nodiscard]] const std::vector<std::pair<std::string, LayerMaker>>& layer_makers();
inline constexpr size_t kWindowMakers = 4;
/// The one of that name, of which there is one.
[[nodiscard]] const LayerMaker& layer_maker(const std::string& name);

}  // namespace vouch
