#include "exporter/host/transfer.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <map>
#include <utility>

#include "exporter/base/strings.h"
#include "exporter/host/curl.h"

namespace clawvigil::host {

namespace {

constexpr std::size_t kMaxRetryAfterText = 64;

// One transfer under way; at a fixed address, because libcurl holds pointers to it.
struct Transfer {
  std::uint64_t id = 0;
  TransferRequest request;
  TransferReply reply;
  CURL* handle = nullptr;
  curl_slist* headers = nullptr;
  curl_slist* recipients = nullptr;
  std::size_t uploaded = 0;
  bool cut_short = false;  // the answer was longer than its bound
  std::string origin;
  std::array<char, CURL_ERROR_SIZE> detail{};
};

std::size_t receive(char* data, std::size_t size, std::size_t count, void* target) {
  auto& transfer = *static_cast<Transfer*>(target);
  const std::size_t bytes = size * count;
  const std::size_t room = kMaxTransferReply - transfer.reply.body.size();
  transfer.reply.body.append(data, std::min(bytes, room));
  transfer.cut_short = bytes > room;
  return transfer.cut_short ? 0 : bytes;  // 0 ends the transfer
}

std::size_t receive_header(char* data, std::size_t size, std::size_t count, void* target) {
  constexpr std::string_view kName = "retry-after:";
  auto& transfer = *static_cast<Transfer*>(target);
  const std::string_view line(data, size * count);
  if (to_lower_ascii(line.substr(0, kName.size())) == kName) {
    transfer.reply.retry_after = sanitize(trim(line.substr(kName.size())), kMaxRetryAfterText);
  }
  return size * count;
}

std::size_t upload(char* out, std::size_t size, std::size_t count, void* source) {
  auto& transfer = *static_cast<Transfer*>(source);
  const std::string& message = std::get<MailRequest>(transfer.request).message;
  const std::size_t bytes = std::min(size * count, message.size() - transfer.uploaded);
  message.copy(out, bytes, transfer.uploaded);
  transfer.uploaded += bytes;
  return bytes;
}

Errc code_of(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return Errc::timeout;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
      return Errc::not_found;
    case CURLE_LOGIN_DENIED:
    case CURLE_REMOTE_ACCESS_DENIED:
      return Errc::denied;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CACERT_BADFILE:
      return Errc::unsafe;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Errc::unsupported;
    default:
      return Errc::io;
  }
}

std::string smtp_url(const MailRequest& mail) {
  const bool implicit = mail.tls == MailRequest::Tls::implicit;
  const bool bare_v6 = mail.host.find(':') != std::string::npos && !mail.host.starts_with('[');
  return (implicit ? "smtps://" : "smtp://") + (bare_v6 ? "[" + mail.host + "]" : mail.host) + ":" +
         std::to_string(mail.port);
}

}  // namespace

std::string origin_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const std::size_t start = scheme + 3;
  const std::size_t end = std::min(url.find_first_of("/?#\\", start), url.size());
  std::string_view host = url.substr(start, end - start);
  // Credentials in a URL are as secret as its path.
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) {
    host.remove_prefix(at + 1);
  }
  if (host.empty()) return {};
  return sanitize(std::string(url.substr(0, start)) + std::string(host));
}

class Transfers::Impl {
 public:
  Impl(const Curl& curl, CURLM* multi, std::string user_agent, TransferLimits limits)
      : curl_(curl), multi_(multi), user_agent_(std::move(user_agent)), limits_(limits) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    while (!transfers_.empty()) forget(transfers_.begin());
    curl_.multi_cleanup(multi_);
  }

  Result<> start(std::uint64_t id, TransferRequest request) {
    auto transfer = std::make_unique<Transfer>();
    transfer->id = id;
    transfer->request = std::move(request);
    transfer->handle = curl_.easy_init();
    if (transfer->handle == nullptr) return fail(Errc::io, "libcurl cannot start a transfer");
    Transfer& placed = *transfer;
    transfers_[placed.handle] = std::move(transfer);
    set_common(placed);
    if (const auto* http = std::get_if<HttpRequest>(&placed.request)) {
      set_http(placed, *http);
    } else {
      set_mail(placed, std::get<MailRequest>(placed.request));
    }
    if (curl_.add(multi_, placed.handle) != CURLM_OK) {
      forget(transfers_.find(placed.handle));
      return fail(Errc::io, "libcurl cannot start a transfer");
    }
    return {};
  }

  void cancel(std::uint64_t id) {
    const auto found =
        std::ranges::find_if(transfers_, [&](const auto& entry) { return entry.second->id == id; });
    if (found != transfers_.end()) forget(found);
  }

  std::vector<FinishedTransfer> wait(std::chrono::milliseconds timeout) {
    int unused = 0;
    curl_.perform(multi_, &unused);
    std::vector<FinishedTransfer> finished = collect();
    if (!finished.empty()) return finished;
    curl_.poll(multi_, nullptr, 0, static_cast<int>(timeout.count()), nullptr);
    curl_.perform(multi_, &unused);
    return collect();
  }

  void wake() { curl_.wakeup(multi_); }
  [[nodiscard]] std::size_t running() const { return transfers_.size(); }

 private:
  using Map = std::map<CURL*, std::unique_ptr<Transfer>>;

  void set_common(Transfer& transfer) const {
    CURL* const handle = transfer.handle;
    curl_.set(handle, CURLOPT_NOSIGNAL, 1L);
    curl_.set(handle, CURLOPT_PRIVATE, &transfer);
    curl_.set(handle, CURLOPT_ERRORBUFFER, transfer.detail.data());
    curl_.set(handle, CURLOPT_PROTOCOLS_STR, "http,https,smtp,smtps");
    curl_.set(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_.set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_.set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_.set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits_.connect.count()));
    curl_.set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(limits_.total.count()));
    curl_.set(handle, CURLOPT_QUICK_EXIT, 1L);
    curl_.set(handle, CURLOPT_FORBID_REUSE, 1L);
    curl_.set(handle, CURLOPT_WRITEFUNCTION, &receive);
    curl_.set(handle, CURLOPT_WRITEDATA, &transfer);
  }

  void set_http(Transfer& transfer, const HttpRequest& http) {
    CURL* const handle = transfer.handle;
    transfer.origin = origin_of(http.url);
    for (const std::string& header : http.headers) add(transfer.headers, header);
    add(transfer.headers, "Expect:");
    curl_.set(handle, CURLOPT_URL, http.url.c_str());
    curl_.set(handle, CURLOPT_USERAGENT, user_agent_.c_str());
    curl_.set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_.set(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_.set(handle, CURLOPT_HEADERFUNCTION, &receive_header);
    curl_.set(handle, CURLOPT_HEADERDATA, &transfer);
    if (http.method == HttpRequest::Method::post) {
      curl_.set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(http.body.size()));
      curl_.set(handle, CURLOPT_POSTFIELDS, http.body.c_str());
    }
    if (!http.username.empty()) {
      const std::string password(http.password.reveal());
      curl_.set(handle, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
      curl_.set(handle, CURLOPT_USERNAME, http.username.c_str());
      curl_.set(handle, CURLOPT_PASSWORD, password.c_str());
    }
    if (!http.bearer.empty()) {
      add(transfer.headers, "Authorization: Bearer " + std::string(http.bearer.reveal()));
    }
    curl_.set(handle, CURLOPT_HTTPHEADER, transfer.headers);
  }

  void set_mail(Transfer& transfer, const MailRequest& mail) {
    CURL* const handle = transfer.handle;
    transfer.origin = smtp_url(mail);
    const std::string url = transfer.origin + "/" + mail.greeting;
    curl_.set(handle, CURLOPT_URL, url.c_str());
    curl_.set(
        handle, CURLOPT_USE_SSL,
        static_cast<long>(mail.tls == MailRequest::Tls::none ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    if (!mail.ca_file.empty()) curl_.set(handle, CURLOPT_CAINFO, mail.ca_file.c_str());
    if (!mail.username.empty()) {
      const std::string password(mail.password.reveal());
      curl_.set(handle, CURLOPT_USERNAME, mail.username.c_str());
      curl_.set(handle, CURLOPT_PASSWORD, password.c_str());
    }
    for (const std::string& address : mail.to) add(transfer.recipients, "<" + address + ">");
    curl_.set(handle, CURLOPT_MAIL_FROM, ("<" + mail.from + ">").c_str());
    curl_.set(handle, CURLOPT_MAIL_RCPT, transfer.recipients);
    // One wrong address must not keep the others from being told. (Curl's spelling.)
    curl_.set(handle, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
    curl_.set(handle, CURLOPT_UPLOAD, 1L);
    curl_.set(handle, CURLOPT_READFUNCTION, &upload);
    curl_.set(handle, CURLOPT_READDATA, &transfer);
    curl_.set(handle, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail.message.size()));
  }

  void add(curl_slist*& list, const std::string& text) const {
    if (curl_slist* const longer = curl_.append(list, text.c_str())) list = longer;
  }

  std::vector<FinishedTransfer> collect() {
    std::vector<FinishedTransfer> finished;
    int left = 0;
    while (const CURLMsg* const message = curl_.next(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const auto found = transfers_.find(message->easy_handle);
      if (found == transfers_.end()) continue;
      describe(*found->second, message->data.result);
      finished.push_back({found->second->id, std::move(found->second->reply)});
      forget(found);
    }
    return finished;
  }

  void describe(Transfer& transfer, CURLcode code) const {
    TransferReply& reply = transfer.reply;
    long status = 0;
    curl_.info(transfer.handle, CURLINFO_RESPONSE_CODE, &status);
    reply.status = static_cast<int>(status);
    reply.origin = transfer.origin;
    curl_off_t microseconds = 0;
    curl_.info(transfer.handle, CURLINFO_TOTAL_TIME_T, &microseconds);
    reply.took = std::chrono::microseconds(microseconds);
    const char* redirect = nullptr;
    curl_.info(transfer.handle, CURLINFO_REDIRECT_URL, &redirect);
    if (redirect != nullptr) reply.redirect = origin_of(redirect);
    if (code == CURLE_OK || (code == CURLE_WRITE_ERROR && transfer.cut_short)) return;
    // Curl's details may quote a URL; those about certificates do not, and say what to repair.
    const bool tls = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR;
    std::string text = curl_.text(code);
    if (tls && transfer.detail[0] != '\0') text = sanitize(transfer.detail.data(), 200);
    reply.error = Error{code_of(code), transfer.origin + ": " + text};
  }

  void forget(Map::iterator entry) {
    const Transfer& transfer = *entry->second;
    curl_.remove(multi_, transfer.handle);
    curl_.easy_cleanup(transfer.handle);
    // The lists hold bearer tokens.
    for (curl_slist* line = transfer.headers; line != nullptr; line = line->next) {
      ::explicit_bzero(line->data, std::strlen(line->data));
    }
    curl_.free_list(transfer.headers);
    curl_.free_list(transfer.recipients);
    transfers_.erase(entry);
  }

  const Curl& curl_;
  CURLM* multi_;
  std::string user_agent_;
  TransferLimits limits_;
  Map transfers_;
};

Transfers::Transfers(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Transfers::~Transfers() = default;

Result<std::unique_ptr<Transfers>> Transfers::create(std::string user_agent,
                                                     TransferLimits limits) {
  const Curl* const curl = Curl::get();
  if (curl == nullptr) {
    return fail(Errc::unsupported, "libcurl.so.4 is not installed; run: apt-get install libcurl4");
  }
  CURLM* const multi = curl->multi_init();
  if (multi == nullptr) return fail(Errc::io, "libcurl cannot start");
  return std::unique_ptr<Transfers>(
      new Transfers(std::make_unique<Impl>(*curl, multi, std::move(user_agent), limits)));
}

Result<> Transfers::start(std::uint64_t id, TransferRequest request) {
  return impl_->start(id, std::move(request));
}
void Transfers::cancel(std::uint64_t id) { impl_->cancel(id); }
std::vector<FinishedTransfer> Transfers::wait(std::chrono::milliseconds timeout) {
  return impl_->wait(timeout);
}
void Transfers::wake() { impl_->wake(); }
std::size_t Transfers::running() const { return impl_->running(); }

}  // namespace clawvigil::host
