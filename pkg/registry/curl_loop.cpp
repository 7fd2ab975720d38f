#include "pkg/registry/curl_loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "runtime/base/clock.hpp"

namespace gyre::pkg {
namespace {

uint64_t now() { return Clock::system().monotonic_ms(); }

}  // namespace

Result<std::unique_ptr<CurlLoop>> CurlLoop::create(const CurlApi& api) {
  UniqueFd poll(::epoll_create1(EPOLL_CLOEXEC));
  if (!poll) return Error::from_errno("epoll_create");
  UniqueFd wakeup(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wakeup) return Error::from_errno("eventfd");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wakeup.get();
  if (::epoll_ctl(poll.get(), EPOLL_CTL_ADD, wakeup.get(), &event) != 0) {
    return Error::from_errno("epoll_ctl");
  }
  CURLM* multi = api.multi_init();
  if (multi == nullptr) {
    return Error(Code::ERR_OPERATION_FAILED, "libcurl cannot start a transfer set");
  }
  return std::unique_ptr<CurlLoop>(new CurlLoop(api, multi, std::move(poll), std::move(wakeup)));
}

CurlLoop::CurlLoop(const CurlApi& api, CURLM* multi, UniqueFd poll, UniqueFd wakeup)
    : api_(api), multi_(multi), poll_(std::move(poll)), wakeup_(std::move(wakeup)) {
  api_.multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlLoop::on_socket);
  api_.multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  api_.multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlLoop::on_timer);
  api_.multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
}

CurlLoop::~CurlLoop() { close(); }

void CurlLoop::close() {
  if (multi_ != nullptr) api_.multi_cleanup(std::exchange(multi_, nullptr));
}

void CurlLoop::wake() {
  const uint64_t one = 1;
  (void)!::write(wakeup_.get(), &one, sizeof one);
}

int CurlLoop::on_socket(CURL*, curl_socket_t socket, int what, void* self, void* known) {
  auto& loop = *static_cast<CurlLoop*>(self);
  if (what == CURL_POLL_REMOVE) {
    (void)::epoll_ctl(loop.poll_.get(), EPOLL_CTL_DEL, socket, nullptr);
    loop.api_.multi_assign(loop.multi_, socket, nullptr);
    return 0;
  }
  epoll_event event{};
  if ((what & CURL_POLL_IN) != 0) event.events |= EPOLLIN;
  if ((what & CURL_POLL_OUT) != 0) event.events |= EPOLLOUT;
  event.data.fd = socket;
  const int expected = known == nullptr ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if (::epoll_ctl(loop.poll_.get(), expected, socket, &event) != 0) {
    // A number that has been closed and given out again without a word to us.
    const int other = known == nullptr ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (::epoll_ctl(loop.poll_.get(), other, socket, &event) != 0) return -1;
  }
  loop.api_.multi_assign(loop.multi_, socket, self);  // marks it as known
  return 0;
}

int CurlLoop::on_timer(CURLM*, long timeout_ms, void* self) {
  auto& due = static_cast<CurlLoop*>(self)->due_ms_;
  due.reset();
  if (timeout_ms >= 0) due = now() + static_cast<uint64_t>(timeout_ms);
  return 0;
}

void CurlLoop::act(curl_socket_t socket, int events) {
  int running = 0;
  api_.multi_socket_action(multi_, socket, events, &running);
}

void CurlLoop::turn(int timeout_ms) {
  if (due_ms_) {
    const uint64_t time = now();
    const uint64_t left = *due_ms_ > time ? *due_ms_ - time : 0;
    timeout_ms = static_cast<int>(std::min<uint64_t>(static_cast<uint64_t>(timeout_ms), left));
  }
  std::array<epoll_event, 64> events;
  const int count =
      ::epoll_wait(poll_.get(), events.data(), static_cast<int>(events.size()), timeout_ms);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<size_t>(i)];
    if (event.data.fd == wakeup_.get()) {
      uint64_t value;
      (void)!::read(wakeup_.get(), &value, sizeof value);
      continue;
    }
    const bool failed = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
    act(event.data.fd, ((event.events & EPOLLIN) != 0 || failed ? CURL_CSELECT_IN : 0) |
                           ((event.events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
                           ((event.events & EPOLLERR) != 0 ? CURL_CSELECT_ERR : 0));
  }
  if (due_ms_ && *due_ms_ <= now()) {
    due_ms_.reset();
    act(CURL_SOCKET_TIMEOUT, 0);
  }
}

}  // namespace gyre::pkg
