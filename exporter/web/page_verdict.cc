// What the owner reads first: does anything need them?
#include <algorithm>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

using alerts::PostureEntry;
using alerts::RuleStatus;
using alerts::Severity;

std::size_t needing(const alerts::Posture& posture) {
  return static_cast<std::size_t>(
      std::ranges::count_if(posture.entries, [](const PostureEntry& entry) {
        return entry.status == RuleStatus::broken && entry.severity != Severity::info;
      }));
}

// "3 checks are unknown." when there are any.
void count(Html& html, std::size_t number, Phrase one, Phrase many) {
  if (number == 0) return;
  html.text(format_count(static_cast<double>(number))).text(number == 1 ? one : many).raw(" ");
}

}  // namespace

void headline(Html& html, const AlertView* view) {
  if (view == nullptr) {
    html.text({"Nothing has been judged yet", "Rien n'a encore été jugé"});
    return;
  }
  const std::size_t number = needing(view->posture);
  if (number == 0) {
    html.text({"Nothing is broken", "Rien n'est en défaut"});
    return;
  }
  html.text(format_count(static_cast<double>(number)));
  html.text(number == 1 ? Phrase{" thing needs you", " point demande votre attention"}
                        : Phrase{" things need you", " points demandent votre attention"});
}

void verdict(Html& html, const PageInput& input) {
  html.raw("<p class=\"sub\">");
  if (input.alerts != nullptr) {
    const alerts::Posture& posture = input.alerts->posture;
    count(html, posture.count(RuleStatus::unknown),
          {" check is unknown.", " contrôle est inconnu."},
          {" checks are unknown.", " contrôles sont inconnus."});
    count(html, posture.count(RuleStatus::pending), {" is beginning.", " débute."},
          {" are beginning.", " débutent."});
    count(html, posture.count(RuleStatus::accepted), {" accepted by you.", " accepté par vous."},
          {" accepted by you.", " acceptés par vous."});
    count(html, posture.count(RuleStatus::silenced), {" silenced.", " mis en sourdine."},
          {" silenced.", " mis en sourdine."});
    count(html, posture.count(RuleStatus::ok), {" is in order.", " est en ordre."},
          {" are in order.", " sont en ordre."});
  }
  html.raw("<br><time>").text(format_time(input.snapshot.time)).raw("</time>. ");
  html.text({"Reload for newer readings.", "Rechargez pour des valeurs plus récentes."});
  html.raw("</p>");
}

}  // namespace clawvigil::web::page
