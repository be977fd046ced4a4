#include "audit/rebuild.h"

#include <utility>

#include "base/printable.h"
#include "base/text.h"
#include "records/documents.h"

namespace ordo::audit {
namespace {

std::string counted(std::uint64_t count, std::string_view what) {
  return count == 0 ? "" : ", " + grouped(count) + " " + std::string(what);
}

// Version 0.1.0 also stored the sequence numbers of outside services.
bool is_foreign(const std::pair<const std::string, std::int64_t>& seen) {
  return seen.first.find("/ordo/") == std::string::npos;
}

// The records that an owner sent are not compared: a later version of its processor may send others. They show the
// content of the log, not its intended content.
Result<void> compare_cursors(const CheckSources& live, Refold& refold, ProcessorKind kind,
                             std::vector<std::string>& told) {
  for (int partition = 0; partition < live.topology[inbox_of(kind)].partitions; ++partition) {
    const Owner owner{kind, partition};
    auto cursor = live.documents.cursor(owner);
    if (!cursor) return fail(cursor.error());
    const Cursor rebuilt = refold.cursor(owner);
    std::erase_if(cursor->seen, is_foreign);
    if (cursor->partitions == 0 || cursor->next != rebuilt.next || cursor->seen == rebuilt.seen) continue;
    std::string text = to_string(owner) + ": ";
    for (const auto& [source, sequence] : rebuilt.seen) {
      const auto found = cursor->seen.find(source);
      if (found != cursor->seen.end() && found->second == sequence) continue;
      text += "has seen " + source + " up to " +
              (found == cursor->seen.end() ? "nothing" : std::to_string(found->second)) +
              ", but should have seen it up to " + std::to_string(sequence);
      break;
    }
    if (text.ends_with(": ")) text += "has seen sources that are not in its log";
    told.push_back(std::move(text));
  }
  return {};
}

}  // namespace

std::uint64_t RebuildReport::differences() const {
  std::uint64_t sum = cursors.size();
  for (const auto& one : collections) sum += one.differences();
  return sum;
}

std::uint64_t RebuildReport::unsettled() const {
  std::uint64_t sum = 0;
  for (const auto& one : collections) sum += one.unsettled;
  return sum;
}

Result<RebuildReport> rebuild(const CheckSources& live, processors::ProcessorSet& processors, ScratchStore& scratch,
                              const RebuildOptions& options, Swapper* swapper) {
  RebuildReport report;
  Refold refold(live, processors, scratch, options.refold);
  std::function<Result<void>(Difference)> each;
  if (swapper != nullptr) each = [swapper](Difference difference) { return swapper->add(std::move(difference)); };
  for (const auto kind : kAllProcessors) {
    std::vector<Collection> written;
    for (const auto collection : options.collections) {
      if (writer_of(collection) == kind) written.push_back(collection);
    }
    if (written.empty()) continue;
    const auto gone = find_unreplayable(live, kind);
    if (!gone) return fail(gone.error());
    if (!gone->empty()) {
      for (const auto collection : written) report.unreplayable[collection] = *gone;
      continue;
    }
    if (auto caught = refold.catch_up(kind); !caught) return fail(std::move(caught.error()));
    for (const auto collection : written) {
      auto compared = compare_collection(live, scratch.documents(), refold, collection, options.compare, each);
      if (!compared) return fail(std::move(compared.error()));
      report.collections.push_back(std::move(*compared));
    }
    if (auto compared = compare_cursors(live, refold, kind, report.cursors); !compared) {
      return fail(std::move(compared.error()));
    }
  }
  if (swapper != nullptr) {
    if (auto flushed = swapper->flush(); !flushed) return fail(std::move(flushed.error()));
    report.swapped = true;
  }
  report.folded = refold.folded();
  return report;
}

std::string rebuild_text(const RebuildReport& report) {
  std::string out = grouped(report.folded) + " records folded\n";
  for (const auto& one : report.collections) {
    out += one.differences() == 0 ? (one.unsettled == 0 ? "ok        " : "MOVING    ")
                                  : (report.swapped ? "SWAPPED   " : "DIFFERENT ");
    out += std::string(to_string(one.collection)) + ": " + grouped(one.documents) + " documents";
    out += one.differences() == 0 && one.unsettled == 0 ? ", all match the log" : "";
    out += counted(one.different, "different") + counted(one.missing, "missing") +
           counted(one.surplus, "that do not come from the log") + counted(one.unsettled, "that kept changing") + "\n";
    for (const auto& sample : one.samples) out += "            " + printable(sample, 300) + "\n";
    if (one.differences() > one.samples.size()) {
      out += "            and " + grouped(one.differences() - one.samples.size()) + " more\n";
    }
  }
  for (const auto& cursor : report.cursors) out += "DIFFERENT cursor of " + printable(cursor, 300) + "\n";
  for (const auto& [collection, owners] : report.unreplayable) {
    out += "GONE      " + std::string(to_string(collection)) + " cannot be rebuilt\n";
    for (const auto& one : owners) out += "            " + to_string(one.owner) + ": " + one.why + "\n";
  }
  if (!report.unreplayable.empty()) {
    out +=
        "Only the live documents still contain the removed records: back them up. To be able to rebuild them, let "
        "these topics\n"
        "keep records longer (setting retention, or topics.NAME.retention). The collections that can be rebuilt were\n"
        "rebuilt. To rebuild only these, name them.\n";
  }
  return out;
}

std::string rebuild_json(const RebuildReport& report) {
  const auto add_list = [](std::string& out, const std::vector<std::string>& list) {
    out.push_back('[');
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i > 0) out.push_back(',');
      append_json_string(list[i], out);
    }
    out.push_back(']');
  };
  std::string out = "{\"identical\":";
  out += report.differences() == 0 && report.unsettled() == 0 && report.unreplayable.empty() ? "true" : "false";
  out += ",\"swapped\":" + std::string(report.swapped ? "true" : "false") +
         ",\"folded\":" + std::to_string(report.folded) + ",\"collections\":[";
  for (const auto& one : report.collections) {
    if (out.back() != '[') out.push_back(',');
    out += "{\"name\":\"" + std::string(to_string(one.collection)) +
           "\",\"documents\":" + std::to_string(one.documents) + ",\"different\":" + std::to_string(one.different) +
           ",\"missing\":" + std::to_string(one.missing) + ",\"surplus\":" + std::to_string(one.surplus) +
           ",\"unsettled\":" + std::to_string(one.unsettled) + ",\"samples\":";
    add_list(out, one.samples);
    out.push_back('}');
  }
  out += "],\"cursors\":";
  add_list(out, report.cursors);
  out += ",\"unreplayable\":{";
  for (const auto& [collection, owners] : report.unreplayable) {
    if (out.back() != '{') out.push_back(',');
    out += "\"" + std::string(to_string(collection)) + "\":";
    std::vector<std::string> whys;
    for (const auto& one : owners) whys.push_back(to_string(one.owner) + ": " + one.why);
    add_list(out, whys);
  }
  return out + "}}\n";
}

}  // namespace ordo::audit
