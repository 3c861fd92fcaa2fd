// Loaded before a gateway process: on SIGUSR2 it tells how long its event loop was held since the last time.
const { monitorEventLoopDelay } = require('node:perf_hooks');

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();

// The time of the thread itself, between two looks of the loop at its timers: other processes do not count in it.
const cpuUs = () => {
  const { user, system } = process.threadCpuUsage();
  return user + system;
};
let last = cpuUs();
let heldUs = 0;
setInterval(() => {
  const now = cpuUs();
  heldUs = Math.max(heldUs, now - last);
  last = now;
}, 1).unref();

process.on('SIGUSR2', () => {
  const report = { heldMs: heldUs / 1000, p99Ms: delay.percentile(99) / 1e6, maxMs: delay.max / 1e6 };
  process.stderr.write(`event-loop ${JSON.stringify(report)}\n`);
  delay.reset();
  heldUs = 0;
});
