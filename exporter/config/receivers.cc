// notify.receivers: what all receivers have, and the list of their types.
#include <array>
#include <optional>

#include "exporter/base/strings.h"
#include "exporter/config/schema.h"
#include "exporter/config/service_fields.h"
#include "exporter/config/structures.h"
#include "exporter/config/values.h"

namespace clawvigil::config {

namespace {

using yaml::Node;

constexpr std::size_t kMaxReceivers = 16;

bool is_true_or_false(std::string_view text) { return text == "true" || text == "false"; }

bool add_severity(ReceiverConfig& receiver, std::string_view text) {
  if (!is_severity(text)) return false;
  if (std::ranges::find(receiver.severities, text) == receiver.severities.end()) {
    receiver.severities.emplace_back(text);
  }
  return true;
}

using Common = Field<ReceiverConfig>;
constexpr std::array kCommonFields{
    Common{"name", "a name of letters, digits, - and _",
           [](ReceiverConfig& receiver, std::string_view text) {
             receiver.name = text;
             return is_receiver_name(text);
           },
           Common::Need::required},
    // Read first, to know the other keys.
    Common{"type", "a type of receiver", [](ReceiverConfig&, std::string_view) { return true; },
           Common::Need::required},
    Common{"severities", "critical, warning or info", add_severity, Common::Need::optional,
           Common::Form::list},
    Common{"send-resolved", "true or false",
           [](ReceiverConfig& receiver, std::string_view text) {
             receiver.send_resolved = text == "true";
             return is_true_or_false(text);
           }},
    Common{"fallback", "the name of another receiver",
           [](ReceiverConfig& receiver, std::string_view text) {
             receiver.fallback = text;
             return is_receiver_name(text);
           }},
    Common{"fallback-only", "true or false",
           [](ReceiverConfig& receiver, std::string_view text) {
             receiver.fallback_only = text == "true";
             return is_true_or_false(text);
           }},
};

// Reads all keys but for "type".
template <class Service>
void read_service(Reader& reader, const Node& node, const std::string& where,
                  std::span<const Field<Service>> fields, Service service,
                  ReceiverConfig& receiver) {
  const std::size_t before = reader.problem_count();
  const std::span<const Common> common(kCommonFields);
  std::vector<std::string_view> known = Reader::names(common);
  std::ranges::copy(Reader::names(fields), std::back_inserter(known));
  std::set<std::string_view> given;
  std::vector<std::string> severities = std::exchange(receiver.severities, {});
  reader.each_entry(node, where, known, [&](const Node& key, const Node& value) {
    const std::string_view name = key.text;
    given.insert(name);
    const auto field = std::ranges::find(fields, name, &Field<Service>::name);
    if (field != fields.end()) {
      reader.read_field(*field, where, value, service);
    } else {
      reader.read_field(*std::ranges::find(common, name, &Common::name), where, value, receiver);
    }
  });
  if (!given.contains("severities")) receiver.severities = std::move(severities);
  reader.require(common, node, where, given);
  reader.require(fields, node, where, given);
  if (reader.problem_count() != before) return;
  if (const Complaint complaint = check(service)) reader.problem(node, where + ": " + *complaint);
  receiver.service = std::move(service);
}

struct Type {
  std::string_view name;
  void (*read)(Reader&, const Node&, const std::string& where, ReceiverConfig&);
  std::string_view sample;  // the lines below "type"
};

template <WebhookConfig::Format Format>
void read_chat(Reader& reader, const Node& node, const std::string& where,
               ReceiverConfig& receiver) {
  WebhookConfig service;
  service.format = Format;
  read_service<WebhookConfig>(reader, node, where, kChatFields, service, receiver);
}

constexpr std::array kTypes{
    Type{"telegram",
         [](Reader& reader, const Node& node, const std::string& where, ReceiverConfig& receiver) {
           read_service<TelegramConfig>(reader, node, where, kTelegramFields, {}, receiver);
         },
         "bot-token-file: /etc/clawvigil/telegram.token   # or bot-token-credential: NAME\n"
         "chat-id: \"123456789\"\n"
         "fallback: mail   # takes over while this one fails\n"},
    Type{"email",
         [](Reader& reader, const Node& node, const std::string& where, ReceiverConfig& receiver) {
           read_service<EmailConfig>(reader, node, where, kEmailFields, {}, receiver);
         },
         "host: smtp.example.org\n"
         "port: 587\n"
         "tls: starttls   # or implicit (port 465)\n"
         "from: clawvigil@example.org\n"
         "to: [you@example.org]\n"
         "username: clawvigil@example.org\n"
         "password-file: /etc/clawvigil/smtp.password\n"
         "fallback-only: true   # nothing but what another receiver could not deliver\n"},
    Type{"ntfy",
         [](Reader& reader, const Node& node, const std::string& where, ReceiverConfig& receiver) {
           read_service<NtfyConfig>(reader, node, where, kNtfyFields, {}, receiver);
         },
         "url: https://ntfy.sh\n"
         "topic-file: /etc/clawvigil/ntfy.topic   # or topic: NAME on a server of your own\n"
         "# token-file: /etc/clawvigil/ntfy.token\n"
         "severities: [critical]   # default: critical, warning, and info in the digest\n"},
    Type{"slack", read_chat<WebhookConfig::Format::slack>,
         "url-file: /etc/clawvigil/slack.url   # the incoming webhook; it is a secret\n"},
    Type{"discord", read_chat<WebhookConfig::Format::discord>,
         "url-file: /etc/clawvigil/discord.url\n"},
    Type{"webhook",
         [](Reader& reader, const Node& node, const std::string& where, ReceiverConfig& receiver) {
           read_service<WebhookConfig>(reader, node, where, kWebhookFields, {}, receiver);
         },
         "url: http://127.0.0.1:8080/alerts   # gets Alertmanager's webhook JSON, version 4\n"
         "# bearer-token-file: /etc/clawvigil/hook.token\n"},
    Type{"alertmanager",
         [](Reader& reader, const Node& node, const std::string& where, ReceiverConfig& receiver) {
           read_service<AlertmanagerConfig>(reader, node, where, kAlertmanagerFields, {}, receiver);
         },
         "url: http://127.0.0.1:9093\n"},
};

std::vector<std::string_view> type_names() {
  std::vector<std::string_view> names;
  names.reserve(kTypes.size());
  for (const Type& type : kTypes) names.push_back(type.name);
  return names;
}

const Node* value_of(const Node& map, std::string_view key) {
  for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
    if (map.children[i].text == key) return &map.children[i + 1];
  }
  return nullptr;
}

void read_receiver(Reader& reader, const Node& node, Config& config) {
  constexpr std::string_view kWhere = "notify.receivers";
  if (node.kind != Node::Kind::map) {
    return reader.wrong(node, kWhere, "a map that begins with name and type");
  }
  const Node* const type_node = value_of(node, "type");
  if (type_node == nullptr) {
    return reader.problem(node, "notify.receivers: key \"type\" is missing, expected one of " +
                                    join(type_names(), ", "));
  }
  const auto* const type =
      std::ranges::find(kTypes, std::string_view(type_node->text), &Type::name);
  if (type == kTypes.end()) {
    return reader.problem(*type_node, "notify.receivers: found " + yaml::describe(*type_node) +
                                          ", expected one of " + join(type_names(), ", ") +
                                          did_you_mean(type_node->text, type_names()));
  }
  ReceiverConfig receiver;
  type->read(reader, node, std::string(kWhere), receiver);
  auto& list = config.notify.receivers;
  if (std::ranges::find(list, receiver.name, &ReceiverConfig::name) != list.end()) {
    return reader.problem(node,
                          "notify.receivers: the name \"" + receiver.name + "\" is given twice");
  }
  if (list.size() == kMaxReceivers) return reader.problem(node, "notify.receivers: more than 16");
  list.push_back(std::move(receiver));
}

// A fallback must exist, be another one, and deliver by itself.
void check_fallbacks(Reader& reader, const Node& node, const NotifyConfig& notify) {
  for (const ReceiverConfig& receiver : notify.receivers) {
    if (receiver.fallback.empty()) continue;
    const auto other =
        std::ranges::find(notify.receivers, receiver.fallback, &ReceiverConfig::name);
    const std::string where = "notify.receivers: the fallback of \"" + receiver.name + "\"";
    if (other == notify.receivers.end()) {
      reader.problem(node, where + ", \"" + receiver.fallback + "\", is not among the receivers");
    } else if (&*other == &receiver) {
      reader.problem(node, where + " is itself");
    }
  }
}

}  // namespace

void read_receivers(Reader& reader, const Node& node, Config& config) {
  if (node.kind == Node::Kind::null) return;
  if (node.kind != Node::Kind::list) {
    return reader.wrong(node, "notify.receivers", "a list of receivers");
  }
  const std::size_t before = reader.problem_count();
  for (const Node& item : node.children) read_receiver(reader, item, config);
  if (reader.problem_count() == before) check_fallbacks(reader, node, config.notify);
}

std::string receivers_sample() {
  std::string out = "  # Examples:\n  # receivers:\n";
  for (const Type& type : kTypes) {
    std::string name(type.name);
    if (type.name == "telegram") name = "phone";
    if (type.name == "email") name = "mail";
    out += "  #   - name: " + name + "\n  #     type: " + std::string(type.name) + "\n";
    for (const std::string_view line : split(type.sample, '\n')) {
      if (!line.empty()) out += "  #     " + std::string(line) + "\n";
    }
  }
  return out + "  receivers: []\n";
}

}  // namespace clawvigil::config
