// Functions of a library that is loaded only where it is needed.
#pragma once

#include <dlfcn.h>

namespace clawvigil::host {

// The function of that name; false, and nullptr, if the library has none.
template <class Function>
bool find_function(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

}  // namespace clawvigil::host
