// Memory for a program that lives for less than a second.
#pragma once

namespace vouch {

/// Lets malloc ask the system for memory once, in huge pages, and give none back: of vouch-verify's
/// time a fifth went into thousands of page faults, of a small network's proof a twentieth. A hint:
/// where the system or its malloc do not follow it, nothing else changes. To be called before
/// threads are started.
void use_huge_heap();

}  // namespace vouch
