// A sign-in with a code by text message: the program under test, as small as it can be.
const { randomInt } = require('node:crypto');

const URL = process.env.POSTERN_URL ?? 'http://127.0.0.1:8080';

class SignIn {
  codes = new Map();

  async begin(number) {
    const code = String(randomInt(1e6)).padStart(6, '0');
    this.codes.set(number, code);
    const body = `Your code is ${code}. It was not you? Answer NO.`;
    await call('POST', '/sms/send', { messages: [{ to: number, body, source: 'sign-in' }] });
  }

  finish(number, code) {
    const right = this.codes.get(number) === code;
    return this.codes.delete(number) && right;
  }

  /** Forgets the codes of people who answered NO. */
  async readReplies() {
    for (const text of (await call('GET', '/sms/inbound')).data) {
      if (text.body.trim().toUpperCase() === 'NO') this.codes.delete(text.from);
      await call('PUT', `/sms/inbound-read/${text.message_id}`);
    }
  }
}

async function call(method, path, body) {
  const headers = { Authorization: `Bearer ${process.env.POSTERN_API_KEY}`, 'Content-Type': 'application/json' };
  const response = await fetch(`${URL}/clicksend/v3${path}`, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()).data;
}

module.exports = { SignIn };
