// The members of a processor's consumer group.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "kafka/options.h"

struct rd_kafka_s;

namespace ordo::kafka {

struct GroupMember {
  std::string client_id;
  std::string host;
};

// The members of `group` as the brokers list them. There are none for a group that no broker lists, or that this
// principal may not describe. `client` may be of any kind. Blocks for up to `timeout`; one caller at a time.
// kUnavailable when a broker does not answer.
//
// This asks every broker (ListGroups), not the group's coordinator (DescribeConsumerGroups). While that request waits,
// the coordinator may go away: librdkafka 2.0.2 then aborts the process, or never ends its client.
Result<std::vector<GroupMember>> list_members(rd_kafka_s* client, const std::string& group,
                                              std::chrono::milliseconds timeout);

// The number of members in the group of `processor`; 0 for a group that never had one. For commands that need all
// processes to be stopped. Unlike list_members, it reports an error if the coordinator is not available or the group
// may not be read. Blocks for up to `timeout`. kUnavailable; kInvalid for options that librdkafka refuses.
Result<int> group_members(const Options& options, ProcessorKind processor,
                          std::chrono::milliseconds timeout = std::chrono::milliseconds(10'000));

}  // namespace ordo::kafka
