// Drives the official Node.js SDK: every file of `groups` in the order of their names.
//
// Prints how many things were checked, what the SDK offers and what of it was driven.
const fs = require('fs');
const path = require('path');
const { Session, offered } = require('./session.cjs');

async function main() {
  const session = new Session();
  const folder = path.join(__dirname, 'groups');
  const groups = fs.readdirSync(folder).filter((name) => name.endsWith('.cjs')).sort();
  for (const name of groups) {
    session.group = name;
    await require(path.join(folder, name))(session);
  }
  console.log(JSON.stringify({
    groups: groups.map((name) => path.basename(name, '.cjs')),
    checks: session.checks,
    offered: offered(),
    driven: [...session.driven].sort(),
  }));
}

main().catch((error) => {
  console.error(error.response ? JSON.stringify(error.response.body) : error);
  process.exit(1);
});
