#include "bench/spend/ours_year.h"

#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>

namespace clawvigil::spend_world {

std::int64_t whole(const std::string& text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::optional<Year> read_year(const std::string& directory) {
  Year year;
  std::ifstream seed(directory + "/seed.json");
  std::ifstream use(directory + "/use.csv");
  if (!seed || !use) return {};
  const std::string about((std::istreambuf_iterator<char>(seed)), {});
  const auto member = [&](const std::string& name) {
    const auto at = about.find("\"" + name + "\": ");
    return at == std::string::npos ? std::string() : about.substr(at + name.size() + 4);
  };
  year.first = whole(member("first_minute"));
  year.end = whole(member("end_minute"));
  const std::string zone = member("zone");
  year.zone = zone.substr(1, zone.find('"', 1) - 1);
  std::string line;
  std::getline(use, line);
  while (std::getline(use, line)) {
    std::stringstream cells(line);
    std::vector<std::string> cell;
    for (std::string each; std::getline(cells, each, ',');) cell.push_back(each);
    if (cell.size() != 17) return {};
    usage::Totals totals;
    totals.tokens = {whole(cell[7]), whole(cell[8]), whole(cell[9]), whole(cell[10])};
    totals.requests = whole(cell[11]);
    totals.failed = whole(cell[12]);
    totals.recorded_usd.add(std::stod(cell[6]));
    year.rows.push_back({.minute = whole(cell[0]),
                         .seen = whole(cell[16]),
                         .agent = cell[1],
                         .combination = cell[1] + cell[2] + cell[3] + cell[5],
                         .trigger = parse::parse_trigger(cell[2]).value_or(usage::Trigger::unknown),
                         .pace = {std::stod(cell[6]), whole(cell[7]) + whole(cell[8]),
                                  whole(cell[11]), whole(cell[12]), whole(cell[13]),
                                  cell[2] == "user" && cell[3] == "webchat" ? whole(cell[11]) : 0},
                         .chain = whole(cell[14]),
                         .repeats = whole(cell[15]),
                         .series = {"", cell[1], cell[4], cell[5], usage::Trigger::unknown, ""},
                         .totals = totals});
  }
  return year;
}

}  // namespace clawvigil::spend_world
