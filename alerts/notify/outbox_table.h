// The tables behind the outbox.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "alerts/notify/outbox.h"

namespace clawvigil::notify {

[[nodiscard]] Result<> ensure_outbox_tables(store::Store& store);
// Rows that cannot be read are left out and removed from the table.
[[nodiscard]] Result<std::vector<Message>> read_messages(store::Store& store);
// The same without removing any.
[[nodiscard]] Result<std::vector<Message>> look_at_messages(store::Store& store);
[[nodiscard]] Result<std::map<std::string, ReceiverCounts>> read_counts(store::Store& store);
[[nodiscard]] Result<> write_message(store::Store& store, const Message& message);
[[nodiscard]] Result<> delete_message(store::Store& store, std::int64_t id);
[[nodiscard]] Result<> write_counts(store::Store& store, const std::string& receiver,
                                    const ReceiverCounts& counts);

}  // namespace clawvigil::notify
