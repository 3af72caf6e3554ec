// libcurl, loaded when it is first needed. Its header declares the types; nothing links it.
#pragma once

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

namespace clawvigil::host {

// What is used of libcurl, found at run time; the types are those of its headers.
class Curl {
 public:
  // nullptr when it is not installed. Loaded once and kept.
  static const Curl* get() {
    static const Curl library;
    return library.ready_ ? &library : nullptr;
  }

  decltype(&::curl_easy_init) easy_init = nullptr;
  decltype(&::curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&::curl_easy_setopt) set = nullptr;
  decltype(&::curl_easy_getinfo) info = nullptr;
  decltype(&::curl_easy_strerror) text = nullptr;
  decltype(&::curl_multi_init) multi_init = nullptr;
  decltype(&::curl_multi_cleanup) multi_cleanup = nullptr;
  decltype(&::curl_multi_add_handle) add = nullptr;
  decltype(&::curl_multi_remove_handle) remove = nullptr;
  decltype(&::curl_multi_perform) perform = nullptr;
  decltype(&::curl_multi_poll) poll = nullptr;
  decltype(&::curl_multi_wakeup) wakeup = nullptr;
  decltype(&::curl_multi_info_read) next = nullptr;
  decltype(&::curl_slist_append) append = nullptr;
  decltype(&::curl_slist_free_all) free_list = nullptr;

 private:
  Curl();
  bool ready_ = false;
};

}  // namespace clawvigil::host
