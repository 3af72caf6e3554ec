#pragma once
// Labels of what is new in an ordinary year: nothing of it is harmful.
#include "bench/spend/ledger.h"

namespace clawvigil::spend {

void label_life(const Host& host, Ledger& ledger);

}  // namespace clawvigil::spend
