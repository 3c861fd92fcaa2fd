const { default: Sequencer } = require('@jest/test-sequencer');

const LONG = [/\/test\/databases\//, /\/test\/chaos\//];

/** Starts first what takes minutes, so that no core waits for it at the end. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const found = LONG.findIndex((pattern) => pattern.test(path));
      return found < 0 ? LONG.length : found;
    };
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
};
