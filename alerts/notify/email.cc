// E-mail over SMTP with TLS and authentication. One mail per notification, plain text in UTF-8, its
// Message-ID made of the dedup key, so that a mail that arrives twice is recognised as one.
#include <algorithm>

#include "alerts/notify/mime.h"
#include "alerts/notify/receivers.h"
#include "alerts/notify/secrets.h"
#include "alerts/notify/split.h"
#include "exporter/base/strings.h"

namespace clawvigil::notify {

namespace {

constexpr std::size_t kLimit = 256UL * 1024;

std::string render_span(const Span& span) {
  return span.style == Span::Style::link ? span.text + ": " + span.url : span.text;
}
std::size_t cost_of(const Span& span) { return render_span(span).size(); }

// An address as it may stand in a header or the envelope: nothing can be added to it.
std::string address(std::string_view text) {
  std::string out;
  std::ranges::copy_if(text, std::back_inserter(out), [](char c) {
    return c > ' ' && c != 0x7F && c != '<' && c != '>' && c != ',';
  });
  return out;
}

std::string domain_of(const std::string& from) {
  const std::size_t at = from.rfind('@');
  return at == std::string::npos ? "clawvigil.invalid" : from.substr(at + 1);
}

class Email final : public Receiver {
 public:
  explicit Email(EmailConfig config) : config_(std::move(config)) {
    config_.from = address(config_.from);
    std::ranges::transform(config_.to, config_.to.begin(), address);
  }

  [[nodiscard]] std::string_view kind() const override { return "email"; }
  Result<> load_secrets(const SecretPlaces& places) override {
    TRY_ASSIGN(password_, read_secret(config_.password, places));
    return {};
  }
  // All but the Message-ID.
  [[nodiscard]] std::vector<std::string> render(const Notification& notification,
                                                const RenderOptions& options) const override {
    const Document document = make_document(notification, options);
    std::string mail = "Date: " + mail_date(notification.time) + "\r\n";
    mail += "From: clawvigil <" + config_.from + ">\r\nTo: ";
    for (std::size_t i = 0; i < config_.to.size(); ++i) {
      mail += (i == 0 ? "<" : ",\r\n <") + config_.to[i] + ">";
    }
    mail += "\r\nSubject: " + header_value(document.subject) + "\r\n";
    mail +=
        "Auto-Submitted: auto-generated\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n";
    for (const std::string& text : split_document(document, {kLimit, render_span, cost_of})) {
      mail += quoted_printable(text);
    }
    return {std::move(mail)};
  }
  [[nodiscard]] host::TransferRequest request(std::string payload,
                                              std::string_view key) const override {
    using Tls = host::MailRequest::Tls;
    host::MailRequest request;
    request.host = config_.host;
    request.port = config_.port;
    request.tls = Tls::none;
    if (config_.tls == EmailConfig::Tls::starttls) request.tls = Tls::starttls;
    if (config_.tls == EmailConfig::Tls::implicit) request.tls = Tls::implicit;
    request.ca_file = config_.ca_file;
    request.greeting = address(domain_of(config_.from));
    request.from = config_.from;
    request.to = config_.to;
    request.username = config_.username;
    request.password = password_;
    request.message = "Message-ID: <" + std::string(key) + "@" + domain_of(config_.from) + ">\r\n" +
                      std::move(payload);
    return request;
  }
  [[nodiscard]] Outcome judge(const host::TransferReply& reply, SystemTime) const override {
    return judge_mail(reply);
  }

 private:
  EmailConfig config_;
  Secret password_;
};

}  // namespace

std::unique_ptr<Receiver> make_email(const EmailConfig& config) {
  return std::make_unique<Email>(config);
}

}  // namespace clawvigil::notify
