// `ordo serve` as a separate embedded process: its output, what survives a kill, and how it ends.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "cli/commands.h"
#include "cli/run.h"
#include "http/testing/test_client.h"

namespace ordo::cli {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

bool eventually(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(milliseconds(2));
  }
  return true;
}

std::string read_file(const fs::path& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// A child process that runs `ordo`, with its output in files. The destructor kills it if it still runs.
class Process {
 public:
  Process(const fs::path& folder, const std::vector<std::string>& arguments)
      : out_(folder / "out"), err_(folder / "err") {
    pid_ = fork();
    if (pid_ != 0) return;
    // Only the test's variables, independent of the caller's environment.
    clearenv();
    if (std::freopen(out_.c_str(), "w", stdout) == nullptr || std::freopen(err_.c_str(), "w", stderr) == nullptr) {
      _exit(99);
    }
    std::vector<const char*> argv = {"ordo"};
    for (const auto& argument : arguments) argv.push_back(argument.c_str());
    _exit(run(static_cast<int>(argv.size()), argv.data()));
  }
  ~Process() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number) const { ::kill(pid_, number); }
  // The exit code, or minus the signal. -1000 when the process does not end in time.
  int wait() {
    int status = 0;
    if (!eventually([&] { return waitpid(pid_, &status, WNOHANG) == pid_; })) return -1000;
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  std::string out() const { return read_file(out_); }
  std::string err() const { return read_file(err_); }

 private:
  fs::path out_;
  fs::path err_;
  pid_t pid_ = -1;
};

class ServeTest : public testing::Test {
 protected:
  ServeTest() {
    std::string name = (fs::path(testing::TempDir()) / "ordo_serve_XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~ServeTest() override {
    process_.reset();
    fs::remove_all(folder_);
  }

  void serve(std::vector<std::string> more = {}, const std::string& listen = "127.0.0.1:0") {
    fs::remove(folder_ / "port");
    std::vector<std::string> arguments = {"serve",          "--listen",    listen,          "--data-dir",
                                          folder_ / "data", "--port-file", folder_ / "port"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    process_.reset();
    process_ = std::make_unique<Process>(folder_, arguments);
    ASSERT_TRUE(eventually([&] { return fs::exists(folder_ / "port"); })) << process_->err();
    port_ = static_cast<std::uint16_t>(std::stoi(read_file(folder_ / "port")));
  }

  http::Answer ask(const std::string& method, const std::string& target, const std::string& body = {},
                   const std::string& headers = {}) const {
    http::TestClient client(port_);
    return body.empty() ? client.request(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n")
                        : client.send_json(method, target, body, headers);
  }
  http::Answer post_product() const {
    return ask("POST", "/v1/products",
               R"({"id":"pen","name":"Pen","price":{"amount":150,"currency":"USD"},"stock":10})");
  }
  http::Answer post_order() const {
    return ask("POST", "/v1/orders", R"({"customer_id":"joe","lines":[{"product_id":"pen","quantity":2}]})",
               "Prefer: wait=10\r\n");
  }

  fs::path folder_;
  std::unique_ptr<Process> process_;
  std::uint16_t port_ = 0;
};

TEST_F(ServeTest, SaysWhereItListensAndTakesOrdersAtOnce) {
  serve();
  const auto line = "listening on http://127.0.0.1:" + std::to_string(port_) + "\n";
  EXPECT_TRUE(eventually([&] { return process_->out().starts_with(line); }))
      << process_->out();  // printed after the port file
  EXPECT_TRUE(eventually([&] { return process_->out().find("Payments are simulated") != std::string::npos; }));
  EXPECT_NE(process_->out().find("No authentication"), std::string::npos) << process_->out();
  EXPECT_EQ(ask("GET", "/livez").status, 200);
  EXPECT_EQ(ask("GET", "/readyz").status, 200);
  const auto verbose = ask("GET", "/readyz?verbose");
  EXPECT_NE(verbose.body.find(R"({"name":"prices","ok":true)"), std::string::npos) << verbose.body;
  // After the answer, the product can be ordered at once, every time.
  for (int i = 0; i < 20; ++i) {
    const auto id = "pen" + std::to_string(i);
    const auto made = ask("POST", "/v1/products",
                          R"({"id":")" + id + R"(","name":"Pen","price":{"amount":150,"currency":"USD"},"stock":10})");
    ASSERT_EQ(made.status, 201) << made.body;
    const auto order =
        ask("POST", "/v1/orders", R"({"customer_id":"joe","lines":[{"product_id":")" + id + R"(","quantity":2}]})");
    ASSERT_EQ(order.status, 201) << order.body;
  }
  const auto metrics = ask("GET", "/metrics").body;
  EXPECT_NE(metrics.find("\nordo_orders_accepted_total 20\n"), std::string::npos) << metrics;
  EXPECT_NE(metrics.find("ordo_processor_lag{processor=\"orders\",partition=\"0\"} "), std::string::npos) << metrics;
  EXPECT_NE(metrics.find("ordo_http_connections_total"), std::string::npos) << metrics;
}

TEST_F(ServeTest, ReservesAndRemembersAfterAKill) {
  serve({"--carrier", "external"});
  ASSERT_EQ(post_product().status, 201);
  const auto order = post_order();
  ASSERT_EQ(order.status, 201) << order.body;
  EXPECT_EQ(order.body.find(R"("status":"pending")"), std::string::npos) << order.body;
  const auto location = order.header("Location");
  process_->signal(SIGKILL);
  EXPECT_EQ(process_->wait(), -SIGKILL);

  serve({"--carrier", "external"});
  const auto again = ask("GET", location);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body.find(R"("status":"pending")"), std::string::npos) << again.body;
  EXPECT_NE(ask("GET", "/v1/products/pen/stock").body.find(R"("reserved":2)"), std::string::npos);
  EXPECT_EQ(post_order().status, 201);
}

TEST_F(ServeTest, EndsOnSigtermWithinItsBound) {
  serve();
  process_->signal(SIGTERM);
  EXPECT_EQ(process_->wait(), kExitOk) << process_->err();
  EXPECT_NE(process_->err().find("\"event\":\"stopped\""), std::string::npos) << process_->err();
  serve();
  process_->signal(SIGINT);
  EXPECT_EQ(process_->wait(), kExitOk) << process_->err();
}

TEST_F(ServeTest, ASecondProcessIsRefusedTheFolderAndThePort) {
  serve();
  const auto aside = folder_ / "aside";
  fs::create_directory(aside);
  Process same(aside, {"serve", "--listen", "127.0.0.1:0", "--data-dir", folder_ / "data"});
  EXPECT_EQ(same.wait(), kExitFailed);
  EXPECT_NE(same.err().find("directory_in_use"), std::string::npos) << same.err();
  Process taken(aside, {"serve", "--listen", "127.0.0.1:" + std::to_string(port_), "--data-dir", aside / "data"});
  EXPECT_EQ(taken.wait(), kExitFailed);
  EXPECT_NE(taken.err().find("cannot_listen"), std::string::npos) << taken.err();
  EXPECT_EQ(ask("GET", "/readyz").status, 200);
}

TEST_F(ServeTest, RefusesRolesWithoutKafka) {
  Process process(folder_, {"serve", "--roles", "api"});
  EXPECT_EQ(process.wait(), kExitUsage);
  EXPECT_NE(process.err().find("omit roles, or give --kafka and --mongo"), std::string::npos) << process.err();
}

TEST_F(ServeTest, AnotherNumberOfPartitionsWantsANewEpoch) {
  serve();
  ASSERT_EQ(post_product().status, 201);
  process_->signal(SIGTERM);
  ASSERT_EQ(process_->wait(), kExitOk);
  const auto data = (folder_ / "data").string();
  Process refused(folder_, {"serve", "--listen", "127.0.0.1:0", "--data-dir", data, "--partitions", "5"});
  EXPECT_EQ(refused.wait(), kExitFailed);
  EXPECT_NE(refused.err().find("ordo epoch begin"), std::string::npos) << refused.err();
  for (const auto* processor : {"intake", "catalog", "orders", "stock"}) {
    Process begin(folder_, {"epoch", "begin", processor, "--data-dir", data, "--partitions", "5"});
    EXPECT_EQ(begin.wait(), kExitOk) << begin.err();
  }
  serve({"--partitions", "5"});
  EXPECT_EQ(post_order().status, 201);
}

TEST_F(ServeTest, DoesNotListenToOtherMachinesWithoutKeys) {
  Process open(folder_, {"serve", "--listen", "0.0.0.0:0", "--data-dir", folder_ / "data"});
  EXPECT_EQ(open.wait(), kExitUsage);
  EXPECT_NE(open.err().find("ordo key create"), std::string::npos) << open.err();
  Process create(folder_, {"key", "create", "me", "--role", "admin", "--data-dir", folder_ / "data"});
  EXPECT_EQ(create.wait(), kExitOk) << create.err();
  auto key = create.out();  // before the next process writes there
  ASSERT_TRUE(key.ends_with('\n'));
  key.pop_back();
  serve({}, "0.0.0.0:0");
  EXPECT_EQ(ask("GET", "/livez").status, 200);
  EXPECT_EQ(post_order().status, 401);
  EXPECT_EQ(ask("GET", "/v1/orders", {}, "X-Api-Key: " + key + "\r\n").status, 200);
}

TEST_F(ServeTest, ABrokenKeyFileIsNoOpenDoor) {
  fs::create_directories(folder_ / "data");
  std::ofstream(folder_ / "data" / "api-keys.json") << R"({"version":1,"keys":[{"id":7}]})";
  Process process(folder_, {"serve", "--listen", "127.0.0.1:0", "--data-dir", folder_ / "data"});
  EXPECT_EQ(process.wait(), kExitUsage);
  EXPECT_NE(process.err().find("/keys/0/id must be a string"), std::string::npos) << process.err();
}

TEST_F(ServeTest, LivesWithoutKafkaAndMongoAndSaysWhatIsMissing) {
  std::ofstream(folder_ / "mongo") << "mongodb://joe:hunter2@127.0.0.1:1/shop";
  serve({"--kafka", "127.0.0.1:1", "--mongo-file", folder_ / "mongo"});
  EXPECT_EQ(ask("GET", "/livez").status, 200);
  ASSERT_TRUE(eventually([&] {
    const auto body = ask("GET", "/readyz?verbose").body;
    return body.find(R"({"name":"log","ok":false,"detail":"Kafka does not answer"})") != std::string::npos &&
           body.find(R"({"name":"store","ok":false)") != std::string::npos &&
           body.find("not checked yet") == std::string::npos;
  })) << ask("GET", "/readyz?verbose").body;
  const auto refused = post_order();
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("Retry-After"), "1");
  process_->signal(SIGTERM);
  EXPECT_EQ(process_->wait(), kExitOk) << process_->err();
  EXPECT_EQ(process_->err().find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace ordo::cli
