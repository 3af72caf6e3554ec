#include "exporter/host/curl.h"

#include <dlfcn.h>

#include "exporter/host/shared_library.h"

namespace clawvigil::host {

Curl::Curl() {
  void* const library = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return;
  decltype(&::curl_global_init) initialise = nullptr;
  const bool complete = find_function(library, "curl_global_init", initialise) &&
                        find_function(library, "curl_easy_init", easy_init) &&
                        find_function(library, "curl_easy_cleanup", easy_cleanup) &&
                        find_function(library, "curl_easy_setopt", set) &&
                        find_function(library, "curl_easy_getinfo", info) &&
                        find_function(library, "curl_easy_strerror", text) &&
                        find_function(library, "curl_multi_init", multi_init) &&
                        find_function(library, "curl_multi_cleanup", multi_cleanup) &&
                        find_function(library, "curl_multi_add_handle", add) &&
                        find_function(library, "curl_multi_remove_handle", remove) &&
                        find_function(library, "curl_multi_perform", perform) &&
                        find_function(library, "curl_multi_poll", poll) &&
                        find_function(library, "curl_multi_wakeup", wakeup) &&
                        find_function(library, "curl_multi_info_read", next) &&
                        find_function(library, "curl_slist_append", append) &&
                        find_function(library, "curl_slist_free_all", free_list);
  ready_ = complete && initialise(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

}  // namespace clawvigil::host
