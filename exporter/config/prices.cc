#include "exporter/config/prices.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>
#include <tuple>

#include "exporter/config/reader.h"
#include "exporter/config/values.h"

namespace clawvigil::config {

namespace {

using yaml::Node;

constexpr double kMostUsd = 1e5;
constexpr std::uint32_t kMostTokens = 1'000'000'000;
constexpr std::size_t kMaxName = 128;
constexpr std::size_t kMaxSource = 500;
constexpr std::string_view kExpectedUsd = "USD per million tokens, from 0 to 100000";
constexpr std::string_view kExpectedDate = "a date such as 2026-01-31";

bool is_name(std::string_view text, std::size_t most = kMaxName) {
  const auto printable = [](char c) { return c > ' ' && c != '\x7f'; };
  return !text.empty() && text.size() <= most && std::ranges::all_of(text, printable);
}

bool set_date(std::chrono::sys_days& date, std::string_view text) {
  const auto parsed = parse_date(text);
  date = parsed.value_or(date);
  return parsed.has_value();
}

struct Draft {
  PriceEntry entry;  // without its model
  std::vector<std::string> models;
  std::optional<double> input, output, cache_read, cache_write;
  bool free = false;

  [[nodiscard]] bool priced() const { return input || output || cache_read || cache_write; }
};

template <std::optional<double> Draft::* Member>
bool set_usd(Draft& draft, std::string_view text) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  draft.*Member = value;
  return std::isfinite(value) && value >= 0 && !std::signbit(value) && value <= kMostUsd;
}

bool add_model(Draft& draft, std::string_view text) {
  draft.models.emplace_back(text);
  const std::size_t star = text.find('*');
  return is_name(text) && (star == std::string_view::npos || star == text.size() - 1);
}

using PriceField = Field<Draft>;
constexpr std::array kFields{
    PriceField{"provider", "the name OpenClaw has for the provider, such as anthropic",
               [](Draft& draft, std::string_view text) {
                 draft.entry.provider = text;
                 return is_name(text) && text.find('*') == std::string_view::npos;
               },
               PriceField::Need::required},
    PriceField{"models", "the name of a model, perhaps with * at its end", add_model,
               PriceField::Need::required, PriceField::Form::list},
    PriceField{"input", kExpectedUsd, set_usd<&Draft::input>},
    PriceField{"output", kExpectedUsd, set_usd<&Draft::output>},
    PriceField{"cache-read", kExpectedUsd, set_usd<&Draft::cache_read>},
    PriceField{"cache-write", kExpectedUsd, set_usd<&Draft::cache_write>},
    PriceField{
        "from", kExpectedDate,
        [](Draft& draft, std::string_view text) { return set_date(draft.entry.from, text); }},
    PriceField{"above", "a number of tokens, from 1 to 1000000000",
               [](Draft& draft, std::string_view text) {
                 const auto count = parse_count(text, 1, kMostTokens);
                 draft.entry.above = count.value_or(0);
                 return count.has_value();
               }},
    PriceField{"free", "true",
               [](Draft& draft, std::string_view text) {
                 draft.free = text == "true";
                 return draft.free;
               }},
};

class ListReader {
 public:
  std::expected<PriceList, Problems> read(const Node& root) {
    std::set<std::string_view> given;
    reader_.each_entry(root, "price list", {"date", "source", "prices"},
                       [&](const Node& key, const Node& value) {
                         given.insert(key.text);
                         read_part(key.text, value);
                       });
    for (const std::string_view part : {"date", "source", "prices"}) {
      if (given.contains(part)) continue;
      reader_.problem(root, "price list: key \"" + std::string(part) + "\" is missing");
    }
    if (reader_.problem_count() > 0) return std::unexpected(in_order(reader_.take_problems()));
    return std::move(list_);
  }

 private:
  void read_part(std::string_view name, const Node& value) {
    if (name == "prices") return read_entries(value);
    const bool scalar = value.kind == Node::Kind::scalar;
    if (name == "date") {
      if (!scalar || !set_date(list_.date, value.text)) reader_.wrong(value, "date", kExpectedDate);
      return;
    }
    if (!scalar || value.text.empty() || value.text.size() > kMaxSource) {
      return reader_.wrong(value, "source", "where the prices stand, at most 500 bytes");
    }
    list_.source = value.text;
  }

  void read_entries(const Node& value) {
    if (value.kind != Node::Kind::list) return reader_.wrong(value, "prices", "a list of prices");
    for (const Node& item : value.children) {
      Draft draft;
      if (item.kind != Node::Kind::map) {
        reader_.wrong(item, "prices", "{provider: …, models: […], input: …, output: …}");
      } else if (reader_.read_object<Draft>(kFields, item, "prices", draft)) {
        add(item, draft);
      }
    }
  }

  void add(const Node& node, const Draft& draft) {
    if (draft.models.empty()) return reader_.problem(node, "prices.models: expected a model");
    if (draft.free == draft.priced()) {
      return reader_.problem(node, "prices: expected either input and output, or free: true");
    }
    if (!draft.free && !(draft.input && draft.output)) {
      return reader_.problem(node, "prices: expected both input and output");
    }
    PriceEntry entry = draft.entry;
    const double input = draft.input.value_or(0);
    entry.price = {input, draft.output.value_or(0), draft.cache_read.value_or(input),
                   draft.cache_write.value_or(input)};
    if (!draft.free && entry.price == TokenPrice{}) {
      return reader_.problem(node, "prices: all are 0; write free: true if it costs nothing");
    }
    for (const std::string& model : draft.models) {
      entry.pattern = model.ends_with('*');
      entry.model = model.substr(0, model.size() - (entry.pattern ? 1 : 0));
      add(node, entry, model);
    }
  }

  void add(const Node& node, const PriceEntry& entry, const std::string& model) {
    if (!seen_.emplace(entry.provider, model, entry.from, entry.above).second) {
      return reader_.problem(node, "prices: " + entry.provider + "/" + model + " is given twice");
    }
    if (list_.entries.size() == kMaxPrices) {
      return reader_.problem(node, "prices: more than 4096 models");
    }
    list_.entries.push_back(entry);
  }

  Reader reader_;
  PriceList list_;
  std::set<std::tuple<std::string, std::string, std::chrono::sys_days, std::int64_t>> seen_;
};

}  // namespace

std::expected<PriceList, Problems> read_prices(std::string_view text) {
  const auto root = yaml::parse(text);
  if (!root) return std::unexpected(Problems{root.error()});
  return ListReader().read(*root);
}

const PriceList& shipped_prices() {
  static const PriceList kList = read_prices(shipped_prices_text()).value();  // a test reads it
  return kList;
}

}  // namespace clawvigil::config
