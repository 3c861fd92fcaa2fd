const { default: Sequencer } = require('@jest/test-sequencer');

/** What takes a minute and more: in turns what works all the time, and what mostly waits. */
const LONG = [
  /\/test\/databases\/postgres/,
  /\/test\/chaos\/kill/,
  /\/test\/databases\/pglite/,
  /\/test\/chaos\/outages/,
  /\/test\/chaos\/boot/,
  /\/test\/databases\/mariadb/,
  /\/test\/e2e\/propagation/,
  /\/test\/chaos\//,
  /\/test\/e2e\/token-issuers/,
];

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
