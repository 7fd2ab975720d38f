// Scheduling of worker threads: below the loops', so a machine whose cores are all busy with jobs
// still answers requests quickly. Applies to the calling thread; any thread.
#pragma once

namespace gyre::workers {

// SCHED_BATCH and a higher nice value. Cannot be undone without privileges.
void lower_thread_priority() noexcept;

// A thread that is not the process's first must not take signals: the loops' threads do.
void block_all_signals() noexcept;

// Shown by ps and top; at most 15 bytes are kept.
void set_thread_name(const char* name) noexcept;

}  // namespace gyre::workers
