#include "outbound/http_caller.h"

#include <curl/curl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <csignal>
#include <mutex>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>

#include "base/check.h"
#include "outbound/call_queue.h"
#include "outbound/transfer.h"
#include "outbound/url.h"

namespace ordo::outbound {
namespace {

constexpr std::chrono::milliseconds kLongestPoll{10'000};

// Once per process, and never undone: other libraries may use libcurl as well.
bool library_ready() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  return code == CURLE_OK;
}

tl::unexpected<Error> stopping() {
  return fail(ErrorCode::kUnavailable, "stopping", "this process is stopping");
}

bool holds_certificates(const std::string& file) {
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), &X509_STORE_free);
  return store != nullptr && X509_STORE_load_file(store.get(), file.c_str()) == 1;
}

}  // namespace

// The thread, and everything that it shares with the callers.
class HttpCaller::Loop {
 public:
  explicit Loop(HttpCallerOptions options) : options_(std::move(options)), multi_(curl_multi_init()), queue_(options_) {
    ORDO_CHECK(multi_ != nullptr, "libcurl has no memory");
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(options_.max_transfers));
    thread_ = std::thread([this] { run(); });
  }

  void call(HttpCall call, HttpCallback callback) {
    const auto now = Clock::now();
    if (auto checked = check_call(call, options_); !checked) return callback(fail(std::move(checked.error())));
    auto url = parse_url(call.url, {.allow_userinfo = true});
    if (!url) return callback(fail(std::move(url.error())));
    const auto deadline = now + call.timeout;
    PendingCall pending{std::move(call), std::move(*url), deadline, std::move(callback)};
    bool refused = false;
    {
      const std::lock_guard lock(mutex_);
      if (!stopping_) {
        refused = !queue_.push(pending);
        if (!refused) return wake();
      }
    }
    if (!refused) return pending.callback(stopping());
    pending.callback(fail(ErrorCode::kBusy, "too_many_calls", pending.url.origin + ": too many calls are waiting"));
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      wake();
    }
    ORDO_CHECK(std::this_thread::get_id() != thread_.get_id(), "stop() in a callback");
    const std::lock_guard lock(join_mutex_);
    if (thread_.joinable()) thread_.join();
  }

 private:
  struct FreeMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };

  void wake() { curl_multi_wakeup(multi_.get()); }

  void run() {
    // OpenSSL's socket writes raise SIGPIPE when the peer has gone, and libcurl does not change signal handling.
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    while (true) {
      const auto until = admit();
      if (until == Clock::time_point::min()) break;
      int running = 0;
      const auto performed = curl_multi_perform(multi_.get(), &running);
      ORDO_CHECK(performed == CURLM_OK, curl_multi_strerror(performed));
      if (finish()) continue;  // there is room for more calls, and time has passed
      const auto wait = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()),
                                   std::chrono::milliseconds(0), kLongestPoll);
      const auto polled = curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(wait.count()), nullptr);
      ORDO_CHECK(polled == CURLM_OK, curl_multi_strerror(polled));
    }
    end_all();
  }

  // Begins as many calls as fit, and answers the late ones. Returns when to call again; time_point::min() to stop.
  Clock::time_point admit() {
    const auto now = Clock::now();
    std::vector<PendingCall> late;
    std::vector<PendingCall> taken;
    auto next = Clock::time_point::min();
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return next;
      late = queue_.take_late(now);
      while (auto call = queue_.take()) taken.push_back(std::move(*call));
      next = queue_.next_deadline();
    }
    for (auto& call : taken) begin(std::move(call), now);
    for (auto& call : late) {
      call.callback(fail(ErrorCode::kUnavailable, "too_late", call.url.origin + ": no transfer was free in time"));
    }
    return std::min(next, now + kLongestPoll);
  }

  void begin(PendingCall call, Clock::time_point now) {
    std::unique_ptr<Transfer> transfer;
    if (idle_.empty()) {
      transfer = std::make_unique<Transfer>(options_);
    } else {
      transfer = std::move(idle_.back());
      idle_.pop_back();
    }
    transfer->begin(std::move(call), now);
    const auto added = curl_multi_add_handle(multi_.get(), transfer->handle());
    ORDO_CHECK(added == CURLM_OK, curl_multi_strerror(added));
    active_.emplace(transfer->handle(), std::move(transfer));
  }

  // Answers the calls whose transfer has ended. True when there were any.
  bool finish() {
    bool any = false;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      any = true;
      CURL* const handle = message->easy_handle;
      const CURLcode code = message->data.result;  // the message is invalid once its handle is removed
      const auto found = active_.find(handle);
      ORDO_CHECK(found != active_.end(), "a transfer that we did not begin");
      auto transfer = std::move(found->second);
      active_.erase(found);
      curl_multi_remove_handle(multi_.get(), handle);
      auto result = transfer->end(code);
      const auto call = transfer->take_call();
      idle_.push_back(std::move(transfer));
      {
        const std::lock_guard lock(mutex_);
        queue_.done(call.url.origin);
      }
      call.callback(std::move(result));
    }
    return any;
  }

  void end_all() {
    std::vector<PendingCall> rest;
    {
      const std::lock_guard lock(mutex_);
      rest = queue_.take_all();
    }
    for (auto& [handle, transfer] : active_) {
      curl_multi_remove_handle(multi_.get(), handle);
      rest.push_back(transfer->take_call());
    }
    active_.clear();
    idle_.clear();
    for (auto& call : rest) call.callback(stopping());
  }

  const HttpCallerOptions options_;
  const std::unique_ptr<CURLM, FreeMulti> multi_;  // the thread's, except for wake()

  std::mutex mutex_;  // guards the two below; never held during a callback
  CallQueue queue_;
  bool stopping_ = false;

  // For the thread only. Declared after multi_, so that they are destroyed before it.
  std::unordered_map<CURL*, std::unique_ptr<Transfer>> active_;
  std::vector<std::unique_ptr<Transfer>> idle_;  // with active_, at most max_transfers

  std::mutex join_mutex_;
  std::thread thread_;
};

HttpCaller::HttpCaller(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}

HttpCaller::~HttpCaller() {
  stop();
}

Result<std::unique_ptr<HttpCaller>> HttpCaller::start(HttpCallerOptions options) {
  if (!library_ready()) return fail(ErrorCode::kIo, "no_http_client", "libcurl cannot be used");
  if (!options.ca_file.empty() && !holds_certificates(options.ca_file)) {
    return fail(ErrorCode::kInvalid, "bad_ca_file", options.ca_file + " holds no certificates in PEM");
  }
  try {
    return std::unique_ptr<HttpCaller>(new HttpCaller(std::make_unique<Loop>(std::move(options))));
  } catch (const std::system_error& error) {
    return fail(ErrorCode::kIo, "no_thread", error.what());
  }
}

void HttpCaller::call(HttpCall call, HttpCallback callback) {
  loop_->call(std::move(call), std::move(callback));
}

void HttpCaller::stop() {
  loop_->stop();
}

}  // namespace ordo::outbound
