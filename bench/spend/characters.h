#pragma once
// The kinds of hosts and what is usual on them. README.md has the table.
#include "bench/spend/host.h"

namespace clawvigil::spend {

// Sets character, rhythm, agents and jobs; the days are known already.
void draw_character(Random random, Host& host);

}  // namespace clawvigil::spend
