// The cost of the last days as bars, over the band of what is usual for each: an inline SVG, with
// the same numbers in words for whoever does not see it.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr double kWidth = 640;
constexpr double kLeft = 64;
constexpr double kTop = 14;
constexpr double kBottom = 146;  // the line of zero
constexpr double kGap = 0.22;    // between bars, of their pitch

// "12.5", as SVG writes numbers.
std::string at(double value) {
  std::array<char, 32> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), "%.1f", value);
  return {buffer.data(), static_cast<std::size_t>(std::max(length, 0))};
}

// An even number of times a power of ten, or 1 of them, not below `value`: half of it is short too.
double rounded_up(double value) {
  if (!(value > 0) || !std::isfinite(value)) return 1;
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double step : {1.0, 2.0, 4.0, 6.0, 8.0}) {
    if (step * power >= value) return step * power;
  }
  return 10 * power;
}

Sentence date_of(const SpendDay& day) {
  std::array<char, 48> buffer{};
  Sentence text;
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02d-%02d", day.year, day.month, day.day);
  text.english = buffer.data();
  std::snprintf(buffer.data(), buffer.size(), "%02d/%02d/%04d", day.day, day.month, day.year);
  text.french = buffer.data();
  return text;
}

Sentence short_date_of(const SpendDay& day) {
  const Sentence whole = date_of(day);
  return {whole.english.substr(5), whole.french.substr(0, 5)};
}

bool is_unusual(const SpendDay& day) { return day.known && day.usd >= day.high; }

class Chart {
 public:
  Chart(Html& html, const std::vector<SpendDay>& days) : html_(html), days_(days) {
    double most = 0;
    for (const SpendDay& day : days_) {
      most = std::max({most, day.usd, day.known ? std::min(day.high, 4 * day.usual + 1) : 0});
    }
    top_ = rounded_up(most);
    pitch_ = (kWidth - kLeft) / static_cast<double>(days_.size());
  }

  void draw() {
    html_.raw("<svg viewBox=\"0 0 640 170\" role=\"img\" aria-labelledby=\"cost-t cost-d\">");
    html_.raw("<title id=\"cost-t\">").text({"Cost by day", "Coût par jour"}).raw("</title>");
    html_.raw("<desc id=\"cost-d\">");
    describe();
    html_.raw("</desc>");
    axis();
    band();
    html_.raw("<path class=\"bar\" d=\"");
    bars(false);
    html_.raw("\"/><path class=\"bar hi\" d=\"");
    bars(true);
    html_.raw("\"/></svg>");
  }

 private:
  [[nodiscard]] double x(std::size_t index) const {
    return kLeft + pitch_ * static_cast<double>(index);
  }
  [[nodiscard]] double y(double usd) const {
    return kBottom - (kBottom - kTop) * std::clamp(usd / top_, 0.0, 1.0);
  }

  void describe() {
    double sum = 0;
    for (const SpendDay& day : days_) sum += day.usd;
    const auto highest = std::ranges::max_element(days_, {}, &SpendDay::usd);
    html_.text(format_count(static_cast<double>(days_.size())));
    html_.text({" days, together ", " jours, en tout "}).text(format_usd(sum));
    html_.text({"; the most on ", "\u00A0; le plus le "}).text(date_of(*highest));
    html_.text(kColon).text(format_usd(highest->usd));
    html_.text({"; unusual days: ", "\u00A0; jours inhabituels\u00A0: "});
    html_.text(format_count(static_cast<double>(std::ranges::count_if(days_, is_unusual))));
    html_.raw(".");
  }

  void axis() {
    for (const double part : {0.0, 0.5, 1.0}) {
      const std::string level = at(y(top_ * part));
      html_.raw("<line class=\"grid\" x1=\"64\" x2=\"640\" y1=\"").text(level);
      html_.raw("\" y2=\"").text(level).raw("\"/><text class=\"ax\" x=\"58\" y=\"");
      html_.text(at(y(top_ * part) + 4)).raw("\" text-anchor=\"end\">");
      const bool whole = top_ >= 2;
      const Sentence amount = format_usd(top_ * part);
      if (whole) {
        Sentence rounded = format_count(top_ * part);
        rounded.english = "$" + rounded.english;
        rounded.french += "\u00A0$";
        html_.text(rounded);
      } else {
        html_.text(amount);
      }
      html_.raw("</text>");
    }
    constexpr std::size_t kWeek = 7;
    for (std::size_t back = 0; back < days_.size(); back += kWeek) {
      const std::size_t i = days_.size() - 1 - back;
      if (back == 0) {
        html_.raw("<text class=\"ax\" y=\"164\" text-anchor=\"end\" x=\"");
      } else {
        html_.raw("<text class=\"ax\" y=\"164\" text-anchor=\"middle\" x=\"");
      }
      html_.text(at(back == 0 ? kWidth : x(i) + pitch_ / 2)).raw("\">");
      html_.text(short_date_of(days_[i])).raw("</text>");
    }
  }

  // A rectangle of a path: takes half the room of an element of its own.
  void box(double left, double top, double width, double height) {
    html_.text("M" + at(left) + " " + at(top) + "h" + at(width) + "v" + at(height) + "h-" +
               at(width) + "z");
  }

  // From what is usual to where a day is unusual; days without history leave a gap.
  void band() {
    html_.raw("<path class=\"band\" d=\"");
    for (std::size_t i = 0; i < days_.size(); ++i) {
      const SpendDay& day = days_[i];
      if (!day.known) continue;
      const double high = y(day.high);
      box(x(i), high, pitch_, std::max(y(day.usual) - high, 1.0));
    }
    html_.raw("\"/>");
  }

  void bars(bool unusual) {
    for (std::size_t i = 0; i < days_.size(); ++i) {
      const double height = kBottom - y(days_[i].usd);
      if (height < 0.05 || is_unusual(days_[i]) != unusual) continue;
      box(x(i) + pitch_ * kGap / 2, kBottom - height, pitch_ * (1 - kGap), height);
    }
  }

  Html& html_;
  const std::vector<SpendDay>& days_;
  double top_ = 1;
  double pitch_ = 1;
};

void as_table(Html& html, const std::vector<SpendDay>& days) {
  html.raw("<details><summary>").text({"The days as a table", "Les jours en tableau"});
  html.raw("</summary>");
  Table table(html, {"Cost by day", "Coût par jour"},
              {{"Day", "Jour"},
               {"Cost", "Coût", true},
               {"Usual", "Habituel", true},
               {"Unusual from", "Inhabituel dès", true}});
  for (auto day = days.rbegin(); day != days.rend(); ++day) {
    if (!table.begin_row(date_of(*day))) continue;
    table.number(format_usd(day->usd));
    table.number(day->known ? format_usd(day->usual) : Sentence());
    table.number(day->known ? format_usd(day->high) : Sentence());
  }
  table.end();
  html.raw("</details>");
}

}  // namespace

void spend_chart(Html& html, const std::vector<SpendDay>& days) {
  const bool spent = std::ranges::any_of(days, [](const SpendDay& day) { return day.usd > 0; });
  if (!spent) return;
  html.raw("<figure>");
  Chart(html, days).draw();
  html.raw("<figcaption class=\"note\"><span class=\"key\"></span> ");
  html.text({"Cost by day. ", "Coût par jour. "}).raw("<span class=\"key hi\"></span> ");
  html.text({"Unusual. ", "Inhabituel. "}).raw("<span class=\"key band\"></span> ");
  html.text({"From usual to unusual, by your own past weeks.",
             "De l'habituel à l'inhabituel, d'après vos semaines passées."});
  html.raw("</figcaption></figure>");
  as_table(html, days);
}

}  // namespace clawvigil::web::page
