#include "http/testing/direct_client.h"

#include <gtest/gtest.h>

#include <vector>

#include "http/body_stream.h"
#include "http/server.h"
#include "http/testing/test_client.h"

namespace ordo::http {
namespace {

TEST(DirectClient, SeesWhatAClientOfTheServerSees) {
  const Handler handler = [](const Request& request, Respond respond) {
    Response response;
    response.status = 201;
    response.content_type = "text/plain";
    response.body = std::string(to_string(request.method)) + " " + std::string(request.target()) + " " + request.peer +
                    " " + request.header_list("X-List") + " " + request.body;
    response.add_header("Location", request.path());
    respond(std::move(response));
  };
  const auto server = *Server::start({}, handler);
  TestClient over_socket(server->port());
  const DirectClient direct(handler);
  for (const auto& request :
       {get_request("/a?b=%20c", "X-List: 1\r\nX-List:  2 \r\n"), json_request("PATCH", "/a", "{\"b\":1}"),
        std::string("POST http://h/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxy\r\n0\r\n\r\n")}) {
    const auto expected = over_socket.request(request);
    const auto answer = direct.request(request);
    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ(answer.status, expected.status);
    EXPECT_EQ(answer.body, expected.body);
    for (const auto* name : {"Content-Type", "Location", "X-None"}) {
      EXPECT_EQ(answer.header(name), expected.header(name)) << name;
    }
  }
}

TEST(DirectClient, RequestsWaitSideBySide) {
  std::vector<Respond> held;
  const DirectClient client([&held](const Request&, Respond respond) { held.push_back(std::move(respond)); });
  auto first = client.begin(get_request("/first"));
  auto second = client.begin(get_request("/second"));
  ASSERT_EQ(held.size(), 2U);
  Response response;
  response.body = "2";
  held[1](std::move(response));
  EXPECT_EQ(second.get().body, "2");
  held.clear();
  EXPECT_EQ(first.get().status, 500) << "dropped without an answer";
}

TEST(DirectClient, DropsAStreamedBody) {
  auto [writer, reader] = make_body_stream(100);
  const DirectClient client([&body = reader](const Request&, Respond respond) {
    Response response;
    response.content_type = "text/event-stream";
    response.stream = std::move(body);
    respond(std::move(response));
  });
  EXPECT_EQ(client.get("/").header("Content-Type"), "text/event-stream");
  EXPECT_TRUE(writer.gone());
}

}  // namespace
}  // namespace ordo::http
