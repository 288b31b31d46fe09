#include <iostream>

#include "base/huge_heap.h"
#include "cli/vouch_program.h"

int main(int argc, char** argv) {
  vouch::use_huge_heap();
  return vouch::vouch_program().run({argv + (argc > 0 ? 1 : 0), argv + argc}, std::cout, std::cerr);
}
