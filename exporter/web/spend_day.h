// What a day cost beside what is usual for it, for the chart of the page. Plain data.
#pragma once

#include <string>

namespace clawvigil::web {

struct SpendDay {
  int year = 0;  // by the owner's calendar
  int month = 1;
  int day = 1;
  double usd = 0;
  bool known = false;  // false: too little history to say what is usual
  double usual = 0;
  double high = 0;  // from here on the day is unusual
};

}  // namespace clawvigil::web
