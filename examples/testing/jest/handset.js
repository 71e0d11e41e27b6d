// The simulated handset. Copy this file.
const URL = process.env.POSTERN_URL ?? 'http://127.0.0.1:8080';

/** Somebody's telephone. */
class Handset {
  constructor(number) {
    this.number = number;
  }

  /** The one-time code in the newest text; waits until there is one. */
  async code(wait = '10s') {
    return (await call('GET', `/inbox?${new URLSearchParams({ to: this.number, wait })}`)).code;
  }

  async reply(text) {
    await call('POST', '/inbox/replies', { from: this.number, body: text });
  }
}

/** What arrived for earlier tests is nothing for the next one. Test files that run side by side do not do this: see ../cargo. */
async function empty() {
  await call('DELETE', '/inbox');
}

async function call(method, path, body) {
  const headers = { Authorization: `Bearer ${process.env.POSTERN_API_KEY}`, 'Content-Type': 'application/json' };
  const response = await fetch(URL + path, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

module.exports = { Handset, empty };
