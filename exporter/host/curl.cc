#include "exporter/host/curl.h"

#include <dlfcn.h>

namespace clawvigil::host {

namespace {

template <class Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

}  // namespace

Curl::Curl() {
  void* const library = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return;
  decltype(&::curl_global_init) initialise = nullptr;
  const bool complete =
      find(library, "curl_global_init", initialise) && find(library, "curl_easy_init", easy_init) &&
      find(library, "curl_easy_cleanup", easy_cleanup) && find(library, "curl_easy_setopt", set) &&
      find(library, "curl_easy_getinfo", info) && find(library, "curl_easy_strerror", text) &&
      find(library, "curl_multi_init", multi_init) &&
      find(library, "curl_multi_cleanup", multi_cleanup) &&
      find(library, "curl_multi_add_handle", add) &&
      find(library, "curl_multi_remove_handle", remove) &&
      find(library, "curl_multi_perform", perform) && find(library, "curl_multi_poll", poll) &&
      find(library, "curl_multi_wakeup", wakeup) && find(library, "curl_multi_info_read", next) &&
      find(library, "curl_slist_append", append) && find(library, "curl_slist_free_all", free_list);
  ready_ = complete && initialise(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

}  // namespace clawvigil::host
