'use strict';

// Event-loop utilisation from the times a loop counts: { idle, active, utilization }.

function make(idle, active) {
  const total = idle + active;
  return { idle, active, utilization: total > 0 ? active / total : 0 };
}

// times: [idle, total] milliseconds or undefined; with one argument the difference to it, with two
// the difference between them.
function compute(times, first, second) {
  if (first !== undefined && second !== undefined) {
    return make(first.idle - second.idle, first.active - second.active);
  }
  if (times === undefined || times[1] <= 0) return { idle: 0, active: 0, utilization: 0 };
  const idle = times[0];
  const active = Math.max(times[1] - times[0], 0);
  if (first === undefined) return make(idle, active);
  return make(idle - first.idle, active - first.active);
}

module.exports = { compute };
