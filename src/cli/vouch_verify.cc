#include <iostream>

#include "cli/verify_program.h"

int main(int argc, char** argv) {
  return vouch::verify_program().run({argv + (argc > 0 ? 1 : 0), argv + argc}, std::cout,
                                     std::cerr);
}
