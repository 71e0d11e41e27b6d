// What every group stands on: clients, checks, and a note of each method that was called.
const { execFileSync } = require('child_process');
const clicksend = require('clicksend/api.js');

const { HOST, USERNAME, PASSWORD, DATABASE } = process.env;
/** What every API of the package has beside its calls. */
const NO_CALLS = ['constructor', 'setDefaultAuthentication', 'setApiKey'];
/** Node.js reads SQLite by itself from version 22 on only. */
const NEWEST_MAIL = `
import sqlite3, sys
row = sqlite3.connect(f'file:{sys.argv[1]}?mode=ro', uri=True).execute(
    'SELECT body FROM mailbox WHERE recipient = ? ORDER BY mail_id DESC', [sys.argv[2]]).fetchone()
print(row[0] if row else '')
`;

function methods(api) {
  const described = Object.entries(Object.getOwnPropertyDescriptors(api.prototype));
  return described.filter(([name, { value }]) => typeof value === 'function' && !NO_CALLS.includes(name)).map(([name]) => name);
}

/** Every method of the package, as `Api.method`. */
function offered() {
  const apis = Object.keys(clicksend).filter((name) => name.endsWith('Api'));
  return apis.flatMap((api) => methods(clicksend[api]).map((name) => `${api}.${name}`)).sort();
}

class Session {
  constructor() {
    this.now = Math.floor(Date.now() / 1000);
    this.later = this.now + 3600;
    this.unique = `npm-${process.pid}`;
    this.driven = new Set();
    this.checks = 0;
    this.group = '';
  }

  /** An API object that notes which of its methods are called, and hands back the bodies of their answers. */
  api(name) {
    const api = new clicksend[name](USERNAME, PASSWORD, HOST);
    return new Proxy(api, {
      get: (_, method) => async (...values) => {
        this.driven.add(`${name}.${method}`);
        const { body } = await api[method](...values);
        return typeof body === 'string' ? JSON.parse(body) : body;
      },
    });
  }

  /** An instance of one of the package's models. */
  model(name, fields) {
    return Object.assign(new clicksend[name](), fields);
  }

  check(condition, what) {
    if (!condition) {
      console.error(`${this.group}: not as it should be: ${JSON.stringify(what)}`);
      process.exit(1);
    }
    this.checks += 1;
  }

  /** The data of an answer that must be a success. */
  async succeeded(call) {
    const answer = await call;
    this.check(answer.http_code === 200 && answer.response_code === 'SUCCESS', answer);
    return answer.data;
  }

  /** The call must be refused with this status. */
  async refused(status, call) {
    const answer = await call.catch((error) => ({ http_code: error.response?.statusCode ?? error.statusCode ?? String(error) }));
    this.check(answer.http_code === status, answer);
  }

  /** Looks again until there is something. */
  async until(look) {
    for (let tries = 0; tries < 150; tries += 1) {
      if (await look()) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    this.check(false, 'it never came');
  }

  /** The newest mail that the simulator keeps for somebody. */
  mail(recipient) {
    return execFileSync('python3', ['-c', NEWEST_MAIL, DATABASE, recipient], { encoding: 'utf8' });
  }
}

module.exports = { Session, offered };
