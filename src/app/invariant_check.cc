#include "app/invariant_check.h"

#include <thread>
#include <utility>

#include "app/check_sources.h"

namespace ordo::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kRepeatAfter{500};
constexpr std::chrono::milliseconds kStopLook{20};

class Stopping {
 public:
  explicit Stopping(std::function<bool()> wanted) : wanted_(std::move(wanted)) {}
  bool wanted() const { return wanted_ && wanted_(); }
  // Passes on what `read` returns, unless the check is to end.
  template <class Read>
  auto unless(Read read) const -> decltype(read()) {
    if (wanted()) return fail(ErrorCode::kUnavailable, "stopping", "the server stops");
    return read();
  }

 private:
  const std::function<bool()> wanted_;
};

class StoppableDocuments final : public DocumentReader {
 public:
  StoppableDocuments(DocumentReader& inner, const Stopping& stopping) : inner_(inner), stopping_(stopping) {}
  Result<std::optional<Document>> get(Collection collection, std::string_view id) override {
    return stopping_.unless([&] { return inner_.get(collection, id); });
  }
  Result<Page> list(const Query& query) override {
    return stopping_.unless([&] { return inner_.list(query); });
  }
  Result<Cursor> cursor(const Owner& owner) override {
    return stopping_.unless([&] { return inner_.cursor(owner); });
  }

 private:
  DocumentReader& inner_;
  const Stopping& stopping_;
};

class StoppableReader final : public LogReader {
 public:
  StoppableReader(std::unique_ptr<LogReader> inner, const Stopping& stopping)
      : inner_(std::move(inner)), stopping_(stopping) {}
  Result<std::vector<Record>> poll(std::size_t max, std::chrono::milliseconds timeout) override {
    return stopping_.unless([&] { return inner_->poll(max, timeout); });
  }
  bool caught_up() const override { return inner_->caught_up(); }

 private:
  const std::unique_ptr<LogReader> inner_;
  const Stopping& stopping_;
};

class StoppableLog final : public LogSource {
 public:
  StoppableLog(LogSource& inner, const Stopping& stopping) : inner_(inner), stopping_(stopping) {}
  Result<std::unique_ptr<LogReader>> open_reader(Topic topic, bool dlq, std::vector<std::int64_t> from) override {
    return stopping_.unless([&]() -> Result<std::unique_ptr<LogReader>> {
      auto reader = inner_.open_reader(topic, dlq, std::move(from));
      if (!reader) return reader;
      return std::make_unique<StoppableReader>(std::move(*reader), stopping_);
    });
  }
  Result<std::vector<LogRange>> ranges(Topic topic, bool dlq) override {
    return stopping_.unless([&] { return inner_.ranges(topic, dlq); });
  }

 private:
  LogSource& inner_;
  const Stopping& stopping_;
};

Result<audit::CheckReport> check_once(const audit::CheckSources& sources, const audit::CheckOptions& options,
                                      const Stopping& stopping) {
  StoppableDocuments documents(sources.documents, stopping);
  StoppableLog log(sources.log, stopping);
  const audit::CheckSources watched{documents,         log,          sources.topology, sources.snapshot,
                                    sources.view_logs, sources.rules};
  return audit::check_invariants(watched, options);
}

}  // namespace

Result<audit::CheckReport> run_invariant_check(const settings::Settings& settings, const audit::CheckOptions& options,
                                               Clock::time_point until, const std::function<bool()>& wanted) {
  const Stopping stopping(wanted);
  while (true) {
    auto opened = open_check_sources(settings, true);
    if (!opened) return fail(std::move(opened.error()));
    const auto sources = (*opened)->sources();
    auto report = check_once(sources, options, stopping);
    if (!report || report->clean() || sources.snapshot || Clock::now() >= until) return report;
    for (const auto again = Clock::now() + kRepeatAfter; Clock::now() < again && !stopping.wanted();) {
      std::this_thread::sleep_for(kStopLook);
    }
  }
}

}  // namespace ordo::app
