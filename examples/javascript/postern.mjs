// The whole client: one call, JSON in and out, and a walk through every page. Nothing but fetch.

const BASE = (process.env.POSTERN_URL ?? 'http://127.0.0.1:8080').replace(/\/$/, '');
const KEY = process.env.POSTERN_API_KEY;
if (!KEY) throw new Error('set POSTERN_API_KEY to your key');
/** A number that nobody can have. The simulator's handsets answer for it. */
export const SOMEBODY = '+15551234567';

/** The server said no. Calling again with the same words gets the same answer. */
export class Refused extends Error {
  constructor(status, answer) {
    // Postern's own errors carry `message` and, often, a `hint`; the provider's carry `response_msg`.
    super(`${status}: ${answer.message ?? answer.response_msg} ${answer.hint ?? ''}`);
    Object.assign(this, { status, answer });
  }
}

/** Makes one call, once. A send that may have gone out is nothing to repeat blindly. */
export async function call(method, path, body, headers = {}) {
  const own = { Authorization: `Bearer ${KEY}`, ...(body && { 'Content-Type': 'application/json' }) };
  const response = await fetch(BASE + path, { method, headers: { ...own, ...headers }, body: body && JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

/** The `data` of an answer of ClickSend's API, which wraps everything in the same four fields. */
export async function clicksend(method, path, body, headers) {
  return (await call(method, `/clicksend/v3${path}`, body, headers)).data;
}

/** Sends `sms`, `mms` or `voice`. A 200 may hold messages that were not accepted: each one says so itself. */
export async function send(kind, ...messages) {
  const sent = (await clicksend('POST', `/${kind}/send`, { messages })).messages;
  for (const { to, status } of sent) {
    if (status !== 'SUCCESS') throw new Error(`to ${to}: ${status}`);
  }
  return sent;
}

/** Every row of a list, however many pages it has: `for await (const row of pages('/lists'))`. */
export async function* pages(path, limit = 100) {
  for (let page = 1, last = 1; page <= last; page += 1) {
    const answer = await clicksend('GET', `${path}?page=${page}&limit=${limit}`);
    yield* answer.data;
    last = answer.last_page;
  }
}
