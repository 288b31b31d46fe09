#include "cli/free_memory.h"

#include <fstream>
#include <string>

namespace vouch {

uint64_t free_memory_bytes() {
  std::ifstream file("/proc/meminfo");
  std::string name;
  uint64_t kilobytes = 0;
  std::string unit;
  while (file >> name >> kilobytes) {
    std::getline(file, unit);
    if (name == "MemAvailable:") {
      return kilobytes * 1024;
    }
  }
  return 0;
}

}  // namespace vouch
