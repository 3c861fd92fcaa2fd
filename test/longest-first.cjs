const { default: Sequencer } = require('@jest/test-sequencer');

const LONG = /\/test\/(?:databases|chaos)\//;

/** Starts first what takes minutes, so that no core waits for it at the end. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isLong = ({ path }) => LONG.test(path);
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
};
