#include "alerts/notify/messages.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "exporter/base/whole_seconds.h"

namespace clawvigil::notify {

namespace {

constexpr Texts kEnglish{
    .critical = "CRITICAL",
    .warning = "WARNING",
    .info = "INFO",
    .colon = ": ",
    .one_critical = "1 critical alert",
    .critical_alerts = "# critical alerts",
    .one_warning = "1 warning",
    .warnings = "# warnings",
    .one_info = "1 note",
    .infos = "# notes",
    .one_resolved = "1 resolved",
    .resolved_alerts = "# resolved",
    .one_gone = "1 no longer watched",
    .gone_alerts = "# no longer watched",
    .still_firing = "STILL #",
    .resolved_after = "RESOLVED after #",
    .fired_and_resolved = "#, already over",
    .no_longer_watched = "NO LONGER WATCHED",
    .rule_gone = "Its rule was changed or switched off. What it found may still be there.",
    .run = "To repair: ",
    .since = "Since #",
    .for_time = "for #",
    .runbook = "Runbook",
    .page = "Status page",
    .fired_often = "It comes and goes: fired # times in the last hour.",
    .instead_of = "Sent here because the receiver \"#\" is not answering.",
    .more = "… and # more.",
    .digest = "daily digest",
    .rules_ok = "Rules: # ok",
    .rules_broken = "# broken",
    .rules_unknown = "# unknown",
    .open_alerts = "Still open:",
    .news = "Good to know, since the last digest:",
    .over = "over",
    .given_up = "Messages that could not be delivered since the last digest: #",
    .quiet = "Nothing to report.",
    .test = "test message",
    .test_text = "clawvigil can reach you here. Nothing is wrong.",
    .month_day = "%-d %b %H:%M",
    .day_unit = "d",
};

constexpr Texts kFrench{
    .critical = "CRITIQUE",
    .warning = "AVERTISSEMENT",
    .info = "INFO",
    .colon = " : ",
    .one_critical = "1 alerte critique",
    .critical_alerts = "# alertes critiques",
    .one_warning = "1 avertissement",
    .warnings = "# avertissements",
    .one_info = "1 information",
    .infos = "# informations",
    .one_resolved = "1 alerte résolue",
    .resolved_alerts = "# alertes résolues",
    .one_gone = "1 alerte qui n'est plus surveillée",
    .gone_alerts = "# alertes qui ne sont plus surveillées",
    .still_firing = "TOUJOURS #",
    .resolved_after = "RÉSOLU au bout de #",
    .fired_and_resolved = "#, déjà terminé",
    .no_longer_watched = "N'EST PLUS SURVEILLÉ",
    .rule_gone =
        "Sa règle a été modifiée ou désactivée. Le problème signalé existe peut-être encore.",
    .run = "Pour corriger : ",
    .since = "Depuis #",
    .for_time = "soit #",
    .runbook = "Mode d'emploi",
    .page = "Page d'état",
    .fired_often = "L'alerte va et vient : # déclenchements au cours de la dernière heure.",
    .instead_of = "Envoyé ici parce que le destinataire « # » ne répond pas.",
    .more = "… et # de plus.",
    .digest = "bilan du jour",
    .rules_ok = "Règles : # respectées",
    .rules_broken = "# enfreintes",
    .rules_unknown = "# impossibles à vérifier",
    .open_alerts = "Toujours en cours :",
    .news = "Bon à savoir, depuis le dernier bilan :",
    .over = "terminé",
    .given_up = "Messages qui n'ont pas pu être remis depuis le dernier bilan : #",
    .quiet = "Rien à signaler.",
    .test = "message d'essai",
    .test_text = "clawvigil peut vous joindre ici. Tout va bien.",
    .month_day = "%d/%m %H:%M",
    .day_unit = "j",
};

std::tm local(SystemTime time) {
  const std::time_t seconds = to_whole_seconds(time);
  std::tm parts{};
  static_cast<void>(::localtime_r(&seconds, &parts));
  return parts;
}

std::string two_units(std::int64_t big, std::string_view big_unit, std::int64_t small,
                      std::string_view small_unit) {
  std::string text = std::to_string(big) + " " + std::string(big_unit);
  if (small > 0) text += " " + std::to_string(small) + " " + std::string(small_unit);
  return text;
}

}  // namespace

const Texts& texts(std::string_view language) { return language == "fr" ? kFrench : kEnglish; }

std::string_view severity_word(const Texts& texts, alerts::Severity severity) {
  switch (severity) {
    case alerts::Severity::critical:
      return texts.critical;
    case alerts::Severity::warning:
      return texts.warning;
    case alerts::Severity::info:
      return texts.info;
  }
  return texts.info;
}

std::string fill(std::string_view pattern, std::string_view value) {
  const std::size_t at = pattern.find('#');
  if (at == std::string_view::npos) return std::string(pattern);
  std::string text(pattern.substr(0, at));
  text += value;
  text += pattern.substr(at + 1);
  return text;
}

std::string fill(std::string_view pattern, std::uint64_t number) {
  return fill(pattern, std::string_view(std::to_string(number)));
}

std::string duration_text(const Texts& texts, Duration duration) {
  const std::int64_t seconds =
      std::max<std::int64_t>(std::chrono::floor<std::chrono::seconds>(duration).count(), 0);
  const std::int64_t minutes = seconds / 60;
  const std::int64_t hours = minutes / 60;
  if (minutes == 0) return std::to_string(seconds) + " s";
  if (hours == 0) return std::to_string(minutes) + " min";
  if (hours < 48) return two_units(hours, "h", minutes % 60, "min");
  return two_units(hours / 24, texts.day_unit, hours % 24, "h");
}

std::string time_text(const Texts& texts, SystemTime time, SystemTime now) {
  const std::tm then = local(time);
  const std::tm today = local(now);
  const bool same_day = then.tm_year == today.tm_year && then.tm_yday == today.tm_yday;
  std::array<char, 64> text{};
  const std::string format(same_day ? "%H:%M" : texts.month_day);
  const std::size_t size = std::strftime(text.data(), text.size(), format.c_str(), &then);
  return {text.data(), size};
}

}  // namespace clawvigil::notify
