#pragma once
// The ordinary year of a host: people, heartbeats, hooks and jobs, without incidents.
#include "bench/spend/ledger.h"

namespace clawvigil::spend {

void live(const Host& host, Ledger& ledger);

// What one run of a job is like; `second` is when it starts.
void run_job(Random& random, Ledger& ledger, const Job& job, std::int64_t second,
             double factor = 1);

}  // namespace clawvigil::spend
