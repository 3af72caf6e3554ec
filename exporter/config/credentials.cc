#include <algorithm>
#include <array>

#include "exporter/base/duration.h"
#include "exporter/base/strings.h"
#include "exporter/config/schema.h"
#include "exporter/config/structures.h"
#include "exporter/config/values.h"

namespace clawvigil::config {

namespace {

constexpr std::string_view kWhere = "keys.credentials";
constexpr std::size_t kMaxIdBytes = 128;
constexpr Duration kMinMaxAge = std::chrono::days(1);

using CredentialField = Field<CredentialSetting>;
constexpr std::array kCredentialFields{
    CredentialField{"id", "the id of a credential as alerts show it, such as model/openai",
                    [](CredentialSetting& item, std::string_view text) {
                      item.id = sanitize(text, kMaxIdBytes);
                      return !text.empty() && item.id == text;
                    },
                    CredentialField::Need::required},
    CredentialField{"issued", "a date such as 2026-01-31",
                    [](CredentialSetting& item, std::string_view text) {
                      const auto date = parse_date(text);
                      if (date) item.issued = *date;
                      return date.has_value();
                    }},
    CredentialField{"max-age", "a duration of a day or more, such as 180d",
                    [](CredentialSetting& item, std::string_view text) {
                      item.max_age = parse_duration(text);
                      return item.max_age && *item.max_age >= kMinMaxAge;
                    }},
    CredentialField{"ignore", "true or false",
                    [](CredentialSetting& item, std::string_view text) {
                      item.ignore = text == "true";
                      return text == "true" || text == "false";
                    }},
};

void add_credential(Reader& reader, const yaml::Node& node, CredentialSetting item,
                    Config& config) {
  auto& list = config.keys.credentials;
  const std::string where = std::string(kWhere) + ": " + item.id;
  if (std::ranges::find(list, item.id, &CredentialSetting::id) != list.end()) {
    return reader.problem(node, where + " is given twice");
  }
  if (!item.issued && !item.max_age && !item.ignore) {
    return reader.problem(node, where + ": expected one of issued, max-age, ignore");
  }
  if (list.size() == kMaxItems) {
    return reader.problem(node, std::string(kWhere) + ": more than 256 items");
  }
  list.push_back(std::move(item));
}

}  // namespace

void read_credentials(Reader& reader, const yaml::Node& node, Config& config) {
  reader.read_list<CredentialSetting>(kCredentialFields, node, kWhere,
                                      "{id: model/openai, max-age: 180d}",
                                      [&](const yaml::Node& item, CredentialSetting setting) {
                                        add_credential(reader, item, std::move(setting), config);
                                      });
}

std::string credentials_sample() {
  return "  # Example:\n"
         "  # credentials:\n"
         "  #   - {id: model/openai, issued: 2026-01-31, max-age: 180d}\n"
         "  #   - {id: channel/telegram/default, ignore: true}\n"
         "  credentials: []\n";
}

}  // namespace clawvigil::config
