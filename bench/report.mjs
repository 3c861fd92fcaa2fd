import { cpus, loadavg } from 'node:os';
import { isPinned } from './processes.mjs';
import { PROGRAMS } from './programs.mjs';

const TOP = 25;
const NOISY = 1.25;

export function printFigures(rows, { plan, yardstick, asJson }) {
  const about = {
    node: process.version,
    cpu: cpus()[0]?.model,
    pinned: isPinned,
    load: loadavg()[0],
    ...plan,
    yardstick,
  };
  if (asJson) {
    console.log(JSON.stringify({ ...about, programs: rows }, null, 2));
    return;
  }
  console.log(`Node ${about.node}, ${about.cpu}, load average ${about.load.toFixed(1)}`);
  console.log(`${plan.rounds} rounds of ${plan.seconds} s each in turns; one core; plain HTTP/1.1; 64 connections`);
  console.log(`CPU per request, medians; ÷ is against the ${yardstick}\n`);
  console.log(line(['program', 'µs/request', 'min–max', 'requests/s', '÷', '÷ of best', 'what it does']));
  for (const { name, yardstick: own, micros, microsMin, microsMax, perSecond, ratio, bestRatio } of rows) {
    const spread = `${microsMin.toFixed(1)}–${microsMax.toFixed(1)}`;
    const figures = [micros.toFixed(1), spread, perSecond.toFixed(0), ratio.toFixed(2), bestRatio.toFixed(2)];
    const what = PROGRAMS[name].what;
    console.log(line([name, ...figures, own === yardstick ? what : `${what}; ÷ is against ${own}`]));
  }
  if (rows.some(({ microsMin, microsMax }) => microsMax > microsMin * NOISY)) {
    console.log('\nRounds differ by more than a quarter: the machine was busy. Run it again when it is quiet.');
  }
}

function line([name, micros, spread, perSecond, ratio, bestRatio, what]) {
  const figures = [
    micros.padStart(10),
    spread.padStart(14),
    perSecond.padStart(11),
    ratio.padStart(6),
    bestRatio.padStart(10),
  ];
  return `${name.padEnd(19)}${figures.join(' ')}  ${what}`;
}

export function printProfile({ functions, groups }, { name, perSecond, asJson }) {
  if (asJson) {
    console.log(JSON.stringify({ node: process.version, program: name, perSecond, functions, groups }, null, 2));
    return;
  }
  console.log(
    `Node ${process.version}, ${name}, ${perSecond.toFixed(0)} requests/s while profiled; shares of the busy time\n`,
  );
  console.log('   self   total  function');
  for (const row of functions.filter((row) => row.name !== '(idle)').slice(0, TOP)) printRow(row);
  console.log('\n   self   total  own functions by total');
  const own = functions.filter((row) => row.name.includes('dist/'));
  for (const row of own.sort((a, b) => b.totalShare - a.totalShare).slice(0, TOP)) printRow(row);
  console.log('\n   self  where');
  for (const { name: group, share } of groups.slice(0, TOP)) console.log(`${percent(share)}  ${group}`);
}

function printRow({ selfShare, totalShare, name }) {
  console.log(`${percent(selfShare)} ${percent(totalShare)}  ${name}`);
}

function percent(share) {
  return `${(share * 100).toFixed(1)}%`.padStart(7);
}
