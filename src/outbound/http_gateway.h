// A payment gateway behind HTTP: each question is one signed POST. docs/operations.md says what a gateway is sent and
// what it may answer.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "errands/gateway.h"
#include "outbound/http_caller.h"
#include "outbound/signature.h"

namespace ordo::outbound {

struct HttpGatewayOptions {
  std::string url;
  std::string secret;                         // "whsec_..."
  std::chrono::milliseconds timeout{30'000};  // of one attempt, waiting for a free transfer included
  HttpCallerOptions caller;                   // a gateway is the operator's choice: it may be at a private address
};

class HttpGateway final : public PaymentGateway {
 public:
  // kInvalid "bad_url" or "bad_secret"; neither is repeated in the error. kIo as HttpCaller::start().
  static Result<std::unique_ptr<HttpGateway>> open(HttpGatewayOptions options);

  // Any thread. Answers on the caller's own thread, once, or never: a gateway that said 202 calls back by itself, and
  // a process that stops learns nothing.
  void ask(const GatewayQuestion& question, GatewayAnswerFn answer) override;
  void stop() override;

 private:
  HttpGateway(std::string url, SigningSecret secret, std::chrono::milliseconds timeout,
              std::unique_ptr<HttpCaller> caller);

  const std::string url_;
  const SigningSecret secret_;
  const std::chrono::milliseconds timeout_;
  const std::unique_ptr<HttpCaller> caller_;
};

}  // namespace ordo::outbound
