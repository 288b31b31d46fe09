// How much memory this machine can still give.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace vouch {

/// Bytes that can be had without swapping: what the system estimates, or what the limits of the
/// control groups (version 2) around this process leave, if that is less. Nothing if nothing says.
/// `root` is where /proc and /sys are looked for.
[[nodiscard]] std::optional<uint64_t> free_memory_bytes(const std::filesystem::path& root = "/");

}  // namespace vouch
