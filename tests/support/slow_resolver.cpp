// To be preloaded: a name server that does not answer for half a minute.
#include <netdb.h>
#include <unistd.h>

extern "C" int getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**) {
  ::sleep(30);
  return EAI_AGAIN;
}
