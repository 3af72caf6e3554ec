#include "exporter/host/http_probe.h"

#include <curl/curl.h>

#include <memory>
#include <string_view>

namespace clawvigil::host {

namespace {

struct HandleCloser {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListFreer {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// libcurl's write callback; a short count aborts the transfer.
std::size_t append(char* data, std::size_t size, std::size_t count, void* target) {
  auto& body = *static_cast<std::string*>(target);
  const std::size_t bytes = size * count;
  if (body.size() + bytes > kMaxProbeBody) return 0;
  body.append(data, bytes);
  return bytes;
}

std::unexpected<Error> failure(CURLcode code, const std::string& what) {
  switch (code) {
    case CURLE_COULDNT_CONNECT:
      return fail(Errc::not_found, what + ": nothing listens there");
    case CURLE_OPERATION_TIMEDOUT:
      return fail(Errc::timeout, what + ": no answer in time");
    case CURLE_WRITE_ERROR:
      return fail(Errc::too_large, what + ": the answer is too large");
    default:
      return fail(Errc::io, what + ": " + curl_easy_strerror(code));
  }
}

void configure(CURL* handle, const std::string& url, const ProbeRequest& request,
               curl_slist* headers, std::string& body) {
  constexpr long kTimeout = std::chrono::milliseconds(kProbeTimeout).count();
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, request.tls ? "https" : "http");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, kTimeout);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 0L);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "clawvigil");
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
  if (request.json_body.empty()) return;
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.json_body.size()));
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.json_body.c_str());
}

}  // namespace

Result<ProbeReply> probe_loopback(const ProbeRequest& request) {
  const std::string url = (request.tls ? "https://127.0.0.1:" : "http://127.0.0.1:") +
                          std::to_string(request.port) + request.path;
  const std::unique_ptr<CURL, HandleCloser> handle(curl_easy_init());
  if (!handle) return fail(Errc::io, "libcurl cannot start");
  const std::unique_ptr<curl_slist, ListFreer> headers(
      request.json_body.empty() ? nullptr
                                : curl_slist_append(nullptr, "Content-Type: application/json"));
  ProbeReply reply;
  configure(handle.get(), url, request, headers.get(), reply.body);
  if (const CURLcode code = curl_easy_perform(handle.get()); code != CURLE_OK) {
    return failure(code, url);
  }
  long status = 0;
  double seconds = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle.get(), CURLINFO_TOTAL_TIME, &seconds);
  reply.status = static_cast<int>(status);
  reply.duration = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
  return reply;
}

}  // namespace clawvigil::host
