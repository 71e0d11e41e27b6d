// The countries that can be written to, with the codes that other calls want.
import { clicksend } from './postern.mjs';

const countries = await clicksend('GET', '/countries');
const some = countries.slice(0, 5).map(({ value, code }) => `${value} (${code})`);
console.log(countries.length, 'countries:', some.join(', '), '…');
