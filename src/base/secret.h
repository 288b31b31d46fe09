// Memory that held a secret.
#pragma once

#include <cstddef>
#include <type_traits>

namespace vouch {

/// Overwrites n bytes with zeros in a way that the compiler may not leave out.
void secure_wipe(void* data, size_t n);

/// Wipes one object that is plain bytes (an array, a struct of numbers).
template <class T>
void secure_wipe(T& object) requires(std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>) {
  secure_wipe(&object, sizeof(object));
}

}  // namespace vouch
