// The keys of each service that can tell the owner, as they stand in notify.receivers, and the
// checks that concern several keys. Part of receivers.cc.
#pragma once

#include <array>
#include <optional>

#include "exporter/base/strings.h"
#include "exporter/config/secret_fields.h"
#include "exporter/config/values.h"

namespace clawvigil::config {

inline constexpr std::size_t kMaxTextBytes = 512;
inline constexpr std::size_t kMaxRecipients = 16;

inline bool is_plain_text(std::string_view text) {
  return !text.empty() && text.size() <= kMaxTextBytes && sanitize(text, kMaxTextBytes) == text;
}

template <class T, std::string T::* Member>
constexpr Field<T> url_field(typename Field<T>::Need need = Field<T>::Need::optional) {
  return {"url", kExpectedHttpUrl,
          [](T& service, std::string_view text) {
            service.*Member = text;
            return is_http_url(text);
          },
          need};
}

template <class T, std::string T::* Member>
constexpr Field<T> text_field(std::string_view name, std::string_view expected,
                              typename Field<T>::Need need = Field<T>::Need::optional) {
  return {name, expected,
          [](T& service, std::string_view text) {
            service.*Member = text;
            return is_plain_text(text);
          },
          need};
}

using Telegram = Field<TelegramConfig>;
inline constexpr std::array kTelegramFields{
    secret_file<TelegramConfig, &TelegramConfig::bot_token>("bot-token-file"),
    secret_credential<TelegramConfig, &TelegramConfig::bot_token>("bot-token-credential"),
    Telegram{"chat-id", R"(a chat such as "123456", "-100123456" or "@channel")",
             [](TelegramConfig& service, std::string_view text) {
               service.chat_id = text;
               return is_chat_id(text);
             },
             Telegram::Need::required},
    Telegram{"api-url", kExpectedHttpUrl,
             [](TelegramConfig& service, std::string_view text) {
               service.api_url = text;
               return is_http_url(text);
             }},
};

inline constexpr std::array kNtfyFields{
    url_field<NtfyConfig, &NtfyConfig::url>(),
    Field<NtfyConfig>{"topic", "a topic of letters, digits, - and _",
                      [](NtfyConfig& service, std::string_view text) {
                        service.topic = text;
                        return is_receiver_name(text);
                      }},
    secret_file<NtfyConfig, &NtfyConfig::topic_secret>("topic-file"),
    secret_credential<NtfyConfig, &NtfyConfig::topic_secret>("topic-credential"),
    secret_file<NtfyConfig, &NtfyConfig::token>("token-file"),
    secret_credential<NtfyConfig, &NtfyConfig::token>("token-credential"),
};

using Email = Field<EmailConfig>;
inline constexpr std::array kEmailFields{
    Email{"host", "the name or address of a mail server",
          [](EmailConfig& service, std::string_view text) {
            service.host = text;
            return is_host_name(text);
          },
          Email::Need::required},
    Email{"port", "a port from 1 to 65535",
          [](EmailConfig& service, std::string_view text) {
            const auto port = parse_port(text, 1);
            service.port = port.value_or(0);
            return port.has_value();
          }},
    Email{"tls", "starttls, implicit or none (none only to this host)",
          [](EmailConfig& service, std::string_view text) {
            using Tls = EmailConfig::Tls;
            service.tls = Tls::starttls;
            if (text == "implicit") service.tls = Tls::implicit;
            if (text == "none") service.tls = Tls::none;
            return text == "starttls" || text == "implicit" || text == "none";
          }},
    Email{"from", "a mail address",
          [](EmailConfig& service, std::string_view text) {
            service.from = text;
            return is_mail_address(text);
          },
          Email::Need::required},
    Email{"to", "a mail address",
          [](EmailConfig& service, std::string_view text) {
            service.to.emplace_back(text);
            return is_mail_address(text) && service.to.size() <= kMaxRecipients;
          },
          Email::Need::required, Email::Form::list},
    text_field<EmailConfig, &EmailConfig::username>("username", "a user name"),
    secret_file<EmailConfig, &EmailConfig::password>("password-file"),
    secret_credential<EmailConfig, &EmailConfig::password>("password-credential"),
    Email{"ca-file", "an absolute path",
          [](EmailConfig& service, std::string_view text) {
            service.ca_file = text;
            return is_absolute_path(text);
          }},
};

inline constexpr std::array kChatFields{
    url_field<WebhookConfig, &WebhookConfig::url>(),
    secret_file<WebhookConfig, &WebhookConfig::url_secret>("url-file"),
    secret_credential<WebhookConfig, &WebhookConfig::url_secret>("url-credential"),
};
inline constexpr std::array kWebhookFields{
    kChatFields[0],
    kChatFields[1],
    kChatFields[2],
    secret_file<WebhookConfig, &WebhookConfig::bearer_token>("bearer-token-file"),
    secret_credential<WebhookConfig, &WebhookConfig::bearer_token>("bearer-token-credential"),
};

inline constexpr std::array kAlertmanagerFields{
    url_field<AlertmanagerConfig, &AlertmanagerConfig::url>(
        Field<AlertmanagerConfig>::Need::required),
    text_field<AlertmanagerConfig, &AlertmanagerConfig::username>("username", "a user name"),
    secret_file<AlertmanagerConfig, &AlertmanagerConfig::password>("password-file"),
    secret_credential<AlertmanagerConfig, &AlertmanagerConfig::password>("password-credential"),
    secret_file<AlertmanagerConfig, &AlertmanagerConfig::bearer_token>("bearer-token-file"),
    secret_credential<AlertmanagerConfig, &AlertmanagerConfig::bearer_token>(
        "bearer-token-credential"),
};

using Complaint = std::optional<std::string>;

inline Complaint check(const TelegramConfig& service) {
  if (count_given(service.bot_token) == 1) return std::nullopt;
  return "expected one of bot-token-file, bot-token-credential (BotFather gives the token)";
}

inline Complaint check(const NtfyConfig& service) {
  if (count_given(service.topic, service.topic_secret) != 1) {
    return "expected one of topic, topic-file, topic-credential";
  }
  if (count_given(service.token) > 1) {
    return "expected at most one of token-file, token-credential";
  }
  return std::nullopt;
}

// A user name and a password come together.
inline Complaint check_login(const std::string& username, const SecretOrigin& password) {
  if (count_given(password) > 1) {
    return "expected at most one of password-file, password-credential";
  }
  if (username.empty() == password.empty()) return std::nullopt;
  return "username and password-file (or password-credential) come together";
}

inline Complaint check(const EmailConfig& service) {
  const bool local = service.host == "localhost" || service.host == "127.0.0.1";
  if (service.tls == EmailConfig::Tls::none && !local) {
    return "tls: none sends the mail and the password readable to all on the way; it is accepted "
           "for the host localhost only";
  }
  if (service.to.empty()) return "to: expected at least one mail address";
  return check_login(service.username, service.password);
}

inline Complaint check(const WebhookConfig& service) {
  if (count_given(service.url, service.url_secret) != 1) {
    return "expected one of url-file, url-credential, url";
  }
  if (count_given(service.bearer_token) > 1) {
    return "expected at most one of bearer-token-file, bearer-token-credential";
  }
  return std::nullopt;
}

inline Complaint check(const AlertmanagerConfig& service) {
  if (count_given(service.bearer_token) > 1) {
    return "expected at most one of bearer-token-file, bearer-token-credential";
  }
  if (!service.bearer_token.empty() && !service.username.empty()) {
    return "expected a bearer token or a user name with password, not both";
  }
  return check_login(service.username, service.password);
}

}  // namespace clawvigil::config
