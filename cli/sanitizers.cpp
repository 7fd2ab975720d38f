// What the thread sanitizer cannot judge: V8's library is not instrumented, so the atomics that
// order its threads are invisible, and every object it hands from one to another looks like a race.
#ifdef __SANITIZE_THREAD__

extern "C" __attribute__((visibility("default"))) const char* __tsan_default_suppressions() {
  return "race:libnode.so\nmutex:libnode.so\n";
}

#endif
