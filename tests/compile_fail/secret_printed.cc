// expect: use of deleted function
#include "exporter/base/secret.h"

#include <iostream>

void show(const clawvigil::Secret& secret) {
#ifdef MUST_FAIL
  std::cout << secret;
#else
  std::cout << secret.empty();
#endif
}
