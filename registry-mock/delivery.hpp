// Sends an answer, with a fault's delays and its ways of spoiling the bytes on the wire. What takes
// time goes on by the loop's timers and ends with the connection.
#pragma once

#include "registry-mock/faults.hpp"
#include "runtime/io/http/server.hpp"

namespace gyre::registry_mock {

enum class BodySent : bool { kNo = false, kYes = true };

// `fault` may be null and need not outlive the call. BodySent::kNo for the answer to a HEAD.
void deliver(const io::http::Responder& responder, io::http::Response response, const Fault* fault,
             BodySent body_sent);

}  // namespace gyre::registry_mock
