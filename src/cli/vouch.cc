#include <iostream>

#include "cli/vouch_program.h"

int main(int argc, char** argv) {
  return vouch::vouch_program().run({argv + (argc > 0 ? 1 : 0), argv + argc}, std::cout, std::cerr);
}
