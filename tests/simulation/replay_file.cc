#include "replay_file.h"

#include <charconv>
#include <sstream>

namespace ordo::simulation {
namespace {

constexpr std::string_view kFirstLine = "ordo_simulation 1";

void write_list(std::string_view name, const std::vector<std::uint32_t>& list, std::string& out) {
  out += name;
  for (const auto choice : list) out += " " + std::to_string(choice);
  out += "\n";
}

Result<std::vector<std::uint32_t>> read_list(std::istringstream& line) {
  std::vector<std::uint32_t> list;
  std::string word;
  while (line >> word) {
    std::uint32_t choice = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), choice);
    if (error != std::errc() || end != word.data() + word.size()) {
      return fail(ErrorCode::kInvalid, "bad_replay", "\"" + word + "\" is no choice");
    }
    list.push_back(choice);
  }
  return list;
}

}  // namespace

std::string write_replay(const Schedule& schedule, const Options& options) {
  std::string without;
  for (std::size_t i = 0; i < kFaults; ++i) {
    if (options.allowed[i]) continue;
    without += (without.empty() ? "" : ",") + std::string(name_of(static_cast<Fault>(i)));
  }
  std::string out(kFirstLine);
  out += "\n";
  if (!without.empty()) out += "without " + without + "\n";
  if (options.sabotage != Sabotage::none) out += "sabotage " + std::string(name_of(options.sabotage)) + "\n";
  write_list("setup", schedule.setup, out);
  for (const auto& step : schedule.steps) write_list("step", step, out);
  return out;
}

Result<Schedule> read_replay(std::string_view text, Options& options) {
  std::istringstream lines{std::string(text)};
  std::string line;
  if (!std::getline(lines, line) || line != kFirstLine) {
    return fail(ErrorCode::kInvalid, "bad_replay", "the first line must be \"" + std::string(kFirstLine) + "\"");
  }
  Schedule schedule;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    if (name == "setup" || name == "step") {
      auto list = read_list(words);
      if (!list) return fail(std::move(list.error()));
      if (name == "setup") {
        schedule.setup = std::move(*list);
      } else {
        schedule.steps.push_back(std::move(*list));
      }
      continue;
    }
    std::string value;
    words >> value;
    if (name == "without") {
      const auto faults = parse_faults(value);
      if (!faults) return fail(faults.error());
      for (std::size_t i = 0; i < kFaults; ++i) options.allowed[i] = !(*faults)[i];
    } else if (name != "sabotage" || !parse_sabotage(value, options.sabotage)) {
      return fail(ErrorCode::kInvalid, "bad_replay", "\"" + line + "\" means nothing");
    }
  }
  return schedule;
}

Result<FaultMask> parse_faults(std::string_view list) {
  FaultMask mask{};
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    Fault fault{};
    if (!parse_fault(list.substr(0, comma), fault)) {
      std::string all;
      for (std::size_t i = 0; i < kFaults; ++i) all += " " + std::string(name_of(static_cast<Fault>(i)));
      return fail(ErrorCode::kInvalid, "unknown_fault",
                  "there is no fault \"" + std::string(list.substr(0, comma)) + "\"; there are:" + all);
    }
    mask[static_cast<std::size_t>(fault)] = true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return mask;
}

}  // namespace ordo::simulation
